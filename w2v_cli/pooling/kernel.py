"""The compiled loops over the words of documents: sums of their vectors, and which have which word.

Documents are rows of words one behind the other: int32, with END behind each document and UNKNOWN
for a word that has no vector. They may be cut anywhere, within a document too: what is open is kept
by the caller. Sums are of float64 and in the order of the words, so that a result depends on
nothing but the document.
"""

import math

import numpy as np
from numba import njit

from .marks import END

TOTAL, KNOWN, MISSING = range(3)
"""Places in what is known of the document that is open: its weights, its words with a vector, and
those without."""
N_FACTS = 3


@njit(cache=True, nogil=True)
def pool(rows, matrix, made, factors, shares, sums, facts, vectors, n_words):
    """Weighted means of documents: sum of factor * vector, over the sum of shares.

    Parameters
    ----------
    rows : ndarray of int32              below len(matrix) in that, and from there on in ``made``
    matrix : ndarray of float32, (n_rows, dim)
    made : ndarray of float32, (n, dim)  of words that have no row there
    factors : ndarray of float64, (n_rows + n or more,)   what a vector is multiplied by
    shares : ndarray of float64, likewise                 what a word adds to the divisor
    sums : ndarray of float64, (dim,)                *in place:* of the document that is open
    facts : ndarray of float64, (N_FACTS,)           *in place:* likewise
    vectors : ndarray of float32, (n_ended, dim)     *in place:* zeros for a document without words
    n_words : ndarray of int64, (n_ended, 2)         *in place:* words with a vector, and without
    """
    n_rows, dim = len(matrix), len(sums)
    total, n_known, n_missing = facts[TOTAL], facts[KNOWN], facts[MISSING]
    n_ended = 0
    for row in rows:
        if row >= 0:
            factor = factors[row]
            if row < n_rows:
                for d in range(dim):
                    sums[d] += factor * np.float64(matrix[row, d])
            else:
                for d in range(dim):
                    sums[d] += factor * np.float64(made[row - n_rows, d])
            total += shares[row]
            n_known += 1
        elif row == END:
            divisor = total if total > 0 else 1.0
            for d in range(dim):
                vectors[n_ended, d] = np.float32(sums[d] / divisor)
                sums[d] = 0.0
            n_words[n_ended, 0], n_words[n_ended, 1] = int(n_known), int(n_missing)
            total, n_known, n_missing = 0.0, 0.0, 0.0
            n_ended += 1
        else:
            n_missing += 1
    facts[TOTAL], facts[KNOWN], facts[MISSING] = total, n_known, n_missing


@njit(cache=True, nogil=True)
def take_away(vectors, components, to_length_one):
    """Take directions out of vectors, and on request bring these to length 1; *in place.*

    Parameters
    ----------
    vectors : ndarray of float32, (n, dim)      zeros stay zeros
    components : ndarray of float64, (k, dim)   orthonormal
    to_length_one : bool
    """
    n_components, dim = components.shape
    wide = np.empty(dim)
    for i in range(len(vectors)):
        for d in range(dim):
            wide[d] = vectors[i, d]
        for k in range(n_components):
            product = 0.0
            for d in range(dim):
                product += components[k, d] * np.float64(vectors[i, d])
            for d in range(dim):
                wide[d] -= product * components[k, d]
        scale = 1.0
        if to_length_one:
            square = 0.0
            for d in range(dim):
                square += wide[d] * wide[d]
            scale = 1.0 / math.sqrt(square) if square > 0 else 1.0
        for d in range(dim):
            vectors[i, d] = np.float32(wide[d] * scale)


@njit(cache=True, nogil=True)
def count_documents(rows, number, last_in, n_with):
    """In how many documents each word is.

    Parameters
    ----------
    rows : ndarray of int32
    number : int                  of the document that is open, from 1
    last_in : ndarray of int64    *in place:* by row, the number of the last document that has it
    n_with : ndarray of int64     *in place:* by row, how many have it

    Returns
    -------
    int   the number of the document that is open now
    """
    for row in rows:
        if row >= 0:
            if last_in[row] != number:
                last_in[row] = number
                n_with[row] += 1
        elif row == END:
            number += 1
    return number
