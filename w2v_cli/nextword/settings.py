"""How words are drawn for lines that are made; this loads no NumPy."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..config import LARGEST_SEED
from ..errors import ConfigError, field

HOTTEST = 100
MOST_WORDS = 1_000_000
MOST_LINES = 1_000_000


@dataclass(frozen=True)
class Sampling:
    """How the next word is drawn from its probabilities, and when a line ends; immutable.

    Attributes
    ----------
    temperature : float      words are drawn by p ** (1 / temperature): 1 as the model says, less
                             keeps to probable words, 0 takes the most probable one
    top_k : int or None      only from so many words, the most probable
    top_p : float            only from the fewest words that have this probability together
    max_words : int          a line that has not ended after so many new words is cut off
    seed : int

    Raises
    ------
    ConfigError   if a value is out of range
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float = 1.0
    max_words: int = 100
    seed: int = 1

    def __post_init__(self) -> None:
        self._check("temperature", self.temperature, 0, HOTTEST)
        self._check("top_p", self.top_p, 0, 1)
        self._check("max_words", self.max_words, 1, MOST_WORDS)
        self._check("seed", self.seed, 0, LARGEST_SEED)
        if self.top_k is not None:
            self._check("top_k", self.top_k, 1, math.inf)
        if self.top_p == 0:
            raise ConfigError(
                f"{field('top_p')} 0 leaves no word; {field('top_k', 1)} or "
                f"{field('temperature', 0)} takes the most probable one"
            )

    @staticmethod
    def _check(name: str, value: float, low: float, high: float) -> None:
        if not low <= value <= high:  # NaN is in no range
            limits = f"from {low} to {high}" if high < math.inf else f"{low} or more"
            raise ConfigError(f"{field(name)} must be {limits}, not {value}")

    @property
    def is_plain(self) -> bool:
        """Whether words are drawn as the model says."""
        return self.temperature == 1 and self.top_k is None and self.top_p == 1
