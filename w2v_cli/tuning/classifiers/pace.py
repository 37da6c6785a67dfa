"""How long trials take, learnt from those that were done: so that all ends in the time given."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from ...wording.marks import SENTENCE_END_WORD

FIXED = 24
"""What a row costs beside its numbers: as much as so many of them."""
OUTPUTS = 1.5
"""What a number of an output costs, a number of a row being 1."""
LEAST_SECONDS = 0.05
"""Of shorter trainings the time is one of starting, and not learnt from."""
SAFETY = 1.3
SHARE = 1 / 3
"""Of the time that is left a trial may take so much."""
LAST_SHARE = 0.1
"""Of all of the time: when no more is left, a trial may take that."""
LEFT_OVER, MOST_LEFT_OVER = 0.05, 3.0
"""Of the time, and seconds, that are left alone: scoring and ending cannot be cut short."""
RATES = 5
"""Trials by which it is known how fast the next one is."""
WRITING_RATE = 25e6
"""Bytes a second that a model is written with, on a busy machine."""
WRITING_SHARE = 0.05
"""Of the time may be of writing, in settings that are drawn."""
LEAST_BUCKETS = 10_000
ANSWERING = 0.3
"""Seconds of answering the test, and comparing: a share of those of training."""


class Pace:
    """The time that is left, and what it is enough for.

    Parameters
    ----------
    budget : TimeBudget or None   None: time does not matter
    refit_share : float           the documents of a last training over those of all of a trial's;
                                  0: there is none
    """

    def __init__(self, budget: Any, refit_share: float) -> None:
        self._budget, self._refit_share = budget, refit_share
        self._rates: list[float] = []
        self._reserved = self._writing = 0.0

    @property
    def share(self) -> float:
        """How much of the time is over."""
        return self._budget.spent / self._budget.seconds if self._budget else 0.0

    @property
    def left(self) -> float:
        """Seconds for trials: what the end takes is left out; inf: time does not matter."""
        if not self._budget:
            return np.inf
        return float(self._budget.seconds - self._budget.spent - self._reserved)

    @property
    def is_timed(self) -> bool:
        """Whether time matters."""
        return self._budget is not None

    @property
    def is_spent(self) -> bool:
        """Whether there is hardly time left to write."""
        return self.is_timed and self._budget.seconds - self._budget.spent <= self._writing

    @property
    def is_over(self) -> bool:
        """Whether all of the time is, but for writing."""
        return self.left <= 0

    def reserve(self, seconds: float, n_bytes: int) -> None:
        """Keep time for the end: training once more where that is asked for, and writing.

        Parameters
        ----------
        seconds : float   of the trial whose model it may be
        n_bytes : int     of that model
        """
        if not self._budget:
            return
        over = min(LEFT_OVER * self._budget.seconds, MOST_LEFT_OVER)
        self._writing = n_bytes / WRITING_RATE + over
        self._reserved = SAFETY * self._refit_share * seconds + self._writing

    def learn(self, work: float, seconds: float) -> None:
        """Take note of a training, by its work (see `work_of`)."""
        if seconds >= LEAST_SECONDS and work > 0:
            self._rates.append(seconds / work)

    def fitted(self, config: Any, work: float, may_cut: bool, least: float) -> Any:
        """A ClassifyConfig with as many epochs as there is time for; None if there is for too few.

        Parameters
        ----------
        config : ClassifyConfig
        work : float       of an epoch, of all splits
        may_cut : bool     epochs are not fixed
        least : float      the share of the epochs that must be left
        """
        if self.is_over:
            return None
        if not self._budget or not self._rates:
            return config
        rate = float(np.median(self._rates[-RATES:]))
        of_epoch = work * rate * (1 + ANSWERING + SAFETY * self._refit_share)
        seconds = max(SHARE * self.left, min(self.left, LAST_SHARE * self._budget.seconds))
        most = int(seconds / SAFETY / of_epoch)
        if config.epochs <= most:
            return config
        is_enough = may_cut and most >= max(least * config.epochs, 1)
        return replace(config, epochs=most) if is_enough else None

    def with_room(self, config: Any, n_rows: int) -> Any:
        """A ClassifyConfig with so few buckets that writing its model takes little of the time.

        Parameters
        ----------
        config : ClassifyConfig
        n_rows : int   of words and labels
        """
        room = WRITING_SHARE * self._budget.seconds * WRITING_RATE
        most = int(room / (4 * config.dim)) - n_rows
        if config.n_buckets <= most:
            return config
        return replace(config, buckets=max(most // LEAST_BUCKETS, 1) * LEAST_BUCKETS)

    def within(self, until: Any) -> Any:
        """The Until of a trial: as long as nobody knows how fast it is, of a part of the time."""
        if not self.is_timed or self._rates:
            return until
        end = time.monotonic() + SHARE * self.left
        return until.or_when(lambda: time.monotonic() >= end)


class RowEstimate:
    """About how many rows documents are made of, without looking for their n-grams.

    Parameters
    ----------
    documents : LabelledDocuments
    """

    def __init__(self, documents: Any) -> None:
        names = [*documents.vocabulary.words, *documents.others]
        occurrences = np.bincount(documents.words, minlength=len(names))
        # With the marks of their beginning and end; that of a line has no n-grams.
        lengths = np.fromiter(
            (0 if name == SENTENCE_END_WORD else len(name) + 2 for name in names), np.int64
        )
        self._of_length = np.bincount(lengths, occurrences)
        self._n_tokens = int(occurrences.sum())

    def rows(self, config: Any) -> int:
        """The rows of all documents with a ClassifyConfig."""
        found = float(self._n_tokens * config.word_ngrams)
        lengths = np.arange(len(self._of_length))
        for n in range(max(config.min_n, 1), config.max_n + 1):
            found += float(self._of_length @ np.maximum(lengths - n + 1, 0))
        return int(found)


def work_of(n_rows: int, n_documents: int, n_labels: int, config: Any) -> float:
    """What an epoch takes, in numbers that are looked at.

    Parameters
    ----------
    n_rows : int        of all documents
    n_documents, n_labels : int
    config : ClassifyConfig
    """
    outputs = {"hs": np.log2(max(n_labels, 2)), "ns": 1 + config.negative}
    n_outputs = OUTPUTS * outputs.get(config.loss, n_labels)
    return float((n_rows + n_outputs * n_documents) * (config.dim + FIXED))


def bytes_of(n_rows: int, config: Any) -> int:
    """The bytes of a model's file, about, with so many rows of words and labels."""
    return int(4 * config.dim * (n_rows + config.n_buckets))
