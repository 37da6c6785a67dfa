"""What trials are scored by: analogy questions, word pairs, or the next item of sessions."""

import os

import numpy as np

from ..embeddings.lookup import Lookup
from ..errors import ConfigError, field
from ..evaluation.analogies import answer_questions
from ..evaluation.bootstrap import counted_difference, mean_interval
from ..evaluation.correlation import difference_interval, intervals, spearman
from ..evaluation.formulas import DEFAULT_K, METRICS, MOST_HISTORY, MOST_K
from ..evaluation.nextitem import gains, n_askable, next_ranks
from ..evaluation.pairs import read_pairs
from ..evaluation.questions import read_questions
from ..evaluation.sessions import read_sessions, sessions_of
from ..evaluation.similarity import pair_cosines
from ..files.paths import STDIO

MOST_SESSIONS = 10_000
"""That are asked, as in arXiv:1804.04212: an interval is then a point wide."""
OF_SESSIONS = ("measure", "topn", "session_history")
"""Fields that say how sessions are asked."""


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

    def hold_out(self, ids, words):
        """The part of a sample (ids, and their words) to train on: all of it."""
        return ids

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

    def hold_out(self, ids, words):
        """The part of a sample (ids, and their words) to train on: all of it."""
        return ids

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


class NextItemTest:
    """Scores by the last item of sessions, found by those before it; unknown ones are missed.

    Parameters
    ----------
    sessions : Sessions or None   held out; None: the last items of some lines of the sample are,
                                  and are not trained on
    metric : str                  one of METRICS
    k, history : int              see `next_ranks`
    notes : list of str           what the user should know of the sessions

    Attributes
    ----------
    measure : str                 with k: ``hit-rate@10``
    told, warnings : list of str  see `AnalogyTest`
    """

    def __init__(self, sessions, metric=METRICS[0], k=DEFAULT_K, history=1, notes=()):
        self.measure = f"{metric.replace('_', '-')}@{k}"
        self._k, self._history = k, history
        self._gains = gains(metric, k)
        self._sessions = None
        self.told, self.warnings = [], list(notes)
        if sessions is None:
            self.told.append(
                f"the last items of up to {MOST_SESSIONS:,} lines of the sample are held out"
            )
        else:
            self._ask(sessions)
            of_all = f" of {len(sessions):,}" if len(sessions) > MOST_SESSIONS else ""
            self.told.append(f"{len(self._sessions):,}{of_all} sessions of {sessions.name}")

    def hold_out(self, ids, words):
        """The part of a sample to train on: without the last items that are asked.

        Raises
        ------
        InputError   if no line has two words
        """
        if self._sessions is not None:
            return ids
        self._ask(sessions_of(ids, words, "the sample"))
        return self._sessions.without_last()

    def score(self, trial, embeddings):
        """*In place:* the score of a trial."""
        ranks, _ = next_ranks(embeddings, self._sessions, self._k, self._history)
        trial.asked, trial.skipped = int((ranks >= 0).sum()), int((ranks < 0).sum())
        trial.details = np.maximum(ranks, 0)
        if trial.asked:
            counts = np.bincount(trial.details, minlength=len(self._gains))
            trial.score = float(counts @ self._gains / len(ranks))
            trial.interval = mean_interval(self._gains, counts)

    def n_known(self, words):
        """How many sessions can be asked of these words (list of str): int."""
        return n_askable(self._sessions, words, self._history)

    def difference(self, best, other):
        """95 % interval of how much better one trial is than another."""
        differences = self._gains[best.details] - self._gains[other.details]
        return mean_interval(*np.unique(differences, return_counts=True))

    def _ask(self, sessions):
        self._sessions = sessions.spread(MOST_SESSIONS)


def check_held_out(sessions, corpus):
    """Raise ConfigError if one of the paths of sessions is one of the corpus, too."""
    trained = {os.path.realpath(path) for path in corpus if path != STDIO}
    for path in sessions:
        if path != STDIO and os.path.realpath(path) in trained:
            raise ConfigError(
                f"{path} is both the corpus and {field('sessions')}, so that what is to be found "
                f"would be trained on; {field('next_item')} keeps last items out"
            )


def read_test(
    questions=(),
    pairs=None,
    sessions=(),
    next_item=False,
    *,
    threads=1,
    word_columns=None,
    score_column=None,
    text=None,
    measure=None,
    topn=None,
    session_history=None,
):
    """The test to score by: one of the first four.

    Parameters
    ----------
    questions : path, sequence of them, or None   see `read_questions`
    pairs : path or None
    sessions : path, sequence of them, or None    held out, see `read_sessions`
    next_item : bool                              hold out last items of the sample
    threads : int                                 for questions
    word_columns, score_column                    see `read_pairs`
    text : TextConfig or None                     how sessions become items
    measure : str or None                         of sessions, one of METRICS
    topn, session_history : int or None           likewise, see `next_ranks`

    Raises
    ------
    ConfigError   if several are given or none, or a value of sessions without any
    InputError    if a file cannot be read
    """
    kinds = {"questions": questions, "pairs": pairs, "sessions": sessions, "next_item": next_item}
    given = [name for name, value in kinds.items() if value]
    if not given:
        raise ConfigError(
            f"give {field('questions')}, {field('pairs')}, {field('sessions')} or "
            f"{field('next_item')} to score by; 'w2v fetch questions-words' gets questions"
        )
    if len(given) > 1:
        raise ConfigError(
            f"{field(given[0])} and {field(given[1])} exclude each other; give one of them"
        )
    asked = dict(zip(OF_SESSIONS, (measure, topn, session_history), strict=True))
    if sessions or next_item:
        found, notes = read_sessions(sessions, text) if sessions else (None, ())
        return NextItemTest(found, **_checked(asked), notes=notes)
    for name, value in asked.items():
        if value is not None:
            raise ConfigError(
                f"{field(name)} is for sessions; leave it out, or give {field('sessions')} or "
                f"{field('next_item')}"
            )
    if questions:
        return AnalogyTest(read_questions(questions), threads)
    return SimilarityTest(read_pairs(pairs, word_columns, score_column))


def _checked(asked):
    """The arguments of NextItemTest that fields of OF_SESSIONS are."""
    metric = METRICS[0] if asked["measure"] is None else str(asked["measure"]).replace("-", "_")
    if metric not in METRICS:
        raise ConfigError(f"{field('measure')} must be {' or '.join(METRICS)}, not {metric!r:.60}")
    numbers = {"topn": (DEFAULT_K, MOST_K), "session_history": (1, MOST_HISTORY)}
    for name, (default, most) in numbers.items():
        value = numbers[name] = default if asked[name] is None else asked[name]
        if type(value) is not int or not 1 <= value <= most:
            raise ConfigError(f"{field(name)} must be from 1 to {most}, not {value!r:.60}")
    return {"metric": metric, "k": numbers["topn"], "history": numbers["session_history"]}


def _n_known(words, groups, length):
    return int((Lookup(words).rows(groups, length) >= 0).all(axis=1).sum())
