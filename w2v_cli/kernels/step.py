"""One step of stochastic gradient descent: a few inputs against a few outputs.

With inputs X (m rows), outputs Y (k rows of the output matrix) and a sign s = +1 for outputs that
should be predicted (label 1) and -1 for those that should not (label 0), maximise the
log-likelihood

    sum over i, j of  log sigma(s_j * x_i . y_j)

(Mikolov et al. 2013b, arXiv:1310.4546, equation 4; for a Huffman path, equation 3). Its gradient
with respect to a logit is label - sigma(logit) = s * (1 - sigma(s * logit)), which makes three
small matrix products:

    logits = X Y^T      G = lr * (label - sigma(logits))      X += G Y      Y += G^T X

All m inputs share the k outputs (Ji et al. 2016, arXiv:1611.06172). The full softmax differs only
in G. An input is a row of the input matrix (skip-gram), or the mean of several (CBOW), each of
which then takes the change of the mean.

Names and types in this folder
------------------------------
* inputs, outputs   float32, flat: matrices whose rows start at multiples of ``row_stride``
* in_rows, out_rows int64: where rows start, in floats
* lanes             outputs stand in tiles of ``len(tile)`` rows; each tile takes LANES places in
                    ``out_rows``, ``signs`` and ``products``, of which the last may be idle
* signs             float32, by lane: +1, -1, or 0 for an output that is to have no effect
* first             int64: where the outputs of this step begin in ``out_rows`` and ``signs``
* soon              int64: where those of the step that comes next begin; or None
* length            int64: floats of a row that count, a multiple of LANES; ``vector_dim`` is a
                    multiple of WIDTH, and no longer than rows either
* dense             float32, flat, n_inputs * length: the inputs as they were before the step; None
                    where they are not wanted, see `portable.update`
* products          float32, flat, n_tiles * n_inputs * LANES: logits, then G
* stay              None if outputs change
"""

import numpy as np
from numba import njit

from .backend import (
    LANES,
    PATH_TILES,
    exponentials,
    logistic,
    multiply,
    multiply_bag,
    update,
    update_bag,
)
from .options import INLINE, KERNEL

LARGE, MIDDLE, SMALL = ((0,) * size for size in PATH_TILES)


@njit(**INLINE)
def logistic_step(
    inputs,
    in_rows,
    n_inputs,
    dense,
    outputs,
    out_rows,
    signs,
    first,
    n_tiles,
    tile,
    length,
    lr,
    products,
    losses,
    soon,
    stay,
):
    """Negative sampling or a Huffman path: each output is a logistic regression of its own.

    *In place:* the rows of inputs and, unless they stay, of outputs, ``dense``, ``products``;
    ``losses`` grows by the negative log-likelihood.
    """
    arguments = (
        inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length, products
    )  # fmt: skip
    multiply(*arguments)
    logistic(products, n_inputs, n_tiles, signs, first, lr, losses)
    update(*arguments, soon, stay)


@njit(**INLINE)
def bag_step(
    inputs,
    in_rows,
    n_inputs,
    weights,
    mean,
    outputs,
    out_rows,
    signs,
    first,
    n_tiles,
    tile,
    length,
    lr,
    products,
    losses,
    soon,
    stay,
):
    """`logistic_step` of the mean of some inputs, each of which takes its change, undivided.

    They have ``weights`` (float32), or None if all weigh alike. *In place:* as there, and ``mean``.
    """
    multiply_bag(
        inputs, in_rows, n_inputs, weights, mean, outputs, out_rows, first, n_tiles, tile, length,
        products,
    )  # fmt: skip
    logistic(products, 1, n_tiles, signs, first, lr, losses)
    update_bag(
        inputs, in_rows, n_inputs, mean, outputs, out_rows, first, n_tiles, tile, length, products,
        soon, stay,
    )  # fmt: skip


@njit(**KERNEL)
def softmax_step(
    inputs,
    in_rows,
    n_inputs,
    dense,
    outputs,
    out_rows,
    signs,
    center,
    n_tiles,
    tile,
    length,
    lr,
    products,
    stay,
):
    """Full softmax: the outputs are all words, ``center`` is the lane of the one to predict.

    *In place:* as `logistic_step`. Returns the loss, the sum of -log p(center | input).
    """
    arguments = (
        inputs, in_rows, n_inputs, dense, outputs, out_rows, 0, n_tiles, tile, length, products
    )  # fmt: skip
    multiply(*arguments)
    loss = softmax(products, n_inputs, n_tiles, signs, center, lr)
    update(*arguments, None, stay)
    return loss


@njit(**KERNEL)
def softmax_bag_step(
    inputs,
    in_rows,
    n_inputs,
    weights,
    mean,
    outputs,
    out_rows,
    signs,
    center,
    n_tiles,
    tile,
    length,
    lr,
    products,
    stay,
):
    """`softmax_step` of the mean of some inputs, as `bag_step`."""
    multiply_bag(
        inputs, in_rows, n_inputs, weights, mean, outputs, out_rows, 0, n_tiles, tile, length,
        products,
    )  # fmt: skip
    loss = softmax(products, 1, n_tiles, signs, center, lr)
    update_bag(
        inputs, in_rows, n_inputs, mean, outputs, out_rows, 0, n_tiles, tile, length, products,
        None, stay,
    )  # fmt: skip
    return loss


@njit(**INLINE)
def softmax(products, n_inputs, n_tiles, signs, center, lr):
    """Turn logits into G = lr * (label - p), p = exp(logit) / sum of exp; returns the loss.

    The greatest logit is subtracted first (log-sum-exp), so that nothing overflows.
    """
    loss = 0.0
    stride = n_inputs * LANES
    for i in range(n_inputs):
        start = i * LANES
        top = greatest(products, start, stride, n_tiles, signs)
        here = start + center // LANES * stride + center % LANES
        logit = products[here] - top
        total = exponentials(products, start, stride, n_tiles, signs, top)
        loss += np.log(np.float64(total)) - logit
        share = -lr / total
        for tile in range(n_tiles):
            for lane in range(LANES):
                products[start + tile * stride + lane] *= share
        products[here] += lr
    return loss


@njit(**INLINE)
def greatest(products, start, stride, n_tiles, signs):
    """The greatest logit of an input, leaving out idle lanes."""
    top = products[start]
    for tile in range(n_tiles):
        for lane in range(LANES):
            logit = products[start + tile * stride + lane]
            if signs[tile * LANES + lane] != 0 and not logit <= top:
                top = logit
    return top
