"""The output of a language model: rows of a hidden layer predict the next words, one by one.

Each row h of a batch has a word w to predict. Its outputs are the nodes on the Huffman path to w,
or w and negatives; with a sign s each and rows y of the output matrix the loss is

    -log p = sum over outputs of  -log sigma(s * h . y)

The output matrix learns with every row (see `step`); what h should have been is kept apart, as the
rows of a batch are all of the same weights.
"""

import numpy as np
from numba import njit

from .backend import LANES, logistic, multiply, update
from .hot_rows import merge_hot_rows
from .options import INNER, KERNEL
from .outputs import draw_outputs, fetch_outputs, set_path, tiles_for_path
from .random import next_random
from .sentences import row_of
from .task import NEGATIVE_SAMPLING


@njit(**KERNEL)
def merge_outputs(task):
    """`hot_rows.merge_hot_rows` of the output matrix."""
    merge_hot_rows(task.outputs, None)


@njit(**KERNEL)
def begin_negatives(task, work, seed):
    """Start the random numbers of a chunk (uint64); *in place:* ``work``."""
    work.random[0] = seed
    next_random(work.random)
    work.cursor[0], work.cursor[1] = len(work.pool), 0


@njit(**KERNEL)
def predict_next_words(task, work, targets, n_rows, hidden, gradients, lr, learns):
    """Have rows of a hidden layer predict words.

    *In place:* the output matrix, unless ``learns`` is False; ``gradients``; ``work.losses`` grows
    by the negative log-likelihood of all words.

    Parameters
    ----------
    task : NextWords
    work : NextWordsWork       of the calling thread alone
    targets : int32, (n,)      words
    n_rows : int               how many of them count: the first ones
    hidden, gradients : float32, (n, row_stride)   rows of the hidden layer; ``gradients`` gets lr
                               times that of the log-likelihood by them
    lr : float32               learning rate of the output matrix
    learns : bool              otherwise only the loss is computed
    """
    flat_hidden, flat_gradients = hidden.reshape(-1), gradients.reshape(-1)
    stride = hidden.shape[1]
    for place in range(n_rows * stride):
        flat_gradients[place] = 0
    _predict(task, work, targets, n_rows, flat_hidden, flat_gradients, stride, lr, learns)
    if learns:
        work.since_merge[0] += n_rows
        if work.since_merge[0] >= task.merge_every:
            work.since_merge[0] = 0
            merge_hot_rows(task.outputs, None)


@njit(**INNER)
def _predict(task, work, targets, n_rows, hidden, gradients, stride, lr, learns):
    """`predict_next_words` of flat matrices; the outputs of a row are set one row ahead."""
    outputs, out_rows, signs, in_rows = work.outputs, work.out_rows, work.signs, work.in_rows
    tiles, half, dense, products = work.tiles, work.half, work.dense, work.products
    vector_dim, row_stride, losses, tile = work.vector_dim, work.row_stride, work.losses, task.tile
    n_hot, private_start = len(task.outputs.base), task.outputs.private_start
    sampling = task.loss == NEGATIVE_SAMPLING
    for ahead in range(n_rows + 1):
        if ahead < n_rows:
            word = targets[ahead]
            first = (ahead & 1) * half
            if sampling:
                draw_outputs(
                    row_of(np.int64(word), n_hot, private_start, row_stride), 1,
                    task.uses_of_negative, task.negative, task.negatives, n_hot, private_start,
                    row_stride, work.random, work.pool, work.cursor, work.lanes, first,
                    tiles[0] * LANES, out_rows, signs,
                )  # fmt: skip
                fetch_outputs(work.lanes, first, out_rows, outputs, vector_dim)
            else:
                start, stop = task.path_starts[word], task.path_starts[word + 1]
                tiles[ahead & 1] = tiles_for_path(stop - start, len(tile))
                set_path(
                    start, stop, task.path_nodes, task.path_signs, n_hot, private_start,
                    row_stride, tiles[ahead & 1], len(tile), first, out_rows, signs, outputs,
                    vector_dim,
                )  # fmt: skip
        if ahead == 0:
            continue
        row = ahead - 1
        first, n_tiles = (row & 1) * half, tiles[row & 1]
        in_rows[0] = row * stride
        multiply(
            hidden, in_rows, 1, dense, outputs, out_rows, first, n_tiles, tile, vector_dim, products
        )
        logistic(products, 1, n_tiles, signs, first, lr, losses)
        if learns:
            update(
                gradients, in_rows, 1, dense, outputs, out_rows, first, n_tiles, tile, vector_dim,
                products, None, None,
            )  # fmt: skip
