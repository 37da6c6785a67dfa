"""What a thread trains with: everything that stays the same from chunk to chunk."""

from typing import NamedTuple

import numpy as np

SKIPGRAM, CBOW = 0, 1
NEGATIVE_SAMPLING, HIERARCHICAL_SOFTMAX, FULL_SOFTMAX = 0, 1, 2


class Task(NamedTuple):
    """The arguments of training; what a loss does not use may be empty.

    Attributes
    ----------
    model, loss : int                 SKIPGRAM or CBOW; NEGATIVE_SAMPLING, ...
    syn0, syn1 : float32, (n_rows, padded dim)   inputs and outputs
    bases : float32, (2, n_hot, padded dim)      see `hot_rows`, as for
    weights : float32, (2, n_hot)
    private : int                     first row of this thread's copies of the hot rows
    merge_every : int                 words kept between two merges
    keep : uint32, (n_words,)         a word stays if a random uint32 is at most this
    negatives : uint32, (n_words, 2)  an alias table, columns (accept, alias)
    path_starts : int64, (n_words + 1,)          Huffman paths, see `huffman.huffman_paths`
    path_nodes, path_signs : int32, int8
    tile : tuple                      see `backend.tile_for`
    dim : int
    window : int                      largest half-width
    fixed_window : bool               always the largest, instead of 1..window at random
    negative : int                    negatives of a step
    shared : int                      inputs in a step, at most, which share outputs
    uses : int                        how often each negative that is drawn is used
    max_sentence : int                longer ones are cut, in words before subsampling
    spare : int                       first of this thread's 2 * window rows of ``syn0`` in which
                                      changes of frozen inputs are lost; 0 where none are frozen
    """

    model: int
    loss: int
    syn0: np.ndarray
    syn1: np.ndarray
    bases: np.ndarray
    weights: np.ndarray
    private: int
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
    shared: int
    uses: int
    max_sentence: int
    spare: int = 0
