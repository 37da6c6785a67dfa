"""Which pairs of words count, and how much. Help shows this, so it loads nothing heavy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..config import DISTANCE_WEIGHTS, RANGES
from ..errors import ConfigError, field

if TYPE_CHECKING:
    import numpy as np

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
        import numpy as np

        if self.distance_weight == "none":
            return np.ones(self.window, np.uint64)
        return np.array([round(self.unit / d) for d in range(1, self.window + 1)], np.uint64)
