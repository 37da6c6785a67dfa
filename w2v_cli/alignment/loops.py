"""The compiled loop that keeps the largest numbers of each row and column of a product."""

import numpy as np
from numba import njit

STRETCH = 64
"""Numbers that are looked at together; nearly always none of them is kept."""


@njit(cache=True, nogil=True)
def keep_largest(block, rows, columns, floors):
    """Put what is large enough in a block among the largest of its rows and of its columns.

    A block is looked at while it is in the cache, and once for both. What is kept is in rising
    order, so that the first number is what another one must exceed.

    Parameters
    ----------
    block : ndarray of float32, (n_rows, n_columns)
    rows : ndarray of float32, (n_rows, k)          *in place:* the largest so far of each row
    columns : ndarray of float32, (n_columns, m)    *in place:* likewise of each column
    floors : ndarray of float32, (n_columns,)       *in place:* the first number of each column's
    """
    n_rows, n_columns = block.shape
    for i in range(n_rows):
        numbers, best = block[i], rows[i]
        floor = best[0]
        for start in range(0, n_columns, STRETCH):
            stop = min(start + STRETCH, n_columns)
            some, their_floors = numbers[start:stop], floors[start:stop]
            n_large = 0
            for j in range(stop - start):
                n_large += np.int32((some[j] > floor) | (some[j] > their_floors[j]))
            if n_large == 0:
                continue
            for j in range(stop - start):
                if some[j] > floor:
                    _insert(best, some[j])
                    floor = best[0]
                if some[j] > their_floors[j]:
                    _insert(columns[start + j], some[j])
                    their_floors[j] = columns[start + j, 0]


@njit(cache=True, nogil=True)
def _insert(best, number):
    """Put a number in the place of the first one, and numbers in rising order again."""
    place = 0
    last = len(best) - 1
    while place < last and best[place + 1] < number:
        best[place] = best[place + 1]
        place += 1
    best[place] = number
