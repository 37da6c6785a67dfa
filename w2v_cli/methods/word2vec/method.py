"""Skip-gram and CBOW as a `Method`: their two matrices, how these start, and what it all costs."""

import math

import numpy as np

from ...errors import TrainingError, field
from ...kernels import Worker
from ...machine.pages import touch
from ..base import Frozen, Layout, Parameters, Shape
from ..engine import ThreadEngine
from ..merging import n_hot_ngrams, n_hot_rows
from ..ontext import OnText
from ..sampling import keep_probabilities
from .tables import (
    LONGEST_AT_ONCE,
    chances_of_negatives,
    inputs_of_center,
    kept_counts,
    make_tables,
    make_tasks,
    pairs_of_center,
    ring_memory,
    rows_of_step,
    uses_of_words,
    work_memory,
)

INPUTS, OUTPUTS = "syn0", "syn1"
"""As word2vec.c calls them."""
INIT_ROWS = 4096

SOFTMAX_FLOPS = 2e10
"""A guess, a thread and second; it only has to tell hours from weeks."""
SOFTMAX_HOURS = 48
CHUNK_FLOPS = 1e10
"""Half a second of work on a slow processor. Whoever stops training waits for chunks under way."""
FLOPS_OF_BAG = 4
"""Of a number of each word in a bag: it is added to the mean and changed as this is."""
FLOPS_OF_LIST = 4
"""Likewise of a number of each row that makes the vector of a word."""
HUFFMAN_NODES = 16
"""On the path to a word, about."""

TABLE_BYTES = {"ns": 12, "hs": 20, "softmax": 4}
"""For each word, while training: chances to be kept, and those of negatives or starts of paths."""
PATH_BYTES = 5
EXTRA_NODES = 3
"""Extra nodes of an average Huffman path over one in a balanced tree."""
MAKING_BYTES = {"ns": 150, "hs": 410, "softmax": 100}
"""For each word, while tables are made; the outputs have not been touched then."""


