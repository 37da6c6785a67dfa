"""Positive pointwise mutual information (PPMI) of counts of pairs, as a sparse matrix.

PMI(i, c) = ln(P(i, c) / (P(i) P(c))), with P(c) proportional to n_c^smoothing, is
ln X_ic + ln(sum of all n_c^smoothing) - ln n_i - smoothing ln n_c, where n are the sums of rows and
of columns of X. Less ln k, which is the shift, and not below 0, it is M_ic.

Source: Levy, Goldberg and Dagan, "Improving Distributional Similarity with Lessons Learned from
Word Embeddings", TACL 3 (2015), sections 2 and 3; Levy and Goldberg, "Neural Word Embedding as
Implicit Matrix Factorization", NIPS 2014, section 4, for the shift.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...compiling.cache import compiled_code_cache
from ...cooccurrence.table import Cooccurrences
from ...machine.threads import in_threads

with compiled_code_cache():
    from . import loops

WIDTH = loops.WIDTH
PAIR_BYTES = 8
"""What is kept of a pair: the other word, and the logarithm of its count."""
PIECES = 256
"""Parts of the rows, of about as many pairs each, between which threads may be stopped."""

Tell = Callable[[float], Any]
"""Called with the share of the work that is done; what it raises ends the work."""


@dataclass(frozen=True)
class PPMI:
    """The matrix M; see `loops` for how pairs stand for its cells.

    Attributes
    ----------
    starts : ndarray of int64, (n_words + 1,)
    others : ndarray of uint32, (n_pairs,)    columns; where counts are symmetric, each pair once
    logs : ndarray of float32, (n_pairs,)
    of_rows, of_columns : ndarray of float32, (n_words,)
    symmetric : bool                          whether the counts are; M is not, with smoothing
    """

    starts: np.ndarray
    others: np.ndarray
    logs: np.ndarray
    of_rows: np.ndarray
    of_columns: np.ndarray
    symmetric: bool

    @property
    def n_words(self) -> int:
        return len(self.starts) - 1

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.others)

    def times(
        self, right: np.ndarray, threads: int, tell: Tell, transposed: bool = False
    ) -> np.ndarray:
        """M R, or the transpose of M times R, in blocks of columns.

        Parameters
        ----------
        right : ndarray of float32, (n_blocks, n_words, WIDTH)   R
        threads : int       work at blocks side by side; each number is the same for any of them
        tell : callable     see `Tell`
        transposed : bool

        Returns
        -------
        ndarray of float32, likewise
        """
        product = np.zeros_like(right)
        rows, columns = self.of_rows, self.of_columns
        if transposed:
            rows, columns = columns, rows
        ahead, back = self.symmetric or not transposed, self.symmetric or transposed

        def multiply(block: int) -> None:
            loops.multiply(
                self.starts, self.others, self.logs, rows, columns, ahead, back, right[block],
                product[block],
            )  # fmt: skip

        for done, _ in enumerate(in_threads(multiply, range(len(right)), threads), 1):
            tell(done / len(right))
        return product


def ppmi_of(
    counts: Cooccurrences,
    smoothing: float,
    shift: float,
    threads: int,
    tell: Tell,
    room: Callable[[int, Any], np.ndarray] = np.empty,
) -> PPMI:
    """The positive pointwise mutual information of counts.

    Parameters
    ----------
    counts : Cooccurrences
    smoothing : float   from 0 to 1, the power of counts of contexts
    shift : float       k above 0; ln k is subtracted
    threads : int
    tell : callable     see `Tell`
    room : callable     room(n, dtype) -> array of n numbers, for what is kept of pairs

    Returns
    -------
    PPMI   of the pairs that are above 0 in at least one of the cells that they stand for
    """
    symmetric = counts.rule.symmetric
    of_rows, of_columns = offsets(counts, smoothing, shift)
    given = counts.starts, counts.columns, counts.sums, of_rows, of_columns, symmetric
    borders = list(_pieces(counts.starts))
    kept = np.zeros(counts.n_words, np.int64)

    def count(piece: tuple[int, int]) -> None:
        loops.count_kept(*piece, *given, kept)

    for done, _ in enumerate(in_threads(count, borders, threads), 1):
        tell(done / len(borders) / 2)
    places = np.concatenate([[0], np.cumsum(kept)])
    others, logs = room(int(places[-1]), np.uint32), room(int(places[-1]), np.float32)

    def keep(piece: tuple[int, int]) -> None:
        loops.keep(*piece, *given, places, others, logs)

    for done, _ in enumerate(in_threads(keep, borders, threads), 1):
        tell(0.5 + done / len(borders) / 2)
    of_rows, of_columns = of_rows.astype(np.float32), of_columns.astype(np.float32)
    return PPMI(places, others, logs, of_rows, of_columns, symmetric)


def offsets(
    counts: Cooccurrences, smoothing: float, shift: float
) -> tuple[np.ndarray, np.ndarray]:
    """What is subtracted from logarithms of sums, by rows and by columns: float64, (n_words,).

    A word without pairs has infinity there.
    """
    sums = np.zeros((2, counts.n_words), np.uint64)
    loops.add_up(counts.starts, counts.columns, counts.sums, counts.rule.symmetric, *sums)
    unit = math.log(counts.rule.unit)
    with np.errstate(divide="ignore"):
        of_rows, of_columns = np.log(sums.astype(np.float64))
    of_rows[sums[0] == 0] = of_columns[sums[1] == 0] = np.inf
    powers = np.zeros(counts.n_words)
    is_seen = sums[1] > 0
    powers[is_seen] = np.exp(smoothing * (of_columns[is_seen] - unit))
    of_columns = smoothing * (of_columns - unit) - math.log(max(powers.sum(), 1e-300))
    return of_rows, of_columns + math.log(shift)


def _pieces(starts: np.ndarray) -> Iterator[tuple[int, int]]:
    """Ranges of rows of about as many pairs each."""
    n_words = len(starts) - 1
    wanted = np.linspace(0, starts[-1], PIECES + 1)[1:-1]
    borders = np.unique(np.concatenate([[0], np.searchsorted(starts, wanted), [n_words]]))
    borders = np.clip(borders, 0, n_words)
    yield from zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True)
