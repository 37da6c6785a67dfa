"""Vectors of documents from rows of words, as these come, and what documents have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..compiling.cache import compiled_code_cache
from ..machine.threads import one_blas_thread

with compiled_code_cache():
    from .kernel import N_FACTS, pool, take_away

from .marks import END

if TYPE_CHECKING:
    from .lexicon import Rows

PART_BYTES = 1 << 22
"""Of vectors of documents that are made in one go."""
MOST_DOCUMENTS = 4096


class Pooler:
    """Makes vectors of documents; one of any length may go over any number of blocks.

    Parameters
    ----------
    dim : int
    """

    def __init__(self, dim: int) -> None:
        self._sums = np.zeros(dim)
        self._facts = np.zeros(N_FACTS)
        self._n_at_once = max(1, min(PART_BYTES // (4 * dim), MOST_DOCUMENTS))

    def feed(self, rows: np.ndarray, meaning: Rows) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The documents that end in a block; to be gone through to the end.

        Parameters
        ----------
        rows : ndarray of int32   with END behind each document
        meaning : Rows            what rows stand for

        Yields
        ------
        vectors : ndarray of float32, (n, dim)
        n_words : ndarray of int64, (n, 2)   words with a vector, and without
        """
        ends = np.flatnonzero(rows == END) + 1
        start = 0
        for first in range(0, len(ends), self._n_at_once):
            some = ends[first : first + self._n_at_once]
            stop = int(some[-1])
            yield self._pool(rows[start:stop], len(some), meaning)
            start = stop
        if start < len(rows):
            self._pool(rows[start:], 0, meaning)

    def _pool(self, rows, n_ended, meaning):
        vectors = np.empty((n_ended, len(self._sums)), dtype=np.float32)
        n_words = np.empty((n_ended, 2), dtype=np.int64)
        pool(rows, *meaning, self._sums, self._facts, vectors, n_words)
        return vectors, n_words


def finish(vectors: np.ndarray, components: np.ndarray, normalize: bool = False) -> np.ndarray:
    """Take common components out of vectors, and on request make their lengths 1; *in place.*

    Parameters
    ----------
    vectors : ndarray of float32, (n, dim)
    components : ndarray of float64, (k, dim)   orthonormal
    normalize : bool                            zeros stay zeros

    Returns
    -------
    ndarray   the same
    """
    if len(components) or normalize:
        take_away(vectors, components, normalize)
    return vectors


def common_components(blocks: Iterable[np.ndarray], n: int, dim: int) -> np.ndarray:
    """The first right singular vectors of the matrix of all documents, which is not centered.

    Parameters
    ----------
    blocks : iterable of ndarray of float32, (any, dim)   the result may differ in its last digits
                                                          if these are cut elsewhere
    n, dim : int   n is at most dim

    Returns
    -------
    ndarray of float64, (n, dim)   orthonormal, the first one first
    """
    sums = np.zeros((dim, dim))
    with one_blas_thread():
        for block in blocks:
            wide = block.astype(np.float64)
            sums += wide.T @ wide
        # Right singular vectors of a matrix X are eigenvectors of X'X, in ascending order there.
        _, directions = np.linalg.eigh(sums)
    return np.ascontiguousarray(directions.T[::-1][:n])
