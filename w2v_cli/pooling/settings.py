"""How documents become vectors: what a user chooses, checked when it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..config import SIF_A
from ..errors import ConfigError, field
from ..wording.plaintext import shown

WEIGHTINGS = ("mean", "idf", "sif")


@dataclass(frozen=True)
class Pooling:
    """How the vectors of words become that of their document.

    Attributes
    ----------
    weighting : str          ``mean``, ``idf`` or ``sif``
    a : float                the parameter of ``sif``, above 0
    common_components : int  directions that all documents share, to be taken away
    unit_words : bool        vectors of words count with length 1
    normalize : bool         vectors of documents get length 1
    compose : bool           words without a vector are made of their n-grams, if there are some

    Raises
    ------
    ConfigError   if a value cannot be
    """

    weighting: str = "mean"
    a: float = SIF_A
    common_components: int = 0
    unit_words: bool = False
    normalize: bool = False
    compose: bool = True

    def __post_init__(self) -> None:
        if self.weighting not in WEIGHTINGS:
            raise ConfigError(
                f"{field('weighting')} must be {_any_of(WEIGHTINGS)}, not {shown(self.weighting)}"
            )
        if not is_number(self.a) or not 0 < self.a < float("inf"):
            raise ConfigError(f"a must be a number above 0, not {shown(self.a)}")

    def check_dim(self, dim: int) -> None:
        """Raise ConfigError if there are not as many directions as are to be taken away."""
        if not 0 <= self.common_components <= dim:
            raise ConfigError(
                f"{field('common_components')} must be from 0 to {dim}, not "
                f"{self.common_components!r}"
            )


def is_number(value: Any) -> bool:
    """Whether it is an int or a float, and no bool."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _any_of(names: tuple[str, ...]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]])
