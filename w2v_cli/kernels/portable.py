"""What `vector` computes, as plain loops: its readable twin, and the oracle of its tests.

Numba compiles these for any processor; with ``NUMBA_DISABLE_JIT=1`` they run as Python. For the
names of the arguments see `step`.
"""

import numpy as np
from numba import njit

from .options import FAST_MATH, KERNEL

WIDTH = LANES = 8
MAX_TILE = 6
PATH_TILES = (6, 5, 4)
KEEPS_INPUTS = True
"""Inputs are always copied before a step, see `update`."""

ONE = np.float32(1)
LARGEST_LOGIT = np.float32(60)


@njit(**KERNEL)
def count(n_tiles):
    """How many tiles there are: one where that is None."""
    return 1 if n_tiles is None else n_tiles


@njit(**KERNEL, fastmath=FAST_MATH)
def multiply(
    inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length, products
):
    """The logits X Y^T; *in place:* ``products``, and ``dense`` gets a copy of X if there is one.

    Lanes of a tile beyond its length get any numbers.
    """
    for i in range(n_inputs):
        if dense is not None:
            for d in range(length):
                dense[i * length + d] = inputs[in_rows[i] + d]
        for t in range(count(n_tiles)):
            for k in range(len(tile)):
                total = np.float32(0)
                for d in range(length):
                    total += inputs[in_rows[i] + d] * outputs[out_rows[first + t * LANES + k] + d]
                products[(t * n_inputs + i) * LANES + k] = total


@njit(**KERNEL, fastmath=FAST_MATH)
def logistic(products, n_inputs, n_tiles, signs, first, lr, losses):
    """Turn logits into G = lr * (label - sigma(logit)); an idle lane has G = 0 and no loss.

    *In place:* ``products``; ``losses`` grows by the negative log-likelihood. Logits beyond
    +-LARGEST_LOGIT count as that.
    """
    for t in range(count(n_tiles)):
        for i in range(n_inputs):
            for k in range(LANES):
                sign = signs[first + t * LANES + k]
                here = (t * n_inputs + i) * LANES + k
                logit = sign * products[here]
                if logit > LARGEST_LOGIT:
                    logit = LARGEST_LOGIT
                if logit < -LARGEST_LOGIT:
                    logit = -LARGEST_LOGIT
                odds = np.exp(-logit)
                likelihood = ONE / (ONE + odds)
                products[here] = lr * sign * odds * likelihood
                if sign != 0:
                    losses[0] -= np.log(np.float64(likelihood))


@njit(**KERNEL, fastmath=FAST_MATH)
def update(
    inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length, errors,
    soon, stay,
):  # fmt: skip
    """X += G Y and Y += G^T X_before, tile by tile; *in place:* their rows.

    ``dense`` has X_before. In `vector` it may be None: then that is X before the step, but for a
    row that stands twice among the inputs, which has what its first place did, and for tiles after
    the first, which have what those before did. A row may stand in several places of a tile: each
    takes it as it was. ``soon`` is where the outputs of the step that comes next begin, which are
    fetched on the way, or None. Outputs ``stay`` as they are unless that is None.
    """
    for t in range(count(n_tiles)):
        for i in range(n_inputs):
            for k in range(len(tile)):
                error = errors[(t * n_inputs + i) * LANES + k]
                for d in range(length):
                    inputs[in_rows[i] + d] += error * outputs[out_rows[first + t * LANES + k] + d]
        if stay is None and dense is not None:
            for k in range(len(tile)):
                row = out_rows[first + t * LANES + k]
                for i in range(n_inputs):
                    error = errors[(t * n_inputs + i) * LANES + k]
                    for d in range(length):
                        outputs[row + d] += error * dense[i * length + d]


