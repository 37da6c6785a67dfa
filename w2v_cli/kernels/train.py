"""The entry kernel: one call trains on one chunk of the corpus, without the GIL."""

import numpy as np
from numba import njit

from .backend import WIDTH, add_difference, mean_of_rows, prefetch
from .hot_rows import merge_all_hot_rows, merge_hot_rows
from .options import INLINE, INNER, KERNEL
from .outputs import draw_outputs, set_all_outputs, set_path
from .random import next_random
from .ring import leave_window, mean_of_lists, move_window, slots_of
from .sentences import lay_window, neighbors, read_sentence, row_of, rows_of, spare_frozen
from .step import logistic_step, softmax_step
from .task import CBOW, NEGATIVE_SAMPLING

MEAN_ROW = np.zeros(1, dtype=np.int64)
"""Where the row is in a matrix that is one row."""


@njit(**KERNEL)
def train_chunk(ids, task, work, full_softmax, frozen, outputs_stay, ring, lr, seed):
    """Train on a chunk; *in place:* the matrices of the task.

    Parameters
    ----------
    ids : int32, (n,)    word ids; SENTENCE_END after each sentence
    task : Task
    work : Work          of the calling thread alone; its ``losses`` grow by the negative
                         log-likelihood of all pairs, but for the full softmax
    full_softmax : True for that, None for other losses: known to the compiler
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
            pairs, more = _train_by_softmax(task, work, frozen, outputs_stay, ring, n_kept, lr)
            loss += more
        else:
            pairs = _train_by_logistic(task, work, frozen, outputs_stay, ring, n_kept, lr)
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
def _train_by_logistic(task, work, frozen, outputs_stay, ring, n_kept, lr):
    """Train on a sentence with negative sampling or Huffman paths; returns the number of pairs.

    Outputs are set one center ahead, so that their rows are on the way before they are needed.
    """
    # Fields of a tuple cost time wherever they are read, so they are read once.
    words, rows, in_rows = work.words, work.rows, work.in_rows
    low, high, tiles, half, random = work.low, work.high, work.tiles, work.half, work.random
    inputs, outputs, out_rows, signs = work.inputs, work.outputs, work.out_rows, work.signs
    mean, dense, vector_dim, row_stride = work.mean, work.dense, work.vector_dim, work.row_stride
    lanes, pool, cursor, tile = work.lanes, work.pool, work.cursor, task.tile
    n_hot, private_start = len(task.outputs.base), task.outputs.private_start
    window, fixed_window = task.window, task.fixed_window
    sampling, cbow = task.loss == NEGATIVE_SAMPLING, task.model == CBOW
    most_inputs = 2 * window if cbow else task.most_inputs
    distinct = not sampling or tiles[0] == 1
    n_pairs = 0
    for ahead in range(n_kept + 1):
        if ahead < n_kept:
            n_inputs = lay_window(ahead, n_kept, window, fixed_window, low, high, random)
            first = (ahead & 1) * half
            word = words[ahead]
            if sampling:
                n_steps = (n_inputs + most_inputs - 1) // most_inputs
                draw_outputs(
                    row_of(word, n_hot, private_start, row_stride), n_steps,
                    task.uses_of_negative, task.negative, task.negatives, n_hot, private_start,
                    row_stride, work.random_negatives, pool, cursor, lanes, first,
                    tiles[0] * WIDTH, out_rows, signs, outputs, vector_dim,
                )  # fmt: skip
            elif n_inputs > 0:
                tiles[ahead & 1] = set_path(
                    task.path_starts[word], task.path_starts[word + 1], task.path_nodes,
                    task.path_signs, n_hot, private_start, row_stride, len(tile), first, out_rows,
                    signs, outputs, vector_dim,
                )  # fmt: skip
            if ring is None and ahead + window < n_kept:
                prefetch(inputs, rows[ahead + window], vector_dim)
        if ahead == 0:
            continue
        center = ahead - 1
        move_window(ring, words, rows, center, n_kept, window, row_stride, vector_dim)
        start, stop = low[center & 1], high[center & 1]
        first, n_tiles = (center & 1) * half, tiles[center & 1]
        if cbow:
            n_pairs += _predict_from_mean(
                rows, center, start, stop, in_rows, inputs, mean, dense, outputs, out_rows, signs,
                first, distinct, n_tiles, tile, vector_dim, lr, work.products, work.losses,
                frozen, outputs_stay, ring, task.spare_start, row_stride,
            )  # fmt: skip
        else:
            n_pairs += _predict_from_each(
                rows, center, start, stop, most_inputs, in_rows, inputs, dense, outputs, out_rows,
                signs, first, n_tiles * WIDTH if sampling else 0, distinct, n_tiles, tile,
                vector_dim, lr, work.products, work.losses, frozen, outputs_stay, task.spare_start,
                row_stride,
            )  # fmt: skip
    leave_window(ring, words, rows, n_kept, window, row_stride, vector_dim)
    return n_pairs


@njit(**INLINE)
def _predict_from_each(
    rows, center, start, stop, most_inputs, in_rows, inputs, dense, outputs, out_rows, signs, first,
    n_lanes, distinct, n_tiles, tile, vector_dim, lr, products, losses, frozen, outputs_stay,
    spare_start, row_stride,
):  # fmt: skip
    """Skip-gram: each context word predicts the center; returns the number of pairs.

    At most ``most_inputs`` of them at a time; the outputs of the next are ``n_lanes`` on.
    """
    n_pairs = stop - start
    while start < stop:
        n_inputs = min(most_inputs, stop - start)
        neighbors(rows, center, start, n_inputs, in_rows)
        if frozen is not None:
            spare_frozen(frozen, inputs, spare_start, row_stride, vector_dim, n_inputs, in_rows)
        logistic_step(
            inputs, in_rows, n_inputs, dense, outputs, out_rows, signs, first, distinct, n_tiles,
            tile, vector_dim, lr, products, losses, outputs_stay,
        )  # fmt: skip
        start += n_inputs
        first += n_lanes
    return n_pairs


@njit(**INLINE)
def _predict_from_mean(
    rows, center, start, stop, in_rows, inputs, mean, dense, outputs, out_rows, signs, first,
    distinct, n_tiles, tile, vector_dim, lr, products, losses, frozen, outputs_stay, ring,
    spare_start, row_stride,
):  # fmt: skip
    """CBOW: the mean of the context rows predicts the center; returns the number of pairs.

    Each context row takes the full, undivided change of the mean, as in word2vec.c.
    """
    n_inputs = stop - start
    if n_inputs == 0:
        return 0
    neighbors(rows, center, start, n_inputs, in_rows)
    if frozen is not None:
        spare_frozen(frozen, inputs, spare_start, row_stride, vector_dim, n_inputs, in_rows)
    if ring is not None:
        mean_of_lists(ring, center, start, in_rows, n_inputs, mean, vector_dim)
    else:
        mean_of_rows(inputs, in_rows, n_inputs, mean, vector_dim)
    logistic_step(
        mean, MEAN_ROW, 1, dense, outputs, out_rows, signs, first, distinct, n_tiles, tile,
        vector_dim, lr, products, losses, outputs_stay,
    )  # fmt: skip
    add_difference(inputs, in_rows, n_inputs, mean, dense, vector_dim)
    return 1


@njit(**KERNEL)
def _train_by_softmax(task, work, frozen, outputs_stay, ring, n_kept, lr):
    """Train on a sentence with the full softmax; returns the number of pairs, and their loss."""
    n_pairs = 0
    loss = 0.0
    words, row_stride, vector_dim = work.words, work.row_stride, work.vector_dim
    for center in range(n_kept):
        move_window(ring, words, work.rows, center, n_kept, task.window, row_stride, vector_dim)
        n_inputs = lay_window(
            center, n_kept, task.window, task.fixed_window, work.low, work.high, work.random
        )
        start = work.low[center & 1]
        stop = start + n_inputs
        lane = work.lanes[words[center]]
        most_inputs = n_inputs if task.model == CBOW else task.most_inputs
        while start < stop:
            n_inputs = min(most_inputs, stop - start)
            pairs, more = _softmax_of_inputs(
                task, work, frozen, outputs_stay, ring, center, start, n_inputs, lane, lr
            )
            n_pairs += pairs
            loss += more
            start += n_inputs
    leave_window(ring, words, work.rows, n_kept, task.window, row_stride, vector_dim)
    return n_pairs, loss


@njit(**KERNEL)
def _softmax_of_inputs(task, work, frozen, outputs_stay, ring, center, start, n_inputs, lane, lr):
    """A step from some words of a window, the first at ``start``; returns pairs and their loss."""
    inputs, in_rows, mean = work.inputs, work.in_rows, work.mean
    vector_dim, row_stride = work.vector_dim, work.row_stride
    neighbors(work.rows, center, start, n_inputs, in_rows)
    if frozen is not None:
        spare_frozen(frozen, inputs, task.spare_start, row_stride, vector_dim, n_inputs, in_rows)
    if task.model != CBOW:
        loss = softmax_step(
            inputs, in_rows, n_inputs, work.dense, work.outputs, work.out_rows, work.signs, lane,
            work.tiles[0], task.tile, vector_dim, lr, work.products, outputs_stay,
        )  # fmt: skip
        return n_inputs, loss
    if ring is not None:
        mean_of_lists(ring, center, start, in_rows, n_inputs, mean, vector_dim)
    else:
        mean_of_rows(inputs, in_rows, n_inputs, mean, vector_dim)
    loss = softmax_step(
        mean, MEAN_ROW, 1, work.dense, work.outputs, work.out_rows, work.signs, lane,
        work.tiles[0], task.tile, vector_dim, lr, work.products, outputs_stay,
    )  # fmt: skip
    add_difference(inputs, in_rows, n_inputs, mean, work.dense, vector_dim)
    return 1, loss
