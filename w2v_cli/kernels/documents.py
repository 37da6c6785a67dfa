"""Training on documents with labels: the mean of a document's rows against outputs that are labels.

With h the mean of the M rows of a document, and a target t of its labels, G = lr * (t - p) is that
of `step`; outputs change by G^T h, and each of the M rows by G Y / M, which is what gradient
descent says (Joulin et al. 2017, arXiv:1607.01759; Model::update of fastText).

Rows that were trained before may learn more slowly, S G Y / M, or stay as they are: see
`labeltask.Slow`. Rows that one document alone has may be one, which is their sum: see `Documents`.
"""

import numpy as np
from numba import njit

from .backend import (
    LANES,
    add_to_places,
    logistic,
    mean_of_places,
    multiply,
    prefetch_list,
    update,
)
from .hot_rows import merge_hot_rows
from .labeltask import ONE_AGAINST_ALL
from .options import INLINE, INNER, KERNEL
from .outputs import set_all_outputs, set_path, tiles_for_path
from .random import high_below, low_half, next_random
from .sentences import row_of
from .step import softmax
from .task import FULL_SOFTMAX, HIERARCHICAL_SOFTMAX


@njit(**KERNEL)
def train_documents(order, documents, task, work, lr, seed, slow):
    """Train on documents; *in place:* the matrices of the task.

    Parameters
    ----------
    order : int64, (n,)   which documents, in the order of training
    documents : Documents
    task : LabelTask
    work : LabelWork      of the calling thread alone; its ``losses`` grow by the negative
                          log-likelihood of all but the softmax
    lr : float32          learning rate of the first document
    seed : uint64         start of the random numbers
    slow : Slow or None   rows that change less, or not at all; None: all learn alike

    Returns
    -------
    (tokens, documents trained, loss) : int64, int64, float64
        Documents without a label, or without a feature, are left out, but for their tokens. The
        loss is that of the softmax, otherwise 0.
    """
    work.random[0] = seed
    if task.loss == FULL_SOFTMAX or task.loss == ONE_AGAINST_ALL:
        set_all_outputs(
            task.n_labels, work.lanes, len(task.outputs.base), task.outputs.private_start,
            work.row_stride, work.out_rows, work.signs,
        )  # fmt: skip
    n_tokens = n_trained = np.int64(0)
    loss = 0.0
    work.since_merge[1] = 0
    while work.since_merge[1] < len(order):
        seen, trained, more = _train_to_merge(order, documents, task, work, lr, n_tokens, slow)
        n_tokens += seen
        n_trained += trained
        loss += more
        if work.since_merge[0] >= task.merge_every:
            work.since_merge[0] = 0
            merge_label_rows(task, None if slow is None else slow.stays)
    return n_tokens, n_trained, loss


@njit(**KERNEL)
def merge_label_rows(task, stays):
    """Add what this thread changed in its copies of frequent rows to the shared ones.

    ``stays`` is of bool, (n_hot,): rows of inputs that are left alone; None: there are none.
    """
    merge_hot_rows(task.inputs, stays)
    merge_hot_rows(task.outputs, None)


@njit(**INNER)
def _train_to_merge(order, documents, task, work, lr, n_before, slow):
    """Train up to the end, or to where copies of rows are merged; results are those of the part.

    ``n_before`` is how many tokens were trained on. *In place:* ``since_merge``, too.
    """
    n_tokens = n_trained = np.int64(0)
    loss, place = 0.0, work.since_merge[1]
    while place < len(order) and work.since_merge[0] < task.merge_every:
        number = order[place]
        place += 1
        if place < len(order):
            _fetch(documents, order[place])
        rate = np.float32(max(lr - task.slope * (n_before + n_tokens), 0.0))
        n_tokens += documents.tokens[number]
        if (
            documents.sizes[number] == 0
            or documents.label_starts[number] == documents.label_starts[number + 1]
        ):
            continue
        if len(documents.weights):
            rate *= documents.weights[number]
        loss += _train_on(documents, task, work, number, rate, slow)
        n_trained += 1
        work.since_merge[0] += 1
    work.since_merge[1] = place
    return n_tokens, n_trained, loss


@njit(**INLINE)
def _fetch(documents, number):
    """Have the words of a document, and their n-grams, on their way."""
    start = documents.starts[number]
    prefetch_list(documents.words, start, documents.starts[number + 1] - start)
    if len(documents.ngram_starts):
        start = documents.ngram_starts[number]
        prefetch_list(documents.ngrams, start, documents.ngram_starts[number + 1] - start)


@njit(**INLINE)
def _train_on(documents, task, work, number, rate, slow):
    """Train on a document; returns the loss of the softmax."""
    n_rows, size, length = _lay(documents, task, work, number), documents.sizes[number], work.length
    mean_of_places(work.inputs, work.in_rows, 0, n_rows, size, work.vector, 0, length)
    loss = 0.0
    if task.loss == FULL_SOFTMAX or task.loss == ONE_AGAINST_ALL:
        loss = _train_on_all_labels(documents, task, work, number, rate)
    else:
        _train_on_some_labels(documents, task, work, number, rate)
    share = np.float32(1) / np.float32(size)
    if slow is not None:  # no row is a sum
        _add_by_age(work, n_rows, share, slow)
        return loss
    add_to_places(work.inputs, work.in_rows, 0, n_rows, work.vector, share, 0, length)
    if n_rows < size:  # the last row is a sum
        more = share * np.float32(size - n_rows)
        add_to_places(work.inputs, work.in_rows, n_rows - 1, 1, work.vector, more, 0, length)
    return loss