@njit(**KERNEL, fastmath=FAST_MATH)
def multiply_bag(
    inputs, in_rows, n_inputs, weights, mean, outputs, out_rows, first, n_tiles, tile, length,
    products,
):  # fmt: skip
    """The logits of the mean of some inputs, by their weights if there are any.

    *In place:* ``products``, as `multiply` of one input, and ``mean``.
    """
    share = ONE / np.float32(n_inputs)
    for d in range(length):
        mean[d] = 0
        for i in range(n_inputs):
            weight = share
            if weights is not None:
                weight = weights[i]
            mean[d] += weight * inputs[in_rows[i] + d]
    for t in range(count(n_tiles)):
        for k in range(len(tile)):
            total = np.float32(0)
            for d in range(length):
                total += mean[d] * outputs[out_rows[first + t * LANES + k] + d]
            products[t * LANES + k] = total


@njit(**KERNEL, fastmath=FAST_MATH)
def update_bag(
    inputs, in_rows, n_inputs, mean, outputs, out_rows, first, n_tiles, tile, length, errors, soon,
    stay,
):  # fmt: skip
    """Y += G^T mean, and each input += G Y, undivided, as in word2vec.c; *in place:* their rows.

    An input that stands in several places takes that for each. An output that stands in two tiles
    counts in the second as the first left it. ``soon`` and ``stay`` are as in `update`.
    """
    for d in range(length):
        change = np.float32(0)
        for t in range(count(n_tiles)):
            for k in range(len(tile)):
                change += errors[t * LANES + k] * outputs[out_rows[first + t * LANES + k] + d]
            if stay is None:
                for k in range(len(tile)):
                    error = errors[t * LANES + k]
                    outputs[out_rows[first + t * LANES + k] + d] += error * mean[d]
        for i in range(n_inputs):
            inputs[in_rows[i] + d] += change


@njit(**KERNEL, fastmath=FAST_MATH)
def exponentials(products, start, stride, n_tiles, signs, top):
    """Turn logits into exp(logit - top), 0 in idle lanes, and return their sum (float32).

    Those of the first tile are at ``start``, and of each other one a ``stride`` further.
    """
    total = np.float32(0)
    for t in range(n_tiles):
        for k in range(LANES):
            value = np.float32(0)
            here = start + t * stride + k
            if signs[t * LANES + k] != 0:
                value = np.exp(max(products[here] - top, -LARGEST_LOGIT))
            products[here] = value
            total += value
    return total


@njit(**KERNEL)
def row_of_list(row, hot, row_stride):
    """Where a row starts, in floats, or this thread's copy of it; see `lists.Ring` for ``hot``."""
    to_own = 0
    if row < hot[0]:
        to_own = hot[1]
    elif hot[2] <= row < hot[2] + hot[3]:
        to_own = hot[4]
    return (row + to_own) * row_stride


@njit(**KERNEL, fastmath=FAST_MATH)
def mean_of_list(matrix, rows, start, n_rows, hot, row_stride, vectors, before, place, length):
    """The mean of rows rows[start] to rows[start + n_rows - 1] of a flat matrix.

    *In place:* ``vectors`` and ``before`` at a place.
    """
    share = ONE / np.float32(n_rows)
    for d in range(length):
        total = np.float32(0)
        for i in range(start, start + n_rows):
            total += matrix[row_of_list(rows[i], hot, row_stride) + d]
        vectors[place + d] = before[place + d] = share * total


@njit(**KERNEL)
def add_to_list(matrix, rows, start, n_rows, hot, row_stride, vectors, before, place, length):
    """Add what changed at a place, vectors - before, to each row of a list, as `mean_of_list`.

    A row that stands there twice gets it twice. *In place:* ``matrix``.
    """
    for i in range(start, start + n_rows):
        row = row_of_list(rows[i], hot, row_stride)
        for d in range(length):
            matrix[row + d] += vectors[place + d] - before[place + d]


