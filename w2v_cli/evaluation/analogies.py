"""Analogy questions, "a is to b as c is to d": read, answered in blocks, and scored.

3CosAdd takes the word w with the highest cos(w,b) + cos(w,c) - cos(w,a), 3CosMul the one with the
highest cos'(w,b) cos'(w,c) / (cos'(w,a) + 1e-6), where cos' = (1 + cos) / 2 (Levy and Goldberg
2014, equations 3 and 4). The words of the question are no answers, so a question whose fourth
word is one of its first three can only be answered wrong.
"""

from dataclasses import dataclass, field

import numpy as np

from ..errors import InputError
from ..inputs import open_input
from ..paths import display_name
from ..topk import top_rows

METHODS = ("3cosadd", "3cosmul")
SEMANTIC = "semantic"
SYNTACTIC = "syntactic"
SYNTACTIC_PREFIX = "gram"
UNNAMED = "questions"
"""The section of questions that stand before the first header."""
COSMUL_EPSILON = 1e-6
COMBINED = 16
"""Questions whose cosines are combined at a time, so that all of it stays in the cache."""
TOLERANCE = 1e-3
"""Far above the error of float32 scores, far below the usual gap to the ninth best word."""


@dataclass
class Section:
    """Questions under one header.

    Attributes
    ----------
    name : str
    category : str           ``semantic`` or ``syntactic``
    questions : list of tuple of four str
    """

    name: str
    category: str
    questions: list = field(default_factory=list)


@dataclass(frozen=True)
class Score:
    """How many questions were answered correctly, asked, and skipped for unknown words."""

    correct: int
    asked: int
    skipped: int

    @property
    def accuracy(self):
        """Share of the questions asked that were answered correctly; None if none was asked."""
        return self.correct / self.asked if self.asked else None

    def as_dict(self):
        """The numbers by name, as they stand in JSON."""
        return {
            "correct": self.correct,
            "asked": self.asked,
            "skipped": self.skipped,
            "accuracy": self.accuracy,
        }


@dataclass(frozen=True)
class AnalogyScores:
    """Scores of each section in the order of the file, and their sums.

    Attributes
    ----------
    sections : list of (str, Score)
    semantic, syntactic, total : Score
    """

    sections: list
    semantic: Score
    syntactic: Score
    total: Score

    def rows(self):
        """All scores as (name, Score): the sections, then semantic, syntactic and total."""
        sums = ("semantic", "syntactic", "total")
        return [*self.sections, *((name, getattr(self, name)) for name in sums)]

    def as_dict(self):
        """The result as the command prints it in JSON."""
        return {
            "sections": [{"name": name, **score.as_dict()} for name, score in self.sections],
            "semantic": self.semantic.as_dict(),
            "syntactic": self.syntactic.as_dict(),
            "total": self.total.as_dict(),
        }


def read_questions(path):
    """Read questions: ``: section`` lines, and lines of four words.

    A section is syntactic if its name starts with ``gram``, else semantic; ``[semantic]`` or
    ``[syntactic]`` at the end of its header says otherwise, and is no part of the name.

    Parameters
    ----------
    path : str or Path   plain or compressed; ``-`` is standard input

    Returns
    -------
    list of Section   in the order of the file

    Raises
    ------
    InputError   if it cannot be read, a line has not four words, a header no name, or there is
                 no question
    """
    name = display_name(path)
    sections = []
    with open_input(path) as stream:
        for number, line in enumerate(stream, 1):
            where = f"{name}:{number}"
            words = _words(line, number, where)
            if not words:
                continue
            if words[0].startswith(":"):
                sections.append(_section(words, where))
                continue
            if len(words) != 4:
                raise InputError(
                    f"{where}: a question has four words, and this line {len(words)}: "
                    f"{' '.join(words)[:60]!r}"
                )
            if not sections:
                sections.append(Section(UNNAMED, SEMANTIC))
            sections[-1].questions.append(tuple(words))
    if not any(section.questions for section in sections):
        raise InputError(f"{name}: holds no questions, lines of four words")
    return sections


