"""Counts of pairs of words that stand near one another, as whole numbers.

A pair at distance d weighs 1/d (Pennington, Socher and Manning 2014, section 4.2) or 1. Weights are
kept as multiples of 1/unit, so that sums are exact: they do not depend on the order of the text,
the number of threads or the memory.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..config import DISTANCE_WEIGHTS, RANGES
from ..errors import ConfigError, field

EXACT_WINDOW = 22
"""The unit is divided by all distances up to here; beyond, 1/d is rounded to 9 digits."""


@dataclass(frozen=True)
class CountRule:
    """Which pairs count, and how much.

    Attributes
    ----------
    window : int            how many words to each side are near
    symmetric : bool        both sides count; otherwise the row is the word to the left
    distance_weight : str   ``harmonic`` (a pair at distance d counts 1/d) or ``none`` (1)

    Raises
    ------
    ConfigError   if one of them has a value that cannot be
    """

    window: int = 10
    symmetric: bool = True
    distance_weight: str = "harmonic"

    def __post_init__(self) -> None:
        low, high = RANGES["window"]
        if not isinstance(self.window, int) or isinstance(self.window, bool):
            raise ConfigError(f"{field('window')} must be a whole number, not {self.window!r:.60}")
        if not low <= self.window <= high:
            raise ConfigError(f"{field('window')} must be from {low} to {high}, not {self.window}")
        if not isinstance(self.symmetric, bool):
            raise ConfigError(
                f"{field('symmetric')} must be true or false, not {self.symmetric!r:.60}"
            )
        if self.distance_weight not in DISTANCE_WEIGHTS:
            raise ConfigError(
                f"{field('distance_weight')} must be {' or '.join(DISTANCE_WEIGHTS)}, not "
                f"{self.distance_weight!r:.60}"
            )

    @property
    def unit(self) -> int:
        """What stands for 1 in sums."""
        if self.distance_weight == "none":
            return 1
        return math.lcm(*range(1, min(self.window, EXACT_WINDOW) + 1))

    @property
    def weights(self) -> np.ndarray:
        """Of distances 1 to window, in units: ndarray of uint64, shape (window,)."""
        if self.distance_weight == "none":
            return np.ones(self.window, np.uint64)
        return np.array([round(self.unit / d) for d in range(1, self.window + 1)], np.uint64)


@dataclass(frozen=True)
class Cooccurrences:
    """Counts of pairs, by rows as in a sparse matrix (CSR); columns of a row rise.

    Symmetric counts are kept once, in the upper triangle: no column is below its row. On the
    diagonal both directions are in the sum, as everywhere. ``sums / rule.unit`` are the counts X.

    Attributes
    ----------
    words : sequence of str                the vocabulary
    counts : ndarray of int64, (n_words,)  how often each word is in the text
    rule : CountRule
    starts : ndarray of int64, (n_words + 1,)
    columns : ndarray of uint32, (n_pairs,)
    sums : ndarray of uint64, (n_pairs,)   above 0; in units
    """

    words: Sequence[str]
    counts: np.ndarray
    rule: CountRule
    starts: np.ndarray
    columns: np.ndarray
    sums: np.ndarray

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.columns)

    @property
    def n_words(self) -> int:
        return len(self.starts) - 1