@njit(**KERNEL)
def mean_of_places(matrix, places, start, n_rows, size, means, place, length):
    """The sum of the rows that begin at some places of a flat matrix, divided by ``size``.

    The places are places[start] to places[start + n_rows - 1]. *In place:* ``means`` at a place.
    """
    share = ONE / np.float32(size)
    for d in range(length):
        total = np.float32(0)
        for i in range(start, start + n_rows):
            total += matrix[places[i] + d]
        means[place + d] = share * total


@njit(**KERNEL)
def add_to_places(matrix, places, start, n_rows, changes, share, place, length):
    """Add a share of the change at a place to the rows that begin at some places.

    These are as in `mean_of_places`; a row that stands there twice gets it twice.
    *In place:* ``matrix``.
    """
    for i in range(start, start + n_rows):
        for d in range(length):
            matrix[places[i] + d] += share * changes[place + d]


@njit(**KERNEL)
def prefetch(matrix, row, length):
    """Nothing: a row that is wanted soon is fetched when it is wanted."""


@njit(**KERNEL)
def prefetch_early(matrix, row, length):
    """Nothing, likewise: a row that will be wanted a little later."""


@njit(**KERNEL)
def prefetch_list(rows, start, length):
    """Nothing, likewise, for int32 that are only read."""


def new_losses():
    """An array in which `logistic` adds up losses."""
    return np.zeros(1, dtype=np.float64)


def take_losses(losses):
    """The sum of losses since the last call, float64; *in place:* ``losses``."""
    loss = float(losses[0])
    losses[0] = 0
    return loss


@njit(**KERNEL, fastmath=FAST_MATH)
def pair_products(rows, i, j, half, products):
    """Products of two rows [w, c] of a flat matrix, for `pairs`; *in place:* ``products``.

    They are w_i . c_j, w_j . c_i, |w_i|^2, |c_i|^2, |w_j|^2 and |c_j|^2.
    """
    totals = np.zeros(6, np.float32)
    for d in range(half):
        w_i, c_i, w_j, c_j = rows[i + d], rows[i + half + d], rows[j + d], rows[j + half + d]
        totals[0] += w_i * c_j
        totals[1] += w_j * c_i
        totals[2] += w_i * w_i
        totals[3] += c_i * c_i
        totals[4] += w_j * w_j
        totals[5] += c_j * c_j
    products[:6] = totals


@njit(**KERNEL, fastmath=FAST_MATH)
def pair_update(rows, i, j, half, of_w_i, of_c_j, of_w_j, of_c_i):
    """Take the other side, times a number, from each vector of two rows; *in place:* ``rows``.

    w_i -= of_w_i c_j and c_j -= of_c_j w_i, w_j -= of_w_j c_i and c_i -= of_c_i w_j, all by what
    was there before.
    """
    for d in range(half):
        w_i, c_i, w_j, c_j = rows[i + d], rows[i + half + d], rows[j + d], rows[j + half + d]
        rows[i + d] = w_i - of_w_i * c_j
        rows[j + half + d] = c_j - of_c_j * w_i
        rows[j + d] = w_j - of_w_j * c_i
        rows[i + half + d] = c_i - of_c_i * w_j


@njit(**KERNEL, fastmath=FAST_MATH)
def product_of_pair(rows, w, c, length, products):
    """w . c, |w|^2 and |c|^2 of two vectors of a flat matrix; *in place:* ``products``."""
    totals = np.zeros(3, np.float32)
    for d in range(length):
        totals[0] += rows[w + d] * rows[c + d]
        totals[1] += rows[w + d] * rows[w + d]
        totals[2] += rows[c + d] * rows[c + d]
    products[:3] = totals


@njit(**KERNEL, fastmath=FAST_MATH)
def update_pair(rows, w, c, length, of_w, of_c):
    """w -= of_w c and c -= of_c w, by what was there before; *in place:* ``rows``."""
    for d in range(length):
        before = rows[w + d]
        rows[w + d] = before - of_w * rows[c + d]
        rows[c + d] -= of_c * before
