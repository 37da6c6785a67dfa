"""The copies of a model that ranks train, and how their changes are put together.

Each rank changes its own copy. What a row has learnt by c_i uses on rank i, its change D_i, goes
towards an optimum that all ranks share, and a use takes off a share k of the distance that is left:

    D = (1 - exp(-k C)) / C * sum_i c_i / (1 - exp(-k c_i)) D_i,   C = sum_i c_i

So changes of rare rows are added up, none is lost, and those of frequent rows are averaged by their
uses. It is the rule of `methods.merging.merge_weights`, where all have used a row equally often.
The share k is one of each direction, as `curvature` tells: what all words have in common is learnt
much faster than what tells them apart.

The most frequent rows are merged in each round, the others the more seldom the rarer they are: in
round t the first `FIRST_ROWS` * 2^z rows, where 2^z is the largest power of two that divides t.
Source: Ji, Satish, Li and Dubey 2016, "Parallelizing Word2Vec in Shared and Distributed Memory"
(arXiv:1604.04661).
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np

from ..machine.threads import in_threads
from ..methods.base import Matrices, Shape
from .communicator import SUM_BYTES, Communicator
from .curvature import Curvature, Pull, no_pull
from .loops import add_changes, take_changes

FIRST_ROWS = 1024
MOST_GROWTH = 4.0
"""A row that a merge would make longer than so many times gets a mean, not a sum."""
SHORT = 1.0
"""The length below which rows may grow freely: at the start, outputs are zero."""
LIMITS = (np.float32(MOST_GROWTH), np.float32(SHORT))


def rows_of_round(number: int) -> int:
    """How many rows of each kind are merged after a round; rounds count from 0."""
    number += 1
    return FIRST_ROWS * (number & -number)


ROWS_BYTES = 1 << 20
"""Of rows that a thread works on at a time: fewer would be done before another one has begun."""
PARTS_HELD = 6
"""Arrays of `SUM_BYTES` that a merge takes at its peak."""


def replica_memory(shapes: Collection[Shape], n_words: int) -> int:
    """What `Replicas` take of matrices of some shapes, beside these, and merging: bytes."""
    of_uses = np.dtype(np.float32).itemsize
    sizes = [shape.learnt_nbytes for shape in shapes]
    uses = sum(shape.layout.n_learnt for shape in shapes) + n_words
    return sum(sizes) + uses * of_uses + PARTS_HELD * min(SUM_BYTES, max(sizes))


class Replicas:
    """A rank's copy of the parameters, as it was when it was the same everywhere.

    Parameters
    ----------
    communicator : Communicator
    parameters : Matrices           of this rank, two of float32; the same on all
    counts : ndarray of int64, (n_words,)   of all words
    uses_of : callable              uses_of(words) -> dict of the names of matrices to ndarrays of
                                    float, (n_rows,): how often each row is used when words are
                                    trained so often (float, (n_words,))
    n_threads : int                 that merge
    """

    def __init__(
        self,
        communicator: Communicator,
        parameters: Matrices,
        counts: np.ndarray,
        uses_of: Callable[[np.ndarray], dict[str, np.ndarray]],
        *,
        n_threads: int = 1,
    ) -> None:
        self._communicator = communicator
        self._n_threads = n_threads
        self._parameters = parameters
        self._uses_of = uses_of
        self._base = {name: matrix.copy() for name, matrix in parameters}
        self._words = np.zeros(len(counts), dtype=np.float32)
        self._uses = {name: np.zeros(len(matrix), np.float32) for name, matrix in parameters}
        self._curvature = Curvature(communicator, parameters, uses_of(counts.astype(np.float32)))
        self._compile()

    def _compile(self) -> None:
        """Have the loops ready before the first round, which is not to seem a long one."""
        uses, none = np.empty(0, np.float32), np.empty((0, 1), np.float32)
        pull = tuple(no_pull(0))
        take_changes(none, none, uses, pull, none)
        add_changes(none, pull, self._communicator.size, LIMITS, none, none)

    def note(self, ids: np.ndarray) -> None:
        """Count what was trained: ids of words, and SENTENCE_END (int32)."""
        np.add.at(self._words, ids[ids >= 0], np.float32(1))

    def _count_uses(self) -> None:
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
        if self._communicator.size == 1:
            return
        self._count_uses()
        pulls = self._curvature.pulls()
        for name, base in self._base.items():
            n_words = self._parameters.shapes[name].layout.n_words
            pull = pulls[name].times(lr)
            for start, stop in ((0, n_words), (n_words, len(base))):
                end = stop if n_rows is None else min(start + n_rows, stop)
                step = max(SUM_BYTES // max(base.shape[1] * base.itemsize, 1), 1)
                for first in range(start, end, step):
                    self._merge_rows(name, slice(first, min(first + step, end)), pull)
        if n_rows is None:
            # A checkpoint may be written now, and whoever goes on from it knows no more.
            self._curvature.forget()

    def _merge_rows(self, name: str, rows: slice, pull: Pull) -> None:
        # With their padding, so that they are contiguous for the compiler.
        own = self._parameters.rows(name)[rows]
        base, uses = self._base[name][rows], self._uses[name][rows]
        changes = np.empty((len(base), base.shape[1] + 1), dtype=np.float32)
        n_ranks = self._communicator.size

        def take(part: slice) -> None:
            take_changes(own[part], base[part], uses[part], tuple(pull), changes[part])

        def add(part: slice) -> None:
            add_changes(changes[part], tuple(pull), n_ranks, LIMITS, base[part], own[part])

        self._for_rows(take, changes)
        self._communicator.add_up(changes)
        self._for_rows(add, changes)

    def _for_rows(self, work: Callable[[slice], None], changes: np.ndarray) -> None:
        """Call ``work`` for some rows at a time, until it was called for all, in threads."""
        step = max(ROWS_BYTES // changes[0].nbytes, 1)
        parts = [slice(first, first + step) for first in range(0, len(changes), step)]
        for _ in in_threads(work, parts, min(self._n_threads, len(parts))):
            pass
