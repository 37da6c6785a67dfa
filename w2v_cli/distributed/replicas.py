"""The copies of a model that ranks train, and how their changes are put together.

Each rank changes its own copy. What a row has learnt by c_i uses on rank i, its change D_i, goes
towards an optimum that all ranks share, and a use takes off a share k of the distance that is left:

    D = (1 - exp(-k C)) / C * sum_i c_i / (1 - exp(-k c_i)) D_i,   C = sum_i c_i

So changes of rare rows are added up, none is lost, and those of frequent rows are averaged by their
uses. It is the rule of `methods.merging.merge_weights`, where all have used a row equally often.
The share k is one of each direction, as `curvature` tells: what all words have in common is learnt
much faster than what tells them apart.

The most frequent rows are merged in each round, the others the more seldom the rarer they are: in
round t since all were merged the first `FIRST_ROWS` * 2^z rows, where 2^z is the largest power of
two that divides t.
Source: Ji, Satish, Li and Dubey 2016, "Parallelizing Word2Vec in Shared and Distributed Memory"
(arXiv:1604.04661).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..machine.threads import in_threads
from ..methods.base import Matrices, Shape
from .communicator import SUM_BYTES, Communicator
from .curvature import Curvature, Pull, no_pull
from .loops import add_changes, count_words, take_changes

FIRST_ROWS = 1024
MOST_GROWTH = 4.0
"""A row that a merge would make longer than so many times gets a mean, not a sum."""
SHORT = 1.0
"""The length below which rows may grow freely: at the start, outputs are zero."""
LIMITS = (np.float32(MOST_GROWTH), np.float32(SHORT))


def rows_of_round(number: int) -> int:
    """How many rows of each kind are merged after a round, the so-manieth since all were."""
    return FIRST_ROWS * (number & -number)


ROWS_BYTES = 1 << 20
"""Of rows that a thread works on at a time: fewer would be done before another one has begun."""
PARTS_HELD = 4
"""Arrays of `SUM_BYTES` that a merge takes at its peak: changes, and what others send of them."""
FLOAT_BYTES = 4


def replica_memory(shapes: Collection[Shape], n_words: int) -> int:
    """What `Replicas` take of matrices of some shapes, beside these, and merging: bytes."""
    sizes = [shape.learnt_nbytes for shape in shapes]
    uses = sum(shape.layout.n_learnt for shape in shapes) + n_words
    return sum(sizes) + uses * FLOAT_BYTES + PARTS_HELD * min(SUM_BYTES, max(sizes))


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
        for name, matrix in parameters:  # pages are made now, not while others wait in a round
            matrix[:] = self._base[name]
        self._words = np.zeros(len(counts), dtype=np.float32)
        self._uses = {name: np.zeros(len(matrix), np.float32) for name, matrix in parameters}
        self._curvature = Curvature(communicator, parameters, uses_of(counts.astype(np.float32)))
        # Always the same memory: new pages would take as long as the sums.
        sizes = [base.shape[1] + 1 for base in self._base.values()]
        rows = sum(n * len(base) for n, base in zip(sizes, self._base.values(), strict=True))
        threads = max(communicator.gather(n_threads))
        most = min(communicator.bytes_at_once * threads, SUM_BYTES) // FLOAT_BYTES
        self._changes = np.empty(max(min(most, rows), *sizes), dtype=np.float32)
        self._compile()

    def _compile(self) -> None:
        """Have the loops ready before the first round, which is not to seem a long one."""
        uses, none = np.empty(0, np.float32), np.empty((0, 1), np.float32)
        pull = tuple(no_pull(0))
        take_changes(none, none, uses, pull, none)
        add_changes(none, pull, self._communicator.size, LIMITS, none, none)
        count_words(np.empty(0, np.int32), uses)
        self.look()
        self._curvature.forget()

    def note(self, ids: np.ndarray) -> None:
        """Count what was trained: ids of words, and SENTENCE_END (int32)."""
        count_words(ids, self._words)

    def look(self) -> dict[str, Pull]:
        """What this rank sees of how fast rows are pulled: `merge` needs that of all ranks."""
        return self._curvature.look() if self._communicator.size > 1 else {}

    def _count_uses(self) -> None:
        for name, uses in self._uses_of(self._words).items():
            self._uses[name][: len(uses)] += uses
        self._words[:] = 0

    def merge(self, lr: float, looks: Iterable[dict[str, Pull]], n_rows: int | None = None) -> None:
        """Put together what all ranks have learnt; *in place:* the parameters of each.

        Parameters
        ----------
        lr : float             of the round, the same on all ranks
        looks : iterable       what `look` has told each of them
        n_rows : int or None   only the first rows of words, and as many of n-grams; None: all
        """
        if self._communicator.size == 1:
            return
        self._count_uses()
        pulls = {name: tuple(pull.times(lr)) for look in looks for name, pull in look.items()}
        for block in self._blocks(n_rows):
            self._merge_block(block, pulls)
        if n_rows is None:
            # A checkpoint may be written now, and whoever goes on from it knows no more.
            self._curvature.forget()

    def _blocks(self, n_rows: int | None) -> Iterator[list[tuple[str, slice]]]:
        """The rows that are to be merged: of as many matrices at a time as there is room for."""
        block: list[tuple[str, slice]] = []
        left = len(self._changes)
        for name, base in self._base.items():
            n_words, width = self._parameters.shapes[name].layout.n_words, base.shape[1] + 1
            for start, stop in ((0, n_words), (n_words, len(base))):
                end = stop if n_rows is None else min(start + n_rows, stop)
                first = start
                while first < end:
                    if left < width:
                        yield block
                        block, left = [], len(self._changes)
                    last = min(first + left // width, end)
                    block.append((name, slice(first, last)))
                    left -= (last - first) * width
                    first = last
        if block:
            yield block

    def _merge_block(self, block: list[tuple[str, slice]], pulls: dict[str, Any]) -> None:
        hands: list[_Hand] = []
        place = 0
        for name, rows in block:
            # With their padding, so that they are contiguous for the compiler.
            own, base = self._parameters.rows(name)[rows], self._base[name][rows]
            n_rows, width = len(base), base.shape[1] + 1
            changes = self._changes[place : place + n_rows * width].reshape(n_rows, width)
            place += n_rows * width
            step = max(ROWS_BYTES // changes[0].nbytes, 1)
            for first in range(0, n_rows, step):
                part = slice(first, first + step)
                uses = self._uses[name][rows][part]
                hands.append(_Hand(own[part], base[part], uses, changes[part], pulls[name]))
        self._for_each(_take, hands)
        self._communicator.add_up(self._changes[:place])
        n_ranks = self._communicator.size
        self._for_each(lambda hand: _add(hand, n_ranks), hands)

    def _for_each(self, work: Callable[[_Hand], None], hands: list[_Hand]) -> None:
        """Call ``work`` for each, in threads."""
        for _ in in_threads(work, hands, min(self._n_threads, len(hands))):
            pass


class _Hand(NamedTuple):
    """Rows that a thread works on at a time: see `loops.take_changes`."""

    own: np.ndarray
    base: np.ndarray
    uses: np.ndarray
    changes: np.ndarray
    pull: tuple[Any, ...]


def _take(hand: _Hand) -> None:
    take_changes(hand.own, hand.base, hand.uses, hand.pull, hand.changes)


def _add(hand: _Hand, n_ranks: int) -> None:
    add_changes(hand.changes, hand.pull, n_ranks, LIMITS, hand.base, hand.own)
