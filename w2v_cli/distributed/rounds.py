"""When all ranks put their work together: a pure function of all their texts and the options."""

from __future__ import annotations

from dataclasses import replace

from ..config import LR_FLOOR, TrainConfig
from ..methods.base import Chunk, Schedule

LEAST_ROUNDS = 400
"""Of a whole training: fewer leave copies of the model to themselves for too long."""
MOST_WORDS = 4_000_000
LEAST_WORDS = 10_000
"""Of a round, all ranks together."""
WHOLE_EVERY = 128
"""After so many rounds all rows are merged, and checkpoints can be written."""


def words_of_round(n_tokens: int, epochs: int) -> int:
    """How many words all ranks together train between two merges, if nothing else is said."""
    return max(min(n_tokens * epochs // LEAST_ROUNDS, MOST_WORDS), LEAST_WORDS)


class RoundPlan:
    """What a rank trains in each round.

    Parameters
    ----------
    schedule : Schedule    of the rank's own text
    n_own_chunks : int     of an epoch of that
    n_tokens : int         of the texts of all ranks
    config : TrainConfig
    round_words : int      of all ranks

    Attributes
    ----------
    per_epoch : int   rounds of an epoch
    """

    def __init__(
        self, schedule: Schedule | None, n_own_chunks: int, n_tokens: int, config: TrainConfig,
        round_words: int,
    ) -> None:  # fmt: skip
        self._schedule, self._n_own = schedule, n_own_chunks
        self._config = config
        self.per_epoch = max(-(-n_tokens // round_words), 1)

    def __len__(self) -> int:
        return self.per_epoch * self._config.epochs

    def is_whole(self, number: int) -> bool:
        """Whether all rows are merged after a round, so that all copies are the same.

        It does not depend on when checkpoints are written: they change nothing of what is learnt.
        """
        return (number + 1) % WHOLE_EVERY == 0 or self.is_between_epochs(number + 1)

    def is_between_epochs(self, number: int) -> bool:
        """Whether a round is the first of an epoch."""
        return number % self.per_epoch == 0

    def lr(self, number: int) -> float:
        """The learning rate of a round: the same on all ranks, as copies would drift apart."""
        return float(self._config.lr or 0) * max(1 - number / len(self), LR_FLOOR)

    def chunks(self, number: int) -> list[Chunk]:
        """What the rank trains in a round; nothing, if its text is short."""
        if self._schedule is None:
            return []
        epoch, place = divmod(number, self.per_epoch)
        first = epoch * self._n_own + self._n_own * place // self.per_epoch
        last = epoch * self._n_own + self._n_own * (place + 1) // self.per_epoch
        lr = self.lr(number)
        return [replace(self._schedule[each], lr=lr) for each in range(first, last)]
