"""Which format a file of word vectors has, told from its first bytes."""

import re
from dataclasses import dataclass, replace
from itertools import takewhile

import numpy as np

from ..errors import InputError, field
from ..files.encodings import is_utf8, wide_encoding
from ..wording.marks import BYTE_ORDER_MARK
from .dialect import CODED, PLAIN, Dialect, is_number, plain_numbers
from .header import columns, parameters_note
from .registry import READABLE

HEAD_SIZE = 1 << 20
LOOKED_AT = 100
"""Lines looked at; a word with spaces in it, or a damaged line, must not decide alone."""
MAX_DIM = 1 << 24

HEADER = re.compile(rb"[ \t]*(\d{1,18})(?:[ \t]+|[ \t]*[,;][ \t]*)(\d{1,18})[ \t,;]*(?:\r?\n|\Z)")
DOCUMENTS = re.compile(rb"[ \t]*(\d{1,18})[ \t]+(\d{1,18})[ \t]+\d{1,18}[ \t]*\r?\n")
"""The header of Deeplearning4j: rows, numbers of a row, documents."""
NUMBER_LIKE = re.compile(rb"[-+]?[.,]?\d[\da-fA-FxX.,:+-]*")
COMMENT_LINES = re.compile(rb"(?:[#%][^\n]*\n(?:[ \t\r]*\n)*)*")
IN_BRACKETS = re.compile(rb"\[\s*[-+.\d][-+.\deE]*[\s,]+[-+.\d][^\n\"\x80-\xff]*")
SEPARATOR_LINE = re.compile(rb"(?:sep=[,;|\t]\r?\n)?")
"""Excel takes such a first line for no row of its table."""
QUOTED_LINES = re.compile(rb'^[^\n"\t]*"[^\n]*(?=\n)', re.MULTILINE)
BETWEEN_COLUMNS = re.compile(rb"[\s,;|]+")
SEPARATING = b" \t\r\n,;|"
BLANK_LINES = re.compile(rb"(?:\s*\n)?")
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LOOKED_AT_BYTES = 4096


@dataclass(frozen=True)
class Layout:
    """How to read a file of vectors.

    Attributes
    ----------
    format : str            ``text`` or ``binary``
    n_rows : int or None    rows that the header promises; None without a header
    dim : int               numbers in a row
    start : int             byte offset of the first row
    first_line : int        the number of its line, in text
    notes : tuple of str    what was noticed of the header and the first rows
    dialect : Dialect       how lines of text are divided
    is_coded : bool         words of text may stand in base64
    parameters : Parameters or None   of GloVe, which each line has all of; see `glove_parameters`
    number_type : str       of binary, as NumPy calls it
    """

    format: str
    n_rows: int | None
    dim: int
    start: int
    first_line: int = 1
    notes: tuple = ()
    dialect: Dialect = PLAIN
    is_coded: bool = False
    parameters: object = None
    number_type: str = "<f4"

    def fits(self, size):
        """Whether a file of ``size`` bytes can hold the rows that the header promises."""
        # A word, and a blank before each number and at least one digit; or a blank and numbers.
        bytes_of_number = 2 if self.format == "text" else np.dtype(self.number_type).itemsize
        row = bytes_of_number * self.dim + 2
        return self.n_rows * row <= size


