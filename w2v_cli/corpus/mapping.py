"""The compiled loops that turn provisional ids into others: those of a vocabulary, or of a team."""

import numpy as np
from numba import njit

from .marks import SENTENCE_END

N_WRITTEN, N_TOKENS, N_SENTENCES, AFTER_END = range(4)
"""Places in the state of a mapping: int64, shape (4,)."""


@njit(cache=True, nogil=True)
def map_ids(ids, id_map, state):
    """Map ids, without those that are no words and sentences that have none left.

    Parameters
    ----------
    ids : ndarray of int32      *in place:* the mapped ids, at the front
    id_map : ndarray of int32   negative for what is not a word
    state : ndarray of int64    *in place:* ids written, and words, sentences, and whether the last
                                id was a sentence end, from the start of the corpus on
    """
    n_written = 0
    after_end = state[AFTER_END]
    for place in range(len(ids)):
        id_ = ids[place]
        if id_ == SENTENCE_END:
            if not after_end:
                ids[n_written] = np.int32(SENTENCE_END)
                n_written += 1
                state[N_SENTENCES] += 1
                after_end = 1
            continue
        word = id_map[id_]
        if word >= 0:
            ids[n_written] = word
            n_written += 1
            state[N_TOKENS] += 1
            after_end = 0
    state[N_WRITTEN], state[AFTER_END] = n_written, after_end


@njit(cache=True, nogil=True)
def renumber(ids, number_of):
    """Replace each id by its number; SENTENCE_END stays. *In place:* ``ids``.

    Parameters
    ----------
    ids : ndarray of int32
    number_of : ndarray of int32
    """
    for place in range(len(ids)):
        id_ = ids[place]
        if id_ >= 0:
            ids[place] = number_of[id_]
