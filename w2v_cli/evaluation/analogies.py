"""Analogy questions, "a is to b as c is to d", answered by word vectors and counted."""

import numpy as np

from ..embeddings.lookup import Lookup
from .best_answer import SCORES, Contest, expected_is_best
from .formulas import METHODS
from .scores import sum_scores

__all__ = ["METHODS", "answer_questions", "evaluate_analogies"]


def evaluate_analogies(
    embeddings, sections, method="3cosadd", n_rows=None, ignore_case=True, threads=1
):
    """Answer all questions with the word that fits best, and count.

    A question with an unknown word is skipped. The words of a question are no answers, so one
    whose fourth word is among its first three is answered wrong. Of words that fit equally well
    the first of the file is the answer. Of words that are one (see `Lookup`) the first stands for
    all, and the others are no answers.

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
    rows = lookup.rows(questions, 4)
    known = (rows >= 0).all(axis=1)
    correct = np.zeros(len(rows), dtype=bool)
    contest = Contest(embeddings, n_rows, lookup.shadowed, SCORES[method])
    correct[known] = expected_is_best(contest, rows[known], threads)
    return known, correct
