"""What can be chosen of a distillation."""

from dataclasses import dataclass

from ..errors import ConfigError, field

POOLINGS = ("mean", "first", "last", "pooler")
"""What is taken of the outputs of a token and of those that stand around it: the mean of all, the
first or the last one, or what the model's own pooler makes of the first."""


@dataclass(frozen=True)
class DistillConfig:
    """What to make of the outputs of a model.

    Attributes
    ----------
    dim : int        numbers of a vector, at most: the directions of the largest variance
    pooling : str    of POOLINGS
    a : float        tokens count with a / (a + p), p by Zipf's law; 0: all alike
    batch : int      tokens at a time
    device : str     as torch calls it

    Raises
    ------
    ConfigError   if a value cannot be
    """

    dim: int = 256
    pooling: str = "mean"
    a: float = 1e-4
    batch: int = 256
    device: str = "cpu"

    def __post_init__(self):
        if self.pooling not in POOLINGS:
            raise ConfigError(
                f"{field('pooling')} must be {', '.join(POOLINGS[:-1])} or {POOLINGS[-1]}, not "
                f"{self.pooling!r}"
            )
        for name in ("dim", "batch"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{field(name)} must be 1 or more, not {getattr(self, name)}")
        if not 0 <= self.a < float("inf"):
            raise ConfigError(f"{field('sif_a')} must be 0 or more, not {self.a}")
