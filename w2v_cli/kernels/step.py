"""One step of stochastic gradient descent: a few inputs against a few outputs.

With inputs X (m rows), outputs Y (k rows of the output matrix) and a sign s = +1 for outputs that
should be predicted (label 1) and -1 for those that should not (label 0), maximise the
log-likelihood

    sum over i, j of  log sigma(s_j * x_i . y_j)

(Mikolov et al. 2013b, arXiv:1310.4546, equation 4; for a Huffman path, equation 3). Its gradient
with respect to a logit is label - sigma(logit) = s * (1 - sigma(s * logit)), which makes three
small matrix products:

    logits = X Y^T      G = lr * (label - sigma(logits))      X += G Y      Y += G^T X_before

All m inputs share the k outputs (Ji et al. 2016, arXiv:1611.06172). The full softmax differs only
in G. An input is a row of the input matrix (skip-gram), or a row made as the mean of several
(CBOW); the step changes either in place.

Names and types in this folder
------------------------------
* inputs, outputs   float32, flat: matrices whose rows start at multiples of ``row_stride``
* in_rows, out_rows int64: where rows start, in floats
* lanes             outputs stand in tiles of ``len(tile)`` rows; each tile takes WIDTH places in
                    ``out_rows``, ``signs`` and a row of ``products``, of which the last may be idle
* signs             float32, by lane: +1, -1, or 0 for an output that is to have no effect
* first             int64: where the outputs of this step begin in ``out_rows`` and ``signs``
* vector_dim        int64: the dim, rounded up to whole vectors; ``length`` for short
* dense             float32, flat, n_inputs * vector_dim: the inputs as they were before the step
* products          float32, flat, n_inputs * n_tiles * WIDTH: logits, then G
"""

import numpy as np
from numba import njit

from .backend import (
    WIDTH,
    exponentials,
    logistic,
    multiply,
    update,
    update_inputs,
    update_outputs,
)
from .options import INLINE, KERNEL


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
    distinct,
    n_tiles,
    tile,
    vector_dim,
    lr,
    products,
    losses,
    outputs_stay,
):
    """Negative sampling or a Huffman path: each output is a logistic regression of its own.

    ``distinct`` says that no output stands twice; ``outputs_stay`` is as for `train.train_chunk`.
    *In place:* the rows of inputs and, unless they stay, of outputs, ``dense``, ``products``;
    ``losses`` grows by the negative log-likelihood.
    """
    arguments = (
        inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, vector_dim,
        products,
    )  # fmt: skip
    multiply(*arguments)
    logistic(products, n_inputs, n_tiles, signs, first, lr, losses)
    if outputs_stay is not None:
        update_inputs(*arguments)
    elif distinct or tiles_differ(out_rows, first, n_tiles, len(tile)):
        update(*arguments)
    else:
        update_inputs(*arguments)
        update_outputs(*arguments)


@njit(**INLINE)
def tiles_differ(out_rows, first, n_tiles, width):
    """Whether no row stands in two tiles, so that a tile may change its rows before the next."""
    for place in range(width, n_tiles * width):
        tile = place // width
        row = out_rows[first + tile * WIDTH + place - tile * width]
        for earlier in range(tile):
            for k in range(width):
                if out_rows[first + earlier * WIDTH + k] == row:
                    return False
    return True


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
    vector_dim,
    lr,
    products,
    outputs_stay,
):
    """Full softmax: the outputs are all words, ``center`` is the lane of the one to predict.

    *In place:* as `logistic_step`. Returns the loss, the sum of -log p(center | input).
    """
    arguments = (
        inputs, in_rows, n_inputs, dense, outputs, out_rows, 0, n_tiles, tile, vector_dim,
        products,
    )  # fmt: skip
    multiply(*arguments)
    loss = softmax(products, n_inputs, n_tiles * WIDTH, signs, center, lr)
    if outputs_stay is not None:
        update_inputs(*arguments)
    else:
        update(*arguments)
    return loss


@njit(**INLINE)
def softmax(products, n_inputs, n_lanes, signs, center, lr):
    """Turn logits into G = lr * (label - p), p = exp(logit) / sum of exp; returns the loss.

    The greatest logit is subtracted first (log-sum-exp), so that nothing overflows.
    """
    loss = 0.0
    for i in range(n_inputs):
        start = i * n_lanes
        top = greatest(products, start, n_lanes, signs)
        logit = products[start + center] - top
        total = exponentials(products, start, n_lanes, signs, top)
        loss += np.log(np.float64(total)) - logit
        share = -lr / total
        for lane in range(n_lanes):
            products[start + lane] *= share
        products[start + center] += lr
    return loss


@njit(**INLINE)
def greatest(products, start, n_lanes, signs):
    """The greatest logit of a row of products, leaving out idle lanes."""
    top = products[start]
    for lane in range(n_lanes):
        if signs[lane] != 0 and not products[start + lane] <= top:
            top = products[start + lane]
    return top
