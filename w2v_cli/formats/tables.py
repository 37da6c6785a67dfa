"""What the first lines of a text of vectors tell: its dialect, how many numbers a row has, titles.

A file is read where that is certain, and refused where it is not: a column taken for something
else would give vectors that nobody can see to be wrong.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

from ..errors import InputError
from .dialect import CANDIDATES, CODED, FEWEST_NUMBERS, PLAIN, POINT, is_number, plain_numbers

WHOLE = re.compile(rb"\d{1,18}")
SPARSE = re.compile(rb"\d+:[-+]?[\d.][-+.\deE]*")
JOINED = re.compile(rb".*[,;:|=\t][-+]?\d*[.,]?\d+(?:e[-+]?\d+)?", re.IGNORECASE | re.DOTALL)
"""A word with a number behind it, and no blank between."""
MARKS = b":;,=|"
MIN_ROWS = 3
"""Rows that must agree, where blanks separate and words may hold them."""


@dataclass(frozen=True)
class Table:
    """How rows of text are to be read.

    Attributes
    ----------
    dialect : Dialect
    n_numbers : tuple of int   how many numbers end each of the lines that were looked at
    n_titles : int             0 or 1: lines before the first row that name the columns
    notes : tuple of str
    """

    dialect: object
    n_numbers: tuple
    n_titles: int = 0
    notes: tuple = ()

    @property
    def dim(self):
        """Numbers of a row: as in most of the lines, and rather more than fewer."""
        return most_common(self.n_numbers)


def most_common(numbers):
    """The most common of some numbers; the largest of those that are equally common."""
    counts = Counter(numbers)
    return max(counts, key=lambda number: (counts[number], number))


def recognise(lines, name, dim=None, quoted=()):
    """How lines of text are to be read.

    Parameters
    ----------
    lines : list of bytes   the first lines, whole; a single one may be cut
    name : str              for messages
    dim : int or None       numbers of a row, where a header said so
    quoted : list of bytes  whole lines with quotes in them, of which there may be more

    Returns
    -------
    Table or None   None if there is no telling: most lines do not end in numbers

    Raises
    ------
    InputError   if it can be told, and is not read
    """
    _refuse_sparse(lines, name)
    for dialect in _candidates(lines):
        table = _as_table(dialect, lines)
        if table.dim >= FEWEST_NUMBERS or table.dim == dim:
            return _closer(table, lines, name, dim, quoted)
    return None


def _candidates(lines):
    for dialect in CANDIDATES:
        if dialect.separator is None or any(dialect.separator in line for line in lines):
            yield dialect


def _as_table(dialect, lines):
    if dialect.separator is not None:
        ends = [line.rstrip(b" \r").endswith(dialect.separator) for line in lines]
        dialect = dialect._replace(is_ended=all(ends))
    count = plain_numbers if dialect.is_plain else dialect.n_numbers
    return Table(dialect, tuple(map(count, lines)))


def _refuse_sparse(lines, name):
    fields = [line.replace(b",", b" ").split()[1:] for line in lines]
    if all(row and all(map(SPARSE.fullmatch, row)) for row in fields):
        raise InputError(
            f"{name}: holds sparse rows ({_shown(fields[0][0])}: an index and a number), which "
            "are not read; write all the numbers of each row"
        )


def _closer(table, lines, name, dim, quoted):
    """What else columns tell: titles, quotes, numbers of rows, counts."""
    if table.dialect.separator in (None, b"\t"):
        table = _with_quotes(table, lines)
    table = _with_titles(table, lines, name)
    rows = [
        line for line, number in zip(lines, table.n_numbers, strict=True) if number == table.dim
    ][table.n_titles and table.n_numbers[0] == table.dim :]
    leading = [table.dialect.leading(line, table.dim) for line in rows]
    table = _with_row_numbers(table, leading, name)
    titles = table.dialect.columns(lines[0]) if table.n_titles else []
    table = _with_counts(table, rows, titles, name, dim)
    _refuse_halves(table, rows, name)
    _check_words([b" ".join(columns[table.dialect.n_before :]) for columns in leading], name)
    if table.dialect == PLAIN._replace(separator=b"\t") and not _are_doubled(quoted):
        table = replace(table, dialect=PLAIN)  # which is the same here, and read faster
    return table


def _are_doubled(lines):
    """Whether words with quotes in them stand in quotes, with theirs doubled, as tables have them.

    Elsewhere a quote is a word, or begins one.
    """
    words = [word for word in (line.partition(b"\t")[0] for line in lines) if b'"' in word]
    return bool(words) and all(map(_is_doubled, words))


def _is_doubled(word):
    inner = word[1:-1]
    return word == b'"%b"' % inner and b'""' in inner and b'"' not in inner.replace(b'""', b"")


def _with_quotes(table, lines):
    words = [
        b" ".join(line.split()[: -table.dim or None])
        for line, number in zip(lines, table.n_numbers, strict=True)
        if number == table.dim
    ] or [b""]
    # With quotes around the numbers too, none is known as one yet.
    is_quoted = all(len(word) > 1 and word[:1] == word[-1:] == b'"' for word in words)
    if not is_quoted:
        return table
    dialect = table.dialect._replace(quoted=True)
    return replace(table, dialect=dialect, n_numbers=tuple(map(dialect.n_numbers, lines)))


def _with_titles(table, lines, name):
    """Leave out a first line that names the columns."""
    titles = table.dialect.columns(lines[0])
    n_rows = sum(number == table.dim for number in table.n_numbers[1:])
    # Between blanks, a line that begins with one has an empty word.
    is_row = table.dialect.separator is None and lines[0][:1] in (b" ", b"\t")
    if is_row or not n_rows or not _are_titles(titles, table.dim):
        return table
    if table.dialect.separator is None:
        note = f"{name}: the first line, {_shown(lines[0])}, was taken for titles"
        return replace(table, n_titles=1, notes=(*table.notes, note))
    return replace(table, n_titles=1)


def _are_titles(columns, dim):
    """Whether columns of a first line are names: of as many columns as rows have, or one fewer."""
    if not dim <= len(columns) <= dim + 2:
        return False
    if len(columns) == dim:
        return _are_names(columns) or _count_up(columns)
    names, numbers = columns[:-dim], columns[-dim:]
    if _are_names(columns[1:]):
        return True
    is_named = names[0] == b"" or dim >= MANY or names[0].lower() in NAMES
    return is_named and _are_names(names) and _count_up(numbers)


MANY = 10
"""Numbers that count up hardly are a vector, where there are so many."""
NAMES = (b"word", b"words", b"token", b"term", b"name", b"key", b"index")
"""What a column of words is often called."""
OTHER_NAMES = (b"count", b"counts", b"freq", b"frequency", b"occurrences", b"rank", b"id", b"label")
"""What columns are called that are whole numbers of another kind than those of vectors."""


def _are_names(columns):
    return bool(columns) and not any(map(is_number, columns))


def _count_up(columns):
    """Whether columns are the numbers from 0, or from 1, on."""
    if not all(map(WHOLE.fullmatch, columns)):
        return False
    numbers = list(map(int, columns))
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _with_row_numbers(table, leading, name):
    """Leave out a column before the words that counts the rows; refuse any other."""
    if not leading or min(map(len, leading)) < 2:
        return table
    firsts = [columns[0] for columns in leading]
    if table.dialect.separator is None:
        if len(firsts) < MIN_ROWS or not _count_up(firsts):
            return table
        note = f"{name}: the numbers before the words, which count the rows, were left out"
        table = replace(table, notes=(*table.notes, note))
    elif not _rise(firsts) or min(map(len, leading)) > 2:
        raise InputError(
            f"{name}: has more than one column before its numbers ({_shown(b', '.join(leading[0]))}"
            "); leave the word and its numbers"
        )
    return replace(table, dialect=table.dialect._replace(n_before=1))


def _rise(columns):
    if not all(map(WHOLE.fullmatch, columns)):
        return False
    numbers = list(map(int, columns))
    return all(low < high for low, high in pairwise(numbers))


def _with_counts(table, rows, titles, name, dim):
    """Leave out a first number that is none of the vector: a count of words, or of rows."""
    note = _note_of_titles(table, titles, name)
    if note is None and dim in (None, table.dim - 1) and len(rows) >= MIN_ROWS:
        note = _note_of_numbers(table, rows, name, dim is not None)
    return table if note is None or table.dim <= FEWEST_NUMBERS else _without_first(table, note)


def _note_of_titles(table, titles, name):
    """What is to be said of a first number whose title tells that it is none of the vector."""
    named = [title for title in titles[-table.dim :] if title.lower() in OTHER_NAMES]
    if not named:
        return None
    if named != titles[-table.dim :][:1] or table.dim <= FEWEST_NUMBERS:
        raise InputError(
            f"{name}: has a column {_shown(named[-1])} among its numbers, which is no part of a "
            "vector; leave it out"
        )
    note = f"{name}: the column {_shown(named[0])} before the numbers was left out"
    return note


def _note_of_numbers(table, rows, name, is_sure):
    """Likewise where the numbers tell; ``is_sure`` if rows have one more than a header says."""
    numbers = list(zip(*(table.dialect.columns(row)[-table.dim :] for row in rows), strict=True))
    is_whole = [all(map(WHOLE.fullmatch, column)) for column in numbers]
    if not is_whole[0] or any(is_whole[1:]):
        return None
    counts = list(map(int, numbers[0]))
    if _count_up(numbers[0]) and (is_sure or len(rows) >= MANY):
        note = f"{name}: the first number of each row, which counts the rows, was left out"
        return note
    if counts != sorted(counts, reverse=True) or counts[0] == counts[-1]:
        return None
    note = (
        f"{name}: the first number of each row, a whole one that never rises, was taken for how "
        "often the word was seen, and left out"
    )
    return note


def _without_first(table, note):
    """Rows without their first number."""
    return replace(
        table,
        dialect=table.dialect._replace(n_between=1),
        n_numbers=tuple(max(number - 1, 0) for number in table.n_numbers),
        notes=(*table.notes, note),
    )


def _refuse_halves(table, rows, name):
    """Refuse whole numbers that look like the halves of numbers with a decimal comma."""
    if table.dialect.separator != b"," or table.dialect.notation != POINT or table.dim % 2:
        return
    numbers = [table.dialect.columns(row)[-table.dim :] for row in rows]
    behind = [column for row in numbers for column in row[1::2]]
    are_whole = all(WHOLE.fullmatch(column.lstrip(b"-")) for row in numbers for column in row)
    if not are_whole or any(column.startswith(b"-") for column in behind):
        return
    before = [column for row in numbers for column in row[::2]]
    if b"-0" in before or any(len(column) > 1 and column[:1] == b"0" for column in behind):
        raise InputError(
            f"{name}: commas seem to stand in its numbers and between them; write another "
            "separator, or points"
        )


def _check_words(words, name):
    """Refuse words that hold something else too.

    Raises
    ------
    InputError
    """
    if len(words) < MIN_ROWS or all(word.startswith(CODED) for word in words):
        return
    if all(map(JOINED.fullmatch, words)):
        raise InputError(
            f"{name}: a number is joined to each word ({_shown(words[0])}); "
            "write one separator between all columns"
        )
    end = words[0][-1:]
    if end in MARKS and all(len(word) > 1 and word.endswith(end) for word in words):
        raise InputError(
            f"{name}: each word ends in {_shown(end)}, which may not be part of it; "
            "write one separator between all columns"
        )
    if all(re.fullmatch(rb"b?'.+'", word, re.DOTALL) for word in words):
        raise InputError(
            f"{name}: each word stands in quotes ({_shown(words[0])}), which may not be part of "
            "it; leave them out"
        )


def _shown(data):
    return repr(data[:60].decode(errors="replace"))
