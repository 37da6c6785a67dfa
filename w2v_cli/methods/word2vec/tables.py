"""What the kernels are told: the tables that a loss needs, and the rows of each thread."""

from typing import NamedTuple

import numpy as np

from ...config import WHOLE_SENTENCE
from ...kernels import (
    CBOW,
    FULL_SOFTMAX,
    HIERARCHICAL_SOFTMAX,
    LANES,
    NEGATIVE_SAMPLING,
    PATH_TILES,
    SKIPGRAM,
    Lists,
    SharedMatrix,
    Task,
    most_neighbors,
    n_slots_of,
    tile_for,
)
from ...machine.aligned import row_stride
from ..huffman import HuffmanPaths, paths_for
from ..merging import merge_weights, n_hot_ngrams, n_hot_rows, words_between_merges
from ..ngramlists import NgramLists
from ..sampling import (
    keep_probabilities,
    negative_probabilities,
    negatives_for,
    to_threshold,
)

MODEL_NUMBERS = {"skipgram": SKIPGRAM, "cbow": CBOW}
LOSS_NUMBERS = {
    "ns": NEGATIVE_SAMPLING,
    "hs": HIERARCHICAL_SOFTMAX,
    "softmax": FULL_SOFTMAX,
}

SENTENCE_BYTES, ROW_BYTES, FLOAT_BYTES, LANE_BYTES = 16, 8, 4, 24
"""Of a word, an input and a number; of an output's place and sign, for two centers."""
LONGEST_AT_ONCE = 100
"""Windows up to this length are trained all at once, longer ones in steps of `MOST_INPUTS`."""
LONGEST_OF_LISTS = 20
"""Likewise where words are made of n-grams, of which many are in several words of a long window."""
MOST_INPUTS = 16
"""All inputs of a step push its outputs at once: hundreds of them would push these too far."""


class Tables(NamedTuple):
    """What follows from the counts of words; what a loss does not use is empty.

    Attributes
    ----------
    keep : ndarray of uint32, (n_words,)           thresholds of `sampling.keep_probabilities`
    negatives : ndarray of uint32, (n_words, 2)    an alias table, columns (accept, alias)
    paths : HuffmanPaths
    weights : ndarray of float32, (2, n_hot)       `merging.merge_weights` of inputs and outputs
    lists : NgramLists or None                        rows that make the vectors of words
    ngram_weights : ndarray of float32, (n_hot_ngrams,)   `merging.merge_weights` of these
    """

    keep: np.ndarray
    negatives: np.ndarray
    paths: HuffmanPaths
    weights: np.ndarray
    lists: NgramLists | None
    ngram_weights: np.ndarray


def make_tables(counts, config, lists=None):
    """The `Tables` of a vocabulary.

    Parameters
    ----------
    counts : ndarray of int64, (n_words,)
    config : TrainConfig
    lists : NgramLists or None   of the words
    """
    paths = paths_for(counts, config.loss)
    return Tables(
        keep=to_threshold(keep_probabilities(counts, config.sample)),
        negatives=negatives_for(counts, config.loss, config.ns_exponent),
        paths=paths,
        weights=_merge_weights(counts, paths, n_hot_rows(len(counts), config.threads), config),
        lists=lists,
        ngram_weights=_ngram_weights(counts, lists, config),
    )


def make_tasks(parameters, tables, config):
    """One `Task` a thread: list.

    Parameters
    ----------
    parameters : Parameters   syn0 and syn1
    tables : Tables
    config : TrainConfig
    """
    n_words = parameters.shapes["syn1"].layout.n_words
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
        "window": config.half_width,
        "fixed_window": config.is_window_fixed,
        "negative": config.negative,
        "most_inputs": most_inputs(config),
        "uses_of_negative": max(config.share_negatives, 1),
        "max_sentence": config.max_sentence,
    }
    return [
        Task(
            inputs=_shared(parameters, "syn0", tables.weights[0], thread),
            outputs=_shared(parameters, "syn1", tables.weights[1], thread),
            spare_start=parameters.shapes["syn0"].layout.spare_start(thread),
            lists=_lists(parameters, tables, thread),
            **options,
        )
        for thread in range(config.threads)
    ]


def _lists(parameters, tables, thread):
    """The rows of words as a thread has them: `Lists`; None where a word is one row."""
    lists = tables.lists
    if lists is None:
        return None
    layout, matrix = parameters.shapes["syn0"].layout, parameters.rows("syn0")
    base = np.zeros((layout.n_hot_buckets, matrix.shape[1]), dtype=np.float32)
    first = layout.n_words
    start = layout.hot_bucket_start(thread) - first
    shared = SharedMatrix(matrix[first:], start, base, tables.ngram_weights)
    return Lists(lists.starts, lists.rows, shared, first)


