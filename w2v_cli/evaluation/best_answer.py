"""Whether the expected word is the best answer to each of many analogy questions.

It is asked the other way round: is there any word that fits better than the expected one? Most
wrong answers are beaten by a frequent word, so after the first few thousand rows of the vectors
few questions are left, and those alone are compared with the rest.

Scores are compared twice. A bound in float32 that is never below the score finds the few words
that may be better; those are scored again in float64 in an order of additions that never changes.
So the outcome depends neither on threads nor on how the work was cut into blocks, and equal scores
are told from almost equal ones.
"""

from dataclasses import dataclass

import numpy as np

from ..embeddings.table import COSINE_TOLERANCE
from ..machine.threads import in_threads, one_blas_thread
from .formulas import METHODS

COSMUL_EPSILON = 1e-6
ROW_BLOCK = 2048
"""Rows of the vectors that are compared at a time."""
WORDS_AT_ONCE = 1024
"""Distinct words of questions that are compared at a time: a few arrays of 8 MB in each thread."""
QUESTIONS_AT_ONCE = 16
"""Questions whose cosines are combined at a time, so that all of it stays in the cache."""
ROUNDING = 256 * float(np.finfo(np.float32).eps)
"""More than the error of three numbers of up to 14, or logarithms, added up in float32."""
LOWEST = -1e30
"""Lower than any bound of a row that may be an answer; those that may not have -inf."""


class CosAdd:
    """3CosAdd: cos(w,b) + cos(w,c) - cos(w,a) (Levy and Goldberg 2014, equation 3)."""

    @staticmethod
    def exact(a, b, c):
        """Scores of words with these cosines to a, b and c: ndarray of float64."""
        return b + c - a

    @staticmethod
    def as_bound(scores):
        """Scores as they compare with the sums of `bounds`."""
        return scores

    @staticmethod
    def bounds(cosines, error):
        """(plus, minus): no score is above plus[b] + plus[c] - minus[a]; cosines are changed."""
        cosines += error
        return cosines, cosines - 2 * np.float32(error)


class CosMul:
    """3CosMul: cos'(w,b) cos'(w,c) / (cos'(w,a) + 1e-6), cos' = (1 + cos) / 2 (equation 4).

    Bounds are logarithms, so that a product is a sum.
    """

    @staticmethod
    def exact(a, b, c):
        """Scores of words with these cosines to a, b and c: ndarray of float64."""
        # A cosine of -1 may come out a little lower.
        a, b, c = (np.maximum((1 + cosine) / 2, 0) for cosine in (a, b, c))
        return b * c / (a + COSMUL_EPSILON)

    @staticmethod
    def as_bound(scores):
        """Scores as they compare with the sums of `bounds`."""
        with np.errstate(divide="ignore"):
            return np.log(scores)

    @staticmethod
    def bounds(cosines, error):
        """(plus, minus): no logarithm of a score is above plus[b] + plus[c] - minus[a]."""
        cosines += np.float32(1)
        cosines *= np.float32(0.5)
        plus = np.log(np.maximum(cosines + np.float32(error), np.float32(error)))
        cosines -= np.float32(error)
        np.maximum(cosines, 0, out=cosines)
        cosines += np.float32(COSMUL_EPSILON)
        return plus, np.log(cosines, out=cosines)


SCORES = dict(zip(METHODS, (CosAdd, CosMul), strict=True))


@dataclass(frozen=True)
class Contest:
    """What all questions have in common.

    Attributes
    ----------
    embeddings : Embeddings
    n_rows : int                          rows 0..n_rows-1 are words
    shadowed : ndarray of int64, ascending   rows that are no answers
    method : CosAdd or CosMul
    """

    embeddings: object
    n_rows: int
    shadowed: np.ndarray
    method: type


@one_blas_thread()
def expected_is_best(contest, questions, threads=1):
    """Whether no word fits better than the expected one, nor as well and stands before it.

    A word of the question is no answer, so the outcome is False if the fourth word is one of the
    first three. Memory is bounded for any number of questions and rows.

    Parameters
    ----------
    contest : Contest
    questions : ndarray of int64, shape (n_questions, 4)   rows of a, b, c and the expected word
    threads : int

    Returns
    -------
    ndarray of bool, shape (n_questions,)
    """
    is_best = (questions[:, 3:] != questions[:, :3]).all(axis=1)
    for part in _parts(questions):
        possible = part[is_best[part]]
        is_best[possible] = _Round(contest, questions[possible]).run(threads)
    return is_best


def best_of_answers(contest, questions, several):
    """*In place:* of several right answers to a question, the one with the best score.

    If the best word of all is among the answers it is this one, so that no other answer need be
    compared. Words of the question are no answers, unless there is nothing else.

    Parameters
    ----------
    contest : Contest
    questions : ndarray of int64, shape (n_questions, 4)   rows; the fourth is replaced
    several : dict of int to list of int   number of a question -> rows of its answers
    """
    numbers = np.array(list(several), dtype=np.int64)
    answers = [_possible(questions[i, :3].tolist(), several[i]) for i in several]
    owners = np.repeat(np.arange(len(numbers)), [len(rows) for rows in answers])
    candidates = questions[numbers[owners]]
    candidates[:, 3] = [row for rows in answers for row in rows]
    for part in _parts(questions[numbers]):
        first, end = np.searchsorted(owners, (part[0], part[-1] + 1))
        found = candidates[first:end]
        scores = _Round(contest, found).to_beat
        # The best of each question comes last; of equal ones that of the first row.
        order = np.lexsort((-found[:, 3], scores, owners[first:end]))
        questions[numbers[owners[first:end][order]], 3] = found[order, 3]


