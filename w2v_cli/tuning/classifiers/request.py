"""What is asked for when settings of a classifier are to be found, checked when it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...classifying.request import ClassifyRequest
from ...errors import ConfigError, field
from ...training.request import TimeBudget
from . import BEST, FINALS, FOLDS, MOST_TRIALS, REFIT
from .objectives import Objective


@dataclass(frozen=True)
class TuneRequest:
    """A search for settings.

    Attributes
    ----------
    training : ClassifyRequest   its ``config`` is what trials do not vary; ``output`` gets a model
    chosen : frozenset of str    fields of it that stay as they are
    objective : Objective
    validation : tuple of str, or GivenDocuments   paths of documents to score by, or what a program
                                 has of them; empty: some are held out
    folds : int or None          score by so many parts, each with a model of the others
    held_out : float or None     the share to hold out
    time_budget : TimeBudget or None   for everything
    n_trials : int or None
    final : str or None          BEST or REFIT; None: BEST, with folds REFIT
    max_bytes : int or None      of the model, which is quantized for that

    Raises
    ------
    ConfigError   if parts of it contradict each other
    """

    training: ClassifyRequest
    chosen: frozenset[str]
    objective: Objective
    validation: Any = ()
    folds: int | None = None
    held_out: float | None = None
    time_budget: TimeBudget | None = None
    n_trials: int | None = None
    final: str | None = None
    max_bytes: int | None = None

    def __post_init__(self) -> None:
        kinds = {"validation": self.validation, "folds": self.folds, "held_out": self.held_out}
        given = [name for name, value in kinds.items() if value]
        if len(given) > 1:
            raise ConfigError(
                f"{field(given[0])} and {field(given[1])} exclude each other; give one of them"
            )
        if self.refits and self.validation and self.is_given:
            raise ConfigError(
                f"{field('final', REFIT)} and {field('validation')} need files, which can be read "
                "again; give paths, or all documents and no validation"
            )
        self._check_range("folds", self.folds, *FOLDS)
        self._check_range("trials", self.n_trials, 1, MOST_TRIALS)
        if self.held_out is not None and not 0 < self.held_out < 1:
            raise ConfigError(
                f"{field('held_out')} must be a share between 0 and 1, not {self.held_out!r:.60}"
            )
        if self.final not in (None, *FINALS):
            raise ConfigError(
                f"{field('final')} must be {' or '.join(FINALS)}, not {self.final!r:.60}"
            )
        if self.folds and self.final == BEST:
            raise ConfigError(
                f"{field('folds', self.folds)} and {field('final', BEST)} exclude each other: each "
                "trial has several models, none of which has seen all documents; leave one of them "
                "out"
            )

    @staticmethod
    def _check_range(name: str, value: int | None, low: int, high: int) -> None:
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ConfigError(
                f"{field(name)} must be a whole number from {low} to {high:,}, not {value!r:.60}"
            )

    @property
    def is_given(self) -> bool:
        """Whether a program has documents, or those to score by: they are gone through once."""
        return self.training.given is not None or not isinstance(self.validation, tuple)

    @property
    def refits(self) -> bool:
        """Whether the best settings are trained once more, on all documents."""
        return (self.final or (REFIT if self.folds else BEST)) == REFIT
