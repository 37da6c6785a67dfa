"""What one thread has counted: cells of frequent pairs, and a pool of chunks with all others."""

import numpy as np

from ..compiling.cache import compiled_code_cache
from .packing import CHUNK, shifts_of

with compiled_code_cache():
    from . import loops

CELLS_AT_A_TIME = 1 << 16


class Pool:
    """Takes in pairs until its chunks are used up; then it is to be emptied.

    Parameters
    ----------
    head : Head
    borders : ndarray of int64   of the ranges of rows that are buckets
    rule : CountRule
    n_chunks : int               more than there are buckets, and than a word may need

    Attributes
    ----------
    n_of_words : ndarray of int64, (n_words,)   how often each word occurred
    """

    def __init__(self, head, borders, rule, n_chunks):
        n_words, n_buckets = len(head.heights), len(borders) - 1
        self._head, self._rule = head, rule
        self._weights, self._shifts = rule.weights.astype(np.uint32), shifts_of(rule, n_words)
        self._borders = borders
        bucket_of = np.repeat(np.arange(n_buckets, dtype=np.int32), np.diff(borders))
        self._bucket_of = bucket_of
        self._cells = np.zeros(head.n_cells, np.uint32)
        self._carries = np.zeros(head.n_cells, np.uint32)
        self.n_of_words = np.zeros(n_words, np.int64)
        self._pairs = np.empty(n_chunks * CHUNK, np.int64)
        self._bucket_of_chunk = np.zeros(n_chunks, np.int32)
        self._cursors = np.zeros(n_buckets, np.int64)
        self._state = np.zeros(1, np.int64)
        self._chunks = None

    def scan(self, ids, place, stop):
        """Count the pairs of words from ``place`` up to ``stop``; see `loops.scan`."""
        return loops.scan(
            ids, place, stop, self._rule.window, self._rule.symmetric, self._weights,
            self._head.heights, self._head.bases, self._cells, self._carries,
            self._bucket_of, self._shifts, self._pairs, self._bucket_of_chunk, self._cursors,
            self.n_of_words, self._state,
        )  # fmt: skip

    def add_cells_to(self, cells):
        """Add the sums of frequent pairs; *in place:* ``cells``, ndarray of uint64."""
        for start in range(0, len(cells), CELLS_AT_A_TIME):
            block = slice(start, start + CELLS_AT_A_TIME)
            cells[block] += self._cells[block]
            cells[block] += self._carries[block].astype(np.uint64) << np.uint64(32)

    def source(self, bucket):
        """The pairs of a bucket, as a source of a `Piece`."""
        return PoolSource(self, bucket)

    def first_of(self, bucket):
        """The first row of a bucket."""
        return int(self._borders[bucket])

    def lengths(self, bucket):
        """How many pairs each row of a bucket has: ndarray of int64, shape (n_rows,)."""
        first, stop = self._borders[bucket : bucket + 2]
        found = np.zeros(stop - first, np.int64)
        loops.count_rows(self._pairs, *self._chunks_of(bucket), self._shifts[0], first, found)
        return found

    def group(self, bucket, first, stop, starts, columns, sums):
        """Write the pairs of rows ``first`` up to ``stop`` of a bucket row by row.

        Parameters
        ----------
        bucket, first, stop : int
        starts : ndarray of int64        where each row begins
        columns, sums : ndarray of uint32, uint64    *in place*
        """
        loops.group(
            self._pairs, *self._chunks_of(bucket), self._shifts, first, stop, self._weights,
            self._rule.symmetric, starts.copy(), columns, sums,
        )  # fmt: skip

    def empty(self):
        """Forget the pairs in the chunks."""
        self._state[:] = 0
        self._cursors[:] = 0
        self._chunks = None

    def _chunks_of(self, bucket):
        """(the numbers of a bucket's chunks, pairs in the last one)."""
        if self._chunks is None:
            buckets = self._bucket_of_chunk[: self._state[0]]
            order = np.argsort(buckets, kind="stable")
            cuts = np.searchsorted(buckets[order], np.arange(len(self._cursors) + 1))
            self._chunks = order, cuts
        order, cuts = self._chunks
        n_last = int(self._cursors[bucket]) % CHUNK or CHUNK
        return order[cuts[bucket] : cuts[bucket + 1]], n_last


class PoolSource:
    """The pairs of a bucket in a pool; see `runs.RunSource`."""

    def __init__(self, pool, bucket):
        self._pool, self._bucket = pool, bucket
        self.first = pool.first_of(bucket)
        self.lengths = pool.lengths(bucket)

    def fill(self, first, stop, starts, columns, sums):
        """Write rows as `RunSource.fill` does."""
        self._pool.group(self._bucket, first, stop, starts, columns, sums)
