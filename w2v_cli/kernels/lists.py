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
    ngrams : SharedMatrix            the rows of n-grams, the most used first
    first_ngram : int                where they start in the matrix of inputs
    """

    starts: np.ndarray
    rows: np.ndarray
    ngrams: SharedMatrix
    first_ngram: int


class Ring(NamedTuple):
    """The vectors of the words in the window of a thread, and what it needs to make them.

    Attributes
    ----------
    matrix : float32, flat             that of inputs
    starts, rows                       see `Lists`
    hot : int64, (5,)                  how many rows of words this thread has copies of, how far
                                       they are behind the rows; the first row of an n-gram, and
                                       the same of those
    n_slots : int                      vectors in the ring; word i of a sentence is in i % n_slots
    refresh_every : int                centers
    vectors, before : float32, flat    as they are, and as they were put together
    sizes : float32, (max_sentence,)   how many rows each word of a sentence is made of
    weights : float32                  of the inputs of a bag; longer than any
    """

    matrix: np.ndarray
    starts: np.ndarray
    rows: np.ndarray
    hot: np.ndarray
    n_slots: int
    refresh_every: int
    vectors: np.ndarray
    before: np.ndarray
    sizes: np.ndarray
    weights: np.ndarray


def n_slots_of(window, max_sentence):
    """How many words are in hand at a time: int."""
    return min(2 * window + 1, max_sentence)


def new_ring(task):
    """The `Ring` of a task that has lists."""
    lists, inputs = task.lists, task.inputs
    stride = inputs.matrix.shape[1]
    n_slots = n_slots_of(task.window, task.max_sentence)
    hot_ngrams = len(lists.ngrams.base), lists.ngrams.private_start
    return Ring(
        matrix=inputs.matrix.reshape(-1),
        starts=lists.starts,
        rows=lists.rows,
        hot=np.array([len(inputs.base), inputs.private_start, lists.first_ngram, *hot_ngrams]),
        n_slots=n_slots,
        refresh_every=_refresh_every(task.window, n_slots, task.max_sentence),
        vectors=aligned_zeros(n_slots * stride),
        before=aligned_zeros(n_slots * stride),
        sizes=np.zeros(task.max_sentence, dtype=np.float32),
        weights=np.zeros(n_slots if task.model == CBOW else 0, dtype=np.float32),
    )


def _refresh_every(window, n_slots, max_sentence):
    return max_sentence if window <= LONGEST_WINDOW else max(PLACES_AT_ONCE // n_slots, 1)
