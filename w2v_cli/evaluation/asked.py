"""The words of a test as rows of vectors: those that have none are made of their n-grams."""

import numpy as np

from ..embeddings.made import MadeWords
from ..embeddings.search import pair_products
from ..embeddings.table import as_cosines, unit_rows
from .spellings import known_row


class AskedWords:
    """Finds the rows of words; a word that is made of its n-grams gets one behind all others.

    It answers what is asked of `Embeddings` about rows, of these rows too, but only those of the
    embeddings can be compared with all.

    Parameters
    ----------
    embeddings : Embeddings   not changed
    lookup : Lookup           of their words

    Attributes
    ----------
    dim : int
    makes : bool   whether words that are not there are made
    """

    def __init__(self, embeddings, lookup):
        self._embeddings = embeddings
        self._lookup = lookup
        self._made = MadeWords(embeddings)
        self.dim = embeddings.dim
        self.makes = self._made.makes

    def known_row(self, word, shorter=None):
        """The row of a word that is there; None if it is not. See `spellings.known_row`."""
        return known_row(self._lookup, word, shorter)

    def row(self, word, shorter=None):
        """Likewise, or else that of the word made of its n-grams; None if it has none."""
        row = self.known_row(word, shorter)
        return self._made.row(word if shorter is None else shorter(word)) if row is None else row

    def rows(self, groups, length, shorter=None):
        """The rows of groups of words: ndarray of int64, (n_groups, length); -1 without one."""
        found = [[self.row(word, shorter) for word in group] for group in groups]
        rows = [[-1 if row is None else row for row in group] for group in found]
        return np.array(rows, dtype=np.int64).reshape(-1, length)

    def are_made(self, rows):
        """Which rows are those of words that were made: ndarray of bool, of the same shape."""
        return rows >= len(self._embeddings)

    def unit(self, rows):
        """As `Embeddings.unit`, of an array of rows."""
        made = self.are_made(rows)
        if not made.any():
            return self._embeddings.unit(rows)
        vectors = np.empty((len(rows), self.dim))
        vectors[~made] = self._embeddings.unit(rows[~made])
        vectors[made] = self._made_units()[rows[made] - len(self._embeddings)]
        return vectors

    def exact_cosines(self, queries, query_rows, rows):
        """As `Embeddings.exact_cosines`."""
        made = self.are_made(rows)
        if not made.any():
            return self._embeddings.exact_cosines(queries, query_rows, rows)
        found = np.empty(len(rows))
        found[~made] = self._embeddings.exact_cosines(queries, query_rows[~made], rows[~made])
        others = rows[made] - len(self._embeddings)
        found[made] = as_cosines(
            pair_products(queries, query_rows[made], self._made_units(), others)
        )
        return found

    def cosines(self, queries, start, stop):
        """As `Embeddings.cosines`: none of these rows is made."""
        return self._embeddings.cosines(queries, start, stop)

    def _made_units(self):
        return unit_rows(self._made.vectors)
