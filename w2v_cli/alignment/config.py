"""How two languages are aligned: every option with its default and range. This loads no NumPy."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ConfigError, field

METHODS = ("procrustes", "vecmap", "lstsq")
STEPS = ("unit", "center")
"""What a normalisation is made of: each row to length 1; the mean of all rows taken away."""
BEST_STEPS = ("unit", "center", "unit")
NO_STEPS = "none"
"""A name for no steps at all."""
NEIGHBORS = 10
"""k of CSLS where nothing else is asked for."""
DIRECTIONS = {"forward": ("forward",), "backward": ("backward",), "both": ("forward", "backward")}
"""Which words of a dictionary are translated: of the source, of the target, or of both."""
MOST_ROUNDS, MOST_NEIGHBORS = 1000, 1000


@dataclass(frozen=True)
class AlignConfig:
    """How a map between two spaces is found; immutable, checked when made.

    Attributes
    ----------
    method : str      ``procrustes``, a rotation; ``vecmap``, which changes both languages;
                      ``lstsq``, least squares
    refine : int      rounds of learning again from mutual nearest neighbors
    csls : int        neighbors of CSLS; 0: nearest neighbors are by cosine
    normalize : tuple of str   steps, each of STEPS, in their order
    project : bool    vectors of different lengths: those of the longer are cut by PCA

    Raises
    ------
    ConfigError   if a value cannot be
    """

    method: str = METHODS[0]
    refine: int = 0
    csls: int = NEIGHBORS
    normalize: tuple[str, ...] = BEST_STEPS
    project: bool = False

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ConfigError(
                f"{field('method', self.method)}: a method is one of {', '.join(METHODS)}"
            )
        check_steps(self.normalize)
        for name, most in (("refine", MOST_ROUNDS), ("csls", MOST_NEIGHBORS)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
                raise ConfigError(f"{field(name)} must be from 0 to {most}, not {value!r}")


def check_steps(steps: tuple[str, ...]) -> None:
    """Raise ConfigError if something is no step of a normalisation."""
    for step in steps:
        if step not in STEPS:
            raise ConfigError(
                f"{field('normalize', str(step))}: steps are {' and '.join(STEPS)}, in any order, "
                f"or {NO_STEPS}"
            )


def steps_of(text: str) -> tuple[str, ...]:
    """Steps from their names with commas between, or ``none``.

    Raises
    ------
    ConfigError   if one is none of STEPS
    """
    steps = () if text == NO_STEPS else tuple(step.strip() for step in text.split(","))
    check_steps(steps)
    return steps