def detect(head, name, taken=None):
    """The layout of a file of vectors.

    Parameters
    ----------
    head : bytes          the file's first bytes, or all of it
    name : str            for messages
    taken : str or None   rows are all parameters of GloVe, and this of `registry.GLOVE_PARTS` is
                          to be taken

    Returns
    -------
    Layout

    Raises
    ------
    InputError   if it is no file of vectors
    """
    start = len(BYTE_ORDER_MARK) if head.startswith(BYTE_ORDER_MARK) else 0
    start = _behind_comments(head, SEPARATOR_LINE.match(head, start).end())
    if not head[start:].strip():
        raise InputError(f"{name}: is empty; a file of word vectors is needed")
    header = _header(head, start)
    if header is None:
        return _without_header(head, start, name, taken)
    n_rows, dim = int(header[1]), int(header[2])
    if n_rows == 0 or not 1 <= dim <= MAX_DIM:
        raise InputError(
            f"{name}: line 1: says {n_rows} vectors of {dim} numbers; "
            f"at least 1 of 1 to {MAX_DIM} are needed"
        )
    rest = head[header.end() :]
    if not _is_text(_lines(rest), dim):
        return Layout("binary", n_rows, dim, header.end())
    return _with_header(head, header.end(), n_rows, dim, name, taken)


def _behind_comments(head, start):
    """Where the first line is that is no comment; a row whose word begins with such a mark is none.

    A row has about as many numbers as those that begin otherwise.
    """
    behind = COMMENT_LINES.match(head, start).end()
    if behind == start or HEADER.match(head, behind):
        return behind
    # The first two of them, for one may name the columns; or there are none.
    others = _lines(head[behind:])[:2] if head[behind:].strip() else _lines(head[start:])
    n_numbers = max(map(_numbers_at_end, others))
    for line in head[start:behind].splitlines(keepends=True):
        if n_numbers and 2 * _numbers_at_end(line) > n_numbers:
            break
        start += len(line)
    return start


def _numbers_at_end(line):
    """How many numbers end a line, whatever separates them."""
    fields = BETWEEN_COLUMNS.split(line.rstrip(SEPARATING))[1:]
    return sum(1 for _ in takewhile(is_number, (each.strip(b'"') for each in reversed(fields))))


def _header(head, start):
    """The match of a line that says how many rows and numbers there are; None without one."""
    found = HEADER.match(head, start)
    if found is None:
        found = DOCUMENTS.match(head, start)
        return found if found and _are_documents(head, found) else None
    # Columns may be called 0 and 1.
    lines = _lines(head[found.end() :])
    if (int(found[1]), int(found[2])) == (0, 1) and lines[0]:
        return None
    return found


def _are_documents(head, header):
    """Whether three numbers are Deeplearning4j's header, and no row of two numbers."""
    dim = int(header[2])
    lines = _lines(head[header.end() :])
    if lines[0].startswith(CODED):
        return True
    if any(plain_numbers(line) < dim for line in lines):
        return False
    return dim > 2 or (dim == 2 and len(lines) == int(header[1]))


def _without_header(head, start, name, taken):
    from .glove_parameters import doubt_note, parameters_of, refuse_gradients
    from .tables import recognise

    lines = _lines(head[start:])
    _refuse_returns(head, name)
    table = recognise(lines, name, quoted=QUOTED_LINES.findall(head, start))
    if (
        table is None
        and all(is_number(line.split()[0]) for line in lines)
        and not any(is_number(line.split()[-1]) for line in lines)
    ):
        raise InputError(f"{name}: its words stand behind their numbers; put them first")
    if _has_no_words(lines, table):
        raise _numbers_only(name)
    if table is None:
        raise _no_vectors(head, lines, name)
    refuse_gradients(lines, name)
    if taken is not None:
        parameters = parameters_of(table.dim, taken, name)
        return _text_layout(head, start, None, parameters.n_taken, table, parameters)
    notes = filter(None, [doubt_note(table.dim, name)])
    table = replace(table, notes=(*table.notes, *notes))
    return _text_layout(head, start, None, table.dim, table)


def _no_vectors(head, lines, name):
    """The InputError for what is no file of vectors, or one that is written in another way."""
    encoding = wide_encoding(head[:LOOKED_AT_BYTES])
    if encoding is not None:
        return InputError(
            f"{name}: is {encoding[:6].upper()} without a byte-order mark; "
            f"{field('encoding', encoding)} reads it"
        )
    bracketed = next((found for line in lines if (found := IN_BRACKETS.search(line))), None)
    if bracketed is not None:
        return InputError(
            f"{name}: numbers stand in brackets ({bracketed[0][:60].decode()!r}); write each word "
            "and its numbers on a line of their own, with blanks or commas between"
        )
    return InputError(f"{name}: is not a file of word vectors ({READABLE})")


