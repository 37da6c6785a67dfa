"""A search for the settings of a classifier: documents are read once, and many trials made."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial

import numpy as np

from ...classifying.training import tell_documents, train_on, write
from ...errors import (
    ClassifierTuningStopped,
    MemoryShortageError,
    TrainingError,
    TrainingStopped,
    field,
    in_python,
)
from ...labelled.features import feature_table
from ...labelled.reading import read_labelled
from ...training.prepare import chosen_sources
from ...training.report import NeverStopping, Silence
from ...training.watch import Watch
from ...wording.amounts import counted, shown_time
from ..trials import best_of, compare
from .objectives import Differences
from .pace import Pace, RowEstimate, bytes_of, work_of
from .result import REFITTED, SCORED, ClassifierTuning, as_told, options_told
from .search import Facts, Search, Space
from .shrinking import short_enough, shrunk
from .splits import by_file, folds, held_out, of_all_labels
from .trials import HOPELESS, TIME, Quiet, Trials, Until


class ClassifierSession:
    """Finds settings, and hands over the model that won.

    Parameters
    ----------
    request : TuneRequest

    Attributes
    ----------
    trained : TrainedClassifier or None   the model, once there is one
    """

    def __init__(self, request):
        self._request = request
        self._shrink = request.max_bytes and partial(
            shrunk, max_bytes=request.max_bytes, n_threads=request.training.config.threads
        )
        self._started = time.perf_counter()
        self._trials = self._splits = None
        self._kept = self.trained = self._model = None
        self._n_documents = 0
        self._is_stopped = False
        self._names, self._estimates = [], []

    def run(self, report=None, stopping=None):
        """Read, try settings, and write the model; what is done is kept if it fails.

        Parameters
        ----------
        report : Report or None
        stopping : Stopping or None   who may end it early: the best model so far is written

        Raises
        ------
        InputError, OutputError, ConfigError   as in training; if the objective has a label
                                  that no document has
        TrainingError             if no trial has a score
        TuningStopped             if it was stopped
        """
        report, stopping = report or Silence(), stopping or NeverStopping()
        with ExitStack() as closes:
            documents, whole = self._read(report, closes)
            self._splits = closes.enter_context(closing(self._split(documents, report)))
            report.say(self._splits.told)
            objective = self._request.objective.of_labels(self._splits.truth.names, self._prefix)
            self._trials = closes.enter_context(
                closing(Trials(self._quiet, self._splits, objective, report, self._shrink))
            )
            pace = self._pace(whole)
            if pace.is_timed:
                self._estimates = [RowEstimate(split.documents) for split in self._splits]
            with stopping.caught():
                self._search(documents, pace, report, stopping)
                self._finish(whole, pace, report, stopping)

    def _read(self, report, closes):
        """(LabelledDocuments to split, LabelledDocuments of the last training)."""
        request = self._request.training
        sources = request.given or chosen_sources(request.paths, request.glob, request.text, report)
        documents = self._documents(sources, request.config, report, closes)
        tell_documents(documents, sources, report)
        self._n_documents = len(documents)
        self._validation = None
        to_score = self._request.validation
        if not to_score:
            return documents, documents
        asked = to_score
        if isinstance(to_score, tuple):
            asked = chosen_sources(to_score, request.glob, request.text, report)
        config = of_all_labels(request.config)
        self._validation = self._documents(asked, config, report, closes)
        if not self._request.refits:
            return documents, documents
        paths = (*request.paths, *to_score)
        both = chosen_sources(paths, request.glob, request.text, report)
        return documents, self._documents(both, request.config, report, closes)

    def _documents(self, sources, config, report, closes):
        request = self._request.training
        watch = Watch(report, request.outputs)
        found = read_labelled(sources, config, request.text, request.folder, request.columns, watch)
        closes.callback(found.close)
        return found

    def _split(self, documents, report):
        request, config = self._request, self._request.training.config
        folder = request.training.folder
        if self._validation is not None:
            if not set(self._validation.labels) & set(documents.labels):
                report.warn(
                    "no label of the documents to score by is one of those to train on: every "
                    "answer will be wrong"
                )
            return by_file(documents, self._validation)
        if request.folds:
            return folds(documents, config, folder, request.folds)
        return held_out(documents, config, folder, request.held_out)

    @property
    def _prefix(self):
        training = self._request.training
        in_text = training.columns is None and training.given is None
        return training.config.label_prefix if in_text else ""

    @property
    def _quiet(self):
        """The ClassifyRequest of trials, which write nothing."""
        return replace(self._request.training, output=None, stats=None, saving=None,
                       tmpdir=self._request.training.folder)  # fmt: skip

    def _pace(self, whole):
        n_trained = sum(int(split.documents.tokens.sum()) for split in self._splits)
        again = int(whole.tokens.sum()) / max(n_trained, 1) if self._request.refits else 0.0
        return Pace(self._request.time_budget, again)

    def _search(self, documents, pace, report, stopping):
        config, request = self._request.training.config, self._request
        n_several = np.count_nonzero(np.diff(documents.label_starts) > 1)
        facts = Facts(
            n_labels=len(documents.labels),
            several=n_several / max(len(documents), 1),
            by_label=request.objective.name == "macro-f1" or request.objective.label is not None,
            by_probability=request.objective.name == "log-loss",
        )
        space = Space(config, request.chosen, facts)
        self._names = space.names
        report.say("trials vary " + ", ".join(map(field, self._names)))
        search = Search(space, config.seed)
        n_trials = request.n_trials or np.inf
        until = Until(stopping, lambda: pace.is_over)
        while len(self._trials.done) < n_trials and not until.is_set():
            best = self.best
            progress = max(len(self._trials.done) / n_trials, pace.share)
            drawn = search.next(best and best.config, min(progress, 1.0), self._fitting(pace))
            if drawn is None:
                report.say("there are no other settings to try" + " in the time" * pace.is_timed)
                break
            self._try(drawn, until, pace, report)

    def _fitting(self, pace):
        """A function that makes settings such that there is time for them, or None."""
        may_cut = "epochs" in self._names

        def fitted(config, least):
            if self._shrink and "dim" in self._names:
                config = short_enough(config, self._request.max_bytes, self._n_labels)
            if not pace.is_timed or pace.is_over:
                return None if pace.is_over else config
            if "buckets" in self._names:
                config = pace.with_room(config, self._most_words + self._n_labels)
            return pace.fitted(config, self._work(config), may_cut, least)

        return fitted

    @property
    def _most_words(self):
        return max(len(split.documents.vocabulary) for split in self._splits)

    @property
    def _n_labels(self):
        return max(len(split.documents.labels) for split in self._splits)

    def _work(self, config):
        """What an epoch of all splits takes."""
        found = 0.0
        for split, estimate in zip(self._splits, self._estimates, strict=True):
            documents = split.documents
            n_rows = estimate.rows(config)
            found += work_of(n_rows, len(documents), len(documents.labels), config)
        return found

    def _try(self, config, until, pace, report):
        options = {name: getattr(config, name) for name in self._names}
        trial, trained = self._trials.run(config, options, pace.within(until), self.best)
        if pace.is_timed and trial.epochs_of_all:
            pace.learn(self._work(config) * trial.epochs_of_all, trial.seconds_train)
        self._tell(trial, report)
        if trained is not None and self.best is trial:
            self._kept = trained
            size = trial.bytes or bytes_of(self._most_words + self._n_labels, config)
            pace.reserve(trial.seconds_all, size)

    def _tell(self, trial, report):
        objective, n_trials = self._request.objective, self._request.n_trials
        of = f" of {n_trials}" if n_trials else ""
        what, epochs = options_told(trial), counted(trial.config.epochs, "epoch")
        if trial.score is not None:
            came = f"{objective.measure} {objective.sign * trial.score:.4f}"
            came += " (the best so far)" if trial is self.best else ""
        elif trial.stopped == HOPELESS:
            came = (
                f"{objective.measure} {objective.sign * trial.last_score:.4f} after "
                f"{trial.epochs_done} of {epochs}: stopped there"
            )
        elif trial.stopped:
            came = f"stopped after {trial.epochs_done:.3g} of {epochs}"
        else:
            came = "failed"
        report.say(f"trial {trial.number}{of}: {what}: {came} ({shown_time(trial.seconds)})")
        if trial.note:
            report.say(f"trial {trial.number} has no score: {trial.note}")

    @property
    def best(self):
        """The best ClassifierTrial so far; None without a score."""
        return best_of(self._trials.done) if self._trials else None

    def _finish(self, whole, pace, report, stopping):
        best, is_stopped = self.best, stopping.requested.is_set()
        self._is_stopped = is_stopped
        if best is None and not is_stopped:
            raise TrainingError(self._why_none())
        if best is not None:
            self._hand_over(best, whole, pace, report, stopping)
        if stopping.requested.is_set():
            self._is_stopped = True
            raise ClassifierTuningStopped(
                len(self._trials.done), self._request.training.output if best else None
            )

    def _hand_over(self, best, whole, pace, report, stopping):
        self.trained, self._model = self._kept, SCORED
        if self._request.refits and not stopping.requested.is_set():
            self._refit(best, whole, pace, report, stopping)
        elif self._request.refits:
            _warn_not_refitted(report)
        self._put_record(best)
        write(self.trained, self._request.training, report)

    def _refit(self, best, whole, pace, report, stopping):
        """Train the best settings on all documents; in the time given, or not at all."""
        report.say(
            f"training the settings of trial {best.number} on {counted(len(whole), 'document')}"
        )
        request = replace(self._quiet, config=best.config)
        until = Until(stopping, lambda: pace.is_spent)
        with closing(feature_table(whole, best.config, request.folder)) as table:
            try:
                trained = train_on(request, whole, table, Quiet(report), until)
            except TrainingStopped:
                _warn_not_refitted(report)
                return
            except (TrainingError, MemoryShortageError) as error:
                _warn_not_refitted(report, f": {error.message}")
                return
        if self._shrink:
            trained = replace(trained, classifier=self._shrink(trained.classifier)[0])
        self.trained, self._model = trained, REFITTED

    def _put_record(self, best):
        """Keep with the model how it was chosen."""
        found = self.result(in_python)
        tuning = {
            "objective": found.objective,
            "score": found.score,
            "documents": found.documents,
            "trials": len(found.trials),
            "trial": best.number,
            "model": self._model,
        }
        classifier = self.trained.classifier
        provenance = {**(classifier.provenance or {}), "tuning": tuning}
        self.trained = replace(self.trained, classifier=replace(classifier, provenance=provenance))

    def _why_none(self):
        """Why no trial has a score."""
        if any(trial.stopped == TIME for trial in self._trials.done) or not self._trials.done:
            return (
                f"{field('time_budget')} is too little: no trial came to its end; give more time, "
                f"fewer documents, or few {field('epochs')}"
            )
        notes = [trial.note for trial in self._trials.done if trial.note]
        return f"no trial has a score: {notes[0]}"

    def result(self, spell):
        """What is known so far: ClassifierTuning, with notes as ``spell(message)`` has them."""
        trials = compare(self._trials.done, Differences()) if self._trials else []
        best, sign = best_of(trials), self._request.objective.sign
        truth = self._splits.truth if self._splits else None
        return ClassifierTuning(
            objective=self._request.objective.measure,
            documents={
                "all": self._n_documents,
                "scored": truth.n if truth else 0,
                "folds": self._request.folds or 0,
            },
            trials=[as_told(trial, sign, spell) for trial in trials],
            best=best and best.options,
            score=best and sign * best.score,
            model=self._model,
            seconds=time.perf_counter() - self._started,
            stopped=self._is_stopped,
        )


def _warn_not_refitted(report, why=""):
    report.warn(
        "the model is one that a trial trained, on a part of the documents: training it on all of "
        "them came to no end" + why
    )
