"""The way of a word over several periods: its change from each to the next, and who is near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..embeddings.restriction import restrict_answers
from ..embeddings.table import Embeddings
from .comparing import NEIGHBORS, Comparison


@dataclass(frozen=True)
class Step:
    """A word in one of several periods; all is None, or empty, in one that does not have it.

    Attributes
    ----------
    period : str
    count : int or None           how often it was seen, where known
    change : float or None        1 - cosine with the period before that has it; None in the first
    from_first : float or None    likewise with the first that has it
    overlap : float or None       neighbors shared with the one before, from 0 to 1: Jaccard's index
    neighbors : list of (str, float)   nearest words of the period, with their cosines
    """

    period: str
    count: int | None = None
    change: float | None = None
    from_first: float | None = None
    overlap: float | None = None
    neighbors: tuple[tuple[str, float], ...] = ()


class Periods:
    """Spaces in the order of time, of which each is compared with any other.

    Parameters
    ----------
    periods : sequence of Embeddings   two at least
    names : sequence of str            of them
    min_count : int or None            as for `Comparison`; neighbors were seen so often, too
    is_aligned : bool                  the spaces are one already

    Raises
    ------
    InputError   as `Comparison`, for two of them
    """

    def __init__(
        self,
        periods: Sequence[Embeddings],
        names: Sequence[str],
        min_count: int | None = None,
        is_aligned: bool = False,
    ) -> None:
        self.periods, self.names = list(periods), list(names)
        self._min_count, self._is_aligned = min_count, is_aligned
        self._comparisons: dict[tuple[int, int], Comparison] = {}
        self.whole = self.between(0, len(self.periods) - 1)

    def between(self, first: int, second: int) -> Comparison:
        """The comparison of two periods, by their numbers."""
        pair = first, second
        if pair not in self._comparisons:
            self._comparisons[pair] = Comparison(
                [self.periods[first]],
                [self.periods[second]],
                self._min_count,
                self._is_aligned,
                (self.names[first], self.names[second]),
            )
        return self._comparisons[pair]

    def has(self, word: str) -> list[int]:
        """The numbers of the periods that have a word, with a vector other than zero."""
        found = []
        for number, period in enumerate(self.periods):
            row = period.index.get(word)
            if row is not None and period.norms[row] > 0:
                found.append(number)
        return found

    def steps(self, word: str, k: int = NEIGHBORS) -> list[Step]:
        """A word in each period.

        Parameters
        ----------
        word : str
        k : int      neighbors
        """
        there = self.has(word)
        steps = []
        for number, name in enumerate(self.names):
            if number not in there:
                steps.append(Step(name))
                continue
            before = [each for each in there if each < number]
            steps.append(self._step(word, number, before, k))
        return steps

    def _step(self, word, number, before, k):
        period = self.periods[number]
        row = period.index[word]
        change = from_first = overlap = None
        if before:
            comparison = self.between(before[-1], number)
            place = comparison.index[word]
            change = float(comparison.changes[place])
            [jaccard] = comparison.overlaps([place], k).tolist()
            overlap = None if np.isnan(jaccard) else jaccard
            first = self.between(before[0], number)
            from_first = float(first.changes[first.index[word]])
        return Step(
            period=self.names[number],
            count=None if period.counts is None else int(period.counts[row]),
            change=change,
            from_first=from_first,
            overlap=overlap,
            neighbors=tuple(self.near(word, number, k)),
        )

    def near(self, word: str, number: int, k: int) -> list[tuple[str, float]]:
        """The nearest words of a word in a period, with their cosines."""
        period = self.periods[number]
        row = period.index[word]
        restriction = restrict_answers(period, min_count=self._min_count)
        ids, cosines = period.nearest(period.unit([row]), k, [[row]], restriction)
        pairs = zip(ids[0].tolist(), cosines[0].tolist(), strict=True)
        return [(period.words[near], cosine) for near, cosine in pairs if near >= 0]

    def in_last_space(self, word: str, number: int) -> np.ndarray:
        """The vector of a word of a period where those of the last one are: float64, (dim,)."""
        last = len(self.periods) - 1
        vector = self.periods[number].vectors[[self.periods[number].index[word]]]
        if number == last:
            return self.whole.in_one_space(1, vector)[0]
        return self.between(number, last).in_one_space(0, vector)[0]
