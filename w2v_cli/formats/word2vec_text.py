"""word2vec text: a header ``rows dim``, then ``word number number ...`` a line.

GloVe's format is the same without the header. Words may hold spaces: the numbers are counted from
the right. Numbers are read as float32(str) and written with nine digits, which restores every
float32 exactly.
"""

import warnings
from itertools import chain

import numpy as np

from ..errors import InputError
from ..files.inputs import READ_SIZE
from ..machine.system import available_cpus
from ..machine.threads import in_order, read_ahead
from .detect import NUMBER
from .header import unended_note
from .rows import written_blocks

COMPILED_FROM = 40 << 20
"""Bytes of text from which on it is worth the time to load Numba."""
SHOWN_LENGTH = 60
BLANKS = b" \t\r"


def read_blocks(rest, stream, layout, name, notes):
    """Read rows, many at a time.

    Parameters
    ----------
    rest : bytes           read from the stream before, beginning with the first row
    stream : InputStream
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
    blocks = _byte_blocks(rest, stream, name, notes)
    if stream.is_compressed:
        blocks = read_ahead(blocks)
    line_number = 1 if layout.n_rows is None else 2
    n_bytes = stream.size or 0
    for block in blocks:
        if n_bytes >= COMPILED_FROM:
            yield from _read_compiled(chain([block], blocks), line_number, layout.dim, name)
            return
        lines = block[:-1].split(b"\n")
        yield _read_lines(enumerate(lines, line_number), layout.dim, name)
        line_number += len(lines)
        n_bytes += len(block)


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
    row_format = b"%b" + b" %.9g" * vectors.shape[1] + b"\n"
    for raw_words, rows in written_blocks(words, vectors):
        pairs = zip(raw_words, rows.tolist(), strict=True)
        lines = [row_format % (raw, *row) for raw, row in pairs]
        stream.write(b"".join(lines))


def _byte_blocks(rest, stream, name, notes):
    """Blocks of whole lines, each with its newline; the last one gets one if it has none."""
    parts = [rest]
    while data := stream.read(READ_SIZE):
        end = data.rfind(b"\n") + 1
        if end:
            yield b"".join((*parts, memoryview(data)[:end]))
            parts = []
        parts.append(data[end:])
    last = b"".join(parts)
    if last.rpartition(b"\n")[2].strip():
        notes.append(unended_note(name))
    if last:
        yield last + b"\n"


def _read_compiled(blocks, line_number, dim, name):
    """Words and vectors of blocks of lines, parsed in several threads."""
    from ..compiling.cache import compiled_code_cache

    with compiled_code_cache():
        from . import parse

    def parse_block(block):
        data = np.frombuffer(block, dtype=np.uint8)
        n_lines = parse.count_lines(data)
        words = np.empty((n_lines, 4), dtype=np.int64)
        kinds = np.empty(n_lines, dtype=np.uint8)
        values = np.empty((n_lines, dim), dtype=np.float32)
        parse.parse_lines(data, dim, words, kinds, values)
        return block, words, kinds, values

    for block, words, kinds, values in in_order(parse_block, blocks, available_cpus()):
        spans = words[kinds == parse.READ, 2:].tolist()
        raw_words = [block[start:end] for start, end in spans]
        odd = np.flatnonzero(kinds == parse.ODD).tolist()
        if odd:
            lines = ((line_number + row, block[slice(*words[row, :2])]) for row in odd)
            odd_words, values[odd] = _read_lines(lines, dim, name)
            raw_words = _merge(raw_words, odd_words, kinds[kinds != parse.EMPTY] == parse.ODD)
        is_row = kinds != parse.EMPTY
        yield raw_words, values if is_row.all() else values[is_row]
        line_number += len(kinds)


def _merge(usual, odd, is_odd):
    """One list of two, in the order that ``is_odd`` tells."""
    usual, odd = iter(usual), iter(odd)
    return [next(odd if from_odd else usual) for from_odd in is_odd.tolist()]


def _read_lines(numbered_lines, dim, name):
    """Words and vectors of (line number, line) pairs; blank lines are left out."""
    lines, words, rows = [], [], []
    for number, line in numbered_lines:
        stripped = line.rstrip(BLANKS)
        if stripped:
            word, row = _split(stripped, dim, name, number)
            lines.append((number, row))
            words.append(word)
            rows.append(row)
    values = _parse_numbers(rows, dim)
    if values is None:
        _raise_for_number(lines, dim, name)
    return words, values


def _split(line, dim, name, line_number):
    """A line as (word, the text of its numbers)."""
    if line.count(b" ") == dim and (b"\t" not in line or line.startswith(b"\t")):
        word, _, row = line.partition(b" ")
    else:
        # Spaces in the word, tabs, or several blanks between numbers.
        columns = line.rsplit(None, dim)  # none, where all is white space that is no blank
        if len(columns) <= dim:
            raise InputError(
                f"{name}: line {line_number}: a word and {dim} numbers are needed, "
                f"and {len(columns)} columns are there; "
                "correct the line"
            )
        word, row = columns[0], b" ".join(columns[1:])
    if not word:
        raise InputError(
            f"{name}: line {line_number}: has no word before its numbers; correct the line"
        )
    return word, row


def _parse_numbers(numbers, dim):
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


def _raise_for_number(numbered_rows, dim, name):
    for number, row in numbered_rows:
        fields = row.split()
        for field in fields:
            if not NUMBER.fullmatch(field):
                shown = field[:SHOWN_LENGTH].decode(errors="replace")
                raise InputError(
                    f"{name}: line {number}: {shown!r} is not a number; correct the line"
                )
        if len(fields) != dim:
            raise InputError(
                f"{name}: line {number}: not {dim} numbers behind a word; correct the line"
            )
    raise InputError(
        f"{name}: line {numbered_rows[0][0]} or after: not {dim} numbers behind a word; "
        "correct the line"
    )
