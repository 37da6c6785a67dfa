"""Rows that a classifier starts from: those of words, and of the buckets of n-grams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..embeddings.blocks import row_blocks
from ..embeddings.ngrams import Ngrams
from ..embeddings.subwords import Subwords
from ..embeddings.table import Embeddings
from ..labelled.model import Classifier


class OldRows:
    """Rows of a file, which may be mapped, or decoded when they are asked for.

    Parameters
    ----------
    words : sequence of str
    index : mapping of str to int   the row of each
    own : rows of float32, (n_words, dim)
    buckets : ndarray of int64, or None   of the rows of n-grams; None: bucket i has row i
    of_buckets : rows of float32, or None   these rows; None: there are none
    learnt : ndarray of bool, or None     which of these were learnt; None: those that are not zero
    maker : Subwords or None        what makes vectors of other words
    """

    def __init__(
        self,
        words: Sequence[str],
        index: Mapping[str, int],
        own: Any,
        buckets: np.ndarray | None = None,
        of_buckets: Any = None,
        learnt: np.ndarray | None = None,
        maker: Subwords | None = None,
    ) -> None:
        self.words, self.index, self.own = words, index, own
        self.of_buckets, self._learnt, self._maker = of_buckets, learnt, maker
        self._order = None if buckets is None else np.argsort(buckets)
        self.buckets = buckets

    @classmethod
    def of_vectors(cls, embeddings: Embeddings, ngrams: Ngrams) -> OldRows:
        """Those of vectors, for a classifier with such n-grams of characters.

        With the same n-grams, the rows of a model are taken; otherwise the vectors that it makes of
        them.
        """
        subwords = embeddings.subwords
        if subwords and has_same_ngrams(subwords, ngrams):
            return cls(
                embeddings.words,
                embeddings.index,
                subwords.own,
                subwords.buckets,
                subwords.rows,
                np.ones(len(subwords.rows), bool) if subwords.trained is None else subwords.trained,
            )
        maker = subwords or None
        return cls(embeddings.words, embeddings.index, embeddings.vectors, maker=maker)

    @classmethod
    def of_classifier(cls, classifier: Classifier) -> OldRows:
        """Those of a classifier."""
        words, inputs = classifier.words, classifier.inputs
        index = {word: row for row, word in enumerate(words)}
        n_words = len(words)
        of_buckets = None
        if classifier.n_rows > n_words:
            of_buckets = _Part(inputs, n_words, classifier.n_rows)
        return cls(words, index, _Part(inputs, 0, n_words), classifier.buckets, of_buckets)

    @property
    def has_all_buckets(self) -> bool:
        """Whether there is a row for each bucket."""
        return self.of_buckets is not None and self.buckets is None

    def rows_of_words(self, words: Sequence[str]) -> np.ndarray:
        """The row of each word: int64; -1 for one that has none."""
        row = self.index.get
        return np.fromiter((row(word, -1) for word in words), np.int64, len(words))

    def rows_of_buckets(self, buckets: np.ndarray) -> np.ndarray:
        """The row of each bucket: int64; -1 for one that has none."""
        if self.of_buckets is None or not len(self.of_buckets):
            return np.full(len(buckets), -1, dtype=np.int64)
        if self.buckets is None or self._order is None:
            return np.asarray(buckets, dtype=np.int64)
        sorted_ = self.buckets[self._order]
        places = np.minimum(np.searchsorted(sorted_, buckets), len(sorted_) - 1)
        return np.where(sorted_[places] == buckets, self._order[places], -1)

    def are_learnt(self, rows: np.ndarray) -> np.ndarray:
        """Which rows of n-grams (ndarray of int64, none of them -1) were learnt: bool."""
        if self._learnt is not None:
            return self._learnt[rows]
        found = np.zeros(len(rows), dtype=bool)
        for block in row_blocks(len(rows)):
            found[block] = np.asarray(self.of_buckets[rows[block]]).any(axis=1)
        return found

    def made(self, words: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Vectors of words that have no row, of their n-grams.

        Returns
        -------
        is_made : ndarray of bool, (n,)            whether there is one
        vectors : ndarray of float32, (n_made, dim)   of those for which there is
        """
        if self._maker is None or not words:
            return np.zeros(len(words), dtype=bool), np.zeros((0, self.own.shape[1]), np.float32)
        found = self._maker.compose(words)
        is_made = found.is_made & (found.n_trained > 0)
        return is_made, found.vectors[is_made]


def has_same_ngrams(subwords: Subwords, ngrams: Ngrams) -> bool:
    """Whether the rows of a model can be those of a classifier with such n-grams."""
    if not ngrams or subwords.own is None or subwords.is_pruned:
        return False
    old = subwords.ngrams
    return (old.n_buckets, max(old.min_n, 1), old.max_n, old.hash) == (
        ngrams.n_buckets, max(ngrams.min_n, 1), ngrams.max_n, ngrams.hash,
    )  # fmt: skip


class _Part:
    """The rows of a matrix from one to another, asked for by a slice or an array of numbers."""

    def __init__(self, rows, first, stop):
        self._rows, self._first = rows, first
        self.shape = stop - first, rows.shape[1]

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, wanted):
        return self._rows[np.arange(self.shape[0])[wanted] + self._first]


class JoinedRows:
    """Rows that were trained, and old ones that were not, as one matrix; read-only.

    Parameters
    ----------
    trained : ndarray of float32, (n_trained, dim)
    own, of_buckets : rows of float32   old ones; ``of_buckets`` may be None
    places : ndarray of int64, (n_rows,)   of each row: that of ``trained``; or -1 - place in
                                        ``own`` and behind it ``of_buckets``

    Attributes
    ----------
    shape : (int, int)
    """

    def __init__(self, trained: np.ndarray, own: Any, of_buckets: Any, places: np.ndarray) -> None:
        self._trained, self._own, self._of_buckets = trained, own, of_buckets
        self._places = places
        self.shape = (len(places), trained.shape[1])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, wanted: Any) -> np.ndarray:
        """Rows of a slice, or an array of numbers: ndarray of float32, (n, dim)."""
        places = np.atleast_1d(self._places[wanted])
        rows = np.empty((len(places), self.shape[1]), dtype=np.float32)
        is_trained = places >= 0
        rows[is_trained] = self._trained[places[is_trained]]
        behind, n_own = -1 - places, self._own.shape[0]
        is_own = ~is_trained & (behind < n_own)
        rows[is_own] = self._own[behind[is_own]]
        is_ngram = behind >= n_own
        if is_ngram.any():
            rows[is_ngram] = self._of_buckets[behind[is_ngram] - n_own]
        return rows

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.asarray(self[:], dtype=dtype)
