"""Text in pieces that can be tokenised apart from one another, cut as it comes.

So streams that can be read only once, from their start, are divided too.
"""

from typing import NamedTuple

from ..files.inputs import READ_SIZE
from .glimpse import MOST_BYTES
from .reader import SPACES, read_blocks

TAIL = 1 << 12
"""Bytes at the end of a block in which white space is looked for first."""
GOES_ON, AT_BORDER, AT_FILE_END = range(3)
"""How a piece ends: anywhere, so that only the same tokenizer can go on; before white space; with
the file."""


class Piece(NamedTuple):
    """Some text that follows the last piece.

    Attributes
    ----------
    data : bytes            empty perhaps, where it is the end of something
    goes_on : bool          it begins anywhere in what the piece before has left open
    is_file_start : bool    whether a byte-order mark may be there; of a piece that does not go on
    end : int               GOES_ON, AT_BORDER or AT_FILE_END
    is_seen : bool          by a `Glimpse`, which sees no more than the beginning of a text
    """

    data: bytes
    goes_on: bool
    is_file_start: bool
    end: int
    is_seen: bool


def pieces_of(parts, encoding, on_end, at_lines=False):
    """Cut text into pieces of about a block each; one that has no white space goes on.

    What a `Glimpse` sees is never cut, so that it sees what it would see in blocks.

    Parameters
    ----------
    parts : iterable of Part
    encoding, on_end         as in `reader.read_blocks`
    at_lines : bool          cut at the ends of lines only: a sentence may be in several words

    Yields
    ------
    Piece
    """
    n_bytes = 0
    for part in parts:
        is_start, goes_on, held, is_seen = part.start == 0, False, b"", n_bytes < MOST_BYTES
        for block in read_blocks(part, encoding, on_end, ahead=False):
            is_seen, n_bytes = n_bytes < MOST_BYTES, n_bytes + len(block)
            if len(held) + len(block) < READ_SIZE:
                # Only the end of a file is that short: a small file is one piece.
                held += block
                continue
            border = -1 if is_seen else _last_border(block, at_lines)
            end = AT_BORDER if border >= 0 else GOES_ON
            size = border if border >= 0 else len(block)
            data = b"".join((held, memoryview(block)[:size]))
            held = block[size:]
            if data or goes_on:
                yield Piece(data, goes_on, is_start, end, is_seen)
                is_start, goes_on = False, end == GOES_ON
        end = AT_FILE_END if part.stop is None else AT_BORDER
        yield Piece(held, goes_on, is_start, end, is_seen)


def _last_border(block, at_lines):
    """The place of the last white space in a block, or -1."""
    if at_lines:
        return block.rfind(b"\n")
    tail = block[-TAIL:]
    place = max(map(tail.rfind, SPACES))
    return place + len(block) - len(tail) if place >= 0 else max(map(block.rfind, SPACES))
