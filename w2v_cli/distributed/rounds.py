"""When all ranks put their work together: a pure function of all their texts and the options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..config import LR_FLOOR, TrainConfig
from ..methods.base import Chunk, Schedule

LEAST_ROUNDS = 100
"""Of a whole training: fewer leave copies of the model to themselves for too long."""
MOST_WORDS = 16_000_000
LEAST_WORDS = 10_000
"""Of a round, all ranks together."""
GROWTH = 0.02
"""At first all copies learn the same, as all begin with the same: a round is no longer than this
share of what was trained before, until it has its full length."""
WHOLE_EVERY = 128
"""After so many rounds all rows are merged, and checkpoints can be written."""


def words_of_round(n_tokens: int, epochs: int) -> int:
    """How many words all ranks together train between two merges, if nothing else is said."""
    return max(min(n_tokens * epochs // LEAST_ROUNDS, MOST_WORDS), LEAST_WORDS)


def first_round(round_words: int) -> int:
    """The length of the first round, in words of all ranks, given that of later ones."""
    return min(LEAST_WORDS, round_words)


def borders_of(n_tokens: int, epochs: int, round_words: int) -> list[int]:
    """Where rounds begin and end, in words of all ranks over all epochs: each epoch ends one."""
    borders, place, end = [0], 0, n_tokens
    while place < n_tokens * epochs:
        length = min(max(int(place * GROWTH), first_round(round_words)), round_words)
        # What would be left of an epoch is shared out, so that no round is tiny.
        left = max(-(-(end - place) // length), 1)
        place += -(-(end - place) // left)
        borders.append(place)
        if place >= end:
            end += n_tokens
    return borders


class RoundPlan:
    """What a rank trains in each round.

    Parameters
    ----------
    schedule : Schedule         of the rank's own text
    n_own_chunks : int          of an epoch of that
    n_tokens : int              of the texts of all ranks
    config : TrainConfig
    borders : sequence of int   see `borders_of`
    """

    def __init__(
        self, schedule: Schedule | None, n_own_chunks: int, n_tokens: int, config: TrainConfig,
        borders: Sequence[int],
    ) -> None:  # fmt: skip
        self._schedule, self._n_own = schedule, n_own_chunks
        self._n_tokens, self._config = n_tokens, config
        self._borders = np.asarray(borders, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._borders) - 1

    @property
    def n_epochs(self) -> int:
        """How many epochs all rounds together are."""
        return self._config.epochs

    def epoch(self, number: int) -> int:
        """Which epoch a round is of, from 0 on."""
        return int(self._borders[number]) // self._n_tokens

    def is_whole(self, number: int) -> bool:
        """Whether all rows are merged after a round, so that all copies are the same.

        It does not depend on when checkpoints are written: they change nothing of what is learnt.
        """
        return (number + 1) % WHOLE_EVERY == 0 or self.is_between_epochs(number + 1)

    def rounds_to_whole(self, number: int) -> int:
        """How many rounds are left to the next one after which all rows are merged."""
        following = range(number, len(self))
        return next((each - number for each in following if self.is_whole(each)), 0)

    def is_between_epochs(self, number: int) -> bool:
        """Whether a round is the first of an epoch, or behind the last."""
        return int(self._borders[number]) % self._n_tokens == 0

    def lr(self, number: int) -> float:
        """The learning rate of a round: the same on all ranks, as copies would drift apart."""
        share = int(self._borders[number]) / int(self._borders[-1])
        return float(self._config.lr or 0) * max(1 - share, LR_FLOOR)

    def chunks(self, number: int) -> list[Chunk]:
        """What the rank trains in a round; nothing, if its text is short."""
        if self._schedule is None:
            return []
        # Of its own chunks the same share as all ranks train of all words.
        first, last = (
            int(border) * self._n_own // self._n_tokens
            for border in self._borders[number : number + 2]
        )
        lr = self.lr(number)
        return [replace(self._schedule[each], lr=lr) for each in range(first, last)]
