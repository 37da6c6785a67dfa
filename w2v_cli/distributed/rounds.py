"""When all ranks put their work together: a pure function of all their texts and the options."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..config import LR_FLOOR, TrainConfig
from ..methods.base import Chunk
from .passages import OwnText

LONGEST_SHARE = 1 / 115
"""Of a whole training, for very many ranks: longer rounds leave copies of the model to themselves
for too long."""
MOST_WORDS = 16_000_000
LEAST_WORDS = 10_000
"""Of a round, all ranks together."""
GROWTH = 0.0175
"""At first all copies learn the same, as all begin with the same: a round of very many ranks is no
longer than this share of what was trained before, until it has its full length."""
MOST_GAIN, MOST_GAIN_OF_GROWTH = 2.0, 4.0
WHOLE_EVERY = 128
"""After so many rounds all rows are merged, and checkpoints can be written."""


def gain_of_few(n_ranks: int) -> float:
    """How many times as long as those of very many ranks the rounds of some may be: from 1 on.

    Each goes the share 1 - exp(-x) of the way to where it is pulled, and their sum N times that.
    Where N (1 - exp(-x)) is more than 2, it ends further away than it was, and runs away. So the
    work of all, N x, may be -N log(1 - 2 / N), which is 2 for very many ranks. Two never run away.
    """
    return -n_ranks * math.log1p(-2 / n_ranks) / 2 if n_ranks > 2 else math.inf


def words_of_round(n_tokens: int, epochs: int, n_ranks: int) -> int:
    """How many words all ranks together train between two merges, if nothing else is said."""
    gain = min(gain_of_few(n_ranks), MOST_GAIN)
    return max(min(int(n_tokens * epochs * LONGEST_SHARE * gain), MOST_WORDS), LEAST_WORDS)


def borders_of(n_tokens: int, epochs: int, round_words: int, n_ranks: int) -> list[int]:
    """Where rounds begin and end, in words of all ranks over all epochs: each epoch ends one."""
    borders, place, end = [0], 0, n_tokens
    growth = GROWTH * min(gain_of_few(n_ranks), MOST_GAIN_OF_GROWTH)
    first = min(LEAST_WORDS, round_words)
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
    text : OwnText or None      the rank's own; None: it has none
    n_tokens : int              of the texts of all ranks
    config : TrainConfig
    borders : sequence of int   see `borders_of`
    """

    def __init__(
        self, text: OwnText | None, n_tokens: int, config: TrainConfig, borders: Sequence[int]
    ) -> None:
        self._text, self._n_tokens, self._config = text, n_tokens, config
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
        if self._text is None:
            return []
        epoch = self.epoch(number)
        begins, ends = (
            (int(border) - epoch * self._n_tokens) / self._n_tokens
            for border in self._borders[number : number + 2]
        )
        return self._text.chunks(epoch, begins, ends, self.lr(number))
