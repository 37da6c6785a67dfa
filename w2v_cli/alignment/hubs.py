"""How near each word is to words of the other language at all: what CSLS takes away from cosines.

Some vectors are near to very many others, in high dimensions always (hubs), and would be the answer
to everything. With r(z) the mean cosine of z and the k nearest vectors of the other language, and
r(x) likewise,

    CSLS(x, z) = 2 cos(x, z) - r(x) - r(z)

(Conneau, Lample, Ranzato, Denoyer and Jégou, "Word Translation Without Parallel Data", ICLR 2018,
section 2.3; k = 10 there).
"""

from __future__ import annotations

from threading import Lock, get_ident

import numpy as np

from ..compiling.cache import compiled_code_cache
from ..embeddings.blocks import row_blocks
from ..machine.limits import FEWER_WORDS, require_memory
from ..machine.system import available_cpus
from ..machine.threads import in_threads, one_blas_thread

BLOCK_ROWS, BLOCK_COLUMNS = 256, 1024
"""Of the product that is computed at a time: a megabyte, which stays in the cache of a processor
until it has been looked at."""
MOST_THREADS = 16
"""Each has numbers of all columns of its own."""


def mean_of_best(
    source: np.ndarray, target: np.ndarray, k: int = 10, n_threads: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The mean cosine of each row and the k nearest of the other matrix, for both of two matrices.

    All cosines are computed once, a block at a time, and never held together: memory is
    ``4 k (n_source + threads * n_target)`` bytes beside the matrices. The result does not depend on
    the number of threads.

    Parameters
    ----------
    source : ndarray of float32, shape (n_source, dim)   rows of length 1, or zero
    target : ndarray of float32, shape (n_target, dim)   likewise
    k : int                       neighbors, at least 1; all, where there are fewer
    n_threads : int or None       None: as many as there are processors

    Returns
    -------
    ndarray of float64, shape (n_source,)   r(x)
    ndarray of float64, shape (n_target,)   r(z)

    Raises
    ------
    MemoryShortageError   if there is no room for that
    """
    n_source, n_target = len(source), len(target)
    if n_source == 0 or n_target == 0:
        return np.zeros(n_source), np.zeros(n_target)
    stripes = list(row_blocks(n_source, BLOCK_ROWS))
    n_threads = min(n_threads or available_cpus(), len(stripes), MOST_THREADS)
    of_columns = min(k, n_source)
    needed = 4 * (of_columns + 1) * n_target * n_threads + 8 * (n_source + n_target)
    require_memory(needed, "the nearest words of all words", lambda _: FEWER_WORDS)
    means = np.empty(n_source)
    columns = _Columns(n_target, of_columns)

    def search(number):
        rows = stripes[number]
        largest = _search(source[rows], target, min(k, n_target), *columns.of_this_thread())
        means[rows] = largest.mean(axis=1, dtype=np.float64)

    with compiled_code_cache(), one_blas_thread():
        for _ in in_threads(search, range(len(stripes)), n_threads):
            pass
    return means, columns.means()


class _Columns:
    """The largest numbers of all columns, kept by each thread for the rows that it went through."""

    def __init__(self, n_columns, k):
        self._shape = (n_columns, k)
        self._kept = {}
        self._lock = Lock()

    def of_this_thread(self):
        """(the largest numbers so far, the least of them): float32, (n_columns, k), (n_columns,)"""
        with self._lock:
            if get_ident() not in self._kept:
                largest = np.full(self._shape, -np.inf, np.float32)
                self._kept[get_ident()] = largest, largest[:, 0].copy()
            return self._kept[get_ident()]

    def means(self):
        """Their means: float64, (n_columns,)."""
        n_columns, k = self._shape
        kept = [largest for largest, _ in self._kept.values()]
        means = np.empty(n_columns)
        for some in row_blocks(n_columns):
            together = np.concatenate([largest[some] for largest in kept], axis=1)
            together.sort(axis=1)
            means[some] = together[:, -k:].mean(axis=1, dtype=np.float64)
        return means


def _search(rows, target, k, columns, floors):
    """The k largest products of each of some rows: float32, (n, k); and those of columns."""
    from .loops import keep_largest

    largest = np.full((len(rows), k), -np.inf, np.float32)
    block = np.empty((len(rows), min(BLOCK_COLUMNS, len(target))), np.float32)
    for some in row_blocks(len(target), BLOCK_COLUMNS):
        product = block[:, : some.stop - some.start]
        if product.shape == block.shape:
            np.matmul(rows, target[some].T, out=product)
        else:
            product = rows @ target[some].T
        keep_largest(product, largest, columns[some], floors[some])
    return largest
