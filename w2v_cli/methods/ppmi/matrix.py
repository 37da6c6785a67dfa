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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from ...compiling.cache import compiled_code_cache, is_cached
from ...cooccurrence.table import Cooccurrences, CountRule
from ...errors import InputError, field
from ...files.mapped import let_go
from ...machine.threads import in_threads

with compiled_code_cache():
    from . import loops

WIDTH = loops.WIDTH
PAIR_BYTES = 8
"""What is kept of a pair: the other word, and the logarithm of its count."""
PIECES = 256
"""Parts of the rows, of about as many pairs each, between which threads may be stopped."""
IN_MEMORY = 16
"""Parts of mapped counts that may be in memory at once."""


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

    @property
    def squares(self) -> float:
        """The sum of the squares of all cells."""
        given = self.starts, self.others, self.logs, self.of_rows, self.of_columns
        return float(loops.squares_of(*given, self.symmetric))

    def multiply(
        self, right: np.ndarray, product: np.ndarray, block: int, transposed: bool
    ) -> None:
        """Some columns of M R, or of the transpose of M times R; *in place:* those of ``product``.

        Parameters
        ----------
        right, product : ndarray of float32, (n_words, n_columns)
        block : int         which columns: those from ``block`` * WIDTH on
        transposed : bool
        """
        rows, columns = self.of_rows, self.of_columns
        if transposed:
            rows, columns = columns, rows
        ahead, back = self.symmetric or not transposed, self.symmetric or transposed
        some = slice(block * WIDTH, (block + 1) * WIDTH)
        # Side by side in memory, both are in less than half of its pages, and that much faster.
        narrow = np.ascontiguousarray(right[:, some])
        result = np.zeros_like(narrow)
        given = self.starts, self.others, self.logs, rows, columns
        loops.multiply(*given, ahead, back, narrow, result)
        product[:, some] = result


def ppmi_of(
    counts: Cooccurrences,
    smoothing: float,
    shift: float,
    threads: int,
) -> PPMI:
    """The positive pointwise mutual information of counts.

    Parameters
    ----------
    counts : Cooccurrences
    smoothing : float   from 0 to 1, the power of counts of contexts
    shift : float       k above 0; ln k is subtracted
    threads : int

    Returns
    -------
    PPMI   of the pairs that are above 0 in at least one of the cells that they stand for

    Raises
    ------
    InputError   if there are none
    """
    symmetric = counts.rule.symmetric
    of_rows, of_columns = offsets(counts, smoothing, shift)
    given = counts.starts, counts.columns, counts.sums, of_rows, of_columns, symmetric
    borders = list(_pieces(counts.starts))
    kept = np.zeros(counts.n_words, np.int64)

    def count(piece: tuple[int, int]) -> None:
        loops.count_kept(*piece, *given, kept)

    _do(count, borders, threads, counts)
    places = np.concatenate([[0], np.cumsum(kept)])
    if places[-1] == 0:
        raise InputError(
            "no two words stand near one another more often than by chance, so there is nothing to "
            f"learn from; give more text, or a lower {field('shift')}"
        )
    others, logs = np.empty(places[-1], np.uint32), np.empty(places[-1], np.float32)

    def keep(piece: tuple[int, int]) -> None:
        loops.keep(*piece, *given, places, others, logs)

    _do(keep, borders, threads, counts)
    of_rows, of_columns = of_rows.astype(np.float32), of_columns.astype(np.float32)
    return PPMI(places, others, logs, of_rows, of_columns, symmetric)


def is_ready() -> bool:
    """Whether nothing has to be compiled."""
    return all(map(is_cached, (loops.add_up, loops.count_kept, loops.keep, loops.multiply)))


def get_ready() -> None:
    """Have all loops compiled, or loaded: with a matrix of one word."""
    starts = np.array([0, 1])
    pair = np.zeros(1, np.uint32), np.ones(1, np.uint64)
    counts = Cooccurrences([""], np.ones(1, np.int64), CountRule(), starts, *pair)
    matrix = ppmi_of(counts, 0.0, 0.5, 1)
    matrix.multiply(np.ones((1, WIDTH), np.float32), np.ones((1, WIDTH), np.float32), 0, False)
    _ = matrix.squares


def offsets(counts: Cooccurrences, smoothing: float, shift: float) -> tuple[np.ndarray, np.ndarray]:
    """What is subtracted from logarithms of sums, by rows and by columns: float64, (n_words,).

    A word without pairs has infinity there.
    """
    sums = np.zeros((2, counts.n_words), np.uint64)
    given = counts.starts, counts.columns, counts.sums, counts.rule.symmetric

    def add_up(piece: tuple[int, int]) -> None:
        loops.add_up(*piece, *given, *sums)

    _do(add_up, _pieces(counts.starts), 1, counts)
    of_rows, of_columns = np.full((2, counts.n_words), np.inf)
    of_rows[sums[0] > 0] = np.log(sums[0][sums[0] > 0].astype(np.float64))
    # What is counted, in whole pairs: powers of multiples would be too large.
    logs = np.log(sums[1][sums[1] > 0] / counts.rule.unit)
    whole = math.log(np.exp(smoothing * logs).sum())
    of_columns[sums[1] > 0] = smoothing * logs - whole + math.log(shift)
    return of_rows, of_columns


def _do(
    work: Callable[[tuple[int, int]], None],
    pieces: Iterable[tuple[int, int]],
    threads: int,
    counts: Cooccurrences,
) -> None:
    """Do work on all pieces of counts; what is mapped of these goes out of memory behind it."""
    for done, _ in enumerate(in_threads(work, pieces, threads), 1):
        if done % IN_MEMORY == 0:
            let_go(counts.columns, counts.sums)
    let_go(counts.columns, counts.sums)


def _pieces(starts: np.ndarray) -> Iterator[tuple[int, int]]:
    """Ranges of rows of about as many pairs each."""
    n_words = len(starts) - 1
    wanted = np.linspace(0, starts[-1], PIECES + 1)[1:-1]
    borders = np.unique(np.concatenate([[0], np.searchsorted(starts, wanted), [n_words]]))
    borders = np.clip(borders, 0, n_words)
    yield from zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True)
