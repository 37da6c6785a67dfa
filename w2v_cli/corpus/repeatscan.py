"""The compiled loops over ids that find sentences again: hashing, comparing, dropping.

A hash is 64 bits and never 0, which stands for a sentence that was there before.
"""

import numpy as np
from numba import njit

from .marks import SENTENCE_END

HASH, LENGTH = range(2)
"""Places in the state of hashing: uint64, shape (2,). What is known of a sentence so far, which may
go on in the next ids."""
N_KNOWN, SECRET = range(2)
"""Places in the state of comparing: uint64, shape (2,). How many hashes the table has, and a random
number: so nobody can make a text whose sentences all begin to be looked for at one place."""
N_WRITTEN, N_HASHES, INSIDE = range(3)
"""Places in the state of dropping: int64, shape (3,). Ids written and sentences begun of one block,
and whether the last of them goes on in the next."""

FACTOR = np.uint64(0x9E3779B97F4A7C15)
MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
HALF = np.uint64(32)
ZERO, ONE = np.uint64(0), np.uint64(1)


@njit(cache=True, nogil=True, forceinline=True)
def _mixed(number):
    """A number of 64 bits that tells nothing of the other: splitmix64 (Steele et al. 2014)."""
    number = (number ^ (number >> np.uint64(30))) * MIX_1
    number = (number ^ (number >> np.uint64(27))) * MIX_2
    return number ^ (number >> np.uint64(31))


@njit(cache=True, nogil=True)
def mix_all(numbers):
    """Replace numbers by what `_mixed` makes of them; *in place:* ``numbers`` (uint64)."""
    for place in range(len(numbers)):
        numbers[place] = _mixed((numbers[place] + ONE) * FACTOR)


@njit(cache=True, nogil=True)
def hash_sentences(ids, word_hashes, state, hashes):
    """Hash the sentences that end among some ids; those without words have none.

    Parameters
    ----------
    ids : ndarray of int32            with SENTENCE_END after each sentence
    word_hashes : ndarray of uint64   of each id
    state : ndarray of uint64, (2,)   *in place*
    hashes : ndarray of uint64        *in place*; room for one an id

    Returns
    -------
    int   how many there are
    """
    hashed, length = state[HASH], state[LENGTH]
    n_hashes = 0
    for place in range(len(ids)):
        id_ = ids[place]
        if id_ != SENTENCE_END:
            hashed = (hashed ^ word_hashes[id_]) * FACTOR
            hashed ^= hashed >> HALF
            length += ONE
        elif length != ZERO:
            hashed = _mixed(hashed + length)
            hashes[n_hashes] = hashed if hashed != ZERO else ONE
            n_hashes += 1
            hashed = length = ZERO
    state[HASH], state[LENGTH] = hashed, length
    return n_hashes


@njit(cache=True, nogil=True)
def mark_repeats(hashes, begin, most, slots, state):
    """Replace by 0 each hash that the table has; the others are added as long as there is room.

    Parameters
    ----------
    hashes : ndarray of uint64        *in place*
    begin : int                       from which of them on
    most : int                        hashes that the table may have
    slots : ndarray of uint64         *in place:* open addressing, a power of two; 0 is free
    state : ndarray of uint64, (2,)   *in place*

    Returns
    -------
    int   before which of them there was room for all
    """
    mask, n_known, secret = np.uint64(len(slots) - 1), np.int64(state[N_KNOWN]), state[SECRET]
    full_at = len(hashes)
    for number in range(begin, len(hashes)):
        hashed = hashes[number]
        if hashed == ZERO:
            continue
        place = _mixed(hashed ^ secret) & mask
        while slots[place] != ZERO and slots[place] != hashed:
            place = (place + ONE) & mask
        if slots[place] == hashed:
            hashes[number] = ZERO
        elif n_known < most:
            slots[place] = hashed
            n_known += 1
        elif full_at == len(hashes):
            full_at = number
    state[N_KNOWN] = np.uint64(n_known)
    return full_at


@njit(cache=True, nogil=True)
def drop_sentences(ids, hashes, state, dropped):
    """Drop the sentences whose hash is 0.

    Parameters
    ----------
    ids : ndarray of int32           *in place:* what is left, at the front
    hashes : ndarray of uint64       of the sentences, from the one on that the first ids are of
    state : ndarray of int64, (3,)   *in place*
    dropped : ndarray of int64       *in place:* how often each id was dropped
    """
    n_written = sentence = 0
    is_inside = state[INSIDE]
    for place in range(len(ids)):
        id_ = ids[place]
        if id_ == SENTENCE_END:
            is_kept = not is_inside or hashes[sentence] != ZERO
            sentence += is_inside
            is_inside = 0
        else:
            is_kept = hashes[sentence] != ZERO
            is_inside = 1
            if not is_kept:
                dropped[id_] += 1
        if is_kept:
            ids[n_written] = id_
            n_written += 1
    state[N_WRITTEN], state[N_HASHES], state[INSIDE] = n_written, sentence, is_inside
