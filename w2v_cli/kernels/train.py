"""The entry kernel: one call trains on one chunk of the corpus, without the GIL."""

import numpy as np
from numba import njit

from .backend import LANES, prefetch_early
from .hot_rows import merge_all_hot_rows, merge_hot_rows
from .options import INLINE, INNER, KERNEL
from .outputs import draw_outputs, fetch_outputs, path_tiles, set_all_outputs, set_path
from .random import next_random
from .ring import leave_window, move_window, slots_of, weigh_lists
from .sentences import lay_window, neighbors, read_sentence, row_of, rows_of, spare_frozen
from .step import (
    LARGE,
    MIDDLE,
    SMALL,
    bag_step,
    logistic_step,
    softmax_bag_step,
    softmax_step,
)


@njit(**KERNEL)
def train_chunk(
    ids, task, work, is_bag, is_path, full_softmax, frozen, outputs_stay, ring, lr, seed
):  # fmt: skip
    """Train on a chunk; *in place:* the matrices of the task.

    Parameters
    ----------
    ids : int32, (n,)    word ids; SENTENCE_END after each sentence
    task : Task
    work : Work          of the calling thread alone; its ``losses`` grow by the negative
                         log-likelihood of all pairs, but for the full softmax
    is_bag : True for CBOW, None for skip-gram: known to the compiler, which leaves out the other
    is_path : True for hierarchical softmax, else None, likewise
    full_softmax : True for that, else None, likewise
    frozen : bool, (n_rows,), rows of inputs that stay as they are; None if there are none, which
                         the compiler knows, so that it costs nothing
    outputs_stay : True if no output is to change, else None: known to the compiler, too
    ring : Ring of this thread where vectors of words are made of lists of rows; None if they are
                         rows, which the compiler knows, too
    lr : float32         learning rate
    seed : uint64        start of the chunk's random numbers

    Returns
    -------
    (tokens seen, pairs trained, loss) : int64, int64, float64
        A pair is an input with its center: every context word in skip-gram, every bag in CBOW.
        The loss is that of the full softmax, otherwise 0.

    Ids are not checked: one out of range corrupts memory.
    """
    n_hot = len(task.inputs.base)
    work.random[0] = seed
    work.random_negatives[0] = next_random(work.random)
    work.cursor[0], work.cursor[1] = len(work.pool), 0
    if full_softmax is not None:
        set_all_outputs(
            task.n_outputs, work.lanes, len(task.outputs.base), task.outputs.private_start,
            work.row_stride, work.out_rows, work.signs,
        )  # fmt: skip
    position = n_tokens = n_pairs = np.int64(0)
    loss = 0.0
    while position < len(ids):
        position, n_kept, n_seen = read_sentence(ids, position, task.keep, work.words, work.random)
        if ring is not None:
            slots_of(ring, work.words, n_kept, work.row_stride, work.rows)
        else:
            private_start = task.inputs.private_start
            rows_of(work.words, n_kept, n_hot, private_start, work.row_stride, work.rows)
        if full_softmax is not None:
            pairs, more = _train_by_softmax(
                task, work, is_bag, frozen, outputs_stay, ring, n_kept, lr
            )  # fmt: skip
            loss += more
        else:
            pairs = _train_by_logistic(
                task, work, is_bag, is_path, work.one_tile, work.many_tiles, frozen, outputs_stay,
                ring, n_kept, lr,
            )  # fmt: skip
        n_tokens += n_seen
        n_pairs += pairs
        work.since_merge[0] += n_kept
        if work.since_merge[0] >= task.merge_every:
            work.since_merge[0] = 0
            merge_all_hot_rows(task, frozen, outputs_stay)
            if ring is not None:
                merge_hot_rows(task.lists.ngrams, None)
    return n_tokens, n_pairs, loss


