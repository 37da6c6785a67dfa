"""Analogy questions, "a is to b as c is to d", answered by word vectors and counted."""

from functools import cache

import numpy as np

from ..embeddings.lookup import Lookup
from .best_answer import SCORES, Contest, best_of_answers, expected_is_best
from .formulas import METHODS
from .questions import ANSWERS, answers_of
from .scores import sum_scores
from .spellings import known_row

__all__ = ["METHODS", "answer_questions", "evaluate_analogies"]


def evaluate_analogies(
    embeddings, sections, method="3cosadd", n_rows=None, ignore_case=True, threads=1
):
    """Answer all questions with the word that fits best, and count.

    A question with an unknown word is skipped. The words of a question are no answers, so one
    whose fourth word is among its first three is answered wrong. Of words that fit equally well
    the first of the file is the answer. Of words that are one (see `Lookup`) the first stands for
    all, and the others are no answers. Of several answers any known one is right: none of them is a
    better word than another.

    Parameters
    ----------
    embeddings : Embeddings   not changed
    sections : list of Section
    method : str            ``3cosadd`` or ``3cosmul``
    n_rows : int or None    only the first n_rows words are known; None for all
    ignore_case : bool      words that differ only in case are one word
    threads : int           for many vectors

    Returns
    -------
    AnalogyScores
    """
    known, correct = answer_questions(embeddings, sections, method, n_rows, ignore_case, threads)
    return sum_scores(sections, known, correct)


def answer_questions(
    embeddings, sections, method="3cosadd", n_rows=None, ignore_case=True, threads=1
):
    """What becomes of each question, as `evaluate_analogies` counts them.

    Returns
    -------
    known, correct : ndarray of bool, shape (n_questions,)   whether it could be asked, and was
                     answered; in the order of the sections
    """
    n_rows = len(embeddings) if n_rows is None else min(n_rows, len(embeddings))
    lookup = Lookup(embeddings.words, ignore_case, n_rows)
    questions = [words for section in sections for words in section.questions]
    rows, several = _rows(lookup, questions)
    known = (rows >= 0).all(axis=1)
    correct = np.zeros(len(rows), dtype=bool)
    contest = Contest(embeddings, n_rows, lookup.shadowed, SCORES[method])
    several = {number: answers for number, answers in several.items() if known[number]}
    best_of_answers(contest, rows, several)
    correct[known] = expected_is_best(contest, rows[known], threads)
    return known, correct


def _rows(lookup, questions):
    """The rows of the words of questions, and those of all answers where several are known.

    Returns
    -------
    rows : ndarray of int64, shape (n_questions, 4)   -1 where a word is unknown
    several : dict of int to list of int              question -> rows
    """
    rows, several = [], {}
    given = cache(lambda word: _answer_rows(lookup, word)[0])
    wanted = cache(lambda text: [row for row in _answer_rows(lookup, text, True) if row >= 0])
    for number, (a, b, c, last) in enumerate(questions):
        answers = wanted(last) or [-1]
        if len(answers) > 1:
            several[number] = answers
        rows.append([given(a), given(b), given(c), answers[0]])
    return np.array(rows, dtype=np.int64).reshape(-1, 4), several


def _answer_rows(lookup, text, every=False):
    """Rows of a word as it stands, or else of what is between its slashes: the first, or all."""
    row = known_row(lookup, text)
    if row is not None or ANSWERS not in text:
        return [-1 if row is None else row]
    words = answers_of(text) if every else answers_of(text)[:1]
    found = [known_row(lookup, word) for word in words]
    return [-1 if row is None else row for row in dict.fromkeys(found)] or [-1]