class Word2Vec(OnText):
    """See `base.Method`, which says what each function is for.

    Parameters
    ----------
    lists : NgramLists or None   rows that make the vectors of words; None: each word is one row
    """

    def __init__(self, lists=None):
        self._lists = lists

    def made_of(self, lists):
        """Skip-gram or CBOW with n-grams, as in fastText or floret."""
        return Word2Vec(lists)

    def check_feasible(self, counts, config):
        """Refuse to start what will not end: a pair of the softmax costs as much as all words."""
        if config.loss != "softmax":
            return
        pairs = kept_counts(counts, config).sum() * config.epochs * pairs_of_center(config)
        flops = pairs * _flops_of_pair(len(counts), config)
        hours = flops / (SOFTMAX_FLOPS * config.threads) / 3600
        if hours > SOFTMAX_HOURS:
            raise TrainingError(
                f"{field('loss', 'softmax')} computes all {len(counts):,} words for every pair, "
                f"which would take about {hours:,.0f} hours; give {field('loss', 'ns')} or hs, or "
                f"a lower {field('max_vocab')}"
            )

    def outputs_are_words(self, config):
        """Those of the hierarchical softmax are nodes of a tree."""
        return config.loss != "hs"

    def shapes(self, n_words, config, freeze=False):
        """A row of inputs and of outputs a word; frozen inputs need rows to lose changes in."""
        n_hot = n_hot_rows(n_words, config.threads)
        shared = {"n_words": n_words, "threads": config.threads, "n_hot": n_hot}
        n_spare = rows_of_step(config) if freeze else 0
        inputs = Layout(**shared, n_spare=n_spare)
        if self._lists is not None:
            inputs = self._layout_of_ngrams(n_words, config.threads)
        return {
            INPUTS: Shape(inputs, config.dim),
            OUTPUTS: Shape(Layout(**shared), config.dim),
        }

    def _layout_of_ngrams(self, n_words, threads):
        """Rows of words, if they have some of their own, and of their n-grams."""
        n_own = n_words if self._lists.n_own else 0
        n_rows = self._lists.n_rows_of(n_words)
        return Layout(
            n_words=n_own,
            n_buckets=n_rows,
            threads=threads,
            n_hot=n_hot_rows(n_own, threads),
            n_hot_buckets=n_hot_ngrams(n_rows, threads),
        )

    def table_memory(self, n_words, config):
        """What threads copy and work in, and tables; or what making these takes, if that is more.

        Nothing of the outputs is in memory while tables are made.
        """
        tables = n_words * TABLE_BYTES[config.loss]
        if config.loss == "hs":
            tables += int(n_words * PATH_BYTES * (math.log2(max(n_words, 2)) + EXTRA_NODES))
        shapes = self.shapes(n_words, config)
        copies = sum(shape.hot_nbytes for shape in shapes.values())
        copies += config.threads * work_memory(n_words, config)
        if self._lists is not None:
            tables += self._lists.nbytes_of(n_words)
            copies += config.threads * ring_memory(config)
        return max(tables + copies, n_words * MAKING_BYTES[config.loss] - shapes[OUTPUTS].nbytes)

    def words_per_chunk(self, n_words, config):
        """`CHUNK_FLOPS` over what a word takes."""
        flops = pairs_of_center(config) * _flops_of_pair(n_words, config)
        if config.model == "cbow":
            # Short bags never counted: chunks, and so vectors, are as they always were.
            long = max(inputs_of_center(config) - 2 * LONGEST_AT_ONCE, 0)
            flops += FLOPS_OF_BAG * long * config.dim
        if self._lists is not None:
            flops += FLOPS_OF_LIST * len(self._lists.rows) / n_words * config.dim
        return max(int(CHUNK_FLOPS / flops), 1)

    def allocate(self, n_words, config, freeze=False):
        """The matrices that `shapes` declares."""
        return Parameters(self.shapes(n_words, config, freeze), INPUTS, OUTPUTS)

    def initialise(self, parameters, seed):
        """Inputs even in +-0.5 / dim, outputs zero (word2vec.c, InitNet).

        Rows that are put together are even in +-1 / dim, as in fastText: their mean is shorter.
        """
        touch(parameters.rows(INPUTS), parameters.shapes[INPUTS].layout.threads)
        generator = np.random.default_rng(seed)
        vectors = parameters.inputs
        width = np.float32(1 if self._lists is None else 2)
        for start in range(0, len(vectors), INIT_ROWS):
            rows = vectors[start : start + INIT_ROWS]
            numbers = generator.random(rows.shape, dtype=np.float32)
            rows[:] = width * (numbers - np.float32(0.5)) / vectors.shape[1]

    def tables(self, counts, config):
        """See `tables.Tables`."""
        return make_tables(counts, config, self._lists)

    def uses(self, counts, tables, config):
        """How often the rows of each matrix are used when words are trained.

        Parameters
        ----------
        counts, tables, config   as for `engine`

        Returns
        -------
        callable   uses(words) -> dict of str to ndarray of float32, (n_rows,), by the names of
                   `shapes`; ``words`` (float32, (n_words,)) says how often each stands in what is
                   trained
        """
        kept = keep_probabilities(counts, config.sample).astype(np.float32)
        negatives = chances_of_negatives(counts, config)
        if negatives is not None:
            negatives = negatives.astype(np.float32)

        def uses(words):
            inputs, outputs = uses_of_words(words * kept, negatives, tables.paths, config)
            if self._lists is not None:
                inputs = _uses_in_lists(inputs, self._lists)
            return {INPUTS: inputs, OUTPUTS: outputs.astype(np.float32, copy=False)}

        return uses

    def untrained_loss(self, counts, tables, config):
        """Of logits that are all 0: a chance of 1/2 for each output, or even chances."""
        if config.loss == "softmax":
            return float(np.log(len(counts)))
        if config.loss == "hs":
            return float(np.log(2) * np.average(np.diff(tables.paths.starts), weights=counts))
        return float(np.log(2) * (1 + config.negative))

    def engine(self, corpus, parameters, tables, config, frozen=None):
        """One `Worker` a thread."""
        tasks = make_tasks(parameters, tables, config)
        frozen = frozen or Frozen()
        workers = [Worker(task, frozen.inputs, frozen.outputs) for task in tasks]
        return ThreadEngine(corpus, parameters, workers)


def _uses_in_lists(words, lists):
    """How often rows are used that make words, given how often each of these is."""
    of_entries = np.repeat(words, np.diff(lists.starts))
    n_rows = lists.n_own + lists.n_rows
    return np.bincount(lists.rows, weights=of_entries, minlength=n_rows).astype(np.float32)


def _flops_of_pair(n_words, config):
    """Floating-point operations of an input: three products with each of its outputs."""
    outputs = {"ns": 1 + config.negative, "hs": HUFFMAN_NODES, "softmax": n_words}[config.loss]
    return 6 * outputs * config.dim
