"""Text block by block as it comes, for whoever answers line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..config import UTF_8
from ..files.inputs import LOOKED_AT, READ_SIZE, decoded_stream, open_input
from ..files.paths import display_name
from ..wording.marks import marked_encoding
from .reader import Part, read_blocks
from .sources import Source, check_text

LINE_ENDS = (b"\n", b"\n\0", b"\n\0\0\0")
"""Of UTF-8, and of text whose characters take two or four bytes each."""


def text_blocks(
    source: Source, encoding: str, on_end: Callable[..., Any] | None = None
) -> Iterator[bytes]:
    """The bytes of a file of text as UTF-8, decompressed: as they come, where it is no plain file.

    Parameters
    ----------
    source : Source
    encoding : str             of text without a byte-order mark
    on_end : callable or None  called as on_end(path, stream) when all was read

    Raises
    ------
    InputError   if it cannot be read, or is no text
    """
    if source.encoding is not None:
        yield from read_blocks(Part(source.path, encoding=source.encoding), encoding, on_end)
        return
    # Whoever waits for answers to single lines gets them: nothing here waits for more text.
    with open_input(source.path, keep_in_memory=False) as opened:
        stream = opened
        head = stream.read1(READ_SIZE)
        while 0 < len(head) < LOOKED_AT and not head.endswith(LINE_ENDS):
            more = stream.read1(READ_SIZE)
            if not more:
                break
            head += more
        found = marked_encoding(head) or encoding
        check_text(head[:LOOKED_AT], found, source.path)
        if found != UTF_8:
            stream = decoded_stream(head, stream, display_name(source.path), found)
            head = stream.read1(READ_SIZE)
        while head:
            yield bytes(head)
            head = stream.read1(READ_SIZE)
        if on_end:
            on_end(source.path, stream)