def _shared(parameters, name, weights, thread):
    """A matrix as a thread has it: `SharedMatrix`."""
    layout, matrix = parameters.shapes[name].layout, parameters.rows(name)
    base = np.zeros((layout.n_hot, matrix.shape[1]), dtype=np.float32)
    return SharedMatrix(matrix, layout.hot_start(thread), base, weights[: layout.n_hot])


def kept_counts(counts, config):
    """How often each word is left after subsampling, on average: ndarray of float64."""
    return counts * keep_probabilities(counts, config.sample)


def most_inputs(config):
    """How many inputs are in a step of skip-gram, and share its negatives, at most."""
    if config.loss != "softmax" and not config.share_negatives:
        return 1
    longest = LONGEST_OF_LISTS if config.has_ngrams else LONGEST_AT_ONCE
    is_long = config.window == WHOLE_SENTENCE or config.window > longest
    return MOST_INPUTS if is_long else 2 * config.window


def rows_of_step(config):
    """How many rows of inputs a step takes at most; see `kernels.work`."""
    at_once = most_neighbors(config.half_width, config.max_sentence)
    return at_once if config.model == "cbow" else min(at_once, most_inputs(config))


def ring_memory(config):
    """Bytes of the arrays in which a thread puts vectors of words together."""
    n_slots = n_slots_of(config.half_width, config.max_sentence)
    vectors = 2 * n_slots * row_stride(config.dim)
    return (vectors + config.max_sentence) * FLOAT_BYTES


def work_memory(n_words, config):
    """Bytes of the arrays that a thread works in, about: long sentences and windows are large."""
    n_rows = rows_of_step(config)
    n_outputs = n_words if config.loss == "softmax" else 1 + config.negative
    n_inputs, n_steps = 1, 1
    if config.model == "skipgram":
        at_once = most_neighbors(config.half_width, config.max_sentence)
        n_inputs, n_steps = n_rows, at_once // most_inputs(config) + 1
    # Outputs are computed in whole vectors of the processor.
    lanes_of_step = -(-n_outputs // LANES) * LANES
    in_lanes = n_steps * lanes_of_step if config.loss == "ns" else 0
    return (
        config.max_sentence * SENTENCE_BYTES
        + n_rows * ROW_BYTES
        + n_inputs * (config.dim + n_outputs) * FLOAT_BYTES
        + in_lanes * LANE_BYTES
    )


def inputs_of_center(config):
    """Context words of a center, on average, if sentences are long.

    A window that is longer than sentences may be has no more words than these.
    """
    average = 2 * config.half_width if config.is_window_fixed else config.half_width + 1
    return min(average, max(config.max_sentence - 1, 2 * LONGEST_AT_ONCE))


def pairs_of_center(config):
    """Pairs of an input and a center, likewise: a bag is one input."""
    return 1 if config.model == "cbow" else inputs_of_center(config)


def _ngram_weights(counts, lists, config):
    """`merging.merge_weights` of the hot rows of n-grams."""
    if lists is None:
        return np.zeros(0, dtype=np.float32)
    n_hot = n_hot_ngrams(lists.n_rows, config.threads)
    share = words_between_merges(config.threads) / kept_counts(counts, config).sum()
    uses = lists.uses[:n_hot] * share * inputs_of_center(config)
    return merge_weights(uses, config.lr, config.threads)


def _tile(n_words, config):
    """One size fits all centers, but for paths: these choose from `PATH_TILES`."""
    if config.loss == "hs":
        return (0,) * PATH_TILES[0]
    return tile_for(n_words if config.loss == "softmax" else 1 + config.negative)


def _merge_weights(counts, paths, n_hot, config):
    """`merging.merge_weights` of the hot inputs and outputs."""
    kept = kept_counts(counts, config)
    words = words_between_merges(config.threads) * kept / kept.sum()
    uses = uses_of_words(words, chances_of_negatives(counts, config), paths, config)
    return merge_weights(np.stack([each[:n_hot] for each in uses]), config.lr, config.threads)


def chances_of_negatives(counts, config):
    """`negative_probabilities` (float64), or None where there are no negative samples."""
    return negative_probabilities(counts, config.ns_exponent) if config.loss == "ns" else None


def uses_of_words(words, negatives, paths, config):
    """How often rows are used when words are trained.

    Parameters
    ----------
    words : ndarray of float, (n_words,)   how often each is, what is left out by chance not counted
    negatives : ndarray or None            what `chances_of_negatives` gives
    paths : HuffmanPaths
    config : TrainConfig

    Returns
    -------
    inputs, outputs : ndarray of float, (n_words,)   the inputs of words that are a row each
    """
    inputs = words * inputs_of_center(config)
    outputs = words.copy()
    if config.loss == "ns":
        outputs += words.sum() * config.negative * negatives
    elif config.loss == "softmax":
        outputs *= 2  # pushed as often as it is pulled
    else:
        steps = np.repeat(words, np.diff(paths.starts))
        outputs = np.bincount(paths.nodes, weights=steps, minlength=len(words))
    outputs *= pairs_of_center(config)
    return inputs, outputs
