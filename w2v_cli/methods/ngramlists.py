"""Which rows make the vectors of words: their own, and those of their n-grams of characters.

An n-gram is hashed to one of many buckets, of which the words of a text use few: only those have
rows, the most used first. A word's vector is the mean of all rows in its list (Bojanowski et al.
2017, arXiv:1607.04606; fastText). A floret word has no row of its own, and several for each n-gram.
"""

from functools import cached_property

import numpy as np

from ..embeddings.blocks import LazyRows
from ..embeddings.ngrams import FNV, Ngrams, blocks_of_words
from ..embeddings.subwords import Subwords
from ..wording.marks import SENTENCE_END_WORD

WORDS_AT_ONCE = 256
"""Words whose rows are gathered at a time."""
BYTES_OF_WORD, BYTES_OF_ENTRY, MAKING_BYTES = 8, 4, 24
"""Of lists as they are kept, and of an entry while they are made."""


class NgramLists:
    """Lists of rows: those of each word, in the matrix of inputs.

    Parameters
    ----------
    words : list of str
    uses : ndarray of float64, (n_words,)   how often each is trained, in proportion
    ngrams : Ngrams                         which n-grams a word has

    Attributes
    ----------
    ngrams : Ngrams
    n_own : int                       rows of words themselves, which come first: n_words, or 0
    starts : ndarray of int64, (n_words + 1,)   word i has entries starts[i] to starts[i + 1] - 1
    rows : ndarray of int32, (n_entries,)       of the matrix of inputs
    buckets : ndarray of int64, (n_rows,)       the bucket of each row of an n-gram
    uses : ndarray of float64, (n_rows,)        how often that is used, in proportion; falling
    """

    def __init__(self, words, uses, ngrams):
        self.ngrams = ngrams
        n_words = len(words)
        has_own = has_own_rows(ngrams)
        self.n_own = n_words if has_own else 0
        buckets, counts = _buckets_of(words, ngrams)
        found = np.unique(buckets)
        numbers = np.searchsorted(found, buckets).astype(np.int32)
        del buckets
        row_uses = np.bincount(numbers, np.repeat(uses, counts), minlength=len(found))
        order = np.argsort(-row_uses, kind="stable")
        rank = np.empty(len(found), dtype=np.int32)
        rank[order] = np.arange(len(found), dtype=np.int32)
        self.buckets = found[order].astype(np.int64)
        self.uses = row_uses[order]
        sizes = counts + has_own
        self.starts = np.concatenate([[0], np.cumsum(sizes)])
        is_ngram = np.ones(self.starts[-1], dtype=np.bool_)
        if has_own:
            is_ngram[self.starts[:-1]] = False
        self.rows = np.empty(len(is_ngram), dtype=np.int32)
        self.rows[is_ngram] = self.n_own + rank[numbers]
        if has_own:
            self.rows[~is_ngram] = np.arange(n_words, dtype=np.int32)

    def __len__(self):
        """How many words there are."""
        return len(self.starts) - 1

    @property
    def n_rows(self):
        """How many rows n-grams have: int."""
        return len(self.buckets)

    def n_rows_of(self, n_words):
        """How many rows n-grams would have if there were only the first words: int."""
        if n_words >= len(self):
            return self.n_rows
        return int(np.searchsorted(self._first_words, n_words))

    def nbytes_of(self, n_words):
        """What the lists of the first words take: int, bytes."""
        n_words = min(n_words, len(self))
        return BYTES_OF_WORD * n_words + BYTES_OF_ENTRY * int(self.starts[n_words])

    @cached_property
    def _first_words(self):
        """The first word that uses a row of an n-gram, of all rows in ascending order."""
        words = np.repeat(np.arange(len(self)), np.diff(self.starts))
        is_ngram = self.rows >= self.n_own
        first = np.empty(self.n_rows, dtype=np.int64)
        # Of several values for one place the last one stays.
        first[self.rows[is_ngram][::-1] - self.n_own] = words[is_ngram][::-1]
        return np.sort(first)

    def subwords(self, inputs):
        """The model as those have it who read it: `Subwords`, with rows by ascending bucket.

        Parameters
        ----------
        inputs : ndarray of float32, (n_own + n_rows, dim)   the learnt rows
        """
        order = np.argsort(self.buckets)
        rows = LazyRows(
            self.n_rows, inputs.shape[1], lambda wanted: inputs[self.n_own + order[wanted]]
        )
        own = inputs[: self.n_own] if self.n_own else None
        return Subwords(self.ngrams, rows, self.buckets[order], own)

    def vectors(self, inputs):
        """The vectors of all words: `LazyRows`.

        Parameters
        ----------
        inputs : ndarray of float32, (n_own + n_rows, dim)   the learnt rows
        """
        return LazyRows(len(self), inputs.shape[1], lambda wanted: self.made(inputs, wanted))

    def made(self, inputs, wanted):
        """Vectors of some words: ndarray of float32, (n, dim).

        Parameters
        ----------
        inputs : as for `vectors`
        wanted : slice, or ndarray of int64   words
        """
        words = np.arange(len(self))[wanted]
        made = np.empty((len(words), inputs.shape[1]), dtype=np.float32)
        for start in range(0, len(words), WORDS_AT_ONCE):
            rows, sizes = self.rows_of(words[start : start + WORDS_AT_ONCE])
            begins = np.cumsum(sizes) - sizes
            sums = np.add.reduceat(inputs[rows], begins, axis=0, dtype=np.float64)
            made[start : start + len(sizes)] = sums / sizes[:, np.newaxis]
        return made

    def rows_of(self, words):
        """The rows of some words, one word behind another, and how many each has.

        Parameters
        ----------
        words : ndarray of int64, (n,)

        Returns
        -------
        rows : ndarray of int32, (n_entries,)
        sizes : ndarray of int64, (n,)
        """
        sizes = self.starts[words + 1] - self.starts[words]
        begins = np.cumsum(sizes) - sizes
        entries = np.arange(sizes.sum()) + np.repeat(self.starts[words] - begins, sizes)
        return self.rows[entries], sizes