def evaluate_analogies(embeddings, sections, method="3cosadd", n_rows=None, ignore_case=True):
    """Answer all questions with the word that fits best, and count.

    A question with an unknown word is skipped. Of words that fit equally well the first one
    counts. Memory is bounded for any number of questions and words.

    Parameters
    ----------
    embeddings : Embeddings
    sections : list of Section
    method : str            ``3cosadd`` or ``3cosmul``
    n_rows : int or None    only the first n_rows words are known; None for all
    ignore_case : bool      words that differ only in case (str.casefold) are one word; the first
                            of them stands for all, and the others are no answers

    Returns
    -------
    AnalogyScores
    """
    n_rows = len(embeddings) if n_rows is None else min(n_rows, len(embeddings))
    index, shadowed = _vocabulary(embeddings.words[:n_rows], ignore_case)
    fold = str.casefold if ignore_case else str
    questions = [words for section in sections for words in section.questions]
    rows = [[index.get(fold(word), -1) for word in words] for words in questions]
    rows = np.array(rows, dtype=np.int64).reshape(-1, 4)
    known = (rows >= 0).all(axis=1)
    correct = np.zeros(len(rows), dtype=bool)
    answers = _answers(embeddings, rows[known, :3], shadowed, n_rows, method)
    correct[known] = answers == rows[known, 3]
    return _scores(sections, known, correct)


def _words(line, number, where):
    if number == 1:
        line = line.removeprefix(b"\xef\xbb\xbf")
    try:
        return [word.decode() for word in line.split()]
    except UnicodeDecodeError as error:
        raise InputError(f"{where}: is not UTF-8 text") from error


def _section(words, where):
    category = None
    if words[-1] in (f"[{SEMANTIC}]", f"[{SYNTACTIC}]"):
        category = words.pop()[1:-1]
    name = " ".join(words).removeprefix(":").strip()
    if not name:
        raise InputError(f"{where}: a section header without a name")
    if category is None:
        category = SYNTACTIC if name.startswith(SYNTACTIC_PREFIX) else SEMANTIC
    return Section(name, category)


def _vocabulary(words, ignore_case):
    """Row of each word, and the rows of words that an earlier one stands for, ascending."""
    index = {}
    shadowed = []
    for row, word in enumerate(words):
        if index.setdefault(word.casefold() if ignore_case else word, row) != row:
            shadowed.append(row)
    return index, np.array(shadowed, dtype=np.int64)


def _answers(embeddings, questions, shadowed, n_rows, method):
    """The best row for each question (a, b, c): int64, shape (n_questions,); -1 for none."""
    combine = _cosadd if method == "3cosadd" else _cosmul

    def block_scores(part, start, stop):
        # Questions that follow one another share most words: one product for each word.
        words, used = np.unique(questions[part], return_inverse=True)
        used = used.reshape(-1, 3)
        queries = embeddings.unit(words).astype(np.float32)
        cosines = embeddings.cosines(queries, start, stop)
        scores = np.empty((len(part), stop - start), dtype=np.float32)
        for first in range(0, len(part), COMBINED):
            some = slice(first, first + COMBINED)
            scores[some] = combine(*(cosines[column] for column in used[some].T))
        scores[:, _between(shadowed, start, stop) - start] = -np.inf
        return scores

    def exact_scores(part, rows):
        asked, places = np.unique(questions[part], return_inverse=True)
        unit = embeddings.unit(asked)
        return combine(*(embeddings.exact_cosines(unit, i, rows) for i in places.reshape(-1, 3).T))

    ids, _ = top_rows(block_scores, exact_scores, questions, n_rows, 1, TOLERANCE)
    return ids.reshape(-1)


def _between(rows, start, stop):
    """The part of ascending rows that lies in start..stop."""
    first, last = np.searchsorted(rows, (start, stop))
    return rows[first:last]


def _cosadd(a, b, c):
    return b + c - a


def _cosmul(a, b, c):
    return (1 + b) / 2 * ((1 + c) / 2) / ((1 + a) / 2 + COSMUL_EPSILON)


def _scores(sections, known, correct):
    scores = []
    start = 0
    for section in sections:
        end = start + len(section.questions)
        asked = int(known[start:end].sum())
        scores.append(Score(int(correct[start:end].sum()), asked, end - start - asked))
        start = end
    return AnalogyScores(
        sections=[(section.name, score) for section, score in zip(sections, scores, strict=True)],
        semantic=_sum(scores, [section.category == SEMANTIC for section in sections]),
        syntactic=_sum(scores, [section.category == SYNTACTIC for section in sections]),
        total=_sum(scores, [True] * len(sections)),
    )


def _sum(scores, chosen):
    scores = [score for score, is_chosen in zip(scores, chosen, strict=True) if is_chosen]
    return Score(
        sum(score.correct for score in scores),
        sum(score.asked for score in scores),
        sum(score.skipped for score in scores),
    )
