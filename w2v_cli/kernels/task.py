"""What a thread trains with: everything that stays the same from chunk to chunk.

Inputs and outputs are the two matrices, syn0 and syn1 of word2vec.c.
"""

from typing import Any, NamedTuple

import numpy as np

SKIPGRAM, CBOW = 0, 1
NEGATIVE_SAMPLING, HIERARCHICAL_SOFTMAX, FULL_SOFTMAX = 0, 1, 2


class SharedMatrix(NamedTuple):
    """A matrix that all threads change, with the rows of this thread in it; see `hot_rows`.

    Attributes
    ----------
    matrix : float32, (n_rows, row_stride)
    private_start : int                   first row of this thread's copies of the hot rows
    base : float32, (n_hot, row_stride)   what the copies were when they were made
    weights : float32, (n_hot,)           of this thread's change of each
    """

    matrix: np.ndarray
    private_start: int
    base: np.ndarray
    weights: np.ndarray


class Task(NamedTuple):
    """The arguments of training; what a loss does not use may be empty.

    Attributes
    ----------
    model, loss : int                 SKIPGRAM or CBOW; NEGATIVE_SAMPLING, ...
    inputs, outputs : SharedMatrix
    n_outputs : int                   of the full softmax: so many rows from the first on
    merge_every : int                 words kept between two merges
    keep : uint32, (n_words,)         a word stays if a random uint32 is at most this
    negatives : uint32, (n_words, 2)  an alias table, columns (accept, alias)
    path_starts : int64, (n_words + 1,)          Huffman paths, see `methods.huffman.huffman_paths`
    path_nodes, path_signs : int32, int8
    tile : tuple                      see `backend.tile_for`
    dim : int
    window : int                      largest half-width
    fixed_window : bool               always the largest, instead of 1..window at random
    negative : int                    negatives of a step
    most_inputs : int                 inputs in a step, at most, which share outputs
    uses_of_negative : int            how often each negative that is drawn is used
    max_sentence : int                longer ones are cut, in words before subsampling
    spare_start : int                 first of this thread's rows of inputs in which changes of
                                      frozen ones are lost, one for each input of a step; any
                                      where none are frozen
    lists : lists.Lists or None       rows that make the vectors of words, where these are not rows
    """

    model: int
    loss: int
    inputs: SharedMatrix
    outputs: SharedMatrix
    n_outputs: int
    merge_every: int
    keep: np.ndarray
    negatives: np.ndarray
    path_starts: np.ndarray
    path_nodes: np.ndarray
    path_signs: np.ndarray
    tile: tuple
    dim: int
    window: int
    fixed_window: bool
    negative: int
    most_inputs: int
    uses_of_negative: int
    max_sentence: int
    spare_start: int = 0
    lists: Any = None
