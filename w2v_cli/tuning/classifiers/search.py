"""Which settings are tried: first the defaults and what is known to help, then draws by chance.

A draw changes some options of the best settings so far, by less and less, or is all new. So
settings far from one another are seen first, and then the neighborhood of the best one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...labelled.config import ClassifyConfig

STREAM = 2
"""Of random numbers by a seed: the one that draws settings."""
CHANGED = 0.5
"""The chance of each option to be changed, of the best settings."""
NEW = 0.3
"""The chance of a draw that is all new, at first; it falls to 0."""
DRAWS = 200
"""That are made at most to find settings that were not tried."""
FEWEST, FEWEST_OF_START = 0.5, 0.1
"""The share of its epochs without which a draw, and what is tried first, is not what it was."""
MANY_LABELS = 1000
"""From so many on a tree of labels is worth a trial."""
SEVERAL = 0.01
"""The share of documents with several labels from which these are worth a loss of their own."""
STARTS: tuple[dict[str, Any], ...] = (
    {},
    {"epochs": 25, "word_ngrams": 2, "dim": 48, "buckets": 500_000},
    {"epochs": 25, "min_n": 2, "max_n": 4, "dim": 48, "buckets": 500_000},
)
"""What is tried first: the defaults, and what docs/classify.md says that helps."""


@dataclass(frozen=True)
class Number:
    """An option that is a number, drawn on a scale of powers.

    Attributes
    ----------
    low, high : float      the range of values
    wide, narrow : float   standard deviation of a change, in doublings: at first, and at the end
    grid : int             values are multiples of it; 0: they have two digits
    """

    low: float
    high: float
    wide: float
    narrow: float
    grid: int = 0

    def new(self, rng: np.random.Generator) -> float:
        """Any value."""
        return self._rounded(2 ** rng.uniform(math.log2(self.low), math.log2(self.high)))

    def near(self, value: float, progress: float, rng: np.random.Generator) -> float:
        """A value near another one; ``progress`` goes from 0 to 1."""
        spread = self.wide + (self.narrow - self.wide) * progress
        return self._rounded(value * 2 ** rng.normal(0, spread))

    def _rounded(self, value: float) -> float:
        value = min(max(value, self.low), self.high)
        if self.grid:
            return max(round(value / self.grid) * self.grid, self.grid)
        found = float(f"{value:.1e}")
        return int(found) if isinstance(self.low, int) else found


@dataclass(frozen=True)
class Choice:
    """An option with few values; those at the front are more likely, and neighbors are alike."""

    values: tuple[Any, ...]

    def new(self, rng: np.random.Generator) -> Any:
        """Any value; the first ones more often."""
        weights = 1 / np.arange(1, len(self.values) + 1)
        return self.values[int(rng.choice(len(self.values), p=weights / weights.sum()))]

    def near(self, value: Any, progress: float, rng: np.random.Generator) -> Any:
        """The value before or behind; any one if it is none of these, and sometimes at first."""
        if value not in self.values or rng.random() > progress:
            return self.new(rng)
        step = 1 if rng.random() < 0.5 else -1
        return self.values[min(max(self.values.index(value) + step, 0), len(self.values) - 1)]


NUMBERS = {
    "epochs": Number(1, 100, 1.5, 0.7),
    "lr": Number(0.02, 5.0, 1.5, 0.5),
    "dim": Number(8, 256, 1.2, 0.5, grid=8),
    "buckets": Number(10_000, 2_000_000, 2.0, 1.0),
}
WORD_NGRAMS = Choice((1, 2, 3, 4, 5))
CHARACTERS = Choice(((0, 0), (2, 4), (1, 3), (2, 5), (3, 6), (1, 5)))
"""``min_n`` and ``max_n``, which make sense together only."""
OF_CHARACTERS = ("min_n", "max_n")
SEARCHED = (*NUMBERS, "word_ngrams", *OF_CHARACTERS, "loss", "balance")
"""Options that trials may vary, in the order of a command line."""


class Space:
    """The settings that there are.

    Parameters
    ----------
    base : ClassifyConfig
    fixed : collection of str   fields of it that stay as they are
    facts : Facts               of the documents
    """

    def __init__(self, base: ClassifyConfig, fixed: Any, facts: Facts) -> None:
        self._base, self._fixed = base, frozenset(fixed)
        self._options: dict[str, Number | Choice] = {
            name: option for name, option in NUMBERS.items() if name not in fixed
        }
        if "word_ngrams" not in fixed:
            self._options["word_ngrams"] = WORD_NGRAMS
        if not set(OF_CHARACTERS) & self._fixed:
            self._options["characters"] = CHARACTERS
        losses = facts.losses
        if "loss" not in fixed and len(losses) > 1:
            self._options["loss"] = Choice(losses)
        if "balance" not in fixed and facts.by_label:
            self._options["balance"] = Choice((False, True))

    @property
    def names(self) -> list[str]:
        """The fields that trials may vary."""
        given = set(self._options)
        if "characters" in given:
            given |= set(OF_CHARACTERS)
        return [name for name in SEARCHED if name in given]

    def starts(self) -> Iterator[ClassifyConfig]:
        """What is tried first, whatever comes of it."""
        for values in STARTS:
            kept = {name: value for name, value in values.items() if name in self.names}
            if "characters" not in self._options:
                kept = {name: value for name, value in kept.items() if name not in OF_CHARACTERS}
            yield replace(self._base, **kept)

    def draw(
        self, best: ClassifyConfig, progress: float, rng: np.random.Generator
    ) -> ClassifyConfig:
        """Other settings: new ones, or those of ``best`` with changes."""
        is_new = rng.random() < NEW * (1 - progress)
        values: dict[str, Any] = {}
        for name, option in self._options.items():
            if is_new:
                values[name] = option.new(rng)
            elif rng.random() < CHANGED:
                values[name] = option.near(_value(best, name), progress, rng)
        if "characters" in values:
            values["min_n"], values["max_n"] = values.pop("characters")
        return replace(best, **values)


@dataclass(frozen=True)
class Facts:
    """What the choice of options goes by.

    Attributes
    ----------
    n_labels : int
    several : float        the share of documents with several labels
    by_label : bool        each label counts for itself, so that balancing may help
    by_probability : bool  probabilities are compared, which are others for each loss
    """

    n_labels: int
    several: float
    by_label: bool
    by_probability: bool

    @property
    def losses(self) -> tuple[str, ...]:
        """The losses that may be tried."""
        if self.by_probability:
            return ("softmax",)
        some = ["softmax"]
        some += ["ova"] if self.several >= SEVERAL else []
        some += ["hs"] if self.n_labels >= MANY_LABELS else []
        return tuple(some)


def _value(config: ClassifyConfig, name: str) -> Any:
    if name == "characters":
        return config.min_n, config.max_n
    return getattr(config, name)


class Search:
    """Draws settings, one after the other; the same for the same seed and the same scores.

    Parameters
    ----------
    space : Space
    seed : int
    """

    def __init__(self, space: Space, seed: int) -> None:
        source = np.random.SeedSequence(seed, spawn_key=(STREAM,))
        self._rng = np.random.default_rng(source)
        self._space = space
        self._starts = list(space.starts())
        self._tried: set[ClassifyConfig] = set()

    def next(
        self,
        best: ClassifyConfig | None,
        progress: float,
        fitted: Callable[[ClassifyConfig, float], ClassifyConfig | None],
    ) -> ClassifyConfig | None:
        """Settings that were not tried; None if there are none.

        Parameters
        ----------
        best : ClassifyConfig or None   the best so far
        progress : float                from 0 to 1: how much of all trials is done
        fitted : callable               makes settings such that time and place suffice, with at
                                        least a share of their epochs; or None
        """
        while self._starts:
            if found := self._untried(fitted(self._starts.pop(0), FEWEST_OF_START)):
                return found
        [base, *_] = self._space.starts()
        fewest = FEWEST if best else 0.0
        for _ in range(DRAWS):
            drawn = self._space.draw(best or base, progress, self._rng)
            if found := self._untried(fitted(drawn, fewest)):
                return found
        return None

    def _untried(self, config: ClassifyConfig | None) -> ClassifyConfig | None:
        if config is None:
            return None
        # Without n-grams it does not matter how many buckets there are.
        key = replace(config, buckets=config.n_buckets or 1)
        if key in self._tried:
            return None
        self._tried.add(key)
        return config
