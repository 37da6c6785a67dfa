"""What a search for the settings of a classifier found, as it is told and kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from ...errors import field
from .trials import ClassifierTrial

SCORED, REFITTED = "scored", "refitted"
"""Which model is handed over: one that a trial trained and scored, or one with its settings."""


@dataclass(frozen=True)
class ClassifierTuning:
    """What a search found.

    Attributes
    ----------
    objective : str           as it was asked for
    documents : dict          ``all``, ``trained``, ``scored`` and ``folds``
    trials : list of ClassifierTrial   with verdicts
    best : dict or None       what trials vary, as the best one has it; None: none has a score
    score : float or None     of the best
    model : str or None       SCORED or REFITTED; None: there is no model
    seconds : float           in all
    stopped : bool            somebody asked for the end
    """

    objective: str
    documents: dict[str, int]
    trials: list[ClassifierTrial]
    best: dict[str, Any] | None
    score: float | None
    model: str | None
    seconds: float
    stopped: bool

    def facts(self):
        """All of it as JSON holds it: dict."""
        found = {**asdict(replace(self, trials=[])), "trials": [*map(trial_facts, self.trials)]}
        best = next((trial for trial in self.trials if trial.verdict == "best"), None)
        return {**found, "best_trial": best and best.number}


def trial_facts(trial):
    """A ClassifierTrial as JSON holds it: dict."""
    return {
        "trial": trial.number,
        "options": trial.options,
        "score": trial.score,
        "interval": trial.interval,
        "verdict": trial.verdict,
        "best_is_better_by": trial.best_is_better_by,
        "stopped": trial.stopped,
        "epochs_done": round(trial.epochs_done, 3),
        "last_score": trial.last_score,
        "bytes": trial.bytes,
        "seconds": round(trial.seconds, 3),
        "note": trial.note,
    }


def options_told(trial):
    """What a trial varies, as one types it, but for what has no effect there: str."""
    return " ".join(field(name, value) for name, value in telling_options(trial).items())


def telling_options(trial):
    """The options of a trial (dict) without those that have no effect beside the others."""
    config, options = trial.config, dict(trial.options)
    if not config.n_buckets:
        options.pop("buckets", None)
    if not config.max_n:
        options.pop("min_n", None)
        options.pop("max_n", None)
    if not config.balance:
        options.pop("balance", None)
    return options


def as_told(trial, sign, spell):
    """A trial as one is told of it.

    Parameters
    ----------
    trial : ClassifierTrial
    sign : int         -1: lower scores are better, as those of a log-loss
    spell : callable   makes a note such that it can be read
    """
    trial = replace(trial, note=trial.note and spell(trial.note))
    if sign > 0:
        return trial
    return replace(
        trial,
        score=None if trial.score is None else -trial.score,
        last_score=None if trial.last_score is None else -trial.last_score,
        interval=trial.interval and (-trial.interval[1], -trial.interval[0]),
        scores=[-score for score in trial.scores],
    )
