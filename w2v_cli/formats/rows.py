"""What readers and writers of all formats share: gathering rows, and checking them."""

import math
import mmap

import numpy as np

from ..embeddings.blocks import first_not_finite, row_blocks
from ..embeddings.table import Embeddings
from ..errors import InputError, MemoryShortageError, OutputError, field
from .header import BadRowError, check_count
from .spooled import SpooledRows
from .wordrules import (
    decoded,
    empty_note,
    encode_words,
    joined_note,
    repeated_note,
    undecodable_note,
)

PART_BYTES = 8 << 20
WRITE_ROWS = 1024
"""Rows that become text, or one string of bytes, in one go."""
FLOAT_BYTES = 4
WORD_BYTES = 150
"""A word of vectors that are read: text, its place in a list, and in a set of words seen."""


def vectors_memory(n_rows, dim):
    """What vectors and their words take that are read into memory: int, bytes."""
    return n_rows * (FLOAT_BYTES * dim + WORD_BYTES)


def collect(blocks, layout, source):
    """Gather rows, and hold them against what the header promised.

    Parameters
    ----------
    blocks : iterable of (list of bytes, ndarray of float32, shape (n, dim))   words and vectors
    layout : Layout
    source : Source         its notes tell what the reader noticed; this function adds to them

    Returns
    -------
    Embeddings

    Raises
    ------
    InputError   if there are no rows, a number is not finite, or a word is not UTF-8 and must be
    """
    words = _Words(source)
    matrix = _Rows(layout, source)
    n_read = n_not_finite = 0
    for raw_words, values in _limit(blocks, source.limit):
        kept = finite_rows(raw_words, values, source, n_read)
        n_read += len(values)
        if kept is None:
            matrix.append(values[words.add(raw_words)])
        else:
            n_not_finite += len(values) - len(kept)
            matrix.append(values[kept][words.add([raw_words[row] for row in kept])])
    if source.limit is None or n_read < source.limit:
        n_rows = n_read + source.n_bad_rows - n_not_finite
        check_count(layout, n_rows, source, words.words[-1] if words.words else None)
    if not words.words:
        raise InputError(
            f"{source.name}: no row is left; all were damaged, or without a word; "
            "get or make the file again"
        )
    source.notes += words.notes()
    if layout.format == "text":
        separator = (layout.dialect.separator or b" \t").decode()
        source.notes += filter(None, [joined_note(source.name, words.words, separator)])
    return Embeddings(words.words, matrix.finish())


def _limit(blocks, limit):
    """Blocks up to the row ``limit``; the rest of the file is not read."""
    if limit is None:
        yield from blocks
        return
    for raw_words, values in blocks:
        yield raw_words[:limit], values[:limit]
        limit -= len(values)
        if limit <= 0:
            return


def finite_rows(words, values, source, first_row=0):
    """Which rows to keep: those without NaN, infinity, and numbers too large for float32.

    Parameters
    ----------
    words : list of bytes or of str, length n
    values : ndarray of a number type, shape (n, dim)
    source : Source   is told the largest number, and of rows that are left out
    first_row : int   where the first of these is in the file, counted from 0

    Returns
    -------
    list of int, or None   None for all, as where the source keeps faults

    Raises
    ------
    BadRowError   if a row is not finite, and the source neither keeps faults nor leaves them out
    """
    largest = largest_number(values)
    is_finite = largest <= np.finfo(np.float32).max
    source.largest = max(source.largest or 0.0, largest if is_finite else 0.0)
    if is_finite or source.keep_faults:
        return None
    with np.errstate(over="ignore"):
        is_sound = np.isfinite(np.asarray(values, np.float32)).all(axis=1)
    row = int(is_sound.argmin())
    word = words[row] if isinstance(words[row], str) else words[row].decode(errors="replace")
    error = BadRowError(
        f"{source.name}: row {first_row + row + 1} (word {word!r}) holds NaN, infinity "
        "or a number too large for float32; "
        "correct that row, or leave it out"
    )
    source.leave_out(error, int(np.count_nonzero(~is_sound)))
    return np.flatnonzero(is_sound).tolist()


def largest_number(values):
    """The largest absolute value of an ndarray; NaN if there is one, 0 if there is nothing."""
    largest = 0.0
    for rows in row_blocks(len(values)):
        with np.errstate(invalid="ignore"):
            low, high = float(values[rows].min()), float(values[rows].max())
        if math.isnan(low) or math.isnan(high):
            return math.nan
        largest = max(largest, -low, high)
    return largest


