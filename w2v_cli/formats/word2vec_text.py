"""word2vec text: a header ``rows dim``, then ``word number number ...`` a line.

GloVe's format is the same without the header. Words may hold spaces: the numbers are counted from
the right. Numbers are read as float32(str) and written with nine digits, which restores every
float32 exactly.
"""

import warnings

import numpy as np

from ..errors import InputError
from .detect import NUMBER
from .header import unended
from .rows import encoded

READ_SIZE = 4 << 20
WRITE_ROWS = 1024
BLANKS = b" \t\r"


def read_blocks(rest, stream, layout, name, notes):
    """Read rows, many at a time.

    Parameters
    ----------
    rest : bytes           read from the stream before, beginning with the first row
    stream : binary stream
    layout : Layout
    name : str             for messages
    notes : list of str    gets a note where the last line is not ended

    Yields
    ------
    list of bytes, ndarray of float32, shape (n, dim)   words and their vectors

    Raises
    ------
    InputError   if a line has too few columns, or something else than numbers in them
    """
    line_number = 1 if layout.n_rows is None else 2
    for lines in _line_blocks(rest, stream, name, notes):
        words, numbers = [], []
        for offset, line in enumerate(lines):
            stripped = line.rstrip(BLANKS)
            if stripped:
                word, row = _split(stripped, layout.dim, name, line_number + offset)
                words.append(word)
                numbers.append(row)
        values = _parsed(numbers, layout.dim)
        if values is None:
            _raise_for_number(lines, line_number, layout.dim, name)
        yield words, values
        line_number += len(lines)


def write(stream, words, vectors):
    """Write all rows, the header first.

    Parameters
    ----------
    stream : binary stream
    words : list of str, length n_words
    vectors : ndarray of float32, shape (n_words, dim)

    Raises
    ------
    OutputError   if a word cannot stand in such a file
    """
    stream.write(b"%d %d\n" % vectors.shape)
    write_rows(stream, words, vectors)


def write_rows(stream, words, vectors):
    """Write all rows as `write` does, without a header: that is GloVe's format."""
    n_words, dim = vectors.shape
    row_format = b"%b" + b" %.9g" * dim + b"\n"
    for start in range(0, n_words, WRITE_ROWS):
        raw_words = encoded(words[start : start + WRITE_ROWS])
        rows = vectors[start : start + WRITE_ROWS].tolist()
        lines = [row_format % (raw, *row) for raw, row in zip(raw_words, rows, strict=True)]
        stream.write(b"".join(lines))


def _line_blocks(rest, stream, name, notes):
    """Lists of whole lines."""
    while data := stream.read(READ_SIZE):
        end = data.rfind(b"\n")
        if end < 0:
            rest += data
            continue
        yield (rest + data[:end]).split(b"\n")
        rest = data[end + 1 :]
    lines = rest.split(b"\n")
    if lines[-1].strip():
        notes.append(unended(name))
    yield lines


def _split(line, dim, name, line_number):
    """A line as (word, the text of its numbers)."""
    if line.count(b" ") == dim:
        word, _, row = line.partition(b" ")
    else:
        # Spaces in the word, or several blanks between numbers.
        word, *fields = line.rsplit(None, dim)
        row = b" ".join(fields)
        if len(fields) < dim:
            raise InputError(
                f"{name}: line {line_number}: a word and {dim} numbers are needed, "
                f"and {len(fields) + 1} columns are there"
            )
    if not word:
        raise InputError(f"{name}: line {line_number}: has no word before its numbers")
    return word, row


def _parsed(numbers, dim):
    """Numbers of many rows: float32, shape (n, dim); None if anything else stands there."""
    with warnings.catch_warnings():
        # Older NumPy warns of what newer NumPy raises.
        warnings.simplefilter("error", DeprecationWarning)
        try:
            values = np.fromstring(b" ".join(numbers), dtype=np.float32, sep=" ")
        except (DeprecationWarning, ValueError):
            return None
    if len(values) != len(numbers) * dim:
        return None
    return values.reshape(-1, dim)


def _raise_for_number(lines, line_number, dim, name):
    for offset, line in enumerate(lines):
        for field in line.rsplit(None, dim)[1:]:
            if not NUMBER.fullmatch(field):
                shown = field.decode(errors="replace")
                where = f"{name}: line {line_number + offset}"
                raise InputError(f"{where}: {shown!r} is not a number")
    raise InputError(f"{name}: line {line_number} or after: not {dim} numbers behind a word")
