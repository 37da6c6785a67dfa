"""Compiled loops over pairs of words: sums of rows, which pairs count, and products.

A matrix M of pairs (i, j) is not kept itself. It has max(l_ij - (r_i + c_j), 0) in row i and column
j, of which l are kept by pairs, r by rows and c by columns. Where counts are symmetric, so is l,
and a pair that is kept once stands for both M_ij and M_ji.
"""

import math

import numpy as np
from numba import njit

WIDTH = 16
"""Columns of a matrix that are multiplied at once: a cache line of float32."""


@njit(cache=True, nogil=True)
def add_up(first, stop, starts, columns, sums, symmetric, of_rows, of_columns):
    """Add rows ``first`` to ``stop - 1`` to sums of rows and of columns.

    Parameters
    ----------
    first, stop : int
    starts : ndarray of int64, (n_words + 1,)
    columns : ndarray of uint32, (n_pairs,)
    sums : ndarray of uint64, (n_pairs,)
    symmetric : bool   each pair is there once, and stands for two
    of_rows, of_columns : ndarray of uint64, (n_words,)   *in place:* the sums
    """
    for row in range(first, stop):
        for pair in range(starts[row], starts[row + 1]):
            column = columns[pair]
            of_rows[row] += sums[pair]
            of_columns[column] += sums[pair]
            if symmetric and column != row:
                of_rows[column] += sums[pair]
                of_columns[row] += sums[pair]


@njit(cache=True, nogil=True)
def _is_kept(value, row, column, of_rows, of_columns, symmetric):
    if value > of_rows[row] + of_columns[column]:
        return True
    return symmetric and value > of_rows[column] + of_columns[row]


@njit(cache=True, nogil=True)
def count_kept(first, stop, starts, columns, sums, of_rows, of_columns, symmetric, kept):
    """How many pairs of rows ``first`` to ``stop - 1`` are above 0; *in place:* ``kept``, int64.

    ``of_rows`` and ``of_columns`` (float64) are r and c.
    """
    for row in range(first, stop):
        n_kept = 0
        for pair in range(starts[row], starts[row + 1]):
            value = math.log(np.float64(sums[pair]))
            n_kept += _is_kept(value, row, columns[pair], of_rows, of_columns, symmetric)
        kept[row] = n_kept


@njit(cache=True, nogil=True)
def keep(first, stop, starts, columns, sums, of_rows, of_columns, symmetric, places, others, logs):
    """Write those pairs; *in place:* ``others`` (uint32) their columns, ``logs`` (float32) their l.

    ``places`` (int64, (n_words + 1,)) says where those of a row begin.
    """
    for row in range(first, stop):
        place = places[row]
        for pair in range(starts[row], starts[row + 1]):
            value = math.log(np.float64(sums[pair]))
            if _is_kept(value, row, columns[pair], of_rows, of_columns, symmetric):
                others[place] = columns[pair]
                logs[place] = value
                place += 1


@njit(cache=True, nogil=True)
def squares_of(starts, others, logs, of_rows, of_columns, symmetric):
    """The sum of the squares of all M_ij: float."""
    total = 0.0
    for row in range(len(starts) - 1):
        of_row = 0.0
        for pair in range(starts[row], starts[row + 1]):
            other = others[pair]
            value = max(logs[pair] - (of_rows[row] + of_columns[other]), np.float32(0))
            of_row += np.float64(value) * value
            if symmetric and other != row:
                value = max(logs[pair] - (of_rows[other] + of_columns[row]), np.float32(0))
                of_row += np.float64(value) * value
        total += of_row
    return total


@njit(cache=True, nogil=True, fastmath={"contract"})
def multiply(starts, others, logs, of_rows, of_columns, ahead, back, right, product):
    """M R for an R of WIDTH columns, which is added to what is there.

    Parameters
    ----------
    starts : ndarray of int64, (n_words + 1,)
    others : ndarray of uint32, (n_pairs,)
    logs : ndarray of float32, (n_pairs,)
    of_rows, of_columns : ndarray of float32, (n_words,)   r and c
    ahead : bool       pairs (i, j) stand for M_ij
    back : bool        pairs (i, j) stand for M_ji, on the diagonal only where not for M_ij
    right : ndarray of float32, (n_words, WIDTH)     R
    product : ndarray of float32, (n_words, WIDTH)   *in place:* is M R more

    Each number is a sum in the order of pairs, whoever computes it.
    """
    for row in range(len(starts) - 1):
        for pair in range(starts[row], starts[row + 1]):
            other = others[pair]
            if ahead:
                value = logs[pair] - (of_rows[row] + of_columns[other])
                if value > 0:
                    for d in range(WIDTH):
                        product[row, d] += value * right[other, d]
                if other == row:
                    continue
            if back:
                value = logs[pair] - (of_rows[other] + of_columns[row])
                if value > 0:
                    for d in range(WIDTH):
                        product[other, d] += value * right[row, d]
