"""What a thread predicts next words with, and the memory that it does so in."""

from typing import NamedTuple

import numpy as np

from ..machine.aligned import aligned_zeros
from .backend import LANES, WIDTH, new_losses
from .task import NEGATIVE_SAMPLING, SharedMatrix
from .work import LONGEST_PATH, POOL_STEPS


class NextWords(NamedTuple):
    """What a thread predicts words with; what a loss does not use is empty.

    Attributes
    ----------
    loss : int                        NEGATIVE_SAMPLING or HIERARCHICAL_SOFTMAX
    outputs : SharedMatrix
    merge_every : int                 words between two merges of hot rows
    negatives, path_starts, path_nodes, path_signs, tile, negative, uses_of_negative   see `Task`
    dim : int                         numbers in a row
    """

    loss: int
    outputs: SharedMatrix
    merge_every: int
    negatives: np.ndarray
    path_starts: np.ndarray
    path_nodes: np.ndarray
    path_signs: np.ndarray
    tile: tuple
    negative: int
    uses_of_negative: int
    dim: int


class NextWordsWork(NamedTuple):
    """Arrays to work in, as in `work.Work`; the outputs of two rows are in hand at a time."""

    outputs: np.ndarray
    row_stride: int
    vector_dim: int
    random: np.ndarray
    in_rows: np.ndarray
    tiles: np.ndarray
    out_rows: np.ndarray
    signs: np.ndarray
    half: int
    lanes: np.ndarray
    pool: np.ndarray
    cursor: np.ndarray
    since_merge: np.ndarray
    dense: np.ndarray
    products: np.ndarray
    losses: np.ndarray


def new_next_words_work(task):
    """Memory for any batch of a `NextWords`."""
    width = len(task.tile)
    n_outputs = 1 + task.negative if task.loss == NEGATIVE_SAMPLING else LONGEST_PATH
    n_tiles = -(-n_outputs // width)
    half = n_tiles * LANES
    number = np.arange(n_tiles * width)
    vector_dim = -(-task.dim // WIDTH) * WIDTH
    return NextWordsWork(
        outputs=task.outputs.matrix.reshape(-1),
        row_stride=task.outputs.matrix.shape[1],
        vector_dim=vector_dim,
        random=np.zeros(1, dtype=np.uint64),
        in_rows=np.zeros(1, dtype=np.int64),
        tiles=np.full(2, n_tiles, dtype=np.int64),
        out_rows=np.zeros(2 * half, dtype=np.int64),
        signs=np.zeros(2 * half, dtype=np.float32),
        half=half,
        lanes=number // width * LANES + number % width,
        pool=np.zeros(POOL_STEPS * task.negative, dtype=np.int64),
        cursor=np.zeros(2, dtype=np.int64),
        since_merge=np.zeros(1, dtype=np.int64),
        dense=aligned_zeros(vector_dim),
        products=aligned_zeros(n_tiles * LANES),
        losses=new_losses(),
    )
