"""From a chunk of word ids to sentences, centers and windows."""

import numpy as np
from numba import njit

from .options import INLINE, KERNEL
from .random import high_below, low_half, next_random

SENTENCE_END = -1


@njit(**KERNEL)
def read_sentence(ids, position, keep, words, random):
    """Read up to the end of a sentence, dropping frequent words at random.

    A sentence of more words than ``words`` holds is cut there. *In place:* ``words`` (int64) and
    ``random``. Returns (position after it, words kept, words seen).
    """
    n_kept = 0
    n_seen = 0
    while position < len(ids) and n_seen < len(words):
        word = ids[position]
        position += 1
        if word == SENTENCE_END:
            break
        n_seen += 1
        # Without a branch, which nobody could predict.
        words[n_kept] = word
        n_kept += low_half(next_random(random)) <= keep[word]
    return position, n_kept, n_seen


@njit(**INLINE)
def row_of(word, n_hot, private_start, row_stride):
    """Where a word's row starts, in floats: the thread's own copy if the word is hot."""
    return (word + private_start if word < n_hot else word) * row_stride


@njit(**KERNEL)
def rows_of(words, n_words, n_hot, private_start, row_stride, rows):
    """`row_of` the first ``n_words`` words; *in place:* ``rows``."""
    for i in range(n_words):
        rows[i] = row_of(words[i], n_hot, private_start, row_stride)


@njit(**INLINE)
def lay_window(center, n_kept, window, fixed_window, low, high, random):
    """Choose the window of a center; *in place:* its places in ``low``, ``high``, and ``random``.

    The half-width is drawn from 1..window, so that near words count more (Mikolov et al. 2013a,
    arXiv:1301.3781, section 3.2). Returns the number of words in it without the center.
    """
    half = window
    if not fixed_window:
        half = 1 + high_below(next_random(random), window)
    low[center & 1] = max(center - half, 0)
    high[center & 1] = min(center + half, n_kept - 1)
    return high[center & 1] - low[center & 1]


@njit(**INLINE)
def neighbors(rows, center, start, n_inputs, in_rows):
    """Rows of the words from place ``start`` on, the center left out; *in place:* ``in_rows``.

    ``start`` counts as if the center were not there.
    """
    for i in range(n_inputs):
        place = start + i
        in_rows[i] = rows[place + (place >= center)]


@njit(**INLINE)
def spare_frozen(frozen, matrix, spare_start, row_stride, vector_dim, n_inputs, in_rows):
    """Give a step copies to change of the inputs that are to stay as they are.

    So nobody ever writes to a row that is frozen, however many threads there are.
    *In place:* ``in_rows``, and the rows of ``matrix`` (flat) from ``spare_start`` on, one an
    input.
    """
    for i in range(n_inputs):
        # Unsigned numbers need no look whether they are negative, which would cost twice the time.
        row = np.uint64(in_rows[i])
        if frozen[row // np.uint64(row_stride)]:
            own = np.uint64((spare_start + i) * row_stride)
            in_rows[i] = np.int64(own)
            for d in range(np.uint64(vector_dim)):
                matrix[own + d] = matrix[row + d]
