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

import numpy as np
from numba import njit

from .backend import add_to_list, mean_of_list, weighted_mean
from .options import INLINE, INNER


@njit(**INNER)
def slots_of(n_words, n_slots, row_stride, rows):
    """Where the vectors of a sentence stand in the ring, in floats; *in place:* ``rows``."""
    for place in range(n_words):
        rows[place] = (place % n_slots) * row_stride


@njit(**INLINE)
def move_window(ring, words, center, n_words, window, row_stride, vector_dim):
    """Let the ring hold the window of a center; centers come in order. Without a ring: nothing.

    *In place:* the ring, and rows of words that leave the window.
    """
    if ring is not None:
        _move(ring, words, center, n_words, window, row_stride, vector_dim)


@njit(**INNER)
def _move(ring, words, center, n_words, window, row_stride, vector_dim):
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


@njit(**INLINE)
def leave_window(ring, words, n_words, window, row_stride, vector_dim):
    """Empty the ring at the end of a sentence; *in place:* rows of the words in it."""
    if ring is not None:
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
