"""Rows of several sources, gathered side by side, as many at a time as memory is for."""

import numpy as np

from .plan import pieces


class Piece:
    """A range of rows, and where each source has them once they are gathered.

    Attributes
    ----------
    first : int   row
    starts : ndarray of int64, (n_sources, n_rows + 1)
    """

    def __init__(self, first, lengths, sources):
        n_sources, n_rows = lengths.shape
        self.first = first
        self.starts = np.zeros((n_sources, n_rows + 1), np.int64)
        np.cumsum(lengths, axis=1, out=self.starts[:, 1:])
        totals = self.starts[:, -1].copy()
        self.n_pairs = int(totals.sum())
        self.starts += (np.cumsum(totals) - totals)[:, None]
        self._sources = sources

    def gathered(self):
        """(columns, sums) of all sources: ndarray of uint32 and of uint64, shape (n_pairs,)."""
        columns, sums = np.empty(self.n_pairs, np.uint32), np.empty(self.n_pairs, np.uint64)
        stop = self.first + self.starts.shape[1] - 1
        for source, starts in zip(self._sources, self.starts, strict=True):
            if starts[0] == starts[-1]:
                continue
            # A source may have some of these rows only.
            low = max(self.first, source.first)
            high = min(stop, source.first + len(source.lengths))
            own = starts[low - self.first : high - self.first + 1]
            source.fill(low, high, own, columns, sums)
        return columns, sums


def pieces_of(sources, first, n_rows, most, beside=0):
    """Yield the `Piece`s of a range of rows.

    Parameters
    ----------
    sources : list      with ``first``, ``lengths`` and ``fill`` as `runs.RunSource`; within it
    first, n_rows : int
    most : int          pairs of a piece, unless it is a single row
    beside : ndarray or int   pairs that each row has elsewhere
    """
    lengths = np.zeros((len(sources), n_rows), np.int64)
    for row, source in zip(lengths, sources, strict=True):
        row[source.first - first :][: len(source.lengths)] = source.lengths
    # Lengths take memory, too.
    for low, high in pieces(lengths.sum(axis=0) + beside + len(sources), most):
        yield Piece(first + low, lengths[:, low:high], sources)
