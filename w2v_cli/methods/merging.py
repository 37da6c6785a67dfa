"""How threads keep copies of the most used rows, and how their changes are put together.

With n threads, each of which moves its copy of a row towards an optimum that is the same for all,
the sum of their moves overshoots as soon as each gets far by itself, while for a row that is
seldom used the sum is just right. Near an optimum a move takes off a share 1 - c of the distance,
with c = exp(-u x) after u uses of the row; n times as many uses would take off 1 - c^n. So the sum
of the moves gets the weight

    (1 - c^n) / (n (1 - c))

which is 1 for rare rows and falls to 1 / n, the mean, for the most frequent.
"""

import numpy as np

HOT_ROWS = 256
"""So many rows of each matrix have copies."""
HOT_NGRAMS = 1024
"""So many rows of n-grams have copies, beside those of words."""
MERGE_WORDS = 8_000
MERGE_WORDS_OF_ALL = 32_000
"""Words that a thread, or all together, train between two merges of the copies."""
PULL = 1 / 16
"""What a use takes off the distance to the optimum, times the learning rate: sigma' (at most 1/4)
times the squared length of the other row. Small, so that only what is far from a sum is damped:
learning is slower with means."""


def n_hot_rows(n_words, threads):
    """How many rows each thread copies: none if it is alone."""
    return min(HOT_ROWS, n_words) if threads > 1 else 0


def n_hot_ngrams(n_rows, threads):
    """How many rows of n-grams each thread copies: none if it is alone."""
    return min(HOT_NGRAMS, n_rows) if threads > 1 else 0


def words_between_merges(threads):
    """Words that a thread trains between two merges."""
    return max(min(MERGE_WORDS, MERGE_WORDS_OF_ALL // threads), 1)


def merge_weights(uses, lr, threads):
    """The weight of a thread's change of each row.

    Parameters
    ----------
    uses : ndarray of float64    how often a thread uses each row between two merges
    lr : float                   learning rate
    threads : int

    Returns
    -------
    ndarray of float32, as many   from 1 / threads to 1
    """
    way = np.maximum(lr * PULL * uses, 1e-9)
    return (np.expm1(-threads * way) / (threads * np.expm1(-way))).astype(np.float32)
