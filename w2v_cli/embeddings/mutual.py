"""Neighbors that are so from both sides: each is among the nearest words of the other.

A word in the middle of a crowd, or a rare one with a vector by chance, is near to many words that
have nearer ones. Of pairs that are mutual fewer are wrong, at the price of fewer pairs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from .restriction import Restriction, Searcher
    from .table import Embeddings

AT_ONCE = 2048
"""Words whose neighbors are looked for at a time."""
ROUNDING = 1e-9
"""Two ways to compute one cosine are no further apart."""


class NearestWords(NamedTuple):
    """The nearest words of a word.

    Attributes
    ----------
    rows : frozenset of int   of those words
    lowest : float            the cosine of the last of them; -inf if they are all that there are
    """

    rows: frozenset[int]
    lowest: float


class Mutual:
    """Tells which neighbors are mutual; the neighbors of a word are looked for once.

    Parameters
    ----------
    embeddings : Embeddings
    searcher : Searcher
    restriction : Restriction or None   which words may be neighbors
    """

    def __init__(
        self,
        embeddings: Embeddings,
        searcher: Searcher,
        restriction: Restriction | None,
    ) -> None:
        self._k = 0
        self._embeddings = embeddings
        self._searcher = searcher
        self._restriction = restriction
        self._nearest: dict[int, NearestWords] = {}

    def look_up(self, rows: Iterable[int], k: int) -> None:
        """Find the ``k`` nearest words of some words, where that was not done before."""
        if k != self._k:
            self._k, self._nearest = k, {}
        new = sorted({row for row in rows if row >= 0} - self._nearest.keys())
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE]
            ids, scores = self._searcher.nearest(
                self._embeddings.unit(np.array(some)),
                k,
                [[row] for row in some],
                self._restriction,
            )
            for row, found, cosines in zip(some, ids, scores, strict=True):
                is_full = len(found) == k and found[-1] >= 0
                self._nearest[row] = NearestWords(
                    frozenset(found[found >= 0].tolist()),
                    float(cosines[-1]) if is_full else -np.inf,
                )

    def is_mutual(self, row: int, score: float, asked: int | None = None) -> bool:
        """Whether what was asked would be among the nearest words of an answer.

        Parameters
        ----------
        row : int             the answer, which was looked up
        score : float         its cosine with what was asked
        asked : int or None   the row of the word that was asked for; None if it is no single word
        """
        nearest = self._nearest[row]
        return asked in nearest.rows or score >= nearest.lowest - ROUNDING

    def groups(self, rows: Iterable[int]) -> list[list[int]]:
        """Words in groups in which all are neighbors of all; each word is in the first that fits.

        Parameters
        ----------
        rows : iterable of int   which were looked up
        """
        groups: list[list[int]] = []
        for row in rows:
            for group in groups:
                if all(self._are_mutual(row, other) for other in group):
                    group.append(row)
                    break
            else:
                groups.append([row])
        return groups

    def _are_mutual(self, row, other):
        return other in self._nearest[row].rows and row in self._nearest[other].rows


def kept_answers(
    ids: np.ndarray,
    scores: np.ndarray,
    asked: list[int | None],
    min_score: float,
    mutual: Mutual | None,
    k: int,
) -> list[list[tuple[int, float]]]:
    """Those of the answers to some queries that are good enough: (row, score), as they come.

    Parameters
    ----------
    ids, scores : ndarray, shape (n_queries, any)   as `Embeddings.nearest` gives them
    asked : list of int or None   of each query, the row of the single word that it is
    min_score : float             the lowest score
    mutual : Mutual or None       answers must be mutual neighbors
    k : int                       how many neighbors count for that
    """
    are_kept = (scores >= min_score) & (ids >= 0)
    if mutual is not None:
        mutual.look_up(ids[are_kept].tolist(), k)
    kept = []
    for row, found, cosines, some in zip(asked, ids, scores, are_kept, strict=True):
        pairs = zip(found[some].tolist(), cosines[some].tolist(), strict=True)
        kept.append(
            [pair for pair in pairs if mutual is None or mutual.is_mutual(*pair, asked=row)]
        )
    return kept
