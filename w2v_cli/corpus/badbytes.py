"""Bytes that are not UTF-8: where the first ones are in a text, and the lines around some."""

from typing import NamedTuple

from ..config import UTF_8
from ..files.encodings import is_utf8
from .reader import Part, read_blocks

MOST_SEARCHED = 1 << 30
"""Bytes. A text is read a second time for this, and only up to the first place."""
SAMPLE = 1 << 16
"""Bytes of lines that are kept to guess the encoding from."""


class BadBytes(NamedTuple):
    """What is not UTF-8 in a text.

    Attributes
    ----------
    path : str or None   the file in which the first place is; None if it was not found
    line : int           of that, from 1
    sample : bytes       lines that are not UTF-8
    n_sound : int        lines in the same places that are UTF-8, and not ASCII
    n_bad : int          lines that are not
    """

    path: str | None
    line: int
    sample: bytes
    n_sound: int
    n_bad: int


def find_bad_bytes(sources, glimpses):
    """Look for the first place in files, and where they cannot be read twice, in what was seen.

    Parameters
    ----------
    sources : sequence of Source
    glimpses : sequence of Glimpse
    """
    left = MOST_SEARCHED
    for source in sources:
        if source.encoding != UTF_8:
            continue
        first_line = 1
        for block in read_blocks(Part(source.path, 0, None, UTF_8)):
            if not is_utf8(block, is_whole=False):
                return bad_lines(block, source.path, first_line)
            first_line += block.count(b"\n")
            left -= len(block)
            if left < 0:
                return bad_lines(_seen(glimpses), None, 1)
    return bad_lines(_seen(glimpses), None, 1)


def _seen(glimpses):
    return b"\n".join(glimpse.raw for glimpse in glimpses)


def bad_lines(data, path, first_line):
    """The BadBytes in some lines (bytes), of which the first has the number ``first_line``."""
    first, bad, n_sound, size = None, [], 0, 0
    for number, line in enumerate(data.split(b"\n"), first_line):
        if is_utf8(line, is_whole=False):
            n_sound += not line.isascii()
            continue
        first = first or number
        bad.append(line)
        size += len(line)
        if size > SAMPLE:
            break
    return BadBytes(path if first else None, first or 0, b"\n".join(bad), n_sound, len(bad))
