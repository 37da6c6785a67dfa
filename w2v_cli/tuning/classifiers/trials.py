"""Trials of settings for a classifier: trained, looked at on the way, and scored.

A trial is hopeless if, at a quarter or at half of its training, it is worse than half of the trials
that came so far were at that place, and than the best one by more than chance. The learning rate
falls from the same place of training on in all of them, so that they can be compared there. The
first half of that is the median rule of Golovin et al. 2017 (Google Vizier, section 3.2.2).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from statistics import median
from typing import Any

import numpy as np

from ...classifying.training import train_on
from ...errors import (
    ConfigError,
    MemoryShortageError,
    TrainingError,
    TrainingStopped,
    W2VError,
)
from ...evaluation.bootstrap import interval
from ...labelled.features import feature_table
from ...training.report import Silence
from ..trials import Trial
from .answering import answers_of, joined_answers
from .objectives import LEAST_RESAMPLES, Scoring

MARKS = (0.25, 0.5)
"""Of the epochs of a trial: where it is looked at."""
LEAST_BEFORE = 3
"""Trials that have come so far, without which none is hopeless."""
TABLES = 4
"""Lists of features that are kept for later trials, of each split."""
HOPELESS, TIME, ASKED = "hopeless", "time", "asked"


@dataclass
class ClassifierTrial(Trial):
    """Settings and what became of them; see `tuning.trials.Trial`.

    Attributes
    ----------
    number : int               of the trial, from 1 on
    epochs_done : float        that its last model was trained for
    epochs_of_all : float      that the models of all splits were trained for, over their number
    seconds_train : float      of ``seconds``, those that epochs took
    seconds_all : float        of everything: features and scoring too
    stopped : str or None      why it was stopped before its end: HOPELESS, TIME, or ASKED
    last_score : float or None   what it had when it was stopped
    bytes : int or None        of its model, where a size was asked for
    marks : dict               (split, place) -> goodness there, as `Scoring` has it
    """

    number: int = 0
    epochs_done: float = 0.0
    epochs_of_all: float = 0.0
    seconds_train: float = 0.0
    seconds_all: float = 0.0
    stopped: str | None = None
    last_score: float | None = None
    bytes: int | None = None
    marks: dict[tuple[int, float], Any] = field(default_factory=dict, repr=False, compare=False)


class TooLarge(W2VError):  # noqa: N818 - it is told as a note of a trial
    """The model of a trial cannot be made as small as it has to be."""


class Tables:
    """The features of documents, made once for all trials with the same n-grams. To be closed.

    Parameters
    ----------
    folder : str   for temporary files
    most : int     that are kept
    """

    def __init__(self, folder: str, most: int) -> None:
        self._folder, self._most = folder, most
        self._tables: OrderedDict[tuple[int, ...], Any] = OrderedDict()

    def of(self, number: int, documents: Any, config: Any) -> Any:
        """The `FeatureTable` of a split's documents.

        Parameters
        ----------
        number : int   of the split
        documents : LabelledDocuments
        config : ClassifyConfig
        """
        key = number, config.word_ngrams, config.min_n, config.max_n, config.n_buckets
        if key not in self._tables:
            while len(self._tables) >= self._most:
                self._tables.popitem(last=False)[1].close()
            self._tables[key] = feature_table(documents, config, self._folder)
        self._tables.move_to_end(key)
        return self._tables[key]

    def close(self) -> None:
        """Give the disk space back."""
        for table in self._tables.values():
            table.close()


class Until:
    """A Stopping that also asks for the end when a time is over.

    Parameters
    ----------
    stopping : Stopping
    is_over : callable   whether the time is
    """

    def __init__(self, stopping: Any, is_over: Any) -> None:
        self._stopping, self._is_over = stopping, is_over
        self.requested = self
        self.checkpoint_wanted = stopping.checkpoint_wanted

    def is_set(self) -> bool:
        """Whether training is to end."""
        return self._stopping.requested.is_set() or self._is_over()

    def or_when(self, is_over: Any) -> Until:
        """Another one, that asks for the end when this one does, or a time of its own is over."""
        return Until(self._stopping, lambda: self._is_over() or is_over())

    @property
    def reason(self) -> str:
        """ASKED, or TIME."""
        return ASKED if self._stopping.requested.is_set() else TIME

    def caught(self) -> Any:
        """A context that changes nothing: signals are caught around all trials."""
        return nullcontext()

    def heeding(self, report: Any) -> Any:
        """See `Stopping`."""
        return self._stopping.heeding(report)


class Quiet(Silence):
    """A Report of a trial: it shows how far training is, and says nothing.

    Attributes
    ----------
    share : float             how much of the training is done, from 0 to 1
    seconds_compile : float   that were a wait for the compiler
    """

    def __init__(self, report: Any) -> None:
        self._report = report
        self._compiling: float | None = None
        self.share = self.seconds_compile = 0.0

    def __call__(self, stage: str, done: int, total: int | None, **details: Any) -> None:
        """Hand on."""
        if stage == "compile":
            self._compiling = time.perf_counter()
        elif self._compiling is not None:
            self.seconds_compile += time.perf_counter() - self._compiling
            self._compiling = None
        if stage == "train" and total:
            self.share = done / total
        self._report(stage, done, total, **details)


class Trials:
    """Runs trials on the same splits.

    Parameters
    ----------
    request : ClassifyRequest
    splits : Splits
    objective : Objective
    report : Report
    shrink : callable or None   makes a Classifier small enough, and says how large it is:
                                (Classifier, bytes); what is scored is what it makes
    """

    def __init__(self, request, splits, objective, report, shrink=None):
        self._request, self._splits, self._report = request, splits, report
        self._scoring = Scoring(objective, splits.truth)
        self._of_split = [Scoring(objective, split.truth, LEAST_RESAMPLES) for split in splits]
        self._tables = Tables(request.folder, TABLES * len(splits))
        self._shrink = shrink
        self.done: list[ClassifierTrial] = []

    def close(self):
        """Give the disk space back."""
        self._tables.close()

    def run(self, config, options, until, best):
        """Train and score.

        Parameters
        ----------
        config : ClassifyConfig
        options : dict                  what of it differs between trials
        until : Until
        best : ClassifierTrial or None  the best so far

        Returns
        -------
        trial : ClassifierTrial     which is among those that are done
        trained : TrainedClassifier or None   the model of the first split, if there is a score
        """
        started = time.perf_counter()
        trial = ClassifierTrial(config, options, number=len(self.done) + 1)
        answers, models = [], []
        try:
            for number, split in enumerate(self._splits):
                trained = self._trained(trial, number, split, until, best)
                if trained is None:
                    break
                models.append(trained)
                answers.append(self._answers(trained.classifier, split))
        except (TrainingError, MemoryShortageError, TooLarge) as error:
            trial.note = error.message
        if len(answers) == len(self._splits):
            self._put_score(trial, joined_answers(answers))
        trial.seconds_all = time.perf_counter() - started
        self.done.append(trial)
        return trial, models[0] if trial.score is not None else None

    def _trained(self, trial, number, split, until, best):
        """The TrainedClassifier of a split; None if it was stopped."""
        config, quiet = trial.config, Quiet(self._report)
        table = self._tables.of(number, split.documents, config)
        request = replace(self._request, config=config)
        look = partial(self._is_hopeless, trial, number, split, best)
        started = time.perf_counter()
        try:
            trained = train_on(request, split.documents, table, quiet, until, look)
            trial.epochs_done = trained.training.epochs_done
            trial.seconds_train += trained.training.seconds_train
        except TrainingStopped:
            trained = None
            trial.stopped, trial.epochs_done = until.reason, quiet.share * config.epochs
            trial.seconds_train += time.perf_counter() - started
        trial.seconds += time.perf_counter() - started - quiet.seconds_compile
        trial.epochs_of_all += trial.epochs_done / len(self._splits)
        if trial.stopped:
            return None
        return self._shrunk(trial, trained) if self._shrink else trained

    def _shrunk(self, trial, trained):
        try:
            classifier, trial.bytes = self._shrink(trained.classifier)
        except ConfigError as error:
            raise TooLarge(error.message) from error
        return replace(trained, classifier=classifier)

    def _answers(self, classifier, split):
        objective = self._scoring.objective
        return answers_of(classifier, split, objective.needs_pairs, self._request.config.threads)

    def _put_score(self, trial, answers):
        goodness, drawn = self._scoring.goodness(answers)
        if not np.isfinite(goodness):
            trial.note = "its probabilities are not numbers"
            return
        trial.score, trial.details, trial.scores = goodness, drawn, [goodness]
        trial.interval = interval(drawn)
        trial.asked = self._scoring.truth.n

    def _is_hopeless(self, trial, number, split, best, epoch, _loss, classifier):
        """Whether training is to end; it is looked at a quarter and half of the way."""
        share = epoch / trial.config.epochs
        places = [place for place in MARKS if share >= place]
        if epoch == trial.config.epochs or not places or (number, places[-1]) in trial.marks:
            return False
        place = number, places[-1]
        found = self._of_split[number].goodness(self._answers(classifier, split))
        trial.marks[place] = found
        others = [each.marks[place][0] for each in self.done if place in each.marks]
        if best is None or place not in best.marks or len(others) < LEAST_BEFORE:
            return False
        behind = interval(best.marks[place][1] - found[1])
        # What is no number is below nothing.
        if found[0] >= median(others) or (behind is not None and behind[0] <= 0):
            return False
        trial.stopped, trial.last_score = HOPELESS, found[0]
        return True
