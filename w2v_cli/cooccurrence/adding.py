"""Adding up rows of pairs: of pools, of temporary files, and of other counts."""

import numpy as np

from ..compiling.cache import compiled_code_cache
from ..errors import ConfigError

with compiled_code_cache():
    from . import loops


class Adder:
    """Adds up sources row by row; one thread uses it at a time.

    Parameters
    ----------
    n_words : int
    symmetric : bool
    """

    def __init__(self, n_words, symmetric):
        n_marks = n_words // 64 + 1
        self._cells = np.zeros(n_words, np.uint64)
        self._marks = np.zeros(n_marks, np.uint64)
        self._blocks = np.zeros(n_marks // 64 + 1, np.uint64)
        self._symmetric = symmetric

    def add(self, first, starts, columns, sums, head, cells):
        """Add up rows.

        Parameters
        ----------
        first : int                   the first of them
        starts : ndarray of int64, (n_sources, n_rows + 1)   where each source has them
        columns, sums : ndarray of uint32, uint64            of all sources
        head : Head
        cells : ndarray of uint64     of the head; empty: they do not count

        Returns
        -------
        ends : ndarray of int64, (n_rows,)   where each row ends
        columns, sums : ndarray              sums are above 0, and columns of a row rise

        Raises
        ------
        ConfigError   if a sum has no room in 64 bits
        """
        n_rows = starts.shape[1] - 1
        most = len(columns)
        if len(cells):
            most += int(head.lengths[first : first + n_rows].sum())
        ends = np.empty(n_rows, np.int64)
        out_columns, out_sums = np.empty(most, np.uint32), np.empty(most, np.uint64)
        n_out = loops.add_up(
            starts, columns, sums, first, cells, head.bases, head.tails, self._symmetric,
            self._cells, self._marks, self._blocks, ends, out_columns, out_sums,
        )  # fmt: skip
        if n_out == loops.OVERFLOW:
            raise ConfigError("a sum has no room in 64 bits; count less text at a time")
        return ends, out_columns[:n_out], out_sums[:n_out]
