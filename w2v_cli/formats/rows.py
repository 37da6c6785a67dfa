"""What readers and writers of all formats share: gathering rows, and checking them."""

import numpy as np

from ..embeddings import Embeddings
from ..errors import InputError, OutputError

GROWTH = 1.5
CHECKED_ROWS = 4096
SHOWN_WORDS = 3


def collect(blocks, layout, name, notes):
    """Gather rows, and hold them against what the header promised.

    Parameters
    ----------
    blocks : iterable of (list of bytes, ndarray of float32, shape (n, dim))   words and vectors
    layout : Layout
    name : str              for messages
    notes : list of str     what the reader noticed; this function adds to it

    Returns
    -------
    Embeddings

    Raises
    ------
    InputError   if rows are missing or left over, or a number is not finite
    """
    words = _Words()
    matrix = _GrowingMatrix(layout)
    n_read = 0
    for raw_words, values in blocks:
        _check_rows(raw_words, values, n_read, layout, name)
        n_read += len(values)
        matrix.append(values[words.add(raw_words)])
    if layout.n_rows is not None and n_read < layout.n_rows:
        raise InputError(
            f"{name}: line 1: says {layout.n_rows} vectors, but {n_read} are there; "
            "the file is cut short, or its header is wrong"
        )
    return Embeddings(words.words, matrix.finished(), notes + words.notes(name))


def _check_rows(raw_words, values, n_read, layout, name):
    if layout.n_rows is not None and n_read + len(values) > layout.n_rows:
        raise InputError(
            f"{name}: line 1: says {layout.n_rows} vectors, but there are more; correct the header"
        )
    finite = np.isfinite(values).all(axis=1)
    if not finite.all():
        row = int(finite.argmin())
        word = raw_words[row].decode(errors="replace")
        raise InputError(
            f"{name}: row {n_read + row + 1} (word {word!r}) holds NaN, infinity "
            "or a number too large for float32"
        )


class _Words:
    """Words as str, each once, counting what had to be repaired."""

    def __init__(self):
        self.words = []
        self._seen = set()
        self._repeated = []
        self._undecodable = 0

    def add(self, raw_words):
        """Take in words; returns the index of the rows to keep: a slice, or a list."""
        words = self._decoded(raw_words)
        kept = []
        for position, word in enumerate(words):
            if word in self._seen:
                self._repeated.append(word)
            else:
                self._seen.add(word)
                kept.append(position)
        if len(kept) == len(words):
            self.words += words
            return slice(None)
        self.words += [words[position] for position in kept]
        return kept

    def notes(self, name):
        notes = []
        if self._undecodable:
            notes.append(
                f"{name}: words with bytes that are not UTF-8: {self._undecodable}; "
                "each such byte was read as U+FFFD"
            )
        if self._repeated:
            shown = ", ".join(map(repr, self._repeated[:SHOWN_WORDS]))
            more = ", ..." if len(self._repeated) > SHOWN_WORDS else ""
            notes.append(
                f"{name}: rows left out because their word was there before: "
                f"{len(self._repeated)} ({shown}{more})"
            )
        return notes

    def _decoded(self, raw_words):
        try:
            return [word.decode() for word in raw_words]
        except UnicodeDecodeError:
            words = [word.decode(errors="replace") for word in raw_words]
        self._undecodable += sum(
            word.encode() != raw for word, raw in zip(words, raw_words, strict=True)
        )
        return words


class _GrowingMatrix:
    """Rows in one array that grows as they come: a header alone must not allocate memory."""

    def __init__(self, layout):
        self._array = np.empty((0, layout.dim), dtype=np.float32)
        self._limit = layout.n_rows
        self._n_rows = 0

    def append(self, values):
        end = self._n_rows + len(values)
        if end > len(self._array):
            capacity = max(end, int(GROWTH * len(self._array)))
            if self._limit is not None:
                capacity = min(capacity, self._limit)
            self._resize(capacity)
        self._array[self._n_rows : end] = values
        self._n_rows = end

    def finished(self):
        self._resize(self._n_rows)
        return self._array

    def _resize(self, n_rows):
        # In place, by realloc: a second copy of a large matrix may not fit in memory.
        self._array.resize((n_rows, self._array.shape[1]), refcheck=False)


def check_finite(words, vectors, path):
    """Raise OutputError if any number is NaN or infinite: such a file is of no use."""
    for start in range(0, len(vectors), CHECKED_ROWS):
        finite = np.isfinite(vectors[start : start + CHECKED_ROWS]).all(axis=1)
        if not finite.all():
            word = words[start + int(finite.argmin())]
            raise OutputError(
                f"{path}: not written: the vector of {word!r} holds NaN or infinity; "
                "train with a lower --lr"
            )


def encoded(words):
    """Words as UTF-8, checked to be such that a reader can tell where they end.

    Raises
    ------
    OutputError   if a word is empty, holds a space or newline, or is not text
    """
    try:
        raw_words = [word.encode() for word in words]
    except UnicodeEncodeError as error:
        raise OutputError(f"word {error.object!r} cannot be written as UTF-8") from error
    for raw in raw_words:
        if not raw or b" " in raw or b"\n" in raw:
            raise OutputError(
                f"word {raw.decode()!r} cannot be written: "
                "word2vec files hold no empty words, and none with a space or newline"
            )
    return raw_words
