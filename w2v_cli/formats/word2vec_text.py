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
from .dialect import BLANKS, CODED, NUMBER
from .header import BadRowError, unended_note
from .rows import written_blocks

COMPILED_FROM = 40 << 20
"""Bytes of text from which on it is worth the time to load Numba."""
SHOWN_LENGTH = 60


def read_blocks(rest, source):
    """Read rows, many at a time.

    Parameters
    ----------
    rest : bytes      read from the stream before, beginning with the first row
    source : Source   whose layout is known; gets a note where the last line is not ended

    Yields
    ------
    list of bytes, ndarray of float32, shape (n, dim)   words and their vectors

    Raises
    ------
    InputError   if a line has too few columns, or something else than numbers in them, unless the
                 source leaves out such rows
    """
    layout = source.layout
    parameters = layout.parameters
    lines = _Lines(source, layout.dim if parameters is None else parameters.n_numbers)
    for raw_words, values in _read_lines_of(_byte_blocks(rest, source), source, lines):
        words = list(map(_decoded, raw_words)) if layout.is_coded else raw_words
        yield words, values if parameters is None else parameters.of_rows(values)


def _read_lines_of(blocks, source, lines):
    """Words and vectors of blocks of lines."""
    if source.stream.is_compressed:
        blocks = read_ahead(blocks)
    line_number = source.layout.first_line
    n_bytes = source.stream.size or 0
    for block in blocks:
        if n_bytes >= COMPILED_FROM and source.layout.dialect.is_plain:
            yield from _read_compiled(chain([block], blocks), line_number, lines)
            return
        raw_lines = block[:-1].split(b"\n")
        yield lines.read(enumerate(raw_lines, line_number))
        line_number += len(raw_lines)
        n_bytes += len(block)


def _decoded(word):
    """A word that may be written in base64, as Deeplearning4j does it."""
    if not word.startswith(CODED):
        return word
    from base64 import b64decode

    try:
        return b64decode(word.removeprefix(CODED), validate=True)
    except ValueError:
        return word


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


def _byte_blocks(rest, source):
    """Blocks of whole lines, each with its newline; the last one gets one if it has none."""
    parts = [rest]
    while data := source.stream.read(READ_SIZE):
        end = data.rfind(b"\n") + 1
        if end:
            yield b"".join((*parts, memoryview(data)[:end]))
            parts = []
        parts.append(data[end:])
    last = b"".join(parts)
    if last.rpartition(b"\n")[2].strip():
        source.notes.append(unended_note(source.name))
    if last:
        yield last + b"\n"


def _read_compiled(blocks, line_number, lines):
    """Words and vectors of blocks of lines, parsed in several threads."""
    from ..compiling.cache import compiled_code_cache

    with compiled_code_cache():
        from . import parse

    def parse_block(block):
        data = np.frombuffer(block, dtype=np.uint8)
        n_lines = parse.count_lines(data)
        words = np.empty((n_lines, 4), dtype=np.int64)
        kinds = np.empty(n_lines, dtype=np.uint8)
        values = np.empty((n_lines, lines.dim), dtype=np.float32)
        parse.parse_lines(data, lines.dim, words, kinds, values)
        return block, words, kinds, values

    for block, words, kinds, values in in_order(parse_block, blocks, available_cpus()):
        spans = words[kinds == parse.READ, 2:].tolist()
        raw_words = [block[start:end] for start, end in spans]
        odd = np.flatnonzero(kinds == parse.ODD)
        if len(odd):
            numbered = ((line_number + row, block[slice(*words[row, :2])]) for row in odd.tolist())
            odd_words, odd_values, kept = lines.read_kept(numbered)
            kinds[np.delete(odd, kept)] = parse.EMPTY
            values[odd[kept]] = odd_values
            raw_words = _merge(raw_words, odd_words, kinds[kinds != parse.EMPTY] == parse.ODD)
        is_row = kinds != parse.EMPTY
        yield raw_words, values if is_row.all() else values[is_row]
        line_number += len(kinds)


def _merge(usual, odd, is_odd):
    """One list of two, in the order that ``is_odd`` tells."""
    usual, odd = iter(usual), iter(odd)
    return [next(odd if from_odd else usual) for from_odd in is_odd.tolist()]


class _Lines:
    """Reads lines one by one, as the layout of a source says."""

    def __init__(self, source, dim):
        """``dim`` numbers stand in a line."""
        self.dim = dim
        self._source = source
        self._dialect = source.layout.dialect

    def read(self, numbered_lines):
        """Words and vectors of (line number, line) pairs; blank lines are left out."""
        words, values, _ = self.read_kept(numbered_lines)
        return words, values

    def read_kept(self, numbered_lines):
        """Likewise, and which of the pairs these are: list of int."""
        rows, kept = [], []
        for position, (number, line) in enumerate(numbered_lines):
            stripped = line.rstrip(BLANKS)
            if stripped and (row := self._split(stripped, number)) is not None:
                rows.append((number, *row))
                kept.append(position)
        values = _parse_numbers([row for _, _, row in rows], self.dim)
        if values is None:
            sound = [at for at, (number, _, row) in enumerate(rows) if self._is_sound(number, row)]
            rows, kept = [rows[at] for at in sound], [kept[at] for at in sound]
            values = _parse_numbers([row for _, _, row in rows], self.dim)
        if values is None:
            raise InputError(
                f"{self._source.name}: line {rows[0][0]} or after: not {self.dim} numbers behind a "
                "word; correct the line"
            )
        return [word for _, word, _ in rows], values, kept

    def _split(self, line, number):
        """A line as (word, the text of its numbers); None if it is left out."""
        try:
            place = f"{self._source.name}: line {number}"
            if self._dialect.is_plain:
                return _split(line, self.dim, place)
            return self._dialect.split(line, self.dim, place)
        except BadRowError as error:
            self._source.leave_out(error)
            return None

    def _is_sound(self, number, row):
        """Whether there are as many numbers as there must be; leave the row out, if not."""
        fault = _fault(row, self.dim, f"{self._source.name}: line {number}")
        if fault is not None:
            self._source.leave_out(fault)
        return fault is None


def _split(line, dim, place):
    """A line with blanks between columns as (word, the text of its numbers)."""
    if line.count(b" ") == dim and (b"\t" not in line or line.startswith(b"\t")):
        word, _, row = line.partition(b" ")
        return word, row
    # Spaces in the word, tabs, or several blanks between numbers.
    columns = line.rsplit(None, dim)  # none, where all is white space that is no blank
    if len(columns) == dim and line[:1] in (b" ", b"\t"):
        return b"", b" ".join(columns)
    if len(columns) <= dim:
        raise BadRowError(
            f"{place}: a word and {dim} numbers are needed, and {len(columns)} columns are there; "
            "correct the line"
        )
    return columns[0].lstrip(BLANKS), b" ".join(columns[1:])


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


def _fault(row, dim, place):
    """What is wrong with the text of numbers: a BadRowError, or None."""
    fields = row.split()
    for field in fields:
        if not NUMBER.fullmatch(field):
            shown = field[:SHOWN_LENGTH].decode(errors="replace")
            return BadRowError(f"{place}: {shown!r} is not a number; correct the line")
    if len(fields) != dim:
        return BadRowError(f"{place}: not {dim} numbers behind a word; correct the line")
    return None
