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

from .backend import add_to_list, mean_of_list, prefetch_list
from .options import INLINE, INNER

NUMBERS_OF_LINE = 16
"""int32 in a cache line."""


@njit(**INNER)
def slots_of(ring, words, n_words, row_stride, rows):
    """Where the vectors of the words of a sentence stand, in floats.

    *In place:* ``rows``, and the sizes of the ring.
    """
    starts, sizes, n_slots = ring.starts, ring.sizes, ring.n_slots
    for place in range(n_words):
        word = words[place]
        rows[place] = (place % n_slots) * row_stride
        sizes[place] = starts[word + 1] - starts[word]


@njit(**INLINE)
def move_window(ring, words, rows, center, n_words, window, row_stride, vector_dim):
    """Let the ring hold the window of a center; centers come in order. Without a ring: nothing.

    *In place:* the ring, and rows of words that leave the window.
    """
    if ring is not None:
        first, end = max(center - window, 0), min(center + window + 1, n_words)
        old_first, old_end = max(center - window - 1, 0), min(center + window, n_words)
        leave_end, enter_first = first, old_end
        if center == 0:
            leave_end = enter_first = 0
        elif center % ring.refresh_every == 0:
            leave_end, enter_first = old_end, first
        for place in range(old_first, leave_end):
            _leave(ring, words[place], rows[place], row_stride, vector_dim)
        for place in range(enter_first, end):
            _enter(ring, words[place], rows[place], row_stride, vector_dim)
        if end + 1 < n_words:
            _fetch_list(ring, words[end + 1])


@njit(**INLINE)
def leave_window(ring, words, rows, n_words, window, row_stride, vector_dim):
    """Empty the ring at the end of a sentence; *in place:* rows of the words in it."""
    if ring is not None:
        for place in range(max(n_words - 1 - window, 0), n_words):
            _leave(ring, words[place], rows[place], row_stride, vector_dim)


@njit(**INLINE)
def weigh_lists(ring, center, start, n_inputs):
    """Have the words of a bag weigh as much as their lists are long, as in fastText.

    *In place:* ``weights`` of the ring. Without a ring: nothing.
    """
    if ring is not None:
        sizes, weights = ring.sizes, ring.weights
        total = np.float32(0)
        for i in range(n_inputs):
            place = start + i
            weights[i] = sizes[place + (place >= center)]
            total += weights[i]
        share = np.float32(1) / total
        for i in range(n_inputs):
            weights[i] *= share


@njit(**INLINE)
def _enter(ring, word, own, row_stride, vector_dim):
    start = ring.starts[word]
    mean_of_list(
        ring.matrix, ring.rows, start, ring.starts[word + 1] - start, ring.hot, row_stride,
        ring.vectors, ring.before, own, vector_dim,
    )  # fmt: skip


@njit(**INLINE)
def _leave(ring, word, own, row_stride, vector_dim):
    start = ring.starts[word]
    add_to_list(
        ring.matrix, ring.rows, start, ring.starts[word + 1] - start, ring.hot, row_stride,
        ring.vectors, ring.before, own, vector_dim,
    )  # fmt: skip


@njit(**INLINE)
def _fetch_list(ring, word):
    """Have the list of a word at hand soon: until it is, no row can be on its way."""
    start, end = ring.starts[word], ring.starts[word + 1]
    prefetch_list(ring.rows, start, end - start + NUMBERS_OF_LINE - 1)
