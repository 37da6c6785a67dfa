"""When all ranks put their work together: a pure function of all their texts and the options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ..config import LR_FLOOR, TrainConfig
from ..methods.base import Chunk

UNSEEN_SHARE = 1 / 115
"""Of a whole training: so much may be learnt by others in a round, at most, while a rank does not
see it. More leaves copies of the model to themselves for too long."""
MOST_WORDS = 16_000_000
LEAST_WORDS = 10_000
"""Of a round, all ranks together."""
UNSEEN_GROWTH = 0.035
"""At first all copies learn the same, as all begin with the same: no more is learnt by others in a
round than this share of what was trained before, until rounds have their full length."""
WHOLE_EVERY = 128
"""After so many rounds all rows are merged, and checkpoints can be written."""


class Pieces(Protocol):
    """What of its own text a rank trains when; see `pieces.OwnPieces`."""

    def between(self, epoch: int, first: float, last: float, lr: float) -> list[Chunk]:
        """What is between two places of an epoch, both shares of it from 0 to 1."""


def words_per_unseen(n_ranks: int) -> float:
    """How long a round may be for each word of it that a rank does not see: others train these."""
    return n_ranks / max(n_ranks - 1, 1)


def words_of_round(n_tokens: int, epochs: int, n_ranks: int) -> int:
    """How many words all ranks together train between two merges, if nothing else is said."""
    longest = int(n_tokens * epochs * UNSEEN_SHARE * words_per_unseen(n_ranks))
    return max(min(longest, MOST_WORDS), LEAST_WORDS)


def borders_of(n_tokens: int, epochs: int, round_words: int, n_ranks: int) -> list[int]:
    """Where rounds begin and end, in words of all ranks over all epochs: each epoch ends one."""
    borders, place, end = [0], 0, n_tokens
    growth, first = UNSEEN_GROWTH * words_per_unseen(n_ranks), min(LEAST_WORDS, round_words)
    while place < n_tokens * epochs:
        length = min(max(int(place * growth), first), round_words)
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
    pieces : Pieces or None     of the rank's own text; None: it has none
    n_tokens : int              of the texts of all ranks
    config : TrainConfig
    borders : sequence of int   see `borders_of`
    """

    def __init__(
        self, pieces: Pieces | None, n_tokens: int, config: TrainConfig, borders: Sequence[int]
    ) -> None:
        self._pieces, self._n_tokens, self._config = pieces, n_tokens, config
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

    def first_of_epoch(self, epoch: int) -> int:
        """The first round of an epoch; the number of all for the one behind the last."""
        return int(np.searchsorted(self._borders, epoch * self._n_tokens))

    def is_whole(self, number: int) -> bool:
        """Whether all rows are merged after a round, so that all copies are the same.

        It does not depend on when checkpoints are written: they change nothing of what is learnt.
        """
        return (number + 1) % WHOLE_EVERY == 0 or self.is_between_epochs(number + 1)

    def since_whole(self, number: int) -> int:
        """How many rounds there are, this one included, since all rows were merged."""
        number += 1
        return number - max(
            number - 1 - (number - 1) % WHOLE_EVERY, self.first_of_epoch(self.epoch(number - 1))
        )

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
        """What the rank trains in a round: of its own text the same share as all ranks of theirs.

        It may be nothing, if its text is short.
        """
        if self._pieces is None:
            return []
        epoch = self.epoch(number)
        begins, ends = (
            (int(border) - epoch * self._n_tokens) / self._n_tokens
            for border in self._borders[number : number + 2]
        )
        return self._pieces.between(epoch, begins, ends, self.lr(number))
