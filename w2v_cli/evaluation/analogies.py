"""Analogy questions, "a is to b as c is to d", answered by word vectors and counted."""

from functools import cache

import numpy as np

from ..embeddings.lookup import Lookup
from .asked import AskedWords
from .best_answer import SCORES, Contest, best_of_answers, expected_is_best
from .formulas import METHODS
from .questions import ANSWERS, answers_of
from .scores import sum_scores

__all__ = ["METHODS", "answer_questions", "evaluate_analogies"]


def evaluate_analogies(
    embeddings, sections, method="3cosadd", n_rows=None, ignore_case=True, threads=1
):
    """Answer all questions with the word that fits best, and count.

    A question with an unknown word is skipped; its first three words are made of their n-grams,
    where the embeddings have some. The words of a question are no answers, so one
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
    known, correct, composed = answer_questions(
        embeddings, sections, method, n_rows, ignore_case, threads
    )
    return sum_scores(sections, known, correct, composed)


def answer_questions(
    embeddings, sections, method="3cosadd", n_rows=None, ignore_case=True, threads=1
):
    """What becomes of each question, as `evaluate_analogies` counts them.

    Returns
    -------
    known, correct : ndarray of bool, shape (n_questions,)   whether it could be asked, and was
                     answered; in the order of the sections
    composed : likewise, or None    whether it was asked with words that are made of their n-grams;
                     None where there are none
    """
    n_rows = len(embeddings) if n_rows is None else min(n_rows, len(embeddings))
    lookup = Lookup(embeddings.words, ignore_case, n_rows)
    questions = [words for section in sections for words in section.questions]
    asked = AskedWords(embeddings, lookup)
    rows, several = _rows(asked, questions)
    known = (rows >= 0).all(axis=1)
    composed = known & asked.are_made(rows).any(axis=1) if asked.makes else None
    correct = np.zeros(len(rows), dtype=bool)
    contest = Contest(asked, n_rows, lookup.shadowed, SCORES[method])
    several = {number: answers for number, answers in several.items() if known[number]}
    best_of_answers(contest, rows, several)
    correct[known] = expected_is_best(contest, rows[known], threads)
    return known, correct, composed


def _rows(asked, questions):
    """The rows of the words of questions, and those of all answers where several are known.

    Returns
    -------
    rows : ndarray of int64, shape (n_questions, 4)   -1 where a word is unknown
    several : dict of int to list of int              question -> rows
    """
    rows, several = [], {}
    given = cache(lambda word: _given_row(asked, word))
    wanted = cache(lambda text: [row for row in _answer_rows(asked, text, True) if row >= 0])
    for number, (a, b, c, last) in enumerate(questions):
        answers = wanted(last) or [-1]
        if len(answers) > 1:
            several[number] = answers
        rows.append([given(a), given(b), given(c), answers[0]])
    return np.array(rows, dtype=np.int64).reshape(-1, 4), several


def _given_row(asked, text):
    """The row of a word that is given: as it stands, before its first slash, or made; or -1."""
    [row] = _answer_rows(asked, text)
    made = asked.row(text) if row < 0 else row
    return -1 if made is None else made


def _answer_rows(asked, text, every=False):
    """Rows of a word as it stands, or else of what is between its slashes: the first, or all."""
    row = asked.known_row(text)
    if row is not None or ANSWERS not in text:
        return [-1 if row is None else row]
    words = answers_of(text) if every else answers_of(text)[:1]
    found = [asked.known_row(word) for word in words]
    return [-1 if row is None else row for row in dict.fromkeys(found)] or [-1]
