"""The rows that quantizing makes codes of: those of words alone, and those of n-grams."""

from functools import cached_property

import numpy as np

from ..embeddings.blocks import row_blocks
from ..embeddings.subwords import Subwords
from .pruning import BARE

BLOCK = 1 << 13
"""Rows at a time."""


class InputRows:
    """What stays of a model, as rows to be quantized: first of words, then of n-grams.

    A word's own row is not that of the model, but the one that makes the mean with the rows of its
    n-grams the vector of the word: whatever became of those.

    Parameters
    ----------
    embeddings : Embeddings
    raw_words : list of bytes                that stay
    word_places : ndarray of int64           their rows in the model
    ngram_places : ndarray of int64, ascending, or None   rows of n-grams there, if it has some
    """

    def __init__(self, embeddings, raw_words, word_places, ngram_places):
        self._vectors = embeddings.vectors
        self._raw_words, self._word_places = raw_words, word_places
        self._model, self._ngram_places = embeddings.subwords, ngram_places
        self.n_words = len(raw_words)
        self.n_ngrams = 0 if ngram_places is None else len(ngram_places)

    def __len__(self):
        return self.n_words + self.n_ngrams

    def subwords(self, rows):
        """The n-grams that stay, with those rows: Subwords, or None for a model without any."""
        if self._ngram_places is None:
            return None
        buckets = self._model.buckets
        buckets = self._ngram_places if buckets is None else buckets[self._ngram_places]
        return Subwords(self._model.ngrams, rows, buckets, self._vectors, is_pruned=True)

    def ngram_blocks(self):
        """Yield (start, rows of float32) of n-grams, some at a time."""
        for some in row_blocks(self.n_ngrams, BLOCK):
            yield some.start, self._ngrams[some]

    def word_blocks(self, subwords):
        """The own rows of words, some at a time, where these are the n-grams.

        Yields
        ------
        start : int
        own : ndarray of float32, shape (n, dim)
        vectors : ndarray of float32, shape (n, dim)   of the words
        divisors : ndarray of int64, shape (n,)        of how many rows each is the mean
        """
        for some in row_blocks(self.n_words, BLOCK):
            yield some.start, *self._own(np.arange(some.start, some.stop), subwords)

    def sample(self, numbers):
        """Some rows, none of which is quantized: ndarray of float32, shape (n, dim)."""
        n_words = int(np.searchsorted(numbers, self.n_words))
        own, _, _ = self._own(numbers[:n_words], self.subwords(self._ngrams))
        if n_words == len(numbers):
            return own
        return np.concatenate([own, self._ngrams[numbers[n_words:] - self.n_words]])

    @cached_property
    def _ngrams(self):
        return None if self._ngram_places is None else _Some(self._model.rows, self._ngram_places)

    def _own(self, words, subwords):
        """(own rows, vectors, divisors) of words of those numbers."""
        vectors = np.asarray(self._vectors[self._word_places[words]], dtype=np.float32)
        if subwords is None:
            return vectors, vectors, np.ones(len(words), dtype=np.int64)
        own, divisors, start = np.empty_like(vectors), np.empty(len(words), dtype=np.int64), 0
        raw_words = [self._raw_words[word] for word in words.tolist()]
        for rows, counts, shares in subwords.rows_of_words(raw_words, BARE):
            some = slice(start, start + len(counts))
            sums = np.zeros((len(counts), vectors.shape[1]), dtype=np.float32)
            subwords.add_ngrams(sums, rows, counts)
            own[some] = vectors[some] * shares[:, np.newaxis].astype(np.float32) - sums
            divisors[some] = shares
            start += len(counts)
        return own, vectors, divisors


class _Some:
    """Some rows of a matrix, taken when they are asked for."""

    def __init__(self, matrix, places):
        self._matrix, self._places = matrix, places
        self.shape = (len(places), matrix.shape[1])

    def __len__(self):
        return len(self._places)

    def __getitem__(self, wanted):
        return np.asarray(self._matrix[self._places[wanted]], dtype=np.float32)
