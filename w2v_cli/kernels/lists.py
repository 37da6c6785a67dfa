"""Which rows make the vectors of words, and the memory in which `ring` puts them together."""

from typing import NamedTuple

import numpy as np

from ..machine.aligned import aligned_zeros
from .task import CBOW, SharedMatrix

LONGEST_WINDOW = 20
"""Up to it, words keep their rows until they leave the window."""
PLACES_AT_ONCE = 4000
"""In wider ones, centers times words of the window between two times that all are put together."""


class Lists(NamedTuple):
    """The rows of inputs that make the vectors of words.

    Attributes
    ----------
    starts : int64, (n_words + 1,)   word i has entries starts[i] to starts[i + 1] - 1, at least one
    rows : int32, (n_entries,)       rows of the matrix of inputs
    longest : int                    entries of the longest list
    ngrams : SharedMatrix            the rows of n-grams, the most used first
    first_ngram : int                where they start in the matrix of inputs
    """

    starts: np.ndarray
    rows: np.ndarray
    longest: int
    ngrams: SharedMatrix
    first_ngram: int


class Ring(NamedTuple):
    """The vectors of the words in the window of a thread, and what it needs to make them.

    Attributes
    ----------
    matrix : float32, flat             that of inputs
    starts, rows, first_ngram, ngrams  see `Lists`
    n_hot, private_start : int         rows of words that this thread has copies of, and the first
    n_hot_ngrams, private_ngrams : int   likewise those of n-grams; of ``matrix``
    n_slots : int                      vectors in the ring; word i of a sentence is in i % n_slots
    refresh_every : int                centers
    vectors, before : float32, flat    as they are, and as they were put together
    sizes : float32, (n_slots,)        how many rows each is made of
    list_rows : int64, (longest,)      where the rows of a list start, in floats
    weights : float32                  of the inputs of a bag; longer than any
    """

    matrix: np.ndarray
    starts: np.ndarray
    rows: np.ndarray
    first_ngram: int
    ngrams: SharedMatrix
    n_hot: int
    private_start: int
    n_hot_ngrams: int
    private_ngrams: int
    n_slots: int
    refresh_every: int
    vectors: np.ndarray
    before: np.ndarray
    sizes: np.ndarray
    list_rows: np.ndarray
    weights: np.ndarray


def n_slots_of(window, max_sentence):
    """How many words are in hand at a time: int."""
    return min(2 * window + 1, max_sentence)


def new_ring(task):
    """The `Ring` of a task that has lists."""
    lists, inputs = task.lists, task.inputs
    stride = inputs.matrix.shape[1]
    n_slots = n_slots_of(task.window, task.max_sentence)
    return Ring(
        matrix=inputs.matrix.reshape(-1),
        starts=lists.starts,
        rows=lists.rows,
        first_ngram=lists.first_ngram,
        ngrams=lists.ngrams,
        n_hot=len(inputs.base),
        private_start=inputs.private_start,
        n_hot_ngrams=len(lists.ngrams.base),
        private_ngrams=lists.first_ngram + lists.ngrams.private_start,
        n_slots=n_slots,
        refresh_every=_refresh_every(task.window, n_slots, task.max_sentence),
        vectors=aligned_zeros(n_slots * stride),
        before=aligned_zeros(n_slots * stride),
        sizes=np.zeros(n_slots, dtype=np.float32),
        list_rows=np.zeros(lists.longest, dtype=np.int64),
        weights=np.zeros(n_slots if task.model == CBOW else 0, dtype=np.float32),
    )


def _refresh_every(window, n_slots, max_sentence):
    return max_sentence if window <= LONGEST_WINDOW else max(PLACES_AT_ONCE // n_slots, 1)
