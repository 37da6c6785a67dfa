"""The memory that a chunk is trained in."""

from typing import Any, NamedTuple

import numpy as np

from ..machine.aligned import aligned_zeros
from .backend import KEEPS_INPUTS, LANES, PATH_TILES, WIDTH, new_losses
from .task import CBOW, FULL_SOFTMAX, HIERARCHICAL_SOFTMAX, NEGATIVE_SAMPLING

LONGEST_PATH = 96
"""Above the depth of any Huffman tree whose counts add up to less than 2**63."""
POOL_STEPS = 256
"""Steps whose negatives are drawn at once; 5 a step at dim 100 make half a megabyte of rows."""


class Work(NamedTuple):
    """Arrays to work in, and sizes that follow from the task.

    Two centers are in hand at a time, the one to train and the one after: number i uses half
    i % 2 of ``low``, ``high``, ``tiles``, ``out_rows`` and ``signs``.

    Attributes
    ----------
    inputs, outputs : float32, flat   the matrices of the task, or for inputs what a ring holds
    row_stride, vector_dim, length : int64       floats in a row; the dim rounded up to whole
                                      vectors, and to whole tiles
    random, random_negatives : uint64, (1,)      states of two streams of random numbers
    words, rows : int64, (max_sentence,)         what is left of a sentence: ids, and where the
                                      rows of inputs start
    low, high : int64, (2,)           windows: first and last place in the sentence
    in_rows : int64, (n,)             of a step, as many as there are at most
    tiles, sizes : int64, (2,)        how many tiles the outputs of a step take, and how wide they
                                      are where that varies
    one_tile, many_tiles : True for that which negative samples take, the other is None, which the
                                      compiler knows; both where there are none
    out_rows : int64, signs : float32, (2 * half,)
    half : int64
    lanes : int64                     lane of each output; those beyond the last are idle
    pool : int64                      rows of negatives
    cursor : int64, (2,)              the first that is not used, and uses of the pool left
    since_merge : int64, (1,)         words kept since hot rows were merged
    dense, mean, weights, products : float32     see `step`; ``dense`` may be None, and ``weights``
                                      where all inputs of a bag weigh alike
    losses                            see `backend.new_losses`
    """

    inputs: np.ndarray
    outputs: np.ndarray
    row_stride: int
    vector_dim: int
    length: int
    random: np.ndarray
    random_negatives: np.ndarray
    words: np.ndarray
    rows: np.ndarray
    low: np.ndarray
    high: np.ndarray
    in_rows: np.ndarray
    tiles: np.ndarray
    sizes: np.ndarray
    one_tile: Any
    many_tiles: Any
    out_rows: np.ndarray
    signs: np.ndarray
    half: int
    lanes: np.ndarray
    pool: np.ndarray
    cursor: np.ndarray
    since_merge: np.ndarray
    dense: Any
    mean: np.ndarray
    weights: Any
    products: np.ndarray
    losses: np.ndarray


def new_work(task, ring=None):
    """Memory for any chunk of a task; ``ring`` is the `lists.Ring` of one that has lists."""
    is_path = task.loss == HIERARCHICAL_SOFTMAX
    width = PATH_TILES[0] if is_path else len(task.tile)
    n_outputs, n_steps = _most_outputs(task)
    n_tiles = -(-n_outputs // width)
    half = n_steps * n_tiles * LANES
    number = np.arange(n_tiles * width)
    length = -(-task.dim // LANES) * LANES
    vector_dim = -(-task.dim // WIDTH) * WIDTH
    n_rows = _most_rows_of(task)
    n_inputs = 1 if task.model == CBOW else n_rows
    return Work(
        inputs=task.inputs.matrix.reshape(-1) if ring is None else ring.vectors,
        outputs=task.outputs.matrix.reshape(-1),
        row_stride=task.inputs.matrix.shape[1],
        vector_dim=vector_dim,
        length=length,
        random=np.zeros(1, dtype=np.uint64),
        random_negatives=np.zeros(1, dtype=np.uint64),
        words=np.zeros(task.max_sentence, dtype=np.int64),
        rows=np.zeros(task.max_sentence, dtype=np.int64),
        low=np.zeros(2, dtype=np.int64),
        high=np.zeros(2, dtype=np.int64),
        in_rows=np.zeros(n_rows, dtype=np.int64),
        tiles=np.full(2, n_tiles, dtype=np.int64),
        sizes=np.full(2, width, dtype=np.int64),
        one_tile=True if n_tiles == 1 and not is_path else None,
        many_tiles=True if n_tiles > 1 and not is_path else None,
        out_rows=np.zeros(2 * half, dtype=np.int64),
        signs=np.zeros(2 * half, dtype=np.float32),
        half=half,
        lanes=number // width * LANES + number % width,
        pool=np.zeros(POOL_STEPS * task.negative, dtype=np.int64),
        cursor=np.zeros(2, dtype=np.int64),
        since_merge=np.zeros(1, dtype=np.int64),
        dense=aligned_zeros(n_inputs * length) if _keeps_inputs(task, n_tiles) else None,
        mean=aligned_zeros(vector_dim),
        weights=ring.weights if ring is not None and task.model == CBOW else None,
        products=aligned_zeros(n_inputs * n_tiles * LANES),
        losses=new_losses(),
    )


def _keeps_inputs(task, n_tiles):
    """Whether inputs are wanted as they were before a step: of few outputs it hardly matters."""
    is_long = task.loss == FULL_SOFTMAX or (task.loss == NEGATIVE_SAMPLING and n_tiles > 1)
    return task.model != CBOW and (is_long or KEEPS_INPUTS)


def most_neighbors(window, max_sentence):
    """How many words a window has at most without its center: int."""
    return min(2 * window, max_sentence - 1)


def _most_rows_of(task):
    """How many rows of inputs a step takes at most; a bag is a whole window."""
    at_once = most_neighbors(task.window, task.max_sentence)
    return at_once if task.model == CBOW else min(at_once, task.most_inputs)


def _most_outputs(task):
    """How many outputs a step has at most, and how many steps a center."""
    if task.loss == FULL_SOFTMAX:
        return task.n_outputs, 1
    if task.loss == HIERARCHICAL_SOFTMAX:
        return LONGEST_PATH, 1
    if task.model == CBOW:
        return 1 + task.negative, 1
    at_once = most_neighbors(task.window, task.max_sentence)
    return 1 + task.negative, -(-at_once // task.most_inputs)
