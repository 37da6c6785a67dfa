"""How lines of text hold a word and its numbers: separators, quotes, decimal commas, more columns.

The plain way, a word and its numbers with blanks between them, is what word2vec and GloVe write.
Spreadsheets, R, pandas and others write tables; what one of these is, its first lines tell.
"""

import re
from typing import NamedTuple

from .header import BadRowError

NUMBER = re.compile(
    rb"[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|nan|inf(?:inity)?)", re.IGNORECASE
)


class Notation(NamedTuple):
    """How numbers are written: their pattern, the decimal point, and what NumPy is to read."""

    pattern: re.Pattern
    point: bytes = b"."
    table: bytes | None = None


POINT = Notation(NUMBER)
COMMA = Notation(
    re.compile(rb"[-+]?(?:(?:\d+(?:,\d*)?|,\d+)(?:e[-+]?\d+)?|nan|inf(?:inity)?)", re.IGNORECASE),
    b",",
    bytes.maketrans(b",", b"."),
)
"""Decimal commas, as much of Europe and South America writes them."""
FORTRAN = Notation(
    re.compile(rb"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[de][-+]?\d+)?", re.IGNORECASE),
    table=bytes.maketrans(b"Dd", b"ee"),
)
"""1D-3 for 1e-3."""

NOTATIONS = (POINT, COMMA, FORTRAN)
CODED = b"B64:"
"""Before a word that Deeplearning4j wrote in base64."""
BLANKS = b" \t\r"
QUOTED = rb'[ ]*(?:"((?:[^"]|"")*)"|"((?:[^"\\]|\\.)*)")[ ]*'
"""A field in quotes; those within are doubled, or stand behind a backslash."""
FEWEST_NUMBERS = 2
"""One number beside a word is a vocabulary file, not vectors."""


class Dialect(NamedTuple):
    """How a line is divided.

    Attributes
    ----------
    separator : bytes or None   between columns; None for blanks, which words may hold too
    notation : Notation         of the numbers
    quoted : bool               words stand in quotes, where blanks separate
    n_before : int              columns before the word: those that count rows
    n_between : int             columns between the word and its numbers: how often it was seen
    is_ended : bool             a separator ends each row too
    """

    separator: bytes | None = None
    notation: Notation = POINT
    quoted: bool = False
    n_before: int = 0
    n_between: int = 0
    is_ended: bool = False

    @property
    def is_plain(self):
        """Whether words and numbers have nothing but blanks around them."""
        return self == PLAIN

    def columns(self, line):
        """The columns of a line, without quotes: list of bytes."""
        line = line.rstrip(b"\r\n")
        if self.separator is None:
            return self._quoted_word(line) or line.split()
        columns = _quoted_columns(line, self.separator) if b'"' in line else None
        columns = columns or line.split(self.separator)
        if self.is_ended and len(columns) > 1 and not columns[-1].strip():
            columns.pop()
        return [column.strip(BLANKS) for column in columns]

    def _quoted_word(self, line):
        if not self.quoted:
            return None
        match = re.match(QUOTED + rb"(?:\s|\Z)", line)
        return (
            [_unquoted(match), *line[match.end() :].replace(b'"', b"").split()] if match else None
        )

    def n_numbers(self, line):
        """How many numbers end a line, behind one other column at least."""
        n_numbers = 0
        for column in reversed(self.columns(line)[1:]):
            if not self.notation.pattern.fullmatch(column):
                break
            n_numbers += 1
        return n_numbers

    def leading(self, line, n_numbers):
        """The columns of a line before its last ``n_numbers``."""
        columns = self.columns(line)
        return columns[: len(columns) - n_numbers]

    def split(self, line, dim, place):
        """A line as (word, the text of its numbers, with points and blanks between them).

        Raises
        ------
        BadRowError   naming the ``place``, if there are too few columns
        """
        columns = self.columns(line)
        n_word = len(columns) - dim - self.n_between
        if n_word <= self.n_before:
            raise BadRowError(
                f"{place}: a word and {dim} numbers are needed, and {len(columns)} columns are "
                "there; correct the line"
            )
        between = b" " if self.separator is None else self.separator
        word = between.join(columns[self.n_before : n_word])
        row = b" ".join(columns[n_word + self.n_between :])
        return word, row.translate(self.notation.table)


def is_number(column):
    """Whether a column is a number in some notation."""
    return any(notation.pattern.fullmatch(column) for notation in NOTATIONS)


def plain_numbers(line, limit=None):
    """How many numbers end a plain line, behind its word; of the last ``limit`` fields only."""
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


PLAIN = Dialect()
SEPARATORS = (b"\t", b";", b",", b"|")
CANDIDATES = (
    Dialect(b"\t"),
    PLAIN,
    *(Dialect(separator) for separator in SEPARATORS[1:]),
    *(Dialect(separator, COMMA) for separator in (b"\t", None, b";", b"|")),
    *(Dialect(separator, FORTRAN) for separator in (b"\t", None, b";", b",")),
)
"""Of those that fit, the first one is taken."""


def _quoted_columns(line, separator):
    """Columns of a line some of which stand in quotes."""
    line += separator
    mark = re.escape(separator)
    pattern = re.compile(rb"(?:%b|([^%b]*))%b" % (QUOTED, mark, mark))
    columns, place = [], 0
    while place < len(line):
        match = pattern.match(line, place)
        columns.append(_unquoted(match) if match[3] is None else match[3])
        place = match.end()
    return columns


def _unquoted(match):
    """What a field in quotes says."""
    if match[1] is not None:
        return match[1].replace(b'""', b'"')
    return re.sub(rb"\\(.)", rb"\1", match[2])