@njit(**INNER)
def _train_by_logistic(
    task, work, is_bag, is_path, one_tile, many_tiles, frozen, outputs_stay, ring, n_kept, lr
):  # fmt: skip
    """Train on a sentence with negative sampling or Huffman paths; returns the number of pairs.

    Outputs are set one center ahead, so that their rows are on the way before they are needed.
    """
    # Fields of a tuple cost time wherever they are read, so they are read once.
    words, rows, in_rows, lanes = work.words, work.rows, work.in_rows, work.lanes
    low, high, tiles, half, random = work.low, work.high, work.tiles, work.half, work.random
    inputs, outputs, out_rows, signs = work.inputs, work.outputs, work.out_rows, work.signs
    mean, dense, length, row_stride = work.mean, work.dense, work.length, work.row_stride
    pool, cursor, tile, sizes = work.pool, work.cursor, task.tile, work.sizes
    products, losses, vector_dim = work.products, work.losses, work.vector_dim
    n_hot, private_start = len(task.outputs.base), task.outputs.private_start
    window, fixed_window, weights = task.window, task.fixed_window, work.weights
    most_inputs = 2 * window if is_bag is not None else task.most_inputs
    n_lanes = tiles[0] * LANES
    n_pairs = 0
    for ahead in range(n_kept + 1):
        soon = (ahead & 1) * half
        if ahead < n_kept:
            n_inputs = lay_window(ahead, n_kept, window, fixed_window, low, high, random)
            if is_path is not None:
                _set_path(
                    words[ahead], ahead & 1, task.path_starts, task.path_nodes, task.path_signs,
                    n_hot, private_start, row_stride, tiles, sizes, soon, out_rows, signs, outputs,
                    vector_dim,
                )  # fmt: skip
            else:
                _set_negatives(
                    words, ahead, n_kept, (n_inputs + most_inputs - 1) // most_inputs,
                    task.uses_of_negative, task.negative, task.negatives, n_hot, private_start,
                    row_stride, work.random_negatives, pool, cursor, lanes, soon, n_lanes, out_rows,
                    signs, outputs, vector_dim,
                )  # fmt: skip
            if ring is None and ahead + 1 + window < n_kept:
                prefetch_early(inputs, rows[ahead + 1 + window], vector_dim)
        if ahead == 0:
            continue
        center = ahead - 1
        move_window(ring, words, rows, center, n_kept, window, row_stride, vector_dim)
        start, stop = low[center & 1], high[center & 1]
        n_pairs += min(stop - start, 1) if is_bag is not None else stop - start
        _train_center(
            is_bag, is_path, one_tile, many_tiles, center, start, stop, most_inputs, rows, in_rows,
            frozen, task.spare_start, row_stride, vector_dim, ring, weights, inputs, dense, mean,
            outputs, out_rows, signs, (center & 1) * half, n_lanes, tiles[center & 1],
            sizes[center & 1], tile, length, lr, products, losses, soon, outputs_stay,
        )  # fmt: skip
    leave_window(ring, words, rows, n_kept, window, row_stride, vector_dim)
    return n_pairs


@njit(**INLINE)
def _set_path(
    word, side, starts, nodes, node_signs, n_hot, private_start, row_stride, tiles, sizes, first,
    out_rows, signs, outputs, vector_dim,
):  # fmt: skip
    """Set the outputs of a center to its Huffman path; *in place:* also ``tiles`` and ``sizes``."""
    start, stop = starts[word], starts[word + 1]
    tiles[side], sizes[side] = path_tiles(stop - start)
    set_path(
        start, stop, nodes, node_signs, n_hot, private_start, row_stride, tiles[side], sizes[side],
        first, out_rows, signs, outputs, vector_dim,
    )  # fmt: skip


@njit(**INLINE)
def _set_negatives(
    words, center, n_kept, n_steps, uses, negative, negatives, n_hot, private_start, row_stride,
    random, pool, cursor, lanes, first, n_lanes, out_rows, signs, outputs, vector_dim,
):  # fmt: skip
    """Set the outputs of a center to itself and negatives, and have the next center on its way.

    The step before fetches them all; the first center of a sentence has none before it.
    """
    draw_outputs(
        row_of(words[center], n_hot, private_start, row_stride), n_steps, uses, negative, negatives,
        n_hot, private_start, row_stride, random, pool, cursor, lanes, first, n_lanes, out_rows,
        signs,
    )  # fmt: skip
    if center == 0:
        fetch_outputs(lanes, first, out_rows, outputs, vector_dim)
    if center + 1 < n_kept:
        row = row_of(words[center + 1], n_hot, private_start, row_stride)
        prefetch_early(outputs, row, vector_dim)


@njit(**INLINE)
def _train_center(
    is_bag, is_path, one_tile, many_tiles, center, start, stop, most_inputs, rows, in_rows, frozen,
    spare_start, row_stride, vector_dim, ring, weights, inputs, dense, mean, outputs, out_rows,
    signs, first, n_lanes, n_tiles, size, tile, length, lr, products, losses, soon, outputs_stay,
):  # fmt: skip
    """Take the steps of a center, each of which has at most ``most_inputs`` inputs.

    The outputs of the next step are ``n_lanes`` on; those of the next center begin at ``soon``.
    """
    while start < stop:
        n_inputs = min(most_inputs, stop - start)
        neighbors(rows, center, start, n_inputs, in_rows)
        if frozen is not None:
            spare_frozen(frozen, inputs, spare_start, row_stride, vector_dim, n_inputs, in_rows)
        if weights is not None:
            weigh_lists(ring, center, start, n_inputs)
        start += n_inputs
        after = soon if start == stop else first + n_lanes
        # Each of these is left out where it is not what this kernel is compiled for.
        if is_path is not None:
            _predict_path(
                is_bag, inputs, in_rows, n_inputs, dense, weights, mean, outputs, out_rows, signs,
                first, n_tiles, size, length, lr, products, losses, outputs_stay,
            )  # fmt: skip
        if one_tile is not None:
            _predict(
                is_bag, inputs, in_rows, n_inputs, dense, weights, mean, outputs, out_rows, signs,
                first, None, tile, length, lr, products, losses, after, outputs_stay,
            )  # fmt: skip
        if many_tiles is not None:
            _predict(
                is_bag, inputs, in_rows, n_inputs, dense, weights, mean, outputs, out_rows, signs,
                first, n_tiles, tile, length, lr, products, losses, after, outputs_stay,
            )  # fmt: skip
        if is_path is None:
            first = after