@njit(**INLINE)
def _lay(documents, task, work, number):
    """Set the rows of a document to where they start in the matrix, in floats; how many."""
    in_rows, position, stride = work.in_rows, np.int64(0), work.row_stride
    n_hot, private_start = len(task.inputs.base), task.inputs.private_start
    words, starts, rows = documents.words, documents.word_starts, documents.word_rows
    for place in range(documents.starts[number], documents.starts[number + 1]):
        word = words[place]
        for entry in range(starts[word], starts[word + 1]):
            in_rows[position] = row_of(np.int64(rows[entry]), n_hot, private_start, stride)
            position += 1
    if len(documents.ngram_starts):
        ngrams = documents.ngrams
        for place in range(documents.ngram_starts[number], documents.ngram_starts[number + 1]):
            in_rows[position] = np.int64(ngrams[place]) * stride
            position += 1
    if len(documents.own_rows) and documents.own_rows[number] >= 0:
        in_rows[position] = np.int64(documents.own_rows[number]) * stride
        position += 1
    return position


@njit(**INLINE)
def _add_by_age(work, n_rows, share, slow):
    """Add the change of a document to fresh rows, and a share of it to old ones.

    *In place:* the inputs, and ``in_rows``, of which fresh ones come to stand first.
    """
    if slow.only_outputs:
        return
    rows, n_fresh, length = work.in_rows, 0, work.length
    for i in range(n_rows):
        row = rows[i]
        if not slow.is_old[row // work.row_stride]:
            rows[i] = rows[n_fresh]
            rows[n_fresh] = row
            n_fresh += 1
    add_to_places(work.inputs, rows, 0, n_fresh, work.vector, share, 0, length)
    # To add zero would make a zero of -0.
    if slow.scale != 0:
        n_old, share = n_rows - n_fresh, share * slow.scale
        add_to_places(work.inputs, rows, n_fresh, n_old, work.vector, share, 0, length)


@njit(**INLINE)
def _train_on_all_labels(documents, task, work, number, rate):
    """The softmax, or one against all; *in place:* ``vector`` becomes its own change."""
    n_tiles = len(work.out_rows) // LANES
    arguments = (
        work.vector, work.mean_row, 1, work.dense, work.outputs, work.out_rows, 0, n_tiles,
        task.tile, work.length, work.products,
    )  # fmt: skip
    multiply(*arguments)
    for d in range(work.length):
        work.vector[d] = 0
    loss = 0.0
    labels, lanes, signs = documents.labels, work.lanes, work.signs
    start, stop = documents.label_starts[number], documents.label_starts[number + 1]
    if task.loss == FULL_SOFTMAX:
        label = labels[_one_of(start, stop, work.random)]
        loss = softmax(work.products, 1, n_tiles, signs, lanes[label], rate)
    else:
        for place in range(start, stop):
            signs[lanes[labels[place]]] = 1
        logistic(work.products, 1, n_tiles, signs, 0, rate, work.losses)
        for place in range(start, stop):
            signs[lanes[labels[place]]] = -1
    update(*arguments, None, None)
    return loss


@njit(**INLINE)
def _train_on_some_labels(documents, task, work, number, rate):
    """Negative sampling or a path in the tree; *in place:* as above."""
    start, stop = documents.label_starts[number], documents.label_starts[number + 1]
    label = documents.labels[_one_of(start, stop, work.random)]
    n_hot, private_start = len(task.outputs.base), task.outputs.private_start
    if task.loss == HIERARCHICAL_SOFTMAX:
        start, stop, width = task.path_starts[label], task.path_starts[label + 1], len(task.tile)
        n_tiles = tiles_for_path(stop - start, width)
        set_path(
            start, stop, task.path_nodes, task.path_signs, n_hot, private_start, work.row_stride,
            n_tiles, width, 0, work.out_rows, work.signs, work.outputs, work.length,
        )  # fmt: skip
    else:
        n_tiles = len(work.out_rows) // LANES
        _set_negatives(task, work, label, n_hot, private_start)
    arguments = (
        work.vector, work.mean_row, 1, work.dense, work.outputs, work.out_rows, 0, n_tiles,
        task.tile, work.length, work.products,
    )  # fmt: skip
    multiply(*arguments)
    for d in range(work.length):
        work.vector[d] = 0
    logistic(work.products, 1, n_tiles, work.signs, 0, rate, work.losses)
    update(*arguments, None, None)


@njit(**INLINE)
def _one_of(start, stop, random):
    """A number from ``start`` to ``stop`` - 1 at random; *in place:* ``random``."""
    if stop == start + 1:
        return start
    return start + high_below(next_random(random), stop - start)


@njit(**INLINE)
def _set_negatives(task, work, label, n_hot, private_start):
    """Set outputs to a label and others that are drawn; one that is the label is drawn again."""
    row = row_of(np.int64(label), n_hot, private_start, work.row_stride)
    for k in range(len(work.lanes)):
        work.out_rows[work.lanes[k]] = row
        work.signs[work.lanes[k]] = 0
    work.signs[0] = 1
    for k in range(1, 1 + task.negative):
        drawn = label
        while drawn == label:
            bits = next_random(work.random)
            column = high_below(bits, len(task.negatives))
            is_alias = low_half(bits) > task.negatives[column, 0]
            drawn = np.int32(task.negatives[column, 1]) if is_alias else np.int32(column)
        work.out_rows[work.lanes[k]] = row_of(
            np.int64(drawn), n_hot, private_start, work.row_stride
        )
        work.signs[work.lanes[k]] = -1
