"""Feature extraction: the vectors of documents once, then outputs that tell labels of them best."""

import time

import numpy as np

from ..errors import InputError, SolvingStopped, field
from ..kernels import lay_documents, mean_vectors
from ..machine.aligned import padded_zeros
from ..methods.supervised.convex import MOST_DOCUMENTS, solve
from ..methods.supervised.method import INPUTS, OUTPUTS
from ..training.trainer import Training

AT_ONCE = 1 << 20
"""Rows of documents that are gathered at a time."""
PROBLEM_BYTES = 6 << 20
"""What a thread takes for its documents and their probabilities."""
BYTES_OF_SQUARE = 40
"""For each pair of dimensions: products of vectors, their inverse, and what is copied of them."""
BYTES_OF_OUTPUT = 8 * 30
"""For each number of outputs: the steps that are remembered, and their slopes."""


def frozen_memory(n_documents, n_labels, config):
    """What learning outputs alone takes beyond the matrices, at its peak: bytes."""
    vectors = 4 * n_documents * config.dim
    solving = BYTES_OF_OUTPUT * n_labels * config.dim + BYTES_OF_SQUARE * config.dim**2
    return vectors + solving + config.threads * PROBLEM_BYTES


def learn_outputs(documents, table, weights, parameters, config, report, stopping):
    """Learn the outputs alone, to their optimum; *in place:* those of ``parameters``.

    Parameters
    ----------
    documents : LabelledDocuments
    table : FeatureTable
    weights : ndarray of float32   of each document, or empty
    parameters : Parameters        whose inputs are what they are to be
    config : ClassifyConfig
    report : Report
    stopping : Stopping

    Returns
    -------
    training : Training   its epochs are passes over the vectors of documents
    solution : Solution

    Raises
    ------
    InputError       if no document has both a label and a feature
    SolvingStopped   if it was stopped
    """
    started = time.perf_counter()
    n_labels = np.diff(documents.label_starts)
    weights = weights if len(weights) else np.ones(len(documents), dtype=np.float32)
    chosen = np.flatnonzero((n_labels > 0) & (table.sizes > 0) & (weights > 0))
    if not len(chosen):
        raise InputError(
            "no document with a label has a word of the vectors, and a weight above 0: is the case "
            f"of letters the same ({field('lowercase')})?"
        )
    vectors = _vectors(documents, table, parameters, config.dim)[chosen]
    n_tokens = int(documents.tokens.sum(dtype=np.int64))

    def on_pass(number, loss):
        report("train", number * n_tokens, None, epoch=number, loss=loss)
        if stopping.requested.is_set():
            raise SolvingStopped(number)

    with stopping.caught():
        solution = solve(
            vectors, *_labels_of(documents, chosen), weights[chosen], len(documents.labels),
            config.loss, config.l2, config.threads, on_pass,
        )  # fmt: skip
    parameters[OUTPUTS][:] = solution.outputs
    training = Training(
        parameters,
        epochs_done=len(solution.losses),
        tokens_processed=n_tokens,
        pairs_trained=len(chosen),
        losses=solution.losses,
        held_out_losses=[],
        seconds_compile=0.0,
        seconds_train=time.perf_counter() - started,
    )
    return training, solution


def _labels_of(documents, chosen):
    """(labels, their starts) of some documents (ndarray of int64, rising)."""
    counts = np.diff(documents.label_starts)
    is_chosen = np.zeros(len(counts), dtype=bool)
    is_chosen[chosen] = True
    labels = documents.label_ids[np.repeat(is_chosen, counts)]
    return labels, np.concatenate([[0], np.cumsum(counts[chosen])])


def _vectors(documents, table, parameters, dim):
    """The mean of the rows of each document, as answers have it: float32, (n_documents, dim)."""
    matrix, words = parameters.rows(INPUTS), documents.words
    vectors = np.empty((len(documents), dim), dtype=np.float32)
    ends = np.concatenate([[0], np.cumsum(table.sizes)])
    first = 0
    while first < len(documents):
        last = int(np.searchsorted(ends, ends[first] + AT_ONCE, side="right")) - 1
        last = min(max(last, first + 1), first + MOST_DOCUMENTS)
        block_ends = np.zeros(last - first, dtype=np.int64)
        rows = np.empty(ends[last] - ends[first], dtype=np.int64)
        lay_documents(words, documents.starts[first : last + 1], table.features, rows, block_ends)
        rows *= matrix.shape[1]
        means = padded_zeros(last - first, dim)
        mean_vectors(matrix, rows, block_ends, means)
        vectors[first:last] = means[:, :dim]
        first = last
    return vectors
