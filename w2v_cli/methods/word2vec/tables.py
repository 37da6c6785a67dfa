"""What the kernels are told: the tables that a loss needs, and the rows of each thread."""

from typing import NamedTuple

import numpy as np

from ...kernels import (
    CBOW,
    FULL_SOFTMAX,
    HIERARCHICAL_SOFTMAX,
    NEGATIVE_SAMPLING,
    SKIPGRAM,
    SharedMatrix,
    Task,
    tile_for,
)
from ..huffman import HuffmanPaths, huffman_paths
from ..merging import merge_weights, n_hot_rows, words_between_merges
from ..sampling import alias_table, keep_probabilities, negative_probabilities, to_threshold

MODEL_NUMBERS = {"skipgram": SKIPGRAM, "cbow": CBOW}
LOSS_NUMBERS = {
    "ns": NEGATIVE_SAMPLING,
    "hs": HIERARCHICAL_SOFTMAX,
    "softmax": FULL_SOFTMAX,
}

PATH_TILE = 6


class Tables(NamedTuple):
    """What follows from the counts of words; what a loss does not use is empty.

    Attributes
    ----------
    keep : ndarray of uint32, (n_words,)           thresholds of `sampling.keep_probabilities`
    negatives : ndarray of uint32, (n_words, 2)    an alias table, columns (accept, alias)
    paths : HuffmanPaths
    weights : ndarray of float32, (2, n_hot)       `merging.merge_weights` of inputs and outputs
    """

    keep: np.ndarray
    negatives: np.ndarray
    paths: HuffmanPaths
    weights: np.ndarray


def make_tables(counts, config):
    """The `Tables` of a vocabulary.

    Parameters
    ----------
    counts : ndarray of int64, (n_words,)
    config : TrainConfig
    """
    paths = _paths(counts, config)
    return Tables(
        keep=to_threshold(keep_probabilities(counts, config.sample)),
        negatives=_alias_table(counts, config),
        paths=paths,
        weights=_merge_weights(counts, paths, n_hot_rows(len(counts), config.threads), config),
    )


def make_tasks(parameters, tables, config):
    """One `Task` a thread: list.

    Parameters
    ----------
    parameters : Parameters   syn0 and syn1
    tables : Tables
    config : TrainConfig
    """
    n_words = parameters.shapes["syn0"].layout.n_words
    options = {
        "model": MODEL_NUMBERS[config.model],
        "loss": LOSS_NUMBERS[config.loss],
        "n_outputs": n_words,
        "merge_every": words_between_merges(config.threads),
        "keep": tables.keep,
        "negatives": tables.negatives,
        "path_starts": tables.paths.starts,
        "path_nodes": tables.paths.nodes,
        "path_signs": tables.paths.signs,
        "tile": _tile(n_words, config),
        "dim": config.dim,
        "window": config.window,
        "fixed_window": config.fixed_window,
        "negative": config.negative,
        "most_inputs": 2 * config.window if config.share_negatives else 1,
        "uses_of_negative": max(config.share_negatives, 1),
        "max_sentence": config.max_sentence,
    }
    return [
        Task(
            inputs=_shared(parameters, "syn0", tables.weights[0], thread),
            outputs=_shared(parameters, "syn1", tables.weights[1], thread),
            spare_start=parameters.shapes["syn0"].layout.spare_start(thread),
            **options,
        )
        for thread in range(config.threads)
    ]


def _shared(parameters, name, weights, thread):
    """A matrix as a thread has it: `SharedMatrix`."""
    layout, matrix = parameters.shapes[name].layout, parameters.rows(name)
    base = np.zeros((layout.n_hot, matrix.shape[1]), dtype=np.float32)
    return SharedMatrix(matrix, layout.hot_start(thread), base, weights)


def kept_counts(counts, config):
    """How often each word is left after subsampling, on average: ndarray of float64."""
    return counts * keep_probabilities(counts, config.sample)


def inputs_of_center(config):
    """Context words of a center, on average, if sentences are long."""
    return 2 * config.window if config.fixed_window else config.window + 1


def pairs_of_center(config):
    """Pairs of an input and a center, likewise: a bag is one input."""
    return 1 if config.model == "cbow" else inputs_of_center(config)


def _alias_table(counts, config):
    if config.loss != "ns":
        return np.zeros((0, 2), dtype=np.uint32)
    accept, alias = alias_table(negative_probabilities(counts, config.ns_exponent))
    return np.column_stack([to_threshold(accept), alias.astype(np.uint32)])


def _paths(counts, config):
    if config.loss == "hs":
        return huffman_paths(counts)
    empty = np.zeros(0, dtype=np.int32)
    return HuffmanPaths(np.zeros(1, dtype=np.int64), empty, empty.astype(np.int8))


def _tile(n_words, config):
    """Paths differ in length: wide tiles, some lanes idle. Else one size fits all centers."""
    if config.loss == "hs":
        return tile_for(PATH_TILE)
    return tile_for(n_words if config.loss == "softmax" else 1 + config.negative)


def _merge_weights(counts, paths, n_hot, config):
    """`merging.merge_weights` of the hot inputs and outputs."""
    kept = kept_counts(counts, config)
    words = words_between_merges(config.threads) * kept / kept.sum()
    inputs = words * inputs_of_center(config)
    outputs = words.copy()
    if config.loss == "ns":
        negatives = negative_probabilities(counts, config.ns_exponent)
        outputs += words.sum() * config.negative * negatives
    elif config.loss == "softmax":
        outputs *= 2  # pushed as often as it is pulled
    else:
        steps = np.repeat(words, np.diff(paths.starts))
        outputs = np.bincount(paths.nodes, weights=steps, minlength=len(counts))
    outputs *= pairs_of_center(config)
    uses = np.stack([inputs[:n_hot], outputs[:n_hot]])
    return merge_weights(uses, config.start_lr, config.threads)
