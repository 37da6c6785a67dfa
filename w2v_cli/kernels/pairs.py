"""Training on counts of pairs: GloVe (Pennington, Socher and Manning, EMNLP 2014, D14-1162).

For a pair of words i, j that stand near one another X times,

    J = 1/2 f(X) (w_i . c_j + b_i + b'_j - ln X)^2        f(X) = min(1, (X / x_max)^alpha)

is made smaller by a step of AdaGrad (Duchi, Hazan and Singer 2011): each number has a sum G of
squares, which begins at 1, and its steps are divided by the square root of that. With the error
e = f(X) (w_i . c_j + b_i + b'_j - ln X), which is clipped,

    w_i -= lr e c_j / sqrt(G)     b_i -= e / sqrt(G)     and likewise c_j, b'_j

and then G grows by the square of what was divided. The rate is in the sums of vectors, and
biases have none: that is how glove.c of 2019 and later has it. ``row`` has one G for the numbers of
w, and one for those of c, which grow by the mean of their squares.

Symmetric counts are those of (i, j) and of (j, i), which are trained one after the other: they
share no number unless i = j.

Names and types
---------------
* rows        float32, flat. A row of a word has vectors of ``half`` floats and then its scalars:
              w, c; then, with ``coordinate``, G of w and G of c; then, with anchors, r; then 1
              place each for b, b', G of b, G of b', G of w, G of c, and whether there is r
* left, right uint16: words i and j of a pair, numbered within a block; those of the second of two
              blocks have SECOND added
* firsts      int64, (2,): where the rows of the first and of the second block begin, in floats
* logs        float32: ln X
* weights     float32: f(X)
"""

import numpy as np
from numba import njit

from .backend import pair_products, pair_update, prefetch, product_of_pair, update_pair
from .options import FAST_MATH, INLINE, KERNEL

SECOND = 1 << 15
"""No block has more words."""
BIAS, CONTEXT_BIAS, BIAS_SQUARES, CONTEXT_BIAS_SQUARES, SQUARES, CONTEXT_SQUARES, IS_HELD = range(7)
"""Places of scalars."""
N_SCALARS = 7
AHEAD = 6
"""So many pairs ahead, rows are fetched."""

ONE, HALF = np.float32(1), np.float32(0.5)


@njit(**INLINE)
def _row(local, firsts, stride):
    return firsts[local >> 15] + np.int64(local & (SECOND - 1)) * stride


@njit(**INLINE)
def _clipped(value, limit):
    return min(max(value, -limit), limit)


@njit(**INLINE)
def _step_of_biases(rows, word, context, error):
    """Change b of one word and b' of another; places of their scalars are given."""
    bias, squares = word + BIAS, word + BIAS_SQUARES
    context_bias, context_squares = context + CONTEXT_BIAS, context + CONTEXT_BIAS_SQUARES
    rows[bias] -= error / np.sqrt(rows[squares])
    rows[context_bias] -= error / np.sqrt(rows[context_squares])
    rows[squares] += error * error
    rows[context_squares] += error * error


@njit(**KERNEL, fastmath=FAST_MATH)
def train_rows(
    rows, stride, half, scalars, dim, firsts, left, right, logs, weights, is_symmetric, lr, clip
):
    """Train on pairs with one G a row; *in place:* ``rows``.

    Returns
    -------
    float64   the sum of J over all directions, each as it was before its step
    """
    loss = 0.0
    products = np.empty(16, np.float32)
    share = ONE / np.float32(dim)
    n_pairs = len(left)
    for k in range(n_pairs):
        ahead = k + AHEAD
        if ahead < n_pairs:
            prefetch(rows, _row(left[ahead], firsts, stride), stride)
            prefetch(rows, _row(right[ahead], firsts, stride), stride)
        i, j = _row(left[k], firsts, stride), _row(right[k], firsts, stride)
        s_i, s_j = i + scalars, j + scalars
        if is_symmetric and i != j:
            pair_products(rows, i, j, half, products)
            diff = products[0] + rows[s_i + BIAS] + rows[s_j + CONTEXT_BIAS] - logs[k]
            back = products[1] + rows[s_j + BIAS] + rows[s_i + CONTEXT_BIAS] - logs[k]
            error = _clipped(weights[k] * diff, clip)
            error_back = _clipped(weights[k] * back, clip)
            loss += HALF * error * diff + HALF * error_back * back
            step, step_back = lr * error, lr * error_back
            pair_update(
                rows, i, j, half,
                step / np.sqrt(rows[s_i + SQUARES]),
                step / np.sqrt(rows[s_j + CONTEXT_SQUARES]),
                step_back / np.sqrt(rows[s_j + SQUARES]),
                step_back / np.sqrt(rows[s_i + CONTEXT_SQUARES]),
            )  # fmt: skip
            square, square_back = share * step * step, share * step_back * step_back
            rows[s_i + SQUARES] += square * products[5]
            rows[s_j + CONTEXT_SQUARES] += square * products[2]
            rows[s_j + SQUARES] += square_back * products[3]
            rows[s_i + CONTEXT_SQUARES] += square_back * products[4]
            _step_of_biases(rows, s_i, s_j, error)
            _step_of_biases(rows, s_j, s_i, error_back)
        else:
            product_of_pair(rows, i, j + half, half, products)
            diff = products[0] + rows[s_i + BIAS] + rows[s_j + CONTEXT_BIAS] - logs[k]
            error = _clipped(weights[k] * diff, clip)
            loss += HALF * error * diff
            step = lr * error
            update_pair(
                rows, i, j + half, half,
                step / np.sqrt(rows[s_i + SQUARES]),
                step / np.sqrt(rows[s_j + CONTEXT_SQUARES]),
            )  # fmt: skip
            square = share * step * step
            rows[s_i + SQUARES] += square * products[2]
            rows[s_j + CONTEXT_SQUARES] += square * products[1]
            _step_of_biases(rows, s_i, s_j, error)
    return loss