def ngrams_of(config):
    """Which n-grams words have, as a TrainConfig says: `Ngrams`."""
    sizes = config.ngram_sizes
    return Ngrams(config.buckets, *sizes, config.subword_hash, config.hash_count)


def has_own_rows(ngrams):
    """Whether words have rows of their own beside those of their n-grams."""
    return ngrams.hash == FNV


def making_memory(words, ngrams):
    """What making `NgramLists` takes at most: int, bytes."""
    lengths = np.bincount([len(word) + 2 for word in words])
    sizes = range(max(ngrams.min_n, 1), ngrams.max_n + 1)
    entries = sum(
        int(lengths[n:] @ np.arange(1, len(lengths) - n + 1)) for n in sizes if n < len(lengths)
    )
    return (entries + len(words)) * ngrams.n_hashes * MAKING_BYTES


def raw_words(words, ngrams):
    """Words as the bytes that are hashed: list.

    In models with rows of words the end of a sentence has no n-grams, as in fastText.
    """
    bare = SENTENCE_END_WORD if has_own_rows(ngrams) else None
    return [b"" if word == bare else word.encode(errors="replace") for word in words]


def _buckets_of(words, ngrams):
    """Buckets of the n-grams of words, word by word: (ndarray of uint32, how many each has)."""
    found, counts = [np.empty(0, dtype=np.uint32)], [np.empty(0, dtype=np.int64)]
    for block in blocks_of_words(raw_words(words, ngrams)):
        buckets, sizes = ngrams.buckets(block)
        found.append(buckets.astype(np.uint32))
        counts.append(sizes)
    return np.concatenate(found), np.concatenate(counts)
