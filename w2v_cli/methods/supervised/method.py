"""A classifier as a `Method`: its two matrices, how these start, and what it all costs."""

import math

import numpy as np

from ...kernels import (
    FULL_SOFTMAX,
    HIERARCHICAL_SOFTMAX,
    MAX_TILE,
    NEGATIVE_SAMPLING,
    ONE_AGAINST_ALL,
    DocumentWorker,
    LabelTask,
    SharedMatrix,
)
from ..base import Layout, Parameters, Shape
from ..huffman import huffman_paths, paths_for
from ..merging import n_hot_rows
from ..sampling import negatives_for
from .singles import even
from .speeds import HeadFirstEngine, speeds_of

INPUTS, OUTPUTS = "input", "output"
"""As fastText calls them."""
LOSS_NUMBERS = {
    "softmax": FULL_SOFTMAX,
    "hs": HIERARCHICAL_SOFTMAX,
    "ns": NEGATIVE_SAMPLING,
    "ova": ONE_AGAINST_ALL,
}
HOT_WORDS = 1
MERGE_DOCUMENTS = 8
"""So many rows of words have copies in each thread, which are put together when all threads have
trained on so many documents: the end of a document alone, which is in all of them, and more often
than for vectors of words, as outputs change with every document. Copies of more rows, for longer,
are quicker by a tenth, and learn less: see benchmarks/NOTES.md."""
PATH_TILE = 6
NEVER = 2**62
INIT_ROWS = 4096
CHUNK_FLOPS = 1e10
FLOPS_OF_ROW = 4
MAKING_BYTES = 410
"""For each label, while a tree is made of them."""


class Supervised:
    """See `base.Method`, which says what each function is for.

    Parameters
    ----------
    documents : Documents
    n_buckets : int          rows of n-grams, and of documents
    """

    def __init__(self, documents, n_buckets):
        self._documents = documents
        self._n_buckets = n_buckets

    def shapes(self, n_words, n_labels, config):
        """A row of inputs a word and a bucket that is used, and one of outputs a label or node."""
        threads = config.threads
        inputs = Layout(
            n_words=n_words,
            n_buckets=self._n_buckets,
            threads=threads,
            n_hot=_n_hot(n_words, threads),
        )
        n_outputs = max(n_labels - 1, 1) if config.loss == "hs" else n_labels
        n_hot = n_hot_rows(n_outputs, threads)
        outputs = Layout(n_words=n_outputs, threads=threads, n_hot=n_hot)
        return {INPUTS: Shape(inputs, config.dim), OUTPUTS: Shape(outputs, config.dim)}

    def table_memory(self, n_words, n_labels, config):
        """What threads copy and work in, and the tree of labels while it is made."""
        shapes = self.shapes(n_words, n_labels, config).values()
        longest = int(self._documents.sizes.max(initial=1))
        work = 8 * longest + 4 * (n_labels + 2 * config.dim) + 12 * n_labels
        copies = sum(shape.hot_nbytes for shape in shapes) + config.threads * work
        return copies + n_labels * (MAKING_BYTES if config.loss == "hs" else 12)

    def tokens_per_chunk(self, n_labels, config):
        """`CHUNK_FLOPS` over what a token takes."""
        documents = self._documents
        n_tokens = max(int(documents.tokens.sum(dtype=np.int64)), 1)
        rows = int(documents.sizes.sum()) / n_tokens * FLOPS_OF_ROW * config.dim
        outputs = {
            "ns": 1 + config.negative,
            "hs": math.log2(max(n_labels, 2)) + 2,
        }.get(config.loss, n_labels)
        flops = rows + 6 * outputs * config.dim * len(documents.tokens) / n_tokens
        return max(int(CHUNK_FLOPS / flops), 1)

    def allocate(self, n_words, n_labels, config):
        """The matrices that `shapes` declares."""
        return Parameters(self.shapes(n_words, n_labels, config), INPUTS, OUTPUTS)

    def initialise(self, parameters, seed):
        """Inputs even in +-1 / dim, outputs zero, as in fastText."""
        generator = np.random.default_rng(seed)
        vectors = parameters.inputs
        for start in range(0, len(vectors), INIT_ROWS):
            rows = vectors[start : start + INIT_ROWS]
            rows[:] = even(generator, *rows.shape)

    def untrained_loss(self, label_counts, config):
        """Of logits that are all 0: a chance of 1/2 for each output, or even chances."""
        n_labels = len(label_counts)
        if config.loss == "softmax":
            return max(float(np.log(n_labels)), math.log(2))
        if config.loss == "hs":
            lengths = np.diff(huffman_paths(label_counts).starts)
            return max(float(np.log(2) * np.average(lengths, weights=label_counts)), math.log(2))
        return float(np.log(2) * (1 + config.negative if config.loss == "ns" else n_labels))

    def engine(self, schedule, parameters, label_counts, config, is_old=None):
        """One `DocumentWorker` a thread.

        Parameters
        ----------
        schedule : DocumentSchedule
        parameters : Parameters
        label_counts : ndarray of int64, (n_labels,)
        config : ClassifyConfig
        is_old : ndarray of bool, (n_learnt,), or None   rows of inputs that were trained before;
                                                         None: there are none
        """
        tasks = self._tasks(schedule, parameters, label_counts, config)
        speeds = speeds_of(parameters.shapes[INPUTS].layout, is_old, config)
        workers = [DocumentWorker(task, self._documents, speeds) for task in tasks]
        return HeadFirstEngine(schedule, parameters, workers, speeds, config.freeze_epochs)

    def _tasks(self, schedule, parameters, label_counts, config):
        paths = paths_for(label_counts, config.loss)
        options = {
            "loss": LOSS_NUMBERS[config.loss],
            "n_labels": len(label_counts),
            "merge_every": _documents_between_merges(config.threads),
            "negatives": negatives_for(label_counts, config.loss, config.ns_exponent),
            "path_starts": paths.starts,
            "path_nodes": paths.nodes,
            "path_signs": paths.signs,
            "tile": _tile(len(label_counts), config),
            "dim": config.dim,
            "negative": config.negative if config.loss == "ns" else 0,
            "slope": config.lr / max(schedule.n_tokens, 1),
        }
        matrix, layout = parameters.rows(INPUTS), parameters.shapes[INPUTS].layout
        outputs = parameters.shapes[OUTPUTS].layout
        return [
            LabelTask(
                inputs=_shared(matrix, layout, thread),
                outputs=_shared(parameters.rows(OUTPUTS), outputs, thread),
                **options,
            )
            for thread in range(config.threads)
        ]


def _n_hot(n_rows, threads):
    return min(n_hot_rows(n_rows, threads), HOT_WORDS)


def _documents_between_merges(threads):
    return max(MERGE_DOCUMENTS // threads, 1) if threads > 1 else NEVER


def _shared(matrix, layout, thread):
    """A matrix as a thread has it; all of its changes count, as they are put together often."""
    base = np.zeros((layout.n_hot, matrix.shape[1]), dtype=np.float32)
    weights = np.ones(layout.n_hot, dtype=np.float32)
    return SharedMatrix(matrix, layout.hot_start(thread), base, weights)


def _tile(n_labels, config):
    """A tile of a size that leaves few lanes idle: of few sizes, as each is compiled by itself."""
    n_outputs = {"hs": PATH_TILE, "ns": 1 + config.negative}.get(config.loss, n_labels)
    return (0,) * min((MAX_TILE, 4, 2), key=lambda size: -(-n_outputs // size) * size)
