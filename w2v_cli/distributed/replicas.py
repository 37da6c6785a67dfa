"""The copies of a model that ranks train, and how their changes are put together.

Each rank changes its own copy. What a row has learnt by c_i uses on rank i, its change D_i, goes
towards an optimum that all ranks share, and a use takes off a share k of the distance that is left:

    D = (1 - exp(-k C)) / C * sum_i c_i / (1 - exp(-k c_i)) D_i,   C = sum_i c_i

So changes of rare rows are added up, none is lost, and those of frequent rows are averaged by their
uses. It is the rule of `methods.merging.merge_weights`, where all have used a row equally often.

The most frequent rows are merged in each round, the others the more seldom the rarer they are: in
round t the first `FIRST_ROWS` * 2^z rows, where 2^z is the largest power of two that divides t.
Source: Ji, Satish, Li and Dubey 2016, "Parallelizing Word2Vec in Shared and Distributed Memory"
(arXiv:1604.04661).
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np

from ..methods.base import Matrices, Shape
from .communicator import SUM_BYTES, Communicator

FIRST_ROWS = 1024
PULL = 0.1
"""What a use takes off the distance to the optimum, times the learning rate."""
MOST_GROWTH = 4.0
"""A row that a merge would make longer than so many times gets a mean, not a sum."""
SHORT = 1.0
"""The length below which rows may grow freely: at the start, outputs are zero."""


def rows_of_round(number: int) -> int:
    """How many rows of each kind are merged after a round; rounds count from 0."""
    number += 1
    return FIRST_ROWS * (number & -number)


PARTS_HELD = 6
"""Arrays of `SUM_BYTES` that a merge takes at its peak."""


def replica_memory(shapes: Collection[Shape], n_words: int) -> int:
    """What `Replicas` take of matrices of some shapes, beside these, and merging: bytes."""
    of_uses = np.dtype(np.float64).itemsize
    sizes = [shape.learnt_nbytes for shape in shapes]
    uses = sum(shape.layout.n_learnt for shape in shapes) + n_words
    return sum(sizes) + uses * of_uses + PARTS_HELD * min(SUM_BYTES, max(sizes))


class Replicas:
    """A rank's copy of the parameters, as it was when it was the same everywhere.

    Parameters
    ----------
    communicator : Communicator
    parameters : Matrices           of this rank; the same on all
    n_words : int                   of the vocabulary
    uses_of : callable              uses_of(words) -> dict of the names of matrices to ndarrays of
                                    float64, (n_rows,): how often each row is used when words are
                                    trained so often (float64, (n_words,))
    """

    def __init__(
        self,
        communicator: Communicator,
        parameters: Matrices,
        n_words: int,
        uses_of: Callable[[np.ndarray], dict[str, np.ndarray]],
    ) -> None:
        self._communicator = communicator
        self._parameters = parameters
        self._uses_of = uses_of
        self._base = {name: matrix.copy() for name, matrix in parameters}
        self._words = np.zeros(n_words)
        self._uses = {name: np.zeros(len(matrix)) for name, matrix in parameters}

    def note(self, ids: np.ndarray) -> None:
        """Count what was trained: ids of words, and SENTENCE_END (int32)."""
        self._words += np.bincount(ids[ids >= 0], minlength=len(self._words))

    def _count_uses(self):
        for name, uses in self._uses_of(self._words).items():
            self._uses[name][: len(uses)] += uses
        self._words[:] = 0

    def merge(self, lr: float, n_rows: int | None = None) -> None:
        """Put together what all ranks have learnt; *in place:* the parameters of each.

        Parameters
        ----------
        lr : float             of the round, the same on all ranks
        n_rows : int or None   only the first rows of words, and as many of n-grams; None: all
        """
        self._count_uses()
        for name, matrix in self._parameters:
            n_words = self._parameters.shapes[name].layout.n_words
            for start, stop in ((0, n_words), (n_words, len(matrix))):
                end = stop if n_rows is None else min(start + n_rows, stop)
                step = max(SUM_BYTES // max(matrix.shape[1] * matrix.itemsize, 1), 1)
                for first in range(start, end, step):
                    self._merge_rows(name, matrix, slice(first, min(first + step, end)), lr * PULL)

    def _merge_rows(self, name, matrix, rows, pull):
        base, own = self._base[name][rows], self._uses[name][rows]
        total = own.copy()
        self._communicator.add_up(total)
        change = matrix[rows] - base
        change *= (1 / _share_of_use(own, pull)).astype(np.float32)[:, None]
        self._communicator.add_up(change)
        change *= _share_of_use(total, pull).astype(np.float32)[:, None]
        before = np.sqrt(np.einsum("ij,ij->i", base, base))
        merged = base + change
        after = np.sqrt(np.einsum("ij,ij->i", merged, merged))
        is_wild = after > np.maximum(MOST_GROWTH * before, SHORT)
        if is_wild.any():
            change[is_wild] /= self._communicator.size
            merged = base + change
        base[:] = merged
        matrix[rows] = merged
        own[:] = 0


def _share_of_use(uses, pull):
    """(1 - exp(-pull uses)) / uses: the share of the way to the optimum that a use goes."""
    way = pull * np.maximum(uses, 1e-9)
    return -np.expm1(-way) / np.maximum(uses, 1e-9)
