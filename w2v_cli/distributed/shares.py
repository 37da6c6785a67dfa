"""Which part of the text each rank reads: of all ranks together every line once.

Ranks must see the same files: folders that all of them can read. Plain text is cut at the ends of
lines; what is compressed, or in another encoding, is read by one rank from its beginning to its
end.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..corpus.reader import line_end
from ..corpus.sources import Source
from ..errors import InputError, field
from ..files.paths import STDIO, display_name
from .communicator import Communicator

COMPRESSION = 4
"""How many bytes of text are in one of a compressed file, about."""


@dataclass(frozen=True)
class Manifest:
    """The files of a text, as all ranks must see them.

    Attributes
    ----------
    names : tuple of str   without their folders, which may be mounted elsewhere
    sizes : tuple of int   bytes on the disk
    """

    names: tuple[str, ...]
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, sources: Sequence[Source]) -> Manifest:
        """That of some sources.

        Raises
        ------
        InputError   if one is no file
        """
        for source in sources:
            if source.path == STDIO or not os.path.isfile(source.path):
                raise InputError(
                    f"{display_name(source.path)}: is no file, so that each of several processes "
                    f"cannot read a share of it; name files that all of them see, or leave out "
                    f"{field('distributed')}"
                )
        return cls(
            tuple(os.path.basename(source.path) for source in sources),
            tuple(os.path.getsize(source.path) for source in sources),
        )


def check_same_files(communicator: Communicator, manifest: Manifest) -> None:
    """Raise InputError, on every rank, if another one sees other files."""
    for rank, other in enumerate(communicator.gather(manifest)):
        if other.names != manifest.names:
            raise InputError(
                f"process {rank} sees other files than process {communicator.rank}: "
                f"{len(other.names):,} and {len(manifest.names):,}; name a folder that all share"
            )
        for name, here, there in zip(manifest.names, manifest.sizes, other.sizes, strict=True):
            if here != there:
                raise InputError(
                    f"{name}: has {there:,} bytes for process {rank} and {here:,} for process "
                    f"{communicator.rank}; name a file that all share"
                )


def share_of(sources: Sequence[Source], rank: int, size: int) -> list[Source]:
    """What a rank reads of a text: shares of about equal size that follow one another.

    Parameters
    ----------
    sources : sequence of Source   regular files
    rank, size : int

    Returns
    -------
    list of Source   may be empty
    """
    weights = [_weight(source) for source in sources]
    total = sum(weights)
    first, last = total * rank // size, total * (rank + 1) // size
    share: list[Source] = []
    before = 0
    for source, weight in zip(sources, weights, strict=True):
        if source.size is None:
            middle = before + weight // 2
            if first <= middle < last or (rank == size - 1 and middle >= last):
                share.append(source)
        else:
            start = _cut(source, first - before)
            stop = _cut(source, last - before)
            if start < stop:
                whole = start == 0 and stop == source.size
                share.append(source if whole else replace(source, start=start, stop=stop))
        before += weight
    return share


def _weight(source: Source) -> int:
    if source.size is not None:
        return source.size
    return os.path.getsize(source.path) * COMPRESSION


def _cut(source: Source, target: int) -> int:
    """The place behind the line that a place is in; 0 and the size of a file stay."""
    size = source.size or 0
    if target <= 0:
        return 0
    return size if target >= size else min(line_end(source.path, target), size)