def _with_header(head, start, n_rows, dim, name, taken):
    from .glove_parameters import Parameters
    from .tables import Table, recognise

    lines = _lines(head[start:])
    quoted = QUOTED_LINES.findall(head, start)
    table = recognise(lines, name, dim, quoted) or Table(PLAIN, tuple(map(plain_numbers, lines)))
    n_numbers = table.n_numbers[table.n_titles :]
    if set(n_numbers) == {2 * (dim + 1)}:
        parameters = Parameters(dim, taken or "sum")
        notes = [] if taken else [parameters_note(name, dim)]
        table = replace(table, notes=(*table.notes, *notes))
        return _text_layout(head, start, n_rows, parameters.n_taken, table, parameters)
    if taken is not None:
        raise InputError(
            f"{name}: line 1 says {dim} numbers a row, and all parameters of GloVe are "
            f"{2 * (dim + 1)} behind each word; leave out {field('glove_parameters')}"
        )
    found, notes = columns(lines[table.n_titles :], n_numbers, dim, name)
    if found != dim and _has_no_words(lines, table):
        raise _numbers_only(name)
    return _text_layout(head, start, n_rows, found, replace(table, notes=(*notes, *table.notes)))


def _text_layout(head, start, n_rows, dim, table, parameters=None):
    for _ in range(table.n_titles):
        start = head.index(b"\n", start + len(BLANK_LINES.match(head, start)[0])) + 1
    return Layout(
        "text",
        n_rows,
        dim,
        start,
        1 + head.count(b"\n", 0, start),
        table.notes,
        table.dialect,
        all(line.startswith(CODED) for line in _lines(head[start:])),
        parameters,
    )


def _lines(data):
    """The first lines that are there whole; the only line, where no newline is in sight."""
    lines = data[BLANK_LINES.match(data).end() :].split(b"\n", LOOKED_AT)
    return [line for line in lines[:-1] if line.strip()] or lines[:1]


def _is_text(lines, dim):
    """Whether the first rows are text; a damaged one is too, so that the message fits it."""
    if plain_numbers(lines[0], dim) == dim:
        return True
    # The bytes of a few floats may happen to be printable, but hardly a number as well.
    sample = b"\n".join(lines)[:LOOKED_AT_BYTES]
    fields = BETWEEN_COLUMNS.split(lines[0])[1:]
    n_numbers = sum(map(bool, map(NUMBER_LIKE.fullmatch, fields)))
    if CONTROL.search(sample) or not n_numbers:
        return False
    return is_utf8(sample, is_whole=False) or 2 * n_numbers > len(fields)


def _has_no_words(lines, table):
    """Whether all lines begin with a number, most of them with one that has a point."""
    dialect = PLAIN if table is None else table.dialect
    firsts = [dialect.columns(line)[0] for line in lines[table.n_titles if table else 0 :]]
    points = sum(dialect.notation.point in first for first in firsts)
    is_number = dialect.notation.pattern.fullmatch
    return len(firsts) > 1 and 2 * points > len(firsts) and all(map(is_number, firsts))


def _numbers_only(name):
    return InputError(
        f"{name}: holds numbers only and no words, like the vectors of a TensorBoard "
        "projector; convert the file they were made from"
    )


def _refuse_returns(head, name):
    """Refuse lines that end as those of an old Macintosh do."""
    if b"\r" in head.strip() and b"\n" not in head and not CONTROL.search(head):
        raise InputError(
            f"{name}: its lines end in carriage returns alone; make newlines of them: "
            r"tr '\r' '\n'"
        )
