"""The compiled loop that writes answers."""

import numpy as np
from numba import njit

NEWLINE, TAB, POINT, DIGIT_0 = 10, 9, 46, 48
DECIMALS = 6


@njit(cache=True, nogil=True)
def write_lines(labels, millionths, counts, names, name_starts, text):
    """Write a line a document: its labels, with their probabilities, and tabs between.

    Parameters
    ----------
    labels : ndarray of int64, (n, k)
    millionths : ndarray of int64, (n, k)   probabilities; or (0, k): without them
    counts : ndarray of int64, (n,)         how many labels of each document are written
    names : ndarray of uint8                of labels, one behind the other
    name_starts : ndarray of int64, (n_labels + 1,)   where they begin
    text : ndarray of uint8                 *in place*; with room for all

    Returns
    -------
    int   bytes written
    """
    position = 0
    for document in range(len(counts)):
        for place in range(counts[document]):
            if place:
                text[position] = TAB
                position += 1
            label = labels[document, place]
            for letter in range(name_starts[label], name_starts[label + 1]):
                text[position] = names[letter]
                position += 1
            if len(millionths):
                text[position] = TAB
                position += 1 + _write_number(millionths[document, place], text, position + 1)
        text[position] = NEWLINE
        position += 1
    return position


@njit(cache=True, nogil=True)
def _write_number(millionths, text, position):
    """Write a number below ten with all of its decimals; returns how many bytes these are."""
    # Numbers without sign are divided by a constant with a multiplication alone.
    rest = np.uint32(millionths)
    for place in range(DECIMALS, -1, -1):
        text[position + place + (place > 0)] = DIGIT_0 + rest % np.uint32(10)
        rest //= np.uint32(10)
    text[position + 1] = POINT
    return DECIMALS + 2
