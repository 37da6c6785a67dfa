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
        self._first, self._seed = first, seed
        self._starts = np.concatenate([[0], np.cumsum(sizes)])

    def start(self, inputs):
        """Let sums be those of rows as they start; *in place:* ``inputs``, (first + n, dim)."""
        for sums, _, vectors, starts in self._blocks(inputs.shape[1]):
            inputs[self._first :][sums] = np.add.reduceat(vectors, starts)

    def all_rows(self, inputs):
        """All rows, each by itself: ndarray of float32, (n_rows, dim).

        Parameters
        ----------
        inputs : ndarray of float32, (first + n, dim)
        """
        dim = inputs.shape[1]
        found = np.empty((self._first + int(self._starts[-1]), dim), dtype=np.float32)
        found[: self._first] = inputs[: self._first]
        for sums, rows, vectors, starts in self._blocks(dim):
            sizes = np.diff(np.append(starts, len(vectors)))
            changes = inputs[self._first :][sums] - np.add.reduceat(vectors, starts)
            changes /= sizes[:, np.newaxis].astype(np.float32)
            found[self._first :][rows] = vectors + np.repeat(changes, sizes, axis=0)
        return found

    def _blocks(self, dim):
        """(which sums, which rows, how these start, where each sum's begin among them)."""
        generator = np.random.default_rng(np.random.SeedSequence(self._seed, spawn_key=(STREAM,)))
        starts, first = self._starts, 0
        while first < len(starts) - 1:
            last = int(np.searchsorted(starts, starts[first] + ROWS_AT_ONCE, side="right")) - 1
            last = max(last, first + 1)
            rows = slice(int(starts[first]), int(starts[last]))
            vectors = even(generator, rows.stop - rows.start, dim)
            yield slice(first, last), rows, vectors, starts[first:last] - starts[first]
            first = last


def even(generator, n_rows, dim):
    """Random rows, even in +-1 / dim: ndarray of float32."""
    numbers = generator.random((n_rows, dim), dtype=np.float32)
    return np.float32(2) * (numbers - np.float32(0.5)) / dim
