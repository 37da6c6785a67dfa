"""Which row of the vectors a word of a test means, whatever its case."""

from itertools import islice

import numpy as np


class Lookup:
    """Rows of words; the first row of those that are one word.

    Words are one if they are equal or, where case is ignored, if `str.casefold` makes them equal:
    the full case folding of Unicode, in no language's own way (``STRASSE`` is ``straße``, ``I`` is
    ``i`` and never the one without dot). Accents and ways to compose them are not folded.

    Parameters
    ----------
    words : sequence of str      of the vectors, most frequent first
    n_rows : int                 only the first n_rows are known
    ignore_case : bool

    Attributes
    ----------
    shadowed : ndarray of int64, ascending   rows of words that an earlier one stands for
    """

    def __init__(self, words, n_rows, ignore_case):
        self._fold = str.casefold if ignore_case else str
        self._rows = {}
        first = np.fromiter(
            map(self._rows.setdefault, map(self._fold, islice(words, n_rows)), range(n_rows)),
            np.int64,
            n_rows,
        )
        self.shadowed = np.flatnonzero(first != np.arange(n_rows))

    def rows(self, groups, length):
        """The rows of groups of words, such as questions or pairs.

        Parameters
        ----------
        groups : list of tuples of ``length`` str

        Returns
        -------
        ndarray of int64, shape (n_groups, length)   -1 where a word is unknown
        """
        fold, get = self._fold, self._rows.get
        rows = [[get(fold(word), -1) for word in group] for group in groups]
        return np.array(rows, dtype=np.int64).reshape(-1, length)
