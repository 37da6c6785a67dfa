"""The compiled loops over rows that put copies of a matrix together; see `replicas`."""

import numpy as np
from numba import njit

LOOPS = {
    "cache": True, "nogil": True, "fastmath": {"reassoc", "contract", "nsz", "arcp"},
    "error_model": "numpy",  # which need not look whether a divisor is 0
}  # fmt: skip
ROWS_AT_ONCE = 64
"""Shares of so many rows are computed at a time: as vectors, and they stay in the nearest cache."""
HALVINGS = 6
MOST_WAY = np.float32(60)
"""Further than this the share is 1 / way: nothing is left of it."""


@njit(**LOOPS)
def count_words(ids, counts):
    """Count ids; those below 0 are of no word. *In place:* ``counts`` (float32, (n_words,))."""
    for i in range(len(ids)):
        if ids[i] >= 0:
            counts[ids[i]] += np.float32(1)


@njit(**LOOPS)
def moment_times(matrix, chosen, weights, directions, product):
    """The second moment of some rows, sum of weight * row row^T, times four directions.

    Parameters
    ----------
    matrix : ndarray of float32, (n_rows, width)   dim numbers, and padding
    chosen : ndarray of int64, (n,)
    weights : ndarray of float32, (n,)
    directions : ndarray of float32, (4, dim)
    product : ndarray of float32, (4, dim)     *in place:* what is found is added

    Returns
    -------
    float32   the trace of the moment
    """
    trace = np.float32(0)
    for place in range(len(chosen)):
        row, weight = chosen[place], weights[place]
        first = second = third = fourth = square = np.float32(0)
        for d in range(directions.shape[1]):
            number = matrix[row, d]
            square += number * number
            first += number * directions[0, d]
            second += number * directions[1, d]
            third += number * directions[2, d]
            fourth += number * directions[3, d]
        trace += weight * square
        first *= weight
        second *= weight
        third *= weight
        fourth *= weight
        for d in range(directions.shape[1]):
            number = matrix[row, d]
            product[0, d] += first * number
            product[1, d] += second * number
            product[2, d] += third * number
            product[3, d] += fourth * number
    return trace


@njit(**LOOPS)
def take_changes(matrix, base, uses, pull, changes):
    """What rows have learnt, as if nothing of it had been learnt twice: for `add_changes`.

    Along each direction a change of c uses is divided by the share of the way that these go.

    Parameters
    ----------
    matrix : ndarray of float32, (n, width)      as it is: dim numbers, and padding
    base : ndarray of float32, (n, dim)          as it was when all copies were the same
    uses : ndarray of float32, (n,)              since then; *in place:* 0
    pull : tuple                                 (directions, along, rest): see `curvature.Pull`
    changes : ndarray of float32, (n, dim + 1)   *in place:* the changes, and behind them the uses
    """
    directions, along, rest = pull
    dim = base.shape[1]
    shares = np.empty((5, ROWS_AT_ONCE), dtype=np.float32)
    for start in range(0, len(matrix), ROWS_AT_ONCE):
        n_rows = min(ROWS_AT_ONCE, len(matrix) - start)
        _shares_of(uses[start : start + n_rows], along, rest, shares)
        for place in range(n_rows):
            row = start + place
            changes[row, dim] = uses[row]
            uses[row] = 0
            first = second = third = fourth = np.float32(0)
            for d in range(dim):
                change = matrix[row, d] - base[row, d]
                first += change * directions[0, d]
                second += change * directions[1, d]
                third += change * directions[2, d]
                fourth += change * directions[3, d]
            others = np.float32(1) / shares[4, place]
            first *= np.float32(1) / shares[0, place] - others
            second *= np.float32(1) / shares[1, place] - others
            third *= np.float32(1) / shares[2, place] - others
            fourth *= np.float32(1) / shares[3, place] - others
            for d in range(dim):
                changes[row, d] = (
                    others * (matrix[row, d] - base[row, d])
                    + first * directions[0, d]
                    + second * directions[1, d]
                    + third * directions[2, d]
                    + fourth * directions[3, d]
                )


@njit(**LOOPS)
def add_changes(changes, pull, n_ranks, limits, base, matrix):
    """Give rows the sum of the changes of all ranks.

    Parameters
    ----------
    changes : ndarray of float32, (n, dim + 1)    sums of what `take_changes` gave; *in place*
    pull : tuple                                  as there
    n_ranks : int
    limits : tuple                                (growth, short): a row that would be longer than
                                                  ``short`` and so many times what it was gets the
                                                  mean
    base, matrix : ndarray of float32             *in place*: as `take_changes` gets them
    """
    directions, along, rest = pull
    growth, short = limits
    dim = base.shape[1]
    shares = np.empty((5, ROWS_AT_ONCE), dtype=np.float32)
    for start in range(0, len(matrix), ROWS_AT_ONCE):
        n_rows = min(ROWS_AT_ONCE, len(matrix) - start)
        _shares_of(changes[start : start + n_rows, dim], along, rest, shares)
        for place in range(n_rows):
            row = start + place
            first = second = third = fourth = np.float32(0)
            for d in range(dim):
                change = changes[row, d]
                first += change * directions[0, d]
                second += change * directions[1, d]
                third += change * directions[2, d]
                fourth += change * directions[3, d]
            others = shares[4, place]
            first *= shares[0, place] - others
            second *= shares[1, place] - others
            third *= shares[2, place] - others
            fourth *= shares[3, place] - others
            before = after = np.float32(0)
            for d in range(dim):
                old = base[row, d]
                new = (
                    old
                    + others * changes[row, d]
                    + first * directions[0, d]
                    + second * directions[1, d]
                    + third * directions[2, d]
                    + fourth * directions[3, d]
                )
                before += old * old
                after += new * new
                matrix[row, d] = new
            # Written so that it holds for sums that are not numbers, too.
            if not after <= max(growth * growth * before, short * short):
                for d in range(dim):
                    matrix[row, d] = base[row, d] + (matrix[row, d] - base[row, d]) / np.float32(
                        n_ranks
                    )
            for d in range(dim):
                base[row, d] = matrix[row, d]


@njit(**LOOPS)
def _shares_of(uses, along, rest, shares):
    """How far so many uses go along each direction, and along all others; *in place:* shares."""
    for number in range(4):
        for place in range(len(uses)):
            shares[number, place] = _share(uses[place] * along[number])
    for place in range(len(uses)):
        shares[4, place] = _share(uses[place] * rest)


@njit(**LOOPS)
def _share(way):
    """(1 - exp(-way)) / way: how far many steps towards an optimum go, of each by itself.

    Twice as far is the mean of what is left and of all: s(2 w) = s(w) (1 + exp(-w)) / 2. So a
    short series, doubled again and again, does, which has no branch and no call: the compiler
    makes vectors of it, where exp() took four fifths of the time of a merge.
    """
    near = min(way, MOST_WAY)
    step = near / np.float32(1 << HALVINGS)
    share = np.float32(1) - step / np.float32(2) * (
        np.float32(1) - step / np.float32(3) * (
            np.float32(1) - step / np.float32(4) * (
                np.float32(1) - step / np.float32(5) * (
                    np.float32(1) - step / np.float32(6) * (np.float32(1) - step / np.float32(7))
                )
            )
        )
    )  # fmt: skip
    left = np.float32(1) - step * share
    for _ in range(HALVINGS):
        share *= np.float32(0.5) + np.float32(0.5) * left
        left *= left
    return share * (MOST_WAY / max(way, MOST_WAY))
