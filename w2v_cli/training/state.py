"""How far training has come: its state, but for the matrices."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from ..corpus.marks import LARGEST_COUNT
from ..errors import InputError


@dataclass
class TrainingState:
    """A place in the schedule, and sums over what was trained up to there.

    Attributes
    ----------
    chunks_done : int             of the schedule, over all epochs
    tokens, pairs : int
    loss_sums : list of float     of each epoch that has begun; of the last one so far
    loss_pairs : list of int      pairs that these are sums over
    seconds : float               of training, stops left out
    held_out_losses : list of float   mean loss a prediction of text that is not trained on, after
                                  each epoch; empty where there is no such text
    """

    chunks_done: int = 0
    tokens: int = 0
    pairs: int = 0
    loss_sums: list[float] = field(default_factory=list)
    loss_pairs: list[int] = field(default_factory=list)
    seconds: float = 0.0
    held_out_losses: list[float] = field(default_factory=list)

    def add(self, epoch: int, tokens: int, pairs: int, loss: float) -> float:
        """Add a chunk; returns the mean loss a pair of its epoch so far."""
        while len(self.loss_sums) <= epoch:
            self.loss_sums.append(0.0)
            self.loss_pairs.append(0)
        self.tokens += tokens
        self.pairs += pairs
        self.loss_sums[epoch] += loss
        self.loss_pairs[epoch] += pairs
        return self.loss_sums[epoch] / max(self.loss_pairs[epoch], 1)

    def losses(self) -> list[float]:
        """The mean log-loss a pair of each epoch; 0 where there was no pair."""
        sums = zip(self.loss_sums, self.loss_pairs, strict=True)
        return [total / max(pairs, 1) for total, pairs in sums]

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers and lists, for JSON; floats keep every bit."""
        return asdict(self)

    @classmethod
    def from_dict(cls, facts: Any) -> TrainingState:
        """The state that `as_dict` told.

        Raises
        ------
        InputError   if anything else stands there
        """
        names = {each.name for each in fields(cls)}
        if not isinstance(facts, dict) or set(facts) != names:
            raise InputError("does not tell how far training had come")
        whole = [facts[name] for name in ("chunks_done", "tokens", "pairs")]
        lists = facts["loss_sums"], facts["loss_pairs"]
        held_out = facts["held_out_losses"]
        if not (
            all(_is_count(number) for number in whole)
            and all(isinstance(each, list) for each in (*lists, held_out))
            and len(lists[0]) == len(lists[1])
            and all(isinstance(each, float) for each in [*lists[0], *held_out, facts["seconds"]])
            and all(_is_count(number) for number in lists[1])
        ):
            raise InputError("holds numbers that cannot be")
        return cls(**facts)


def _is_count(number: Any) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < LARGEST_COUNT
