"""What trials of classifiers are to be good at, and by how much one is better than another.

Each document of the test counts with a weight. With weights of 1 an objective is the score of the
documents as they are; with those of a bootstrap it is the score of documents that were drawn again.
The weights are the same for all trials, so that differences are those of the same documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ...errors import ConfigError, field
from ...evaluation.bootstrap import PAIR_RESAMPLES, interval, resampled_weights
from ...evaluation.classification import LEAST_PROBABILITY
from ...wording.nearnames import did_you_mean
from . import OBJECTIVES

LABELS_OF_CURVE = 100
"""Labels of a document whose probabilities make curves, the greatest."""
WORK = 20_000_000
"""Numbers that are looked at for all resamples together."""
LEAST_RESAMPLES = 200
LABELS_SHOWN = 20
NO_LABEL = -1


class Answers(NamedTuple):
    """What a classifier answers to the documents of a test; labels are numbers.

    Attributes
    ----------
    top : ndarray of int64, (n,)       the most probable label; NO_LABEL: there is no answer
    losses : ndarray of float64, (n,)  log-loss of each document
    probabilities : ndarray of float32, (n_pairs,)   of pairs of a document and a label
    documents, labels : ndarray of int64, (n_pairs,)   of each of them
    """

    top: np.ndarray
    losses: np.ndarray
    probabilities: np.ndarray
    documents: np.ndarray
    labels: np.ndarray


class Truth(NamedTuple):
    """The labels that documents have.

    Attributes
    ----------
    names : list of str                 of all labels
    labels : ndarray of int64           of one document after the other
    documents : ndarray of int64        whose each is
    n : int                             documents
    """

    names: list
    labels: np.ndarray
    documents: np.ndarray
    n: int

    def has(self, documents, labels):
        """Whether documents have labels: ndarray of bool."""
        width = len(self.names) + 1
        own = self.documents * width + self.labels
        return np.isin(documents * width + labels, own)


@dataclass(frozen=True)
class Objective:
    """What is to be as high as possible; the log-loss as low.

    Attributes
    ----------
    name : str             ``f1``, ``macro-f1``, ``precision-at-recall``, ``recall-at-precision`` or
                           ``log-loss``
    label : str or None    of this label alone
    level : float or None  the recall, or the precision, that is wanted
    """

    name: str
    label: str | None = None
    level: float | None = None

    @classmethod
    def parse(cls, text):
        """The Objective that a text asks for: ``f1:LABEL``, ``precision-at-recall:0.9``.

        Raises
        ------
        ConfigError   if it is none
        """
        name, *rest = str(text).split(":", 1)
        rest = rest[0] if rest else None
        if name in ("macro-f1", "log-loss") and rest is None:
            return cls(name)
        if name == "f1" and rest != "":
            return cls(name, rest)
        if name in ("precision-at-recall", "recall-at-precision") and rest:
            level, *label = rest.split(":", 1)
            return cls(name, label[0] if label else None, _level(text, level))
        raise ConfigError(f"{field('objective')} must be {OBJECTIVES}, not {str(text)!r:.60}")

    @property
    def measure(self):
        """Its name, as it was asked for."""
        parts = [self.name, self.level and f"{self.level:g}", self.label]
        return ":".join(part for part in parts if part)

    @property
    def sign(self):
        """1; -1 if lower scores are better."""
        return -1 if self.name == "log-loss" else 1

    @property
    def needs_pairs(self):
        """Whether the probabilities of all labels are needed."""
        return self.level is not None

    def of_labels(self, names, prefix):
        """The same with its label as it stands in a list of str.

        Parameters
        ----------
        names : list of str
        prefix : str   of labels, which may be left out

        Raises
        ------
        ConfigError   if there is no such label; it lists those that there are
        """
        if self.label is None:
            return self
        for label in (self.label, prefix + self.label):
            if label in names:
                return Objective(self.name, label, self.level)
        shown = ", ".join(names[:LABELS_SHOWN])
        more = f" and {len(names) - LABELS_SHOWN:,} more" if len(names) > LABELS_SHOWN else ""
        near = did_you_mean(self.label, [name.removeprefix(prefix) for name in names])
        raise ConfigError(
            f"{field('objective', self.measure)}: no document has the label {self.label!r:.60}; "
            + (f"{near}; " if near else "")
            + f"there are {shown}{more}"
        )

    def goodness(self, answers, truth, weights):
        """How good answers are, where documents count so much; the greater, the better.

        Parameters
        ----------
        answers : Answers
        truth : Truth
        weights : ndarray of float64, (r, n)   of each document, r times

        Returns
        -------
        ndarray of float64, (r,)
        """
        if self.name == "log-loss":
            return -(weights @ answers.losses) / np.maximum(weights.sum(axis=1), 1)
        if self.needs_pairs:
            return self._on_curve(answers, truth, weights)
        if self.name == "macro-f1":
            return _macro_f1(answers, truth, weights)
        return self._f1(answers, truth, weights)

    def _f1(self, answers, truth, weights):
        counted = np.ones(len(truth.labels), dtype=bool)
        answered = answers.top != NO_LABEL
        if self.label is not None:
            number = truth.names.index(self.label)
            counted, answered = truth.labels == number, answers.top == number
        n_true = np.bincount(truth.documents[counted], minlength=truth.n)
        hits = answered & truth.has(np.arange(truth.n), answers.top)
        return _share(2 * (weights @ hits), weights @ (n_true + answered))

    def _on_curve(self, answers, truth, weights):
        of_pair, of_true = slice(None), slice(None)
        if self.label is not None:
            number = truth.names.index(self.label)
            of_pair, of_true = answers.labels == number, truth.labels == number
        probabilities = answers.probabilities[of_pair]
        documents, labels = answers.documents[of_pair], answers.labels[of_pair]
        order = np.argsort(-probabilities, kind="stable")
        falling = probabilities[order]
        # Of equal probabilities all are answered, or none.
        last = np.flatnonzero(np.append(falling[1:] != falling[:-1], True))[: len(falling)]
        is_true = truth.has(documents, labels)[order]
        drawn = weights[:, documents[order]]
        n_answers = np.cumsum(drawn, axis=1)[:, last]
        hits = np.cumsum(drawn * is_true, axis=1)[:, last]
        n_true = weights[:, truth.documents[of_true]].sum(axis=1, keepdims=True)
        precision, recall = _share(hits, n_answers), _share(hits, n_true)
        wanted, value = (recall, precision) if self.name[0] == "p" else (precision, recall)
        return np.where(wanted >= self.level, value, 0.0).max(axis=1, initial=0.0)


def _level(text, level):
    try:
        found = float(level)
    except ValueError:
        found = 0.0
    if not 0 < found <= 1:
        raise ConfigError(
            f"{field('objective')}: {str(text)!r:.60} needs a share above 0, and at most 1, such "
            "as precision-at-recall:0.9"
        )
    return found


def _macro_f1(answers, truth, weights):
    """The mean over labels that are true or answered in any of the documents."""
    n_labels, answered = len(truth.names), answers.top != NO_LABEL
    hits = answered & truth.has(np.arange(truth.n), answers.top)
    found = np.empty(len(weights))
    for number, drawn in enumerate(weights):
        n_true = np.bincount(truth.labels, drawn[truth.documents], minlength=n_labels)
        n_answers = np.bincount(answers.top[answered], drawn[answered], minlength=n_labels)
        n_hits = np.bincount(answers.top[hits], drawn[hits], minlength=n_labels)
        both = n_true + n_answers
        found[number] = _share(2 * n_hits, both).sum() / max(np.count_nonzero(both), 1)
    return found


def _share(part, whole):
    return np.where(whole > 0, part / np.maximum(whole, LEAST_PROBABILITY), 0.0)


class Scoring:
    """Scores answers to the documents of one test by an Objective.

    Parameters
    ----------
    objective : Objective   whose label is one of the truth
    truth : Truth
    most : int              resamples
    """

    def __init__(self, objective, truth, most=PAIR_RESAMPLES):
        self.objective, self.truth = objective, truth
        self._width = min(len(truth.names), LABELS_OF_CURVE) if objective.needs_pairs else 1
        possible = WORK // max(truth.n * self._width, 1)
        self._n_resamples = min(max(possible, LEAST_RESAMPLES), most)

    def goodness(self, answers):
        """How good answers are: (float, ndarray of float64, (n_resamples,))."""
        ones = np.ones((1, self.truth.n))
        [found] = self.objective.goodness(answers, self.truth, ones)
        drawn = [
            self.objective.goodness(answers, self.truth, weights.astype(np.float64))
            for block in resampled_weights(self.truth.n, self._n_resamples)
            for weights in np.array_split(block, min(self._width, len(block)))
        ]
        return float(found), np.concatenate(drawn)


class Differences:
    """Compares trials, as `trials.compare` wants it: by scores of documents that are drawn again.

    The details of a Trial are ndarray of float64, (n_resamples,).
    """

    def difference(self, best, other):
        """95 % interval of how much better one trial is than another."""
        return interval(best.details - other.details)
