"""How many questions were answered: of a section, of semantic and syntactic ones, and in all."""

from dataclasses import dataclass, field
from typing import Any

from .bootstrap import interval, resample_counts
from .categories import SEMANTIC, SYNTACTIC

SUMS = (SEMANTIC, SYNTACTIC, "total")


@dataclass(frozen=True)
class Score:
    """How many questions were answered correctly, asked, and skipped for unknown words.

    Attributes
    ----------
    correct, asked, skipped : int
    composed : int or None   of those asked, with words made of their n-grams; None where vectors
                             have no n-grams
    interval : (float, float) or None   95 % bootstrap interval of the accuracy; None if nothing
                                        was asked
    """

    correct: int
    asked: int
    skipped: int
    interval: tuple | None = field(default=None, compare=False)
    composed: int | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        """What one reads first, with few digits."""
        accuracy = None if self.accuracy is None else round(self.accuracy, 4)
        return (
            f"Score(correct={self.correct}, asked={self.asked}, skipped={self.skipped}, "
            f"accuracy={accuracy})"
        )

    @property
    def accuracy(self) -> float | None:
        """Share of the questions asked that were answered correctly; None if none was asked."""
        return self.correct / self.asked if self.asked else None

    @property
    def accuracy_all(self) -> float | None:
        """Share of all questions, those skipped counted as wrong; None if there are none."""
        n_questions = self.asked + self.skipped
        return self.correct / n_questions if n_questions else None

    def as_dict(self) -> dict[str, Any]:
        """The numbers by name, as they stand in JSON."""
        return {
            "correct": self.correct,
            "asked": self.asked,
            "skipped": self.skipped,
            "accuracy": self.accuracy,
            "accuracy_all": self.accuracy_all,
            "interval": None if self.interval is None else list(self.interval),
            **({} if self.composed is None else {"composed": self.composed}),
        }


@dataclass(frozen=True)
class AnalogyScores:
    """Scores of each section in the order of the file, and their sums.

    Attributes
    ----------
    sections : list of (str, Score)
    semantic, syntactic, total : Score
    has_categories : bool   False: no name tells semantic sections from syntactic ones, and both
                            these sums are empty
    """

    sections: list[tuple[str, Score]]
    semantic: Score
    syntactic: Score
    total: Score
    has_categories: bool = True

    def __repr__(self) -> str:
        """The sum alone; sections may be many."""
        return f"<AnalogyScores: {len(self.sections)} sections, total {self.total!r}>"

    def rows(self):
        """All scores as (name, Score): the sections, then semantic, syntactic and total."""
        sums = SUMS if self.has_categories else SUMS[-1:]
        return [*self.sections, *((name, getattr(self, name)) for name in sums)]

    def as_dict(self) -> dict[str, Any]:
        """The result as the command prints it in JSON."""
        return {
            "sections": [{"name": name, **score.as_dict()} for name, score in self.sections],
            **{name: getattr(self, name).as_dict() for name in SUMS},
        }


def sum_scores(sections, known, correct, composed=None):
    """The scores of sections, from what became of each question.

    Parameters
    ----------
    sections : list of Section
    known, correct : ndarray of bool, shape (n_questions,)   whether a question could be asked,
                             and was answered; in the order of the sections
    composed : likewise, or None   whether it was asked with words made of their n-grams

    Returns
    -------
    AnalogyScores
    """
    counts = []
    start = 0
    for section in sections:
        part = slice(start, start + len(section.questions))
        asked = int(known[part].sum())
        n_composed = 0 if composed is None else int(composed[part].sum())
        n_skipped = len(section.questions) - asked
        counts.append((int(correct[part].sum()), asked, n_skipped, n_composed))
        start = part.stop
    resampled = resample_counts([row[:2] for row in counts])

    def sum_of(chosen):
        columns = (sum(counts[i][column] for i in chosen) for column in range(4))
        correct, asked, skipped, n_composed = columns
        spread = interval(resampled[chosen].sum(axis=0) / asked) if asked else None
        return Score(correct, asked, skipped, spread, None if composed is None else n_composed)

    everything = range(len(sections))
    by_category = {
        category: sum_of([i for i in everything if sections[i].category == category])
        for category in (SEMANTIC, SYNTACTIC)
    }
    return AnalogyScores(
        sections=[(section.name, sum_of([i])) for i, section in enumerate(sections)],
        total=sum_of(list(everything)),
        has_categories=any(section.category for section in sections),
        **by_category,
    )
