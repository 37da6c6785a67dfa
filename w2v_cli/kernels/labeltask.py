"""What a thread trains with on documents with labels, and the memory that it works in."""

from typing import NamedTuple

import numpy as np

from ..machine.aligned import aligned_zeros
from .backend import LANES, WIDTH, new_losses
from .task import HIERARCHICAL_SOFTMAX, NEGATIVE_SAMPLING, SharedMatrix
from .work import LONGEST_PATH

ONE_AGAINST_ALL = 3
LEAST_ROWS = 1 << 14
"""Room for rows of a document; for the longest, if that has more."""


class Documents(NamedTuple):
    """Documents, encoded.

    Attributes
    ----------
    words : int32                    of all documents, one behind the other
    starts : int64, (n + 1,)
    labels : int32                   likewise
    label_starts : int64, (n + 1,)
    tokens : int32, (n,)             how many each counts as, for the learning rate
    sizes : int64, (n,)              how many features each has
    weights : float32, (n,)          what its learning rate is multiplied by; empty: nothing
    word_starts : int64, (n_words + 1,)   word i has entries from word_starts[i] to the next
    word_rows : int32                itself, if it has a row, and its n-grams of characters
    ngrams : int32                   the rows of n-grams of words, of all documents
    ngram_starts : int64, (n + 1,)   where those of each document start; empty: there are none
    own_rows : int32, (n,)           the row that is the sum of those that only this document has,
                                     each once; -1 or empty: there are none. They change alike, so
                                     that the sum of s of them takes s times what another row takes
    """

    words: np.ndarray
    starts: np.ndarray
    labels: np.ndarray
    label_starts: np.ndarray
    tokens: np.ndarray
    sizes: np.ndarray
    weights: np.ndarray
    word_starts: np.ndarray
    word_rows: np.ndarray
    ngrams: np.ndarray
    ngram_starts: np.ndarray
    own_rows: np.ndarray


class LabelTask(NamedTuple):
    """What a thread trains with, as `task.Task`; what a loss does not use may be empty.

    Attributes
    ----------
    loss : int                        NEGATIVE_SAMPLING, ..., ONE_AGAINST_ALL
    inputs, outputs : SharedMatrix
    n_labels : int
    merge_every : int                 documents between two merges
    negatives, path_starts, path_nodes, path_signs   see `task.Task`
    tile : tuple
    dim, negative : int
    slope : float                     what a token takes off the learning rate
    """

    loss: int
    inputs: SharedMatrix
    outputs: SharedMatrix
    n_labels: int
    merge_every: int
    negatives: np.ndarray
    path_starts: np.ndarray
    path_nodes: np.ndarray
    path_signs: np.ndarray
    tile: tuple
    dim: int
    negative: int
    slope: float


class Slow(NamedTuple):
    """Rows of inputs that were trained before, and how much they learn.

    Attributes
    ----------
    is_old : bool, (n_rows,)     of all rows of the matrix, the copies of threads included
    stays : bool, (n_hot,)       rows that have copies, and are left alone
    scale : float32              what the changes of old rows are multiplied by; 0: not one bit of
                                 them changes
    only_outputs : bool          no row of inputs changes, old or not
    """

    is_old: np.ndarray
    stays: np.ndarray
    scale: float
    only_outputs: bool


class LabelWork(NamedTuple):
    """The memory of a thread; names are those of `work.Work` and `step`.

    Attributes
    ----------
    inputs, outputs : float32, flat
    row_stride, length : int64        floats between rows, and those of a row that count
    random : uint64, (1,)
    in_rows : int64                   of a document
    mean_row : int64, (1,)            0, where its mean starts in ``vector``
    out_rows : int64, signs : float32
    lanes : int64
    vector, dense, products : float32   the mean and its change; a copy
    since_merge : int64, (2,)         documents since the last merge; the next one, in its order
    losses
    """

    inputs: np.ndarray
    outputs: np.ndarray
    row_stride: int
    length: int
    random: np.ndarray
    in_rows: np.ndarray
    mean_row: np.ndarray
    out_rows: np.ndarray
    signs: np.ndarray
    lanes: np.ndarray
    vector: np.ndarray
    dense: np.ndarray
    products: np.ndarray
    since_merge: np.ndarray
    losses: np.ndarray


def new_label_work(task, longest):
    """Memory for documents of up to ``longest`` features."""
    width = len(task.tile)
    n_tiles = -(-_most_outputs(task) // width)
    number = np.arange(n_tiles * width)
    length = -(-task.dim // WIDTH) * WIDTH
    return LabelWork(
        inputs=task.inputs.matrix.reshape(-1),
        outputs=task.outputs.matrix.reshape(-1),
        row_stride=task.inputs.matrix.shape[1],
        length=length,
        random=np.zeros(1, dtype=np.uint64),
        in_rows=np.zeros(max(longest, LEAST_ROWS), dtype=np.int64),
        mean_row=np.zeros(1, dtype=np.int64),
        out_rows=np.zeros(n_tiles * LANES, dtype=np.int64),
        signs=np.zeros(n_tiles * LANES, dtype=np.float32),
        lanes=number // width * LANES + number % width,
        vector=aligned_zeros(length),
        dense=aligned_zeros(length),
        products=aligned_zeros(n_tiles * LANES),
        since_merge=np.zeros(2, dtype=np.int64),
        losses=new_losses(),
    )


def _most_outputs(task):
    if task.loss == HIERARCHICAL_SOFTMAX:
        return LONGEST_PATH
    return 1 + task.negative if task.loss == NEGATIVE_SAMPLING else task.n_labels
