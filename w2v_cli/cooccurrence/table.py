"""Counts of pairs of words that stand near one another, as whole numbers.

A pair at distance d weighs 1/d (Pennington, Socher and Manning 2014, section 4.2) or 1. Weights are
kept as multiples of 1/unit, so that sums are exact: they do not depend on the order of the text,
the number of threads or the memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..config import DISTANCE_WEIGHTS
from .settings import EXACT_WINDOW, CountRule

__all__ = ["DISTANCE_WEIGHTS", "EXACT_WINDOW", "Cooccurrences", "CountRule"]


@dataclass(frozen=True)
class Cooccurrences:
    """Counts of pairs, by rows as in a sparse matrix (CSR); columns of a row rise.

    Symmetric counts are kept once, in the upper triangle: no column is below its row. On the
    diagonal both directions are in the sum, as everywhere. ``sums / rule.unit`` are the counts X.

    Attributes
    ----------
    words : sequence of str                the vocabulary
    counts : ndarray of int64, (n_words,)  how often each word is in the text
    rule : CountRule
    starts : ndarray of int64, (n_words + 1,)
    columns : ndarray of uint32, (n_pairs,)
    sums : ndarray of uint64, (n_pairs,)   above 0; in units
    """

    words: Sequence[str]
    counts: np.ndarray
    rule: CountRule
    starts: np.ndarray
    columns: np.ndarray
    sums: np.ndarray

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.columns)

    @property
    def n_words(self) -> int:
        return len(self.starts) - 1
