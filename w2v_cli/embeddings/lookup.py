"""Which row of the vectors a word means, whatever its case."""

from functools import cached_property
from itertools import islice

import numpy as np

from .words import MappedWords


class Lookup:
    """Rows of words; the first row of those that are one word.

    Words are one if they are equal or, where case is ignored, if `str.casefold` makes them equal:
    the full case folding of Unicode, in no language's own way (``STRASSE`` is ``straße``, ``I`` is
    ``i`` and never the one without dot). Accents and ways to compose them are not folded.

    Parameters
    ----------
    words : sequence of str      of the vectors, most frequent first
    ignore_case : bool
    n_rows : int or None         only the first n_rows are known; None for all
    exact : Mapping of str to int, or None   rows of words as they are spelled: a word that is
                                 among them means that row, and only others are looked for
                                 whatever their case. None: ``Paris`` and ``paris`` are one word
    """

    def __init__(self, words, ignore_case=True, n_rows=None, exact=None):
        self._words = words
        self._n_rows = len(words) if n_rows is None else n_rows
        self._ignore_case = ignore_case
        self._fold = str.casefold if ignore_case else str
        self._exact = exact

    def row(self, word):
        """The row of a word; None if it is unknown."""
        if self._exact is not None:
            row = self._exact.get(word)
            if row is not None or not self._ignore_case:
                return row
        return self._folded.get(self._fold(word))

    def rows(self, groups, length):
        """The rows of groups of words, such as questions or pairs.

        Parameters
        ----------
        groups : list of tuples of str
        length : int                   of each group

        Returns
        -------
        ndarray of int64, shape (n_groups, length)   -1 where a word is unknown
        """
        known = [map(self.row, group) for group in groups]
        rows = [[-1 if row is None else row for row in group] for group in known]
        return np.array(rows, dtype=np.int64).reshape(-1, length)

    @property
    def shadowed(self):
        """Rows of words that an earlier one stands for: ndarray of int64, ascending."""
        return self._folded.repeats()

    @cached_property
    def _folded(self):
        """What knows the first row of each folded word, made when first asked for."""
        if isinstance(self._words, MappedWords):
            return self._words.indexed(self._n_rows, self._ignore_case)
        return _FoldedWords(map(self._fold, islice(self._words, self._n_rows)), self._n_rows)


class _FoldedWords:
    """The first row of each of some words, as `wordindex.WordIndex` has it."""

    def __init__(self, words, n_words):
        rows = {}
        self.get = rows.get
        first = map(rows.setdefault, words, range(n_words))
        self._first = np.fromiter(first, np.int64, n_words)

    def repeats(self):
        return np.flatnonzero(self._first != np.arange(len(self._first)))


def spelled_or_folded(embeddings, ignore_case=True):
    """The Lookup that takes words as they are spelled, or else the first that differs in case."""
    return Lookup(embeddings.words, ignore_case, exact=embeddings.index)
