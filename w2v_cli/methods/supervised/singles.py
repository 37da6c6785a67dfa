"""N-grams that only one document has, and there once: one row in training in the place of all.

Each of the s rows of a document gets the same change in each step. So of rows r_1, ..., r_s only
their sum has to be trained, which takes s times that change; and in the end each is what it was
at the start, and one s-th of what the sum has changed. That is exact but for rounding. Where rows
start is drawn again, by the same seed, instead of kept.
"""

import numpy as np

ROWS_AT_ONCE = 1 << 14
STREAM = 1
"""Of random numbers, beside that of the other rows."""


class SingleRows:
    """The rows of single n-grams, behind all others, document by document.

    Parameters
    ----------
    first : int                      the first such row, and the first that is a sum
    sizes : ndarray of int64, (n,)   how many rows each sum is of, at least one
    seed : int
    """

    def __init__(self, first, sizes, seed):
        self.first, self._seed = first, seed
        self.sizes, self.starts = sizes, np.concatenate([[0], np.cumsum(sizes)])
        self._random = None

    def start(self, inputs):
        """Let sums be those of rows as they start; *in place:* ``inputs``, (first + n, dim)."""
        dim = inputs.shape[1]
        for part, _, vectors in self._drawn(dim):
            inputs[self.first :][part] = self._sums(part, vectors)

    def random(self, dim):
        """How rows, and their sums, start: two ndarrays of float32, which are kept."""
        if self._random is None:
            vectors = np.empty((int(self.starts[-1]), dim), dtype=np.float32)
            sums = np.empty((len(self.sizes), dim), dtype=np.float32)
            for part, rows, drawn in self._drawn(dim):
                vectors[rows], sums[part] = drawn, self._sums(part, drawn)
            self._random = vectors, sums
        return self._random

    def _sums(self, part, vectors):
        return np.add.reduceat(vectors, self.starts[:-1][part] - self.starts[part.start])

    def _drawn(self, dim):
        """(which sums, which rows, how these start) part by part."""
        generator = np.random.default_rng(np.random.SeedSequence(self._seed, spawn_key=(STREAM,)))
        starts, first = self.starts, 0
        while first < len(self.sizes):
            last = int(np.searchsorted(starts, starts[first] + ROWS_AT_ONCE, side="right")) - 1
            last = max(last, first + 1)
            rows = slice(int(starts[first]), int(starts[last]))
            yield slice(first, last), rows, even(generator, rows.stop - rows.start, dim)
            first = last


class AllRows:
    """All rows, those too that were trained as their sum, as one matrix; read-only.

    Parameters
    ----------
    inputs : ndarray of float32, (first + n, dim)   as they were trained
    singles : SingleRows

    Attributes
    ----------
    shape : (int, int)
    """

    def __init__(self, inputs, singles):
        self._inputs, self._singles = inputs, singles
        self.shape = singles.first + int(singles.starts[-1]), inputs.shape[1]

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, wanted):
        """Rows of a slice, or an array of numbers: ndarray of float32, (n, dim)."""
        if isinstance(wanted, slice):
            wanted = np.arange(*wanted.indices(len(self)))
        wanted, first = np.atleast_1d(np.asarray(wanted)), self._singles.first
        rows = np.empty((len(wanted), self.shape[1]), dtype=np.float32)
        is_single = wanted >= first
        rows[~is_single] = self._inputs[wanted[~is_single]]
        if is_single.any():
            vectors, sums = self._singles.random(self.shape[1])
            numbers = wanted[is_single] - first
            of = np.searchsorted(self._singles.starts, numbers, side="right") - 1
            changes = self._inputs[first + of] - sums[of]
            changes /= self._singles.sizes[of, np.newaxis].astype(np.float32)
            rows[is_single] = vectors[numbers] + changes
        return rows

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self[:], dtype=dtype)


def even(generator, n_rows, dim):
    """Random rows, even in +-1 / dim: ndarray of float32."""
    numbers = generator.random((n_rows, dim), dtype=np.float32)
    return np.float32(2) * (numbers - np.float32(0.5)) / dim
