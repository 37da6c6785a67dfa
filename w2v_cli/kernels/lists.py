"""Words whose vectors are means of several rows: their own, and those of their n-grams.

A list of N rows acts like one row. Its mean is the input of a step, whose change g is added to each
row of the list, undivided (Bojanowski et al. 2017, arXiv:1607.04606, as fastText has it), so that
the mean moves by g. Therefore a word's rows are put together once, in a row of a ring, when it
comes into the window of a center; all steps change that row, as if it were the word's only one; and
what has changed is added to each row of the list when the word leaves the window. A row that
stands in a list twice counts twice and is changed twice; what words of one window have in common
moves a window late.

In wide windows many words share rows, and all of them together would push these too far, so that
the whole ring is put together anew every few centers.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from ..machine.aligned import aligned_zeros
from .backend import add_to_list, mean_of_list, weighted_mean
from .options import INLINE, INNER
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


@njit(**INNER)
def slots_of(n_words, n_slots, row_stride, rows):
    """Where the vectors of a sentence stand in the ring, in floats; *in place:* ``rows``."""
    for place in range(n_words):
        rows[place] = (place % n_slots) * row_stride


@njit(**INNER)
def move_window(ring, words, center, n_words, window, row_stride, vector_dim):
    """Let the ring hold the window of a center; centers come in order.

    *In place:* the ring, and rows of words that leave the window.
    """
    first, last = max(center - window, 0), min(center + window, n_words - 1)
    if center == 0:
        for place in range(last + 1):
            _put_together(ring, words[place], place, row_stride, vector_dim)
        return
    if center > window:
        _add_change(ring, words[first - 1], first - 1, row_stride, vector_dim)
    if center % ring.refresh_every == 0:
        last_before = min(center + window - 1, n_words - 1)
        for place in range(first, last_before + 1):
            _add_change(ring, words[place], place, row_stride, vector_dim)
        for place in range(first, last_before + 1):
            _put_together(ring, words[place], place, row_stride, vector_dim)
    if center + window < n_words:
        _put_together(ring, words[last], last, row_stride, vector_dim)


@njit(**INNER)
def leave_window(ring, words, n_words, window, row_stride, vector_dim):
    """Empty the ring at the end of a sentence; *in place:* rows of the words in it."""
    for place in range(max(n_words - 1 - window, 0), n_words):
        _add_change(ring, words[place], place, row_stride, vector_dim)


@njit(**INNER)
def mean_of_lists(ring, in_rows, n_inputs, mean, row_stride, vector_dim):
    """The mean of all rows of all words of a bag; *in place:* ``mean``.

    A word weighs as much as its list is long, as in fastText.
    """
    total = np.float32(0)
    for i in range(n_inputs):
        total += ring.sizes[in_rows[i] // row_stride]
    for i in range(n_inputs):
        ring.weights[i] = ring.sizes[in_rows[i] // row_stride] / total
    weighted_mean(ring.vectors, in_rows, ring.weights, n_inputs, mean, vector_dim)


@njit(**INNER)
def _put_together(ring, word, place, row_stride, vector_dim):
    slot = place % ring.n_slots
    n_rows = _find_rows(ring, word, row_stride)
    ring.sizes[slot] = n_rows
    mean_of_list(
        ring.matrix, ring.list_rows, n_rows, ring.vectors, ring.before, slot * row_stride,
        vector_dim,
    )  # fmt: skip


@njit(**INNER)
def _add_change(ring, word, place, row_stride, vector_dim):
    slot = place % ring.n_slots
    n_rows = _find_rows(ring, word, row_stride)
    add_to_list(
        ring.matrix, ring.list_rows, n_rows, ring.vectors, ring.before, slot * row_stride,
        vector_dim,
    )  # fmt: skip


@njit(**INLINE)
def _find_rows(ring, word, row_stride):
    """Where the rows of a word start, this thread's copies if they are hot; returns how many."""
    rows, list_rows = ring.rows, ring.list_rows
    n_hot, private_start = ring.n_hot, ring.private_start
    first, n_hot_ngrams = ring.first_ngram, ring.n_hot_ngrams
    to_private = ring.private_ngrams - first
    start = ring.starts[word]
    n_rows = ring.starts[word + 1] - start
    for j in range(n_rows):
        row = np.int64(rows[start + j])
        own = private_start if row < n_hot else 0
        of_ngram = to_private if first <= row < first + n_hot_ngrams else 0
        list_rows[j] = (row + own + of_ngram) * row_stride
    return n_rows
