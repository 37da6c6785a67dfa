"""Which format a file of word vectors has, told from its first bytes."""

import re
from collections import Counter
from dataclasses import dataclass

from ..errors import InputError
from ..wording.marks import BYTE_ORDER_MARK
from .header import columns

HEAD_SIZE = 1 << 20
LOOKED_AT = 100
"""Lines looked at; a word with spaces in it, or a damaged line, must not decide alone."""
MAX_DIM = 1 << 24

HEADER = re.compile(rb"[ \t]*(\d{1,18})[ \t]+(\d{1,18})[ \t]*(?:\r?\n|\Z)")
NUMBER = re.compile(
    rb"[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|nan|inf(?:inity)?)", re.IGNORECASE
)
BLANK_LINES = re.compile(rb"(?:\s*\n)?")
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Layout:
    """How to read a file of vectors.

    Attributes
    ----------
    format : str            ``text`` or ``binary``
    n_rows : int or None    rows that the header promises; None without a header
    dim : int               numbers in a row
    start : int             byte offset of the first row
    notes : tuple of str    what was noticed of the header
    """

    format: str
    n_rows: int | None
    dim: int
    start: int
    notes: tuple = ()

    def fits(self, size):
        """Whether a file of ``size`` bytes can hold the rows that the header promises."""
        # A word, and a blank before each number and at least one digit; or a blank and float32s.
        row = 2 * self.dim + 2 if self.format == "text" else 4 * self.dim + 2
        return self.n_rows * row <= size


def detect(head, name):
    """The layout of a file of vectors.

    Parameters
    ----------
    head : bytes   the file's first bytes, or all of it
    name : str     for messages

    Returns
    -------
    Layout

    Raises
    ------
    InputError   if it is no file of vectors
    """
    start = len(BYTE_ORDER_MARK) if head.startswith(BYTE_ORDER_MARK) else 0
    if not head[start:].strip():
        raise InputError(f"{name}: is empty; a file of word vectors is needed")
    header = HEADER.match(head, start)
    if header is None:
        return Layout("text", None, _columns(_lines(head[start:]), name), start)
    n_rows, dim = int(header[1]), int(header[2])
    if n_rows == 0 or not 1 <= dim <= MAX_DIM:
        raise InputError(
            f"{name}: line 1: says {n_rows} vectors of {dim} numbers; "
            f"at least 1 of 1 to {MAX_DIM} are needed"
        )
    rest = head[header.end() :]
    if not _is_text(rest, dim):
        return Layout("binary", n_rows, dim, header.end())
    lines = _lines(rest)
    dim, notes = columns(lines, [_n_numbers(line) for line in lines], dim, name)
    return Layout("text", n_rows, dim, header.end(), tuple(notes))


def _lines(data):
    """The first lines that are there whole; the only line, where no newline is in sight."""
    lines = data[BLANK_LINES.match(data).end() :].split(b"\n", LOOKED_AT)
    return [line for line in lines[:-1] if line.strip()] or lines[:1]


def _is_text(rest, dim):
    """Whether the first row is text; a damaged one is too, so that the message fits it."""
    line = _lines(rest)[0]
    if _n_numbers(line, dim) == dim:
        return True
    # The bytes of a few floats may happen to be printable, but hardly a number as well.
    row = rest[: rest.find(b" ") + 1 + 4 * dim]
    printable = not CONTROL.search(row) and _is_utf8(row)
    return printable and any(map(NUMBER.fullmatch, line.split()[1:]))


def _is_utf8(data):
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


def _columns(lines, name):
    """Numbers in a row of a file without header: as in most of its first lines."""
    counts = Counter(len(line.split()) - 1 for line in lines)
    dim = counts.most_common(1)[0][0]
    if _has_no_words(lines):
        raise InputError(
            f"{name}: holds numbers only and no words, like the vectors of a TensorBoard "
            "projector; convert the file they were made from"
        )
    # One number beside a word is a vocabulary file, not vectors.
    if dim < 2 or all(_n_numbers(line, dim) < dim for line in lines):
        raise InputError(
            f"{name}: is not a file of word vectors (word2vec text or binary, or GloVe text)"
        )
    return dim


def _has_no_words(lines):
    """Whether all lines begin with a number, most of them with one that has a point."""
    firsts = [line.split(None, 1)[0] for line in lines]
    points = sum(b"." in first for first in firsts)
    return len(firsts) > 1 and 2 * points > len(firsts) and all(map(NUMBER.fullmatch, firsts))


def _n_numbers(line, limit=None):
    """How many numbers end a line, behind its word; looks at the last ``limit`` fields only."""
    # A word may be white space other than the blank that ends it.
    behind_blank = line.partition(b" ")[2].split()
    return max(_n_at_end(fields, limit) for fields in (line.split()[1:], behind_blank))


def _n_at_end(fields, limit):
    n_numbers = 0
    for field in reversed(fields if limit is None else fields[-limit:]):
        if not NUMBER.fullmatch(field):
            break
        n_numbers += 1
    return n_numbers
