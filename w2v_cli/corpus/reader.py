"""Text read block by block, in parts of equal size for several threads."""

from dataclasses import dataclass

from ..config import UTF_8
from ..files.inputs import READ_SIZE, open_input
from ..machine.threads import read_ahead
from .sources import open_looking

LEAST_PART = 4 << 20
"""Smaller parts of a text are not worth a thread."""
SPACES = (b" ", b"\n", b"\t", b"\r", b"\v", b"\f", b"\0")


@dataclass(frozen=True)
class Part:
    """A file, or the bytes of it from ``start`` up to ``stop``; None is the end of the file.

    What has no ``encoding`` is looked at when it is read.
    """

    path: str
    start: int = 0
    stop: int | None = None
    encoding: str | None = None


def divide(sources, n_runs, at_lines=False):
    """Divide files among threads: runs of about equal size that follow one another.

    Only plain files of UTF-8 are cut, at white space. What a thread gets is in the order of the
    text, so that words are met in the same order whatever the number of threads.

    Parameters
    ----------
    sources : sequence of Source
    n_runs : int      at most so many
    at_lines : bool   cut at the ends of lines only: other white space may be within a sentence

    Returns
    -------
    list of list of Part
    """
    total = sum(source.n_bytes or 0 for source in sources)
    n_runs = max(min(n_runs, total // LEAST_PART), 1)
    share = -(-total // n_runs)
    runs, room = [[]], share
    for source in sources:
        path, encoding, start = source.path, source.encoding, source.start
        size = source.size if source.stop is None else source.stop
        while size is not None and size - start > room and len(runs) < n_runs:
            border = _border(path, start + room, at_lines) if room > 0 else start
            if border >= size:
                break
            if border > start:
                runs[-1].append(Part(path, start, border, encoding))
            runs.append([])
            start, room = border, share
        runs[-1].append(Part(path, start, source.stop, encoding))
        room -= (size or 0) - start
    return [run for run in runs if run] or [[]]


def read_blocks(part, encoding=UTF_8, on_end=None, *, ahead=True):
    """Yield the decompressed bytes of a part as UTF-8, block by block.

    Parameters
    ----------
    part : Part
    encoding : str             of text that was not looked at before and has no byte-order mark
    on_end : callable or None  called as on_end(path, stream) when all was read
    ahead : bool               False: this is called in a thread that reads, and does nothing else
    """
    with _opened(part, encoding) as stream:
        blocks = _blocks(stream, part)
        # Decompressing and decoding may take longer than all the rest: they get a thread.
        is_slow = ahead and (stream.is_compressed or stream.is_decoded)
        yield from read_ahead(blocks) if is_slow else blocks
        if on_end:
            on_end(part.path, stream)


def line_end(path, target):
    """The place behind the first line end from ``target`` on, or the end of the file."""
    return _border(path, target, at_lines=True) + 1


def _opened(part, encoding):
    if part.encoding is None:
        return open_looking(part.path, encoding)
    return open_input(part.path, part.start, keep_in_memory=False, encoding=part.encoding)


def _blocks(stream, part):
    if part.stop is None:
        yield from stream.blocks(READ_SIZE)
        return
    left = part.stop - part.start
    while left > 0:
        block = stream.read(min(READ_SIZE, left))
        if not block:
            return
        left -= len(block)
        yield block


def _border(path, target, at_lines):
    """The place of the first white space from ``target`` on, or the end of the file."""
    spaces = (b"\n",) if at_lines else SPACES
    with open_input(path, target) as stream:
        position = target
        while block := stream.read(READ_SIZE):
            places = [place for place in map(block.find, spaces) if place >= 0]
            if places:
                return position + min(places)
            position += len(block)
    return position