@njit(**INLINE)
def _predict_path(
    is_bag, inputs, in_rows, n_inputs, dense, weights, mean, outputs, out_rows, signs, first,
    n_tiles, size, length, lr, products, losses, outputs_stay,
):  # fmt: skip
    """`_predict` a Huffman path, whose tiles have one of three sizes."""
    if size == len(LARGE):
        _predict(
            is_bag, inputs, in_rows, n_inputs, dense, weights, mean, outputs, out_rows, signs,
            first, n_tiles, LARGE, length, lr, products, losses, None, outputs_stay,
        )  # fmt: skip
    elif size == len(MIDDLE):
        _predict(
            is_bag, inputs, in_rows, n_inputs, dense, weights, mean, outputs, out_rows, signs,
            first, n_tiles, MIDDLE, length, lr, products, losses, None, outputs_stay,
        )  # fmt: skip
    else:
        _predict(
            is_bag, inputs, in_rows, n_inputs, dense, weights, mean, outputs, out_rows, signs,
            first, n_tiles, SMALL, length, lr, products, losses, None, outputs_stay,
        )  # fmt: skip


@njit(**INLINE)
def _predict(
    is_bag, inputs, in_rows, n_inputs, dense, weights, mean, outputs, out_rows, signs, first,
    n_tiles, tile, length, lr, products, losses, soon, outputs_stay,
):  # fmt: skip
    """Skip-gram: each context word predicts the center. CBOW: the mean of all of them does."""
    if is_bag is not None:
        bag_step(
            inputs, in_rows, n_inputs, weights, mean, outputs, out_rows, signs, first, n_tiles,
            tile, length, lr, products, losses, soon, outputs_stay,
        )  # fmt: skip
    else:
        logistic_step(
            inputs, in_rows, n_inputs, dense, outputs, out_rows, signs, first, n_tiles, tile,
            length, lr, products, losses, soon, outputs_stay,
        )  # fmt: skip


@njit(**KERNEL)
def _train_by_softmax(task, work, is_bag, frozen, outputs_stay, ring, n_kept, lr):
    """Train on a sentence with the full softmax; returns the number of pairs, and their loss."""
    n_pairs = 0
    loss = 0.0
    words, rows, in_rows = work.words, work.rows, work.in_rows
    inputs, row_stride, vector_dim = work.inputs, work.row_stride, work.vector_dim
    for center in range(n_kept):
        move_window(ring, words, rows, center, n_kept, task.window, row_stride, vector_dim)
        n_inputs = lay_window(
            center, n_kept, task.window, task.fixed_window, work.low, work.high, work.random
        )
        start = work.low[center & 1]
        stop = start + n_inputs
        lane = work.lanes[words[center]]
        most_inputs = task.most_inputs
        if is_bag is not None:
            most_inputs = n_inputs
            n_pairs += n_inputs > 0
        else:
            n_pairs += n_inputs
        while start < stop:
            n_inputs = min(most_inputs, stop - start)
            neighbors(rows, center, start, n_inputs, in_rows)
            if frozen is not None:
                spare_frozen(
                    frozen, inputs, task.spare_start, row_stride, vector_dim, n_inputs, in_rows
                )
            if is_bag is not None:
                if work.weights is not None:
                    weigh_lists(ring, center, start, n_inputs)
                loss += softmax_bag_step(
                    inputs, in_rows, n_inputs, work.weights, work.mean, work.outputs, work.out_rows,
                    work.signs, lane, work.tiles[0], task.tile, work.length, lr, work.products,
                    outputs_stay,
                )  # fmt: skip
            else:
                loss += softmax_step(
                    inputs, in_rows, n_inputs, work.dense, work.outputs, work.out_rows, work.signs,
                    lane, work.tiles[0], task.tile, work.length, lr, work.products, outputs_stay,
                )  # fmt: skip
            start += n_inputs
    leave_window(ring, words, rows, n_kept, task.window, row_stride, vector_dim)
    return n_pairs, loss
