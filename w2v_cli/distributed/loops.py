"""The compiled loops over rows that put copies of a matrix together; see `replicas`."""

import numpy as np
from numba import njit

LOOPS = {"cache": True, "nogil": True, "fastmath": {"reassoc", "contract", "nsz", "arcp"}}


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
    for row in range(len(matrix)):
        for d in range(dim):
            changes[row, d] = matrix[row, d] - base[row, d]
        if uses[row] > 0:
            _scale(changes, row, directions, along, uses[row], rest, True)
        changes[row, dim] = uses[row]
        uses[row] = 0


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
    for row in range(len(matrix)):
        uses = changes[row, dim]
        if uses > 0:
            _scale(changes, row, directions, along, uses, rest, False)
        before = after = np.float32(0)
        for d in range(dim):
            old = base[row, d]
            new = old + changes[row, d]
            before += old * old
            after += new * new
        share = np.float32(1)
        # Written so that it holds for sums that are not numbers, too.
        if not after <= max(growth * growth * before, short * short):
            share = np.float32(1 / n_ranks)
        for d in range(dim):
            merged = base[row, d] + share * changes[row, d]
            base[row, d] = merged
            matrix[row, d] = merged


@njit(**LOOPS)
def _share(way):
    """(1 - exp(-way)) / way: how far many steps towards an optimum go, of each by itself."""
    # The series, where the difference would lose all digits.
    if way < np.float32(0.01):
        return np.float32(1) - way / np.float32(2) + way * way / np.float32(6)
    return (np.float32(1) - np.exp(-way)) / way


@njit(**LOOPS)
def _scale(changes, row, directions, along, uses, rest, is_inverse):
    """Scale what a row has along each direction, and all else, by the share that uses go there.

    Directions are at right angles: what is taken off along one leaves the others. So all four are
    taken at a time, and the row is gone over twice, not twice for each.
    """
    dim = directions.shape[1]
    others = _own(uses * rest, is_inverse)
    first = second = third = fourth = np.float32(0)
    for d in range(dim):
        change = changes[row, d]
        first += change * directions[0, d]
        second += change * directions[1, d]
        third += change * directions[2, d]
        fourth += change * directions[3, d]
    first *= _own(uses * along[0], is_inverse) - others
    second *= _own(uses * along[1], is_inverse) - others
    third *= _own(uses * along[2], is_inverse) - others
    fourth *= _own(uses * along[3], is_inverse) - others
    for d in range(dim):
        changes[row, d] = (
            others * changes[row, d]
            + first * directions[0, d]
            + second * directions[1, d]
            + third * directions[2, d]
            + fourth * directions[3, d]
        )


@njit(**LOOPS)
def _own(way, is_inverse):
    """The share, or by what is divided for it."""
    share = _share(way)
    return np.float32(1) / share if is_inverse else share
