"""What `vector` computes, as plain loops: its readable twin, and the oracle of its tests.

Numba compiles these for any processor; with ``NUMBA_DISABLE_JIT=1`` they run as Python. For the
names of the arguments see `step`.
"""

import numpy as np
from numba import njit

from .options import FAST_MATH, KERNEL

WIDTH = 8
MAX_TILE = 6

ONE = np.float32(1)
LARGEST_LOGIT = np.float32(80)


@njit(**KERNEL, fastmath=FAST_MATH)
def multiply(
    inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length, products
):
    """The logits X Y^T; *in place:* ``products``, and ``dense`` gets a copy of X."""
    n_lanes = n_tiles * WIDTH
    for i in range(n_inputs):
        for d in range(length):
            dense[i * length + d] = inputs[in_rows[i] + d]
        for lane in range(n_lanes):
            products[i * n_lanes + lane] = 0
            if lane % WIDTH < len(tile):
                for d in range(length):
                    y = outputs[out_rows[first + lane] + d]
                    products[i * n_lanes + lane] += dense[i * length + d] * y


@njit(**KERNEL, fastmath=FAST_MATH)
def logistic(products, n_inputs, n_tiles, signs, first, lr, losses):
    """Turn logits into G = lr * (label - sigma(logit)); an idle lane has G = 0 and no loss.

    *In place:* ``products``; ``losses`` grows by the negative log-likelihood. Logits beyond
    +-LARGEST_LOGIT count as that.
    """
    n_lanes = n_tiles * WIDTH
    for i in range(n_inputs):
        for lane in range(n_lanes):
            sign = signs[first + lane]
            here = i * n_lanes + lane
            logit = sign * products[here]
            if logit > LARGEST_LOGIT:
                logit = LARGEST_LOGIT
            if logit < -LARGEST_LOGIT:
                logit = -LARGEST_LOGIT
            likelihood = ONE / (ONE + np.exp(-logit))
            products[here] = lr * sign * (ONE - likelihood)
            if sign != 0:
                losses[0] -= np.log(np.float64(likelihood))


@njit(**KERNEL, fastmath=FAST_MATH)
def update(
    inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length, errors
):
    """X += G Y and Y += G^T X_before; *in place:* their rows.

    A row may stand in several places of a tile, but not in two tiles.
    """
    update_inputs(
        inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length, errors
    )
    update_outputs(
        inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length, errors
    )


@njit(**KERNEL, fastmath=FAST_MATH)
def update_inputs(
    inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length, errors
):
    """The first half of `update`, X += G Y; the outputs' rows may stand anywhere."""
    n_lanes = n_tiles * WIDTH
    for lane in range(n_lanes):
        if lane % WIDTH < len(tile):
            for i in range(n_inputs):
                for d in range(length):
                    y = outputs[out_rows[first + lane] + d]
                    inputs[in_rows[i] + d] += errors[i * n_lanes + lane] * y


@njit(**KERNEL, fastmath=FAST_MATH)
def update_outputs(
    inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length, errors
):
    """The second half of `update`, Y += G^T X_before, which ``dense`` holds."""
    n_lanes = n_tiles * WIDTH
    for lane in range(n_lanes):
        if lane % WIDTH < len(tile):
            for i in range(n_inputs):
                for d in range(length):
                    x = dense[i * length + d]
                    outputs[out_rows[first + lane] + d] += errors[i * n_lanes + lane] * x


@njit(**KERNEL, fastmath=FAST_MATH)
def exponentials(products, start, n_lanes, signs, top):
    """Turn logits into exp(logit - top), 0 in idle lanes, and return their sum (float32)."""
    total = np.float32(0)
    for lane in range(n_lanes):
        value = np.float32(0)
        if signs[lane] != 0:
            value = np.exp(max(products[start + lane] - top, -LARGEST_LOGIT))
        products[start + lane] = value
        total += value
    return total


@njit(**KERNEL, fastmath=FAST_MATH)
def mean_of_rows(matrix, rows, n_rows, mean, length):
    """The mean of some rows of a flat matrix; *in place:* ``mean``."""
    share = ONE / np.float32(n_rows)
    for d in range(length):
        mean[d] = 0
    for i in range(n_rows):
        for d in range(length):
            mean[d] += share * matrix[rows[i] + d]


@njit(**KERNEL)
def add_difference(matrix, rows, n_rows, after, before, length):
    """Add after - before to each of some rows of a flat matrix; *in place:* ``matrix``."""
    for i in range(n_rows):
        for d in range(length):
            matrix[rows[i] + d] += after[d] - before[d]


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


@njit(**KERNEL, fastmath=FAST_MATH)
def weighted_mean(matrix, rows, weights, n_rows, mean, length):
    """The sum of some rows of a flat matrix, each times its weight; *in place:* ``mean``."""
    for d in range(length):
        mean[d] = 0
    for i in range(n_rows):
        for d in range(length):
            mean[d] += weights[i] * matrix[rows[i] + d]


@njit(**KERNEL)
def prefetch(matrix, row, length):
    """Nothing: a row that is wanted soon is fetched when it is wanted."""


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
