"""Words as rows: those of the vectors, and behind them words whose vectors are made of n-grams."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .marks import UNKNOWN

if TYPE_CHECKING:
    from ..embeddings.table import Embeddings
    from .weighting import Weighting

FIRST_MADE = 1024
MOST_MADE_BYTES = 64 << 20
"""Vectors that are made of n-grams and kept for the next time."""


class Rows(NamedTuple):
    """What the rows of words stand for; what is there never changes, only more comes behind it.

    Attributes
    ----------
    matrix : ndarray of float32, (n_rows, dim)
    made : ndarray of float32, (n, dim)
    factors, shares : ndarray of float64, (n_rows + n,)   see `kernel.pool`
    """

    matrix: np.ndarray
    made: np.ndarray
    factors: np.ndarray
    shares: np.ndarray


class Lexicon:
    """Finds the rows of words, and makes vectors for those that have none.

    Parameters
    ----------
    embeddings : Embeddings
    weighting : Weighting
    unit_words : bool   vectors of words count with length 1; those of length 0 do not count

    Attributes
    ----------
    made_words : list of str   that have no row, in the order of those behind the others
    """

    def __init__(self, embeddings: Embeddings, weighting: Weighting, unit_words: bool = False):
        self.embeddings = embeddings
        self._weighting = weighting
        self._unit_words = unit_words
        self.forget_made()

    def forget_made(self):
        """Begin anew with words that have no row; the rows of earlier ones mean nothing now."""
        self.made_words = []
        self._row_of_made = {}
        n_rows, dim = self.embeddings.vectors.shape
        capacity = FIRST_MADE if self.embeddings.subwords else 0
        self._made = np.empty((capacity, dim), dtype=np.float32)
        self._factors, self._shares = np.empty((2, n_rows + capacity))
        self._set_weights()

    @property
    def rows(self) -> Rows:
        """What the rows that were found so far stand for."""
        return Rows(self.embeddings.vectors, self._made, self._factors, self._shares)

    @property
    def is_full(self) -> bool:
        """Whether so many vectors were made that it is time for `forget_made`."""
        return 4 * self._n_made * self.embeddings.dim > MOST_MADE_BYTES

    @property
    def _n_made(self):
        return len(self.made_words)

    def weigh(self, weighting: Weighting) -> None:
        """Give the words that were found so far other weights."""
        self._weighting = weighting
        self._factors, self._shares = np.empty((2, len(self._factors)))
        met = np.flatnonzero(self._is_scaled)
        self._set_weights()
        if self._unit_words:
            self._scale(met)
        n_rows, n_made = len(self.embeddings), self._n_made
        made = slice(n_rows, n_rows + n_made)
        self._factors[made], self._shares[made] = self._weights_of_made(
            self.made_words, self._made[:n_made]
        )

    def find(self, words):
        """The rows of words: int32, shape (n,), UNKNOWN for those without.

        Parameters
        ----------
        words : list of str
        """
        row_of = self.embeddings.index.get
        found = np.fromiter((row_of(word, UNKNOWN) for word in words), np.int32, len(words))
        if self._unit_words:
            self._scale(np.unique(found[found >= 0]))
        if self.embeddings.subwords:
            self._make(words, found)
        return found

    def _set_weights(self):
        n_rows = len(self.embeddings)
        self._factors[:n_rows] = self._weighting.weights
        self._shares[:n_rows] = self._weighting.weights if self._weighting.is_of_mean else 1
        self._is_scaled = np.zeros(n_rows, dtype=bool)

    def _scale(self, rows):
        """Make lengths 1 of rows, of which only those that occur are looked at."""
        new = rows[~self._is_scaled[rows]]
        self._is_scaled[new] = True
        self._factors[new], self._shares[new] = _unit(
            self.embeddings.vectors[new], self._factors[new], self._shares[new]
        )

    def _make(self, words, found):
        """Rows of words that are not among those of the vectors; *in place:* ``found``."""
        places = np.flatnonzero(found == UNKNOWN)
        unmet = dict.fromkeys(
            words[place] for place in places.tolist() if words[place] not in self._row_of_made
        )
        if unmet:
            self._add(list(unmet))
        known = self._row_of_made
        found[places] = [known[words[place]] for place in places.tolist()]

    def _add(self, words):
        made = self.embeddings.subwords.compose(words)
        new = [word for word, is_made in zip(words, made.is_made.tolist(), strict=True) if is_made]
        self._row_of_made.update(dict.fromkeys(words, UNKNOWN))
        first = len(self.embeddings) + self._n_made
        self._row_of_made.update(zip(new, range(first, first + len(new)), strict=True))
        vectors = made.vectors[made.is_made]
        self._append(vectors, *self._weights_of_made(new, vectors))
        self.made_words += new

    def _weights_of_made(self, words, vectors):
        """(factors, shares) of words with made vectors."""
        factors = self._weighting.of_others(words)
        shares = factors if self._weighting.is_of_mean else np.ones(len(words))
        return _unit(vectors, factors, shares) if self._unit_words else (factors, shares)

    def _append(self, vectors, factors, shares):
        n_rows, start = len(self.embeddings), self._n_made
        stop = start + len(vectors)
        if stop > len(self._made):
            # Copies: a block that was handed out has the arrays as they were.
            self._made = _longer(self._made, 2 * stop)
            self._factors = _longer(self._factors, n_rows + 2 * stop)
            self._shares = _longer(self._shares, n_rows + 2 * stop)
        self._made[start:stop] = vectors
        self._factors[n_rows + start : n_rows + stop] = factors
        self._shares[n_rows + start : n_rows + stop] = shares


def _unit(vectors, factors, shares):
    """(factors, shares) with which vectors count at length 1."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    has_length = lengths > 0
    return factors / np.where(has_length, lengths, 1), np.where(has_length, shares, 0.0)


def _longer(array, n):
    new = np.empty((n, *array.shape[1:]), dtype=array.dtype)
    new[: len(array)] = array
    return new
