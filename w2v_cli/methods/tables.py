"""What the kernels are told: the tables that a loss needs, and the rows of each thread."""

import numpy as np

from ..errors import TrainingError
from ..kernels import (
    CBOW,
    FULL_SOFTMAX,
    HIERARCHICAL_SOFTMAX,
    NEGATIVE_SAMPLING,
    SKIPGRAM,
    Task,
    tile_for,
)
from .hotrows import merge_weights, n_hot_rows, words_between_merges
from .huffman import HuffmanPaths, huffman_paths
from .sampling import alias_table, keep_probabilities, negative_probabilities, to_threshold

MODEL_NUMBERS = {"skipgram": SKIPGRAM, "cbow": CBOW}
LOSS_NUMBERS = {
    "ns": NEGATIVE_SAMPLING,
    "hs": HIERARCHICAL_SOFTMAX,
    "softmax": FULL_SOFTMAX,
}

PATH_TILE = 6
SOFTMAX_FLOPS = 2e10
"""A guess, a thread and second; it only has to tell hours from weeks."""
SOFTMAX_HOURS = 48
MOMENT_FLOPS = 1e10
HUFFMAN_NODES = 16
"""On the path to a word, about."""


def check_feasible(counts, config):
    """Refuse to start what will not end: a pair of the softmax costs as much as all words.

    Raises
    ------
    TrainingError   if the full softmax would take days
    """
    if config.loss != "softmax":
        return
    pairs = _kept(counts, config).sum() * config.epochs * _pairs_of_center(config)
    flops = pairs * _flops_of_pair(len(counts), config)
    hours = flops / (SOFTMAX_FLOPS * config.threads) / 3600
    if hours > SOFTMAX_HOURS:
        raise TrainingError(
            f"--loss softmax computes all {len(counts):,} words for every pair, which would take "
            f"about {hours:,.0f} hours; give --loss ns or hs, or a lower --max-vocab"
        )


def words_of_a_moment(n_words, config):
    """How many words of a text take about half a second to train, at most: a slow guess.

    Whoever stops training waits for the chunks under way.
    """
    flops = _pairs_of_center(config) * _flops_of_pair(n_words, config)
    return max(int(MOMENT_FLOPS / flops), 1)


def _flops_of_pair(n_words, config):
    """Floating-point operations of an input: three products with each of its outputs."""
    outputs = {"ns": 1 + config.negative, "hs": HUFFMAN_NODES, "softmax": n_words}[config.loss]
    return 6 * outputs * config.dim


def n_private_rows(n_words, config, freeze=False):
    """How many rows of a `Model` all threads need for themselves; more if inputs are frozen."""
    return config.threads * (n_hot_rows(n_words, config.threads) + freeze * 2 * config.window)


def make_tasks(model, counts, config, freeze=False):
    """One `Task` a thread.

    Parameters
    ----------
    model : Model                            with `n_private_rows`
    counts : ndarray of int64, (n_words,)    of the vocabulary
    config : TrainConfig
    freeze : bool                            whether inputs are frozen
    """
    n_hot = n_hot_rows(len(counts), config.threads)
    paths = _paths(counts, config)
    options = {
        "model": MODEL_NUMBERS[config.model],
        "loss": LOSS_NUMBERS[config.loss],
        "syn0": model.syn0,
        "syn1": model.syn1,
        "weights": _merge_weights(counts, paths, n_hot, config),
        "merge_every": words_between_merges(config.threads),
        "keep": to_threshold(keep_probabilities(counts, config.sample)),
        "negatives": _alias_table(counts, config),
        "path_starts": paths.starts,
        "path_nodes": paths.nodes,
        "path_signs": paths.signs,
        "tile": _tile(len(counts), config),
        "dim": config.dim,
        "window": config.window,
        "fixed_window": config.fixed_window,
        "negative": config.negative,
        "shared": 2 * config.window if config.share_negatives else 1,
        "uses": max(config.share_negatives, 1),
        "max_sentence": config.max_sentence,
    }
    return [
        Task(
            bases=np.zeros((2, n_hot, model.syn0.shape[1]), dtype=np.float32),
            private=len(counts) + thread * n_hot,
            spare=freeze * (len(counts) + config.threads * n_hot + thread * 2 * config.window),
            **options,
        )
        for thread in range(config.threads)
    ]


def untrained_loss(counts, task):
    """The mean loss a pair when all logits are 0: a chance of 1/2 each, or even chances."""
    if task.loss == FULL_SOFTMAX:
        return float(np.log(len(counts)))
    if task.loss == HIERARCHICAL_SOFTMAX:
        return float(np.log(2) * np.average(np.diff(task.path_starts), weights=counts))
    return float(np.log(2) * (1 + task.negative))


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


def _kept(counts, config):
    """How often each word is left after subsampling, on average."""
    return counts * keep_probabilities(counts, config.sample)


def _inputs_of_center(config):
    """Context words of a center, on average, if sentences are long."""
    return 2 * config.window if config.fixed_window else config.window + 1


def _pairs_of_center(config):
    return 1 if config.model == "cbow" else _inputs_of_center(config)


def _merge_weights(counts, paths, n_hot, config):
    """`hotrows.merge_weights` of the hot inputs and outputs."""
    kept = _kept(counts, config)
    words = words_between_merges(config.threads) * kept / kept.sum()
    inputs = words * _inputs_of_center(config)
    outputs = words.copy()
    if config.loss == "ns":
        negatives = negative_probabilities(counts, config.ns_exponent)
        outputs += words.sum() * config.negative * negatives
    elif config.loss == "softmax":
        outputs *= 2  # pushed as often as it is pulled
    else:
        steps = np.repeat(words, np.diff(paths.starts))
        outputs = np.bincount(paths.nodes, weights=steps, minlength=len(counts))
    outputs *= _pairs_of_center(config)
    uses = np.stack([inputs[:n_hot], outputs[:n_hot]])
    return merge_weights(uses, config.start_lr, config.threads)
