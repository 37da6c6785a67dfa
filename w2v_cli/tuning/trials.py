"""Trials of settings: each is trained on the same sample of a corpus and scored on the same test.

A difference between two trials is believed only if it stays when the questions or pairs of the
test are drawn anew (a paired bootstrap). What other seeds would do is not in it.
"""

import dataclasses
import time
from dataclasses import dataclass

import numpy as np

from ..corpus.encoded import EncodedCorpus
from ..corpus.sample import MemoryIds, choose_words, sample_lines
from ..embeddings.readout import read_out, side_by_side
from ..embeddings.table import Embeddings
from ..errors import TrainingError, field
from ..methods.base import readout_of
from ..methods.registry import method_of
from ..training.ngrams import lists_of, with_sizes
from ..training.trainer import train_model


class Sample:
    """A part of a corpus, encoded once for all trials.

    Parameters
    ----------
    corpus : EncodedCorpus
    words : list of str    its vocabulary
    n_words : int          that are wanted, about
    max_line : int         longer lines may be cut
    hold_out : callable or None   takes ids and words, and returns the ids to train on

    Attributes
    ----------
    n_tokens, n_lines : int   those that are held out with the others
    """

    def __init__(self, corpus, words, n_words, max_line, hold_out=None):
        self._words = words
        self._max_line = max_line
        self._ids = sample_lines(corpus, n_words, max_line)
        self._chosen = {}
        self.n_tokens, self.n_lines = self._size()
        if hold_out:
            self._ids = hold_out(self._ids, words)

    def part(self, n):
        """A Sample of one in ``n`` of its words, from all over it."""
        n_tokens, n_lines = self._size()
        corpus = EncodedCorpus(MemoryIds(self._ids), n_tokens, n_lines)
        return Sample(corpus, self._words, n_tokens // n, self._max_line)

    def _size(self):
        n_tokens = int(np.count_nonzero(self._ids >= 0))
        return n_tokens, len(self._ids) - n_tokens

    def of(self, config):
        """(EncodedCorpus, words, counts) of a TrainConfig, with its words."""
        key = config.min_count, config.max_vocab
        if key not in self._chosen:
            corpus, rows, counts = choose_words(self._ids, len(self._words), *key)
            self._chosen[key] = corpus, [self._words[row] for row in rows], counts
        return self._chosen[key]


@dataclass
class Trial:
    """Settings and what became of them.

    Attributes
    ----------
    config : TrainConfig
    options : dict                      what of it differs from other trials
    score : float or None               see the tests of `measures`
    interval : (float, float) or None   95 % bootstrap interval of the score
    verdict : str or None               ``best``; ``worse``, or ``alike`` if it cannot be told apart
    best_is_better_by : (float, float) or None   95 % interval of the difference
    asked, skipped : int                questions or pairs; skipped for unknown words
    seconds : float                     of training
    note : str or None                  why there is no score
    scores : list of float              with each seed; ``score`` is their mean
    details : object                    what the test compares trials by
    runs : list of Trial                one for each seed, if there are several
    """

    config: object
    options: dict = dataclasses.field(default_factory=dict)
    score: float | None = None
    interval: tuple | None = None
    verdict: str | None = None
    best_is_better_by: tuple | None = None
    asked: int = 0
    skipped: int = 0
    seconds: float = 0.0
    note: str | None = None
    scores: list = dataclasses.field(default_factory=list)
    details: object = dataclasses.field(default=None, repr=False, compare=False)
    runs: list = dataclasses.field(default_factory=list, repr=False, compare=False)

    def __repr__(self):
        """What one reads first, with few digits."""
        score = None if self.score is None else round(self.score, 4)
        return f"Trial({self.options}, score={score}, verdict={self.verdict!r})"


def run_trial(config, options, sample, test, progress=None, stop=None, clock=time.perf_counter):
    """Train on a sample and score.

    Parameters
    ----------
    config : TrainConfig
    options : dict           what of it differs from other trials
    sample : Sample
    test : see `read_test`
    progress, stop : see `training.trainer.train_model`
    clock : callable

    Returns
    -------
    Trial   without a score if training failed or no word of the test is known

    Raises
    ------
    TrainingStopped   if ``stop`` was set
    """
    trial = Trial(config, options)
    corpus, words, counts = sample.of(config)
    if not words:
        trial.note = (
            f"no word of the sample occurs {config.min_count} times; give a lower "
            f"{field('min_count')}, or a larger {field('sample_words')}"
        )
        return trial
    started = clock()
    config = with_sizes(words, config)
    lists = lists_of(words, counts, config)
    try:
        training = train_model(corpus, counts, config, progress, stop=stop, lists=lists)
    except TrainingError as error:
        trial.note = error.message
        return trial
    trial.seconds = clock() - started
    test.score(trial, _embeddings(words, training.parameters, config, lists))
    if trial.score is None:
        trial.note = f"the test has no score: {trial.skipped} of its lines have unknown words"
    else:
        trial.scores = [trial.score]
    return trial


def together(runs):
    """Trials of the same settings with several seeds as one.

    The score is the mean, and the interval holds those of all. Without a score in one run there is
    none at all: a mean over other seeds could not be compared.

    Parameters
    ----------
    runs : list of Trial

    Returns
    -------
    Trial
    """
    if len(runs) == 1:
        return runs[0]
    failed = next((run for run in runs if run.score is None), None)
    if failed:
        return failed
    return dataclasses.replace(
        runs[0],
        score=float(np.mean([run.score for run in runs])),
        interval=_hull([run.interval for run in runs]),
        seconds=sum(run.seconds for run in runs),
        scores=[run.score for run in runs],
        runs=runs,
    )


def _embeddings(words, parameters, config, lists):
    """The vectors of a trial, as `Embeddings`."""
    readout = readout_of(method_of(config), config)
    if lists is not None:
        [member] = parameters.members
        made = lists.vectors(member.inputs)[:]
        return Embeddings(words, made, subwords=lists.subwords(member.inputs))
    members = parameters.members
    made = side_by_side(
        [read_out(member.vectors, member.context_vectors, readout) for member in members]
    )[:]
    return Embeddings(words, made)


def best_of(trials):
    """The trial with the highest score, the first of equals; None if none has one."""
    scored = [trial for trial in trials if trial.score is not None]
    return max(scored, key=lambda trial: trial.score, default=None)


def compare(trials, test):
    """The trials with verdicts: whether they are worse than the best, or cannot be told apart."""
    best = best_of(trials)
    return [_compare(trial, best, test) for trial in trials]


def _compare(trial, best, test):
    if trial is best:
        return dataclasses.replace(trial, verdict="best")
    if trial.score is None:
        return trial
    # Seed by seed: what is worse with some seeds and not with others is not worse.
    both = zip(best.runs or [best], trial.runs or [trial], strict=True)
    ends = _hull([test.difference(*runs) for runs in both])
    verdict = "worse" if ends is not None and ends[0] > 0 else "alike"
    return dataclasses.replace(trial, verdict=verdict, best_is_better_by=ends)


def _hull(intervals):
    """The shortest interval that holds all of some; None if one of them is None."""
    if None in intervals:
        return None
    lows, highs = zip(*intervals, strict=True)
    return min(lows), max(highs)
