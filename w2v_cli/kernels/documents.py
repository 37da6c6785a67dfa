"""Training on documents with labels: the mean of a document's rows against outputs that are labels.

With h the mean of the M rows of a document, and a target t of its labels, G = lr * (t - p) is that
of `step`; outputs change by G^T h, and each of the M rows by G Y / M, which is what gradient
descent says (Joulin et al. 2017, arXiv:1607.01759; Model::update of fastText). With the softmax,
and one against all, several documents are taken at a time: all outputs are read and written once
for them, and each document's change is that of outputs that are a few documents old.

Rows that were trained before may learn more slowly, S G Y / M, or stay as they are: see
`labeltask.Slow`.
"""

import numpy as np
from numba import njit

from .backend import (
    WIDTH,
    add_to_places,
    logistic,
    mean_of_places,
    multiply,
    update,
    update_inputs,
    update_outputs,
)
from .hot_rows import merge_hot_rows
from .labeltask import ONE_AGAINST_ALL
from .options import INLINE, KERNEL
from .outputs import set_all_outputs, set_path
from .random import high_below, low_half, next_random
from .sentences import row_of
from .step import greatest, tiles_differ
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
    takes_all = task.loss == FULL_SOFTMAX or task.loss == ONE_AGAINST_ALL
    if takes_all:
        set_all_outputs(
            task.n_labels, work.lanes, len(task.outputs.base), task.outputs.private_start,
            work.row_stride, work.out_rows, work.signs,
        )  # fmt: skip
    n_tokens = n_trained = np.int64(0)
    loss, n = 0.0, 0
    for number in order:
        rate = np.float32(max(lr - task.slope * n_tokens, 0.0))
        n_tokens += documents.tokens[number]
        size = documents.sizes[number]
        if size == 0 or documents.label_starts[number] == documents.label_starts[number + 1]:
            continue
        if n == task.at_once or work.ends[n] + size > len(work.in_rows):
            loss += _train_step(documents, task, work, n, takes_all, slow)
            n = 0
        work.numbers[n] = number
        work.rates[n] = rate * documents.weights[number] if len(documents.weights) else rate
        _lay(documents, task, work, number, n)
        n += 1
        n_trained += 1
        work.since_merge[0] += 1
        if work.since_merge[0] >= task.merge_every:
            loss += _train_step(documents, task, work, n, takes_all, slow)
            n = 0
            work.since_merge[0] = 0
            merge_label_rows(task, None if slow is None else slow.stays)
    loss += _train_step(documents, task, work, n, takes_all, slow)
    return n_tokens, n_trained, loss


@njit(**KERNEL)
def merge_label_rows(task, stays):
    """Add what this thread changed in its copies of frequent rows to the shared ones.

    ``stays`` is of bool, (n_hot,): rows of inputs that are left alone; None: there are none.
    """
    merge_hot_rows(task.inputs, stays)
    merge_hot_rows(task.outputs, None)


@njit(**INLINE)
def _lay(documents, task, work, number, n):
    """Set the rows of document n of a step to where they start in the matrix, in floats."""
    in_rows, position, stride = work.in_rows, work.ends[n], work.row_stride
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
    work.ends[n + 1] = position


@njit(**KERNEL)
def _train_step(documents, task, work, n, takes_all, slow):
    """Train on the documents that were laid; returns the loss of the softmax."""
    if n == 0:
        return 0.0
    length, ends = work.vector_dim, work.ends
    for i in range(n):
        rows = work.in_rows[ends[i] : ends[i + 1]]
        mean_of_places(work.inputs, rows, len(rows), work.vectors, work.dense, i * length, length)
    if takes_all:
        loss = _train_on_all_labels(documents, task, work, n)
    else:
        _train_on_some_labels(documents, task, work)
        loss = 0.0
    for i in range(n):
        rows = work.in_rows[ends[i] : ends[i + 1]]
        share = np.float32(1) / np.float32(len(rows))
        for d in range(i * length, (i + 1) * length):
            work.vectors[d] *= share
        if slow is None:
            add_to_places(
                work.inputs, rows, len(rows), work.vectors, work.nothing, i * length, length
            )
        else:
            _add_by_age(work, rows, i * length, length, slow)
    return loss