class _Words:
    """Words as str, each once and none empty, counting what had to be repaired."""

    def __init__(self, source):
        self.words = []
        self._source = source
        self._n_read = 0
        self._seen = {""}
        self._repeated = []

    def add(self, raw_words):
        """Take in words; returns the index of the rows to keep: a slice, or a list."""
        words = decoded(raw_words, self._source, self._n_read)
        self._n_read += len(words)
        if self._source.keep_faults and "" not in words:
            self.words += words
            return slice(None)
        n_seen = len(self._seen)
        if self._seen.isdisjoint(words):
            self._seen.update(words)
            if len(self._seen) == n_seen + len(words):
                self.words += words
                return slice(None)
            self._seen.difference_update(words)
        kept = list(self._kept(words))
        self.words += [words[position] for position in kept]
        return kept

    def _kept(self, words):
        """Positions of words that are not empty, and were not there before."""
        for position, word in enumerate(words):
            if word and (self._source.keep_faults or word not in self._seen):
                self._seen.add(word)
                yield position
            else:
                self._repeated.append(word)

    def notes(self):
        source, repeated = self._source, [word for word in self._repeated if word]
        notes = [undecodable_note(source, self._n_read)] if source.undecodable else []
        if len(repeated) < len(self._repeated):
            notes.append(empty_note(source.name, len(self._repeated) - len(repeated)))
        if repeated:
            notes.append(repeated_note(source.name, repeated))
        return notes


class _Rows:
    """Rows as they come, in one array if the header can be believed, else in several.

    A header alone must not allocate memory, so it is believed only where the file is large enough
    for what it says. The rows are in memory once, in the end and before; or, if the source has a
    folder for that, in a temporary file where they do not fit.
    """

    def __init__(self, layout, source):
        self._dim = layout.dim
        self._source = source
        self._parts = []
        self._n_free = 0
        self._spooled = None
        size = source.stream.size
        if layout.n_rows is not None and size is not None and layout.fits(size):
            self._add_part(min(layout.n_rows, source.limit or layout.n_rows))

    def append(self, values):
        while len(values):
            if not self._n_free and self._spooled is None:
                self._add_part(max(len(values), PART_BYTES // (4 * self._dim)))
            if self._spooled is not None:
                self._spooled.append(values)
                return
            first = len(self._parts[-1]) - self._n_free
            some = values[: self._n_free]
            self._parts[-1][first : first + len(some)] = some
            self._n_free -= len(some)
            values = values[len(some) :]

    def finish(self):
        """All rows: ndarray of float32, shape (n, dim)."""
        if self._spooled is not None:
            return self._spooled.finish()
        if self._parts:
            self._parts[-1] = self._parts[-1][: len(self._parts[-1]) - self._n_free]
        if len(self._parts) == 1:
            return self._parts.pop()
        matrix = np.empty((sum(map(len, self._parts)), self._dim), dtype=np.float32)
        end = len(matrix)
        while self._parts:
            # Each part is given back as soon as it is copied, and memory of the matrix is taken
            # only when it is written to.
            part = self._parts.pop()
            matrix[end - len(part) : end] = part
            end -= len(part)
            del part
        return matrix

    def _add_part(self, n_rows):
        try:
            self._source.take_memory(vectors_memory(n_rows, self._dim))
        except MemoryShortageError:
            if self._source.tmpdir is None:
                raise
            self._spool()
            return
        # Not from the heap, which may keep what is given back.
        memory = mmap.mmap(-1, max(4 * n_rows * self._dim, 1))
        part = np.frombuffer(memory, np.float32, n_rows * self._dim).reshape(n_rows, self._dim)
        self._parts.append(part)
        self._n_free = n_rows

    def _spool(self):
        """Write what is there to a temporary file, to which rows go from now on."""
        source = self._source
        self._spooled = SpooledRows(source.tmpdir, self._dim)
        source.notes.append(
            f"{source.name}: does not fit into memory; its vectors lie in {source.tmpdir} meanwhile"
        )
        for part in self._parts:
            self._spooled.append(part)
        self._parts = []


def check_numbers(words, vectors, path, dtype):
    """Raise OutputError if a number is NaN or infinite, or too large for the type it is kept in."""
    if dtype == "int8":  # times a scale, which is float32
        dtype = "float32"
    row = first_not_finite(vectors, dtype)
    if row is None:
        return
    if first_not_finite(vectors[row : row + 1]) is None:
        raise OutputError(
            f"{path}: not written: the vector of {words[row]!r} holds a number larger than "
            f"{dtype} can hold ({np.finfo(dtype).max:g}); {field('normalize')} makes them small"
        )
    raise OutputError(
        f"{path}: not written: the vector of {words[row]!r} holds NaN or infinity; "
        f"train with a lower {field('lr')}"
    )


def written_blocks(words, vectors):
    """Words, encoded, and their vectors, some rows at a time: (list of bytes, ndarray)."""
    for block in row_blocks(len(vectors), WRITE_ROWS):
        yield encode_words(words[block]), vectors[block]
