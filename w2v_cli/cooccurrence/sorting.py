"""Pairs that come in any order, put into runs: see `runs`."""

import numpy as np

from ..compiling.cache import compiled_code_cache
from ..files.mapped import let_go
from .gathering import pieces_of
from .plan import MOST_BUCKETS, Head, row_borders
from .runs import Runs
from .scratch import ScratchFile

with compiled_code_cache():
    from . import loops

LEAST_ENTRIES, MOST_ENTRIES = 1 << 16, 1 << 23
MEMORY_OF_ENTRY = 64
"""Bytes at the peak, while one is put in order, or added up."""


def entries_for(n_bytes):
    """How many pairs to put in order at a time, in about so many bytes."""
    return int(min(max(n_bytes // MEMORY_OF_ENTRY, LEAST_ENTRIES), MOST_ENTRIES))


class Sorter:
    """Takes pairs in any order and gives them by rows; the same one may come again.

    Parameters
    ----------
    counts : ndarray of int64, (n_words,)   of words, to guess how many pairs rows have
    folder : str                            for a temporary file
    """

    def __init__(self, counts, folder):
        head = Head.of(len(counts), False, 0)
        self._borders = row_borders(counts, head, MOST_BUCKETS)
        self._n_words = len(counts)
        self._runs = Runs(ScratchFile(folder), len(self._borders) - 1)

    def add(self, rows, columns, sums):
        """Take pairs: ndarray of int64, of uint32 and of uint64."""
        lengths = np.bincount(rows, minlength=self._n_words)
        ends = np.cumsum(lengths)
        by_row, sums_by_row = np.empty(len(rows), np.uint32), np.empty(len(rows), np.uint64)
        loops.group_entries(rows, columns, sums, ends - lengths, by_row, sums_by_row)
        for bucket in range(len(self._borders) - 1):
            first, stop = self._borders[bucket : bucket + 2].tolist()
            low, high = int(ends[first] - lengths[first]), int(ends[stop - 1])
            if low < high:
                own = slice(low, high)
                self._runs.write(
                    bucket, first, ends[first:stop] - low, by_row[own], sums_by_row[own]
                )

    def pieces(self, most, other=None):
        """Yield the `Piece`s of all rows, of ``most`` pairs at a time.

        ``other(first, stop)`` gives one more source of rows, if there is any.
        """
        for bucket in range(len(self._borders) - 1):
            first, stop = self._borders[bucket : bucket + 2].tolist()
            sources = self._runs.sources(bucket)
            if other:
                sources.append(other(first, stop))
            yield from pieces_of(sources, first, stop - first, most)

    def close(self):
        """Give back what is on the disk."""
        self._runs.close()


class TableSource:
    """Rows of counts, as a source of a `Piece`; see `runs.RunSource`.

    Attributes
    ----------
    first : int
    lengths : ndarray of int64, (n_rows,)
    """

    def __init__(self, table, first, stop):
        self._table = table
        self.first = first
        self.lengths = np.diff(table.starts[first : stop + 1])

    def fill(self, first, stop, starts, columns, sums):
        """Copy rows as `RunSource.fill` does."""
        own = slice(int(self._table.starts[first]), int(self._table.starts[stop]))
        place = slice(int(starts[0]), int(starts[-1]))
        columns[place] = self._table.columns[own]
        sums[place] = self._table.sums[own]
        let_go(self._table.columns, self._table.sums)


def entries_of(table, most):
    """Yield (rows, columns, sums) of all pairs of a table, so many at a time.

    ``rows`` are ndarray of int64; the others are views of the table's arrays.
    """
    for start in range(0, len(table), most):
        stop = min(start + most, len(table))
        first = int(np.searchsorted(table.starts, start, side="right")) - 1
        last = int(np.searchsorted(table.starts, stop, side="left"))
        borders = np.clip(table.starts[first : last + 1], start, stop)
        rows = np.repeat(np.arange(first, last), np.diff(borders))
        yield rows, table.columns[start:stop], table.sums[start:stop]
        let_go(table.columns, table.sums)