@njit(**KERNEL)
def _add_by_age(work, rows, place, length, slow):
    """Add the change at a place to fresh rows, and a share of it to old ones.

    *In place:* the inputs, and ``rows``, of which fresh ones come to stand first.
    """
    if slow.only_outputs:
        return
    n_fresh = 0
    for i in range(len(rows)):
        row = rows[i]
        if not slow.is_old[row // work.row_stride]:
            rows[i] = rows[n_fresh]
            rows[n_fresh] = row
            n_fresh += 1
    if n_fresh > 0:
        fresh = rows[:n_fresh]
        add_to_places(work.inputs, fresh, n_fresh, work.vectors, work.nothing, place, length)
    # To add zero would make a zero of -0.
    if n_fresh < len(rows) and slow.scale != 0:
        for d in range(place, place + length):
            work.vectors[d] *= slow.scale
        old = rows[n_fresh:]
        add_to_places(work.inputs, old, len(old), work.vectors, work.nothing, place, length)


@njit(**KERNEL)
def _train_on_all_labels(documents, task, work, n):
    """The softmax, or one against all; *in place:* ``vectors`` become their own changes."""
    length, n_tiles = work.vector_dim, len(work.out_rows) // WIDTH
    n_lanes = n_tiles * WIDTH
    multiply(
        work.vectors, work.mean_rows, n, work.dense, work.outputs, work.out_rows, 0, n_tiles,
        task.tile, length, work.products,
    )  # fmt: skip
    work.vectors[: n * length] = 0
    loss = 0.0
    for i in range(n):
        number = work.numbers[i]
        start, stop = documents.label_starts[number], documents.label_starts[number + 1]
        if task.loss == FULL_SOFTMAX:
            label = documents.labels[_one_of(start, stop, work.random)]
            loss += softmax_of_one(
                work.products, i * n_lanes, n_lanes, work.signs, work.lanes[label], work.rates[i]
            )
            continue
        for place in range(start, stop):
            work.signs[work.lanes[documents.labels[place]]] = 1
        products = work.products[i * n_lanes : (i + 1) * n_lanes]
        logistic(products, 1, n_tiles, work.signs, 0, work.rates[i], work.losses)
        for place in range(start, stop):
            work.signs[work.lanes[documents.labels[place]]] = -1
    update(
        work.vectors, work.mean_rows, n, work.dense, work.outputs, work.out_rows, 0, n_tiles,
        task.tile, length, work.products,
    )  # fmt: skip
    return loss


@njit(**KERNEL)
def softmax_of_one(products, start, n_lanes, signs, target, lr):
    """Turn the logits of an input into G = lr * (label - p); returns its loss, -log p(target).

    As `step.softmax`, with exponentials in plain loops: lanes may be few.
    """
    top = greatest(products, start, n_lanes, signs)
    logit = products[start + target] - top
    total = np.float32(0)
    for lane in range(n_lanes):
        value = np.exp(products[start + lane] - top) if signs[lane] != 0 else np.float32(0)
        products[start + lane] = value
        total += value
    share = -lr / total
    for lane in range(n_lanes):
        products[start + lane] *= share
    products[start + target] += lr
    return np.log(np.float64(total)) - logit


@njit(**KERNEL)
def _train_on_some_labels(documents, task, work):
    """Negative sampling or a path in the tree, for one document; *in place:* as above."""
    number, length = work.numbers[0], work.vector_dim
    start, stop = documents.label_starts[number], documents.label_starts[number + 1]
    label = documents.labels[_one_of(start, stop, work.random)]
    n_hot, private_start = len(task.outputs.base), task.outputs.private_start
    if task.loss == HIERARCHICAL_SOFTMAX:
        n_tiles = set_path(
            task.path_starts[label], task.path_starts[label + 1], task.path_nodes,
            task.path_signs, n_hot, private_start, work.row_stride, len(task.tile), 0,
            work.out_rows, work.signs, work.outputs, length,
        )  # fmt: skip
    else:
        n_tiles = len(work.out_rows) // WIDTH
        _set_negatives(task, work, label, n_hot, private_start)
    arguments = (
        work.vectors, work.mean_rows, 1, work.dense, work.outputs, work.out_rows, 0, n_tiles,
        task.tile, length, work.products,
    )  # fmt: skip
    multiply(*arguments)
    work.vectors[:length] = 0
    logistic(work.products, 1, n_tiles, work.signs, 0, work.rates[0], work.losses)
    if task.loss == HIERARCHICAL_SOFTMAX or tiles_differ(work.out_rows, 0, n_tiles, len(task.tile)):
        update(*arguments)
    else:
        update_inputs(*arguments)
        update_outputs(*arguments)


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