@njit(**KERNEL, fastmath=FAST_MATH)
def train_coordinates(
    rows, stride, half, scalars, dim, firsts, left, right, logs, weights, is_symmetric, lr, clip
):
    """Train on pairs with a G for each number, as glove.c; see `train_rows`."""
    loss = 0.0
    for k in range(len(left)):
        i, j = _row(left[k], firsts, stride), _row(right[k], firsts, stride)
        loss += _step_of_coordinates(
            rows, i, j, half, scalars, dim, logs[k], weights[k], lr, clip
        )  # fmt: skip
        if is_symmetric and i != j:
            loss += _step_of_coordinates(
                rows, j, i, half, scalars, dim, logs[k], weights[k], lr, clip
            )  # fmt: skip
    return loss


@njit(**KERNEL, fastmath=FAST_MATH)
def _step_of_coordinates(rows, word, context, half, scalars, dim, log, weight, lr, clip):
    """Train on one direction of a pair; returns J before it."""
    dot = np.float32(0)
    for d in range(dim):
        dot += rows[word + d] * rows[context + half + d]
    diff = dot + rows[word + scalars + BIAS] + rows[context + scalars + CONTEXT_BIAS] - log
    error = _clipped(weight * diff, clip)
    of_w, of_c = 2 * half, 3 * half
    for d in range(dim):
        w, c = rows[word + d], rows[context + half + d]
        change, context_change = lr * _clipped(error * c, clip), lr * _clipped(error * w, clip)
        rows[word + d] = w - change / np.sqrt(rows[word + of_w + d])
        rows[context + half + d] = c - context_change / np.sqrt(rows[context + of_c + d])
        rows[word + of_w + d] += change * change
        rows[context + of_c + d] += context_change * context_change
    _step_of_biases(rows, word + scalars, context + scalars, error)
    return HALF * error * diff


@njit(**KERNEL, fastmath=FAST_MATH)
def hold_rows(rows, stride, half, scalars, anchor, first, n_words, strength):
    """Draw w + c of words to their old vectors r, where there are some; *in place:* ``rows``.

    Along the gradient of mu |w + c - r|^2, divided by the square roots of G of w and G of c, for as
    long as ``strength`` = 2 mu lr / n says, where n such steps are made in an epoch. The path ends
    at r, however large mu is.

    Parameters
    ----------
    rows, stride, half, scalars   see above
    anchor : int                  where in a row r begins
    first, n_words : int          where the rows of a block begin, in floats, and how many there are
    strength : float32

    Source: Dingwall and Potts, "Mittens: an Extension of GloVe for Learning Domain-Specialized
    Representations", NAACL 2018 (N18-2034), equation 2.
    """
    for number in range(n_words):
        row = first + number * stride
        if rows[row + scalars + IS_HELD] > 0:
            of_w = ONE / np.sqrt(rows[row + scalars + SQUARES])
            of_c = ONE / np.sqrt(rows[row + scalars + CONTEXT_SQUARES])
            share = (ONE - np.exp(-strength * (of_w + of_c))) / (of_w + of_c)
            for d in range(half):
                over = rows[row + d] + rows[row + half + d] - rows[row + anchor + d]
                rows[row + d] -= of_w * share * over
                rows[row + half + d] -= of_c * share * over
