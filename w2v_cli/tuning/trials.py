"""Trials of settings: each is trained on the same sample of a corpus and scored on the same test.

A difference between two trials is believed only if it stays when the questions or pairs of the
test are drawn anew (a paired bootstrap). What other seeds would do is not in it.
"""

import dataclasses
import time
from dataclasses import dataclass

import numpy as np

from ..corpus.sample import choose_words, sample_lines
from ..embeddings.lookup import Lookup
from ..embeddings.readout import read_out
from ..embeddings.table import Embeddings
from ..errors import ConfigError, TrainingError, field
from ..evaluation.analogies import answer_questions
from ..evaluation.bootstrap import counted_difference
from ..evaluation.correlation import difference_interval, intervals, spearman
from ..evaluation.pairs import read_pairs
from ..evaluation.questions import read_questions
from ..evaluation.similarity import pair_cosines
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

    Attributes
    ----------
    n_tokens, n_lines : int
    """

    def __init__(self, corpus, words, n_words, max_line):
        self._words = words
        self._ids = sample_lines(corpus, n_words, max_line)
        self._chosen = {}
        self.n_tokens = int(np.count_nonzero(self._ids >= 0))
        self.n_lines = len(self._ids) - self.n_tokens

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
    score : float or None               accuracy of all questions, or Spearman's correlation
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


class AnalogyTest:
    """Scores by the share of all questions that are answered; unknown words are wrong answers.

    Settings with other vocabularies are asked other questions, so only this share is fair.

    Parameters
    ----------
    sections : list of Section
    threads : int

    Attributes
    ----------
    told, warnings : list of str   what the user is to know of the test
    """

    measure = "accuracy"

    def __init__(self, sections, threads=1):
        self._sections, self._threads = sections, threads
        self.told, self.warnings = [], []

    def score(self, trial, embeddings):
        """*In place:* the score of a trial."""
        known, correct, _ = answer_questions(embeddings, self._sections, threads=self._threads)
        trial.asked, trial.skipped = int(known.sum()), int((~known).sum())
        if trial.asked:
            trial.score = float(correct.mean())
            trial.interval = counted_difference(int(correct.sum()), 0, len(correct))
        trial.details = correct

    def n_known(self, words):
        """How many questions ask for nothing but these words (list of str): int."""
        asked = [question for section in self._sections for question in section.questions]
        return _n_known(words, asked, 4)

    def difference(self, best, other):
        """95 % interval of how much better one trial is than another."""
        more = int((best.details & ~other.details).sum())
        fewer = int((other.details & ~best.details).sum())
        return counted_difference(more, fewer, len(best.details))


class SimilarityTest:
    """Scores by Spearman's correlation over the pairs whose words are known.

    Parameters
    ----------
    pair_file : PairFile

    Attributes
    ----------
    told, warnings : list of str   see `AnalogyTest`
    """

    measure = "spearman"

    def __init__(self, pair_file):
        self._pair_file = pair_file
        self._scores = np.array(pair_file.scores)
        self.told, self.warnings = [pair_file.told()], [*pair_file.warnings()]

    def score(self, trial, embeddings):
        """*In place:* the score of a trial."""
        lookup = Lookup(embeddings.words)
        known, cosines, _ = pair_cosines(embeddings, lookup, self._pair_file)
        trial.asked, trial.skipped = int(known.sum()), int((~known).sum())
        trial.score = spearman(self._scores[known], cosines)
        trial.interval, _ = intervals(self._scores[known], cosines)
        trial.details = np.full(len(known), np.nan)
        trial.details[known] = cosines

    def n_known(self, words):
        """How many pairs are of these words (list of str): int."""
        return _n_known(words, self._pair_file.pairs, 2)

    def difference(self, best, other):
        """95 % interval of how much better one trial is than another, on pairs both know."""
        both = ~np.isnan(best.details) & ~np.isnan(other.details)
        return difference_interval(self._scores[both], best.details[both], other.details[both])


def read_test(questions, pairs, threads=1, word_columns=None, score_column=None):
    """The test to score by, from files of analogy questions or one of word pairs.

    Parameters
    ----------
    questions : path, sequence of them, or None   see `read_questions`
    pairs : path or None
    threads : int                                 for questions
    word_columns, score_column                    see `read_pairs`

    Raises
    ------
    ConfigError   if both or none are given
    InputError    if a file cannot be read
    """
    if not questions and not pairs:
        raise ConfigError(
            f"give {field('questions')} or {field('pairs')}, a file to score by; "
            "'w2v fetch questions-words' gets questions"
        )
    if questions and pairs:
        raise ConfigError(
            f"{field('questions')} and {field('pairs')} exclude each other; give one of them"
        )
    if questions:
        return AnalogyTest(read_questions(questions), threads)
    return SimilarityTest(read_pairs(pairs, word_columns, score_column))


def run_trial(config, options, sample, test, progress=None, stop=None, clock=time.perf_counter):
    """Train on a sample and score.

    Parameters
    ----------
    config : TrainConfig
    options : dict           what of it differs from other trials
    sample : Sample
    test : AnalogyTest or SimilarityTest
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
    method = method_of(config, lists)
    vectors = method.vectors(parameters)
    readout = readout_of(method, config)
    made = read_out(vectors, parameters.context_vectors, readout)[:]
    subwords = lists and lists.subwords(parameters.inputs)
    return Embeddings(words, made, subwords=subwords)


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


def _n_known(words, groups, length):
    return int((Lookup(words).rows(groups, length) >= 0).all(axis=1).sum())
