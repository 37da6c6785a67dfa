"""Runs: rows of pairs that were added up once, in a temporary file until they are again."""

from typing import NamedTuple

import numpy as np

LENGTH = np.dtype(np.uint32)
SUM = np.dtype(np.uint64)


class RunPlace(NamedTuple):
    """Rows in the file: their lengths (uint32), and then all sums, and all columns.

    Attributes
    ----------
    first, n_rows, n_pairs : int
    offset : int   where they begin in the file
    """

    first: int
    n_rows: int
    n_pairs: int
    offset: int


class Runs:
    """All runs, by bucket, in one file.

    Parameters
    ----------
    file : ScratchFile   owned by this object from now on
    n_buckets : int
    """

    def __init__(self, file, n_buckets):
        self._file = file
        self._runs = [[] for _ in range(n_buckets)]

    def write(self, bucket, first, ends, columns, sums):
        """Write rows from ``first`` on; see `adding.Adder.add`. Any thread may do so."""
        lengths = np.diff(ends, prepend=0).astype(LENGTH)
        offset = self._file.append(lengths, sums, columns)
        self._runs[bucket].append(RunPlace(first, len(ends), len(columns), offset))

    def sources(self, bucket):
        """The runs of a bucket, as sources of a `Piece`."""
        return [RunSource(self._file, run) for run in self._runs[bucket]]

    def close(self):
        """Close the file, which is gone then."""
        self._file.close()


class RunSource:
    """The rows of a run.

    Attributes
    ----------
    first : int
    lengths : ndarray of uint32, (n_rows,)
    """

    def __init__(self, file, run):
        self._file, self._run = file, run
        self.first = run.first
        self.lengths = np.empty(run.n_rows, LENGTH)
        file.read(run.offset, self.lengths)

    def fill(self, first, stop, starts, columns, sums):
        """Read rows from ``first`` up to ``stop``, which it has.

        Parameters
        ----------
        first, stop : int
        starts : ndarray of int64, (stop - first + 1,)   where rows go in the arrays
        columns, sums : ndarray of uint32, uint64        *in place*
        """
        behind = self._run.offset + self.lengths.nbytes
        before = int(self.lengths[: first - self.first].sum(dtype=np.int64))
        place, end = int(starts[0]), int(starts[-1])
        self._file.read(behind + before * SUM.itemsize, sums[place:end])
        behind += self._run.n_pairs * SUM.itemsize
        self._file.read(behind + before * columns.itemsize, columns[place:end])
