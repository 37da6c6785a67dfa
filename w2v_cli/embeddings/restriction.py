"""Which words may be answers: the first ones, frequent ones, all but those of a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..errors import InputError

if TYPE_CHECKING:
    from .table import Embeddings


@dataclass(frozen=True)
class Restriction:
    """The rows that may be answers.

    Attributes
    ----------
    n_rows : int                       rows from 0 on, but for
    barred : ndarray of int64, ascending, or ()   these rows
    """

    n_rows: int
    barred: np.ndarray | tuple[()] = ()


class Searcher(Protocol):
    """What finds the rows near to vectors: all of them, or most of them sooner."""

    def nearest(
        self,
        queries: np.ndarray,
        k: int = 10,
        exclude: list[list[int]] | None = None,
        restriction: Restriction | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """(ids, cosines) of the rows nearest to each query, as `Embeddings.nearest`."""


def restrict_answers(
    embeddings: Embeddings,
    n_rows: int | None = None,
    min_count: int | None = None,
    counts: tuple[list[str], np.ndarray] | None = None,
    not_words: Iterable[str] = (),
    not_rows: np.ndarray | tuple[()] = (),
) -> Restriction:
    """The rows that may be answers.

    Parameters
    ----------
    embeddings : Embeddings
    n_rows : int or None       the first so many; None for all
    min_count : int or None    those seen at least so often
    counts : (list of str, ndarray of int64) or None   how often, of each word; None takes the
                               counts of the embeddings; a word without a count was never seen
    not_words : iterable of str   words that are no answers, known or not
    not_rows : ndarray of int64   rows that are none

    Returns
    -------
    Restriction

    Raises
    ------
    InputError   if counts are needed and there are none
    """
    allowed = np.ones(len(embeddings), dtype=bool)
    if n_rows is not None:
        allowed[n_rows:] = False
    if min_count is not None:
        allowed &= counts_by_row(embeddings, counts) >= min_count
    allowed[np.asarray(not_rows, dtype=np.int64)] = False
    rows = (embeddings.index.get(word) for word in not_words)
    allowed[[row for row in rows if row is not None]] = False
    n_allowed = int(np.flatnonzero(allowed)[-1]) + 1 if allowed.any() else 0
    return Restriction(n_allowed, np.flatnonzero(~allowed[:n_allowed]))


def counts_by_row(
    embeddings: Embeddings, counts: tuple[list[str], np.ndarray] | None
) -> np.ndarray:
    """How often the word of each row was seen: ndarray of int64. See `restrict_answers`."""
    if counts is None:
        if embeddings.counts is None:
            raise InputError(
                "the vectors come without counts, so a least count needs a file of them"
            )
        return np.asarray(embeddings.counts)
    by_row = np.zeros(len(embeddings), dtype=np.int64)
    for word, count in zip(*counts, strict=True):
        row = embeddings.index.get(word)
        if row is not None:
            by_row[row] = count
    return by_row
