"""Rows of numbers that have no words: as text, and as an array of NumPy."""

from __future__ import annotations

import os
import shutil
import tempfile
from itertools import pairwise
from typing import BinaryIO

import numpy as np

from ..compiling.cache import compiled_code_cache
from ..files.npyheader import npy_header
from ..machine.threads import in_order

with compiled_code_cache():
    from .digits import MOST_BYTES, format_rows

ROWS_OF_A_THREAD = 256
"""Fewer are not worth a thread."""
DTYPE = "<f4"


def row_texts(vectors: np.ndarray, separator: bytes, row_end: bytes) -> list[bytes]:
    """Rows as text, with 9 significant digits: enough to restore every float32.

    Parameters
    ----------
    vectors : ndarray of float32, (n, dim)   finite; dim above 0
    separator, row_end : bytes               one byte each: between numbers, and behind the last

    Returns
    -------
    list of bytes   n
    """
    data, ends, odd = _formatted(vectors, separator, row_end)
    texts = [data[start:end] for start, end in pairwise([0, *ends.tolist()])]
    for row in np.flatnonzero(odd).tolist():
        texts[row] = _by_python(vectors[row], separator, row_end)
    return texts


def rows_as_text(
    vectors: np.ndarray, separator: bytes, row_end: bytes, n_threads: int = 1
) -> bytes:
    """The texts of `row_texts`, one behind the other; the same with any number of threads."""
    starts = range(0, len(vectors), ROWS_OF_A_THREAD)
    if n_threads == 1 or len(starts) < n_threads:
        return _joined(vectors, separator, row_end)
    step = -(-len(vectors) // n_threads)
    parts = [vectors[start : start + step] for start in range(0, len(vectors), step)]
    return b"".join(in_order(lambda part: _joined(part, separator, row_end), parts, n_threads))


def _joined(vectors, separator, row_end):
    data, _, odd = _formatted(vectors, separator, row_end)
    return b"".join(row_texts(vectors, separator, row_end)) if odd.any() else data


def _formatted(vectors, separator, row_end):
    """(text, where each row ends in it, which rows are not in it)."""
    n_rows, dim = vectors.shape
    text = np.empty(n_rows * dim * MOST_BYTES, dtype=np.uint8)
    ends, odd = np.empty(n_rows, dtype=np.int64), np.empty(n_rows, dtype=bool)
    format_rows(vectors, ord(separator), ord(row_end), text, ends, odd)
    return text[: ends[-1] if n_rows else 0].tobytes(), ends, odd


def _by_python(vector, separator, row_end):
    return separator.join(b"%.9g" % number for number in vector.tolist()) + row_end


class NpyWriter:
    """Writes rows as a ``.npy`` file whose number of rows is known at the end only.

    As a context it finishes the file when the block ends well.

    Parameters
    ----------
    stream : binary stream   at its beginning
    dim : int
    is_file : bool           what is written may be changed later; else rows are kept in a temporary
                             file meanwhile
    """

    def __init__(self, stream: BinaryIO, dim: int, is_file: bool) -> None:
        self._stream = stream
        self._dim = dim
        self._n_rows = 0
        self._spool = None if is_file else tempfile.TemporaryFile()
        if is_file:
            stream.write(npy_header((0, dim), DTYPE))

    def __enter__(self) -> NpyWriter:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._finish()
        if self._spool is not None:
            self._spool.close()

    def write(self, vectors: np.ndarray, _n_words: object = None) -> None:
        """Write rows (float32, (n, dim)) behind the others."""
        self._n_rows += len(vectors)
        target = self._stream if self._spool is None else self._spool
        target.write(np.ascontiguousarray(vectors, dtype=DTYPE).tobytes())

    def _finish(self) -> None:
        # All headers of two numbers have one length.
        header = npy_header((self._n_rows, self._dim), DTYPE)
        if self._spool is None:
            self._stream.seek(0)
            self._stream.write(header)
            self._stream.seek(0, os.SEEK_END)
        else:
            self._stream.write(header)
            self._spool.seek(0)
            shutil.copyfileobj(self._spool, self._stream)