def _possible(given, answers):
    """Rows that are not among the words of a question, or the first if all are."""
    return [row for row in answers if row not in given] or answers[:1]


def _parts(questions):
    """Numbers of successive questions that have at most WORDS_AT_ONCE distinct words together."""
    words, start = set(), 0
    for number, question in enumerate(questions[:, :3].tolist()):
        words.update(question)
        if len(words) > WORDS_AT_ONCE:
            yield np.arange(start, number)
            words, start = set(question), number
    if start < len(questions):
        yield np.arange(start, len(questions))


class _Round:
    """Questions with few distinct words, against all rows."""

    def __init__(self, contest, questions):
        self.contest = contest
        self.questions = questions
        words, places = np.unique(questions[:, :3], return_inverse=True)
        self.places = places.reshape(-1, 3)
        self.exact_queries = contest.embeddings.unit(words)
        self.queries = self.exact_queries.astype(np.float32)
        numbers = np.arange(len(questions))
        self.to_beat = self._exact_scores(numbers, questions[:, 3])
        self.is_best = np.ones(len(questions), dtype=bool)

    def run(self, threads):
        """Compare with all rows; returns ``is_best``."""
        n_blocks = -(-self.contest.n_rows // ROW_BLOCK)
        if n_blocks and len(self.questions):
            # The block of the most frequent words goes first: it beats most of the questions.
            self._compare(0)
            for _ in in_threads(self._compare, range(1, n_blocks), threads):
                pass
        return self.is_best

    def _compare(self, block):
        """Find the questions for which some row of a block is better than the expected word."""
        # Threads may look at a question that another has settled meanwhile, which is no harm.
        pending = np.flatnonzero(self.is_best)
        if len(pending) == 0:
            return
        start = block * ROW_BLOCK
        bounds = _BlockBounds(self, pending, start)
        best = np.empty(len(pending), dtype=np.int64)
        is_close = np.empty(len(pending), dtype=bool)
        for some, scores in bounds.chunks(np.arange(len(pending))):
            best[some] = scores.argmax(axis=1)
            is_close[some] = scores[np.arange(len(some)), best[some]] >= bounds.floor[some]
        close = np.flatnonzero(is_close)
        self._settle(pending[close], best[close] + start)
        # Mostly that was all. Where the best of the block only seemed better, others may be.
        close = close[self.is_best[pending[close]]]
        for some, scores in bounds.chunks(close):
            question, row = np.nonzero(scores >= bounds.floor[some, np.newaxis])
            self._settle(pending[some[question]], row + start)

    def _settle(self, numbers, rows):
        """Note the questions whose expected word is not as good as a row (pairs, int64)."""
        scores, to_beat = self._exact_scores(numbers, rows), self.to_beat[numbers]
        comes_first = (scores == to_beat) & (rows < self.questions[numbers, 3])
        self.is_best[numbers[(scores > to_beat) | comes_first]] = False

    def _exact_scores(self, numbers, rows):
        """float64 scores of pairs of a question and a row."""
        cosines = (
            self.contest.embeddings.exact_cosines(self.exact_queries, places, rows)
            for places in self.places[numbers].T
        )
        return self.contest.method.exact(*cosines)


class _BlockBounds:
    """Bounds of the scores of a block of rows, for the questions of a round that are pending.

    Attributes
    ----------
    floor : ndarray of float64, shape (n_pending,)   a row whose bound is lower is not better
    """

    def __init__(self, round_, pending, start):
        contest = round_.contest
        stop = min(start + ROW_BLOCK, contest.n_rows)
        words, places = np.unique(round_.places[pending], return_inverse=True)
        cosines = contest.embeddings.cosines(round_.queries[words], start, stop)
        error = COSINE_TOLERANCE * contest.embeddings.dim / 2
        to_beat = contest.method.as_bound(round_.to_beat[pending])
        self.places = places.reshape(-1, 3)
        self.floor = np.maximum(to_beat - ROUNDING, LOWEST)
        self.own = round_.questions[pending] - start
        self.plus, self.minus = contest.method.bounds(cosines, error)
        self.minus[:, _between(contest.shadowed, start, stop) - start] = np.inf

    def chunks(self, numbers):
        """Yield (a few of the numbers, the bounds for them): float32, shape (n, rows).

        Rows of the words of a question have -inf. The array is the same each time.
        """
        width = self.plus.shape[1]
        both = np.empty((2, QUESTIONS_AT_ONCE, width), dtype=np.float32)
        for first in range(0, len(numbers), QUESTIONS_AT_ONCE):
            some = numbers[first : first + QUESTIONS_AT_ONCE]
            scores, other = both[:, : len(some)]
            a, b, c = self.places[some].T
            # Any mode but "raise" writes to ``out`` without a copy between.
            np.take(self.plus, b, axis=0, out=scores, mode="clip")
            scores += np.take(self.plus, c, axis=0, out=other, mode="clip")
            scores -= np.take(self.minus, a, axis=0, out=other, mode="clip")
            question, word = np.nonzero((self.own[some] >= 0) & (self.own[some] < width))
            scores[question, self.own[some[question], word]] = -np.inf
            yield some, scores


def _between(rows, start, stop):
    """The part of ascending rows that lies in start..stop."""
    first, last = np.searchsorted(rows, (start, stop))
    return rows[first:last]
