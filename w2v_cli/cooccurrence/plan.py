"""Where pairs are counted: which have a cell of their own, how rows are cut, what memory is for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..machine.limits import asked_limit, limits, require_memory
from .packing import CHUNK
from .table import CountRule

PAIR_BYTES, CELL_BYTES, ENTRY_BYTES = 8, 8, 12
PIECE_COPIES = 5
"""Of a piece, in all, for each thread: what goes in and comes out, and three that wait."""
MOST_HEAD_BYTES = 32 << 20
MOST_BYTES = 1 << 30
"""So much is enough, unless the user allows more."""
MEMORY_SHARE = 4
"""Likewise that part of the memory that is left."""
LEAST_THREAD_BYTES = 12 << 20
MOST_BUCKETS, LEAST_BUCKET_PAIRS = 256, 1 << 14
BLOCK_IDS = 1 << 20


@dataclass(frozen=True)
class Sizes:
    """How much is counted where. The result does not depend on any of it.

    Attributes
    ----------
    threads : int
    head_cells : int     of each thread
    pool_chunks : int    of each thread
    buckets : int        at most
    piece_pairs : int    at most so many are put in order at a time, unless a single row has more
    block_ids : int      of the corpus, for a thread at a time
    """

    threads: int
    head_cells: int
    pool_chunks: int
    buckets: int = MOST_BUCKETS
    piece_pairs: int = 1 << 20
    block_ids: int = BLOCK_IDS


def budget(max_memory: int | None) -> int:
    """Bytes that counting may take: those asked for, or what suits the memory that is left."""
    if max_memory is not None:
        return max_memory
    left = min((limit.left for limit in limits()), default=MOST_BYTES * MEMORY_SHARE)
    if asked_limit() is not None:
        return max(left * 5 // 8, 0)
    return max(min(MOST_BYTES, left // MEMORY_SHARE), 0)


def sizes_for(n_words: int, n_pairs: int, rule: CountRule, threads: int, n_bytes: int) -> Sizes:
    """What to count where, in about so many bytes; fewer threads if memory is short.

    Parameters
    ----------
    n_words, n_pairs : int   words of the vocabulary, and at most so many pairs in the text
    rule : CountRule
    threads, n_bytes : int

    Raises
    ------
    MemoryShortageError   if the system has not room for one thread
    """
    cells = CELL_BYTES * n_words + n_words // 4
    least = LEAST_THREAD_BYTES + cells + CHUNK * PAIR_BYTES * (rule.window // CHUNK + 2)
    threads = max(min(threads, n_bytes // least), 1)
    if n_bytes < least:
        require_memory(least, "counting pairs")
    room = max(n_bytes // threads, least) - cells
    head = min(MOST_HEAD_BYTES, room // 5)
    # Pieces of it are put in the order of rows, and added up; some wait until it is their turn.
    pool = (room - head) * 5 // 8
    piece = (room - head - pool) // (PIECE_COPIES * ENTRY_BYTES)
    most = n_pairs // CHUNK + rule.window // CHUNK + 2 * MOST_BUCKETS + 2
    chunks = min(pool // (CHUNK * PAIR_BYTES), most)
    buckets = min(max(chunks * CHUNK // LEAST_BUCKET_PAIRS, 1), MOST_BUCKETS)
    spare = rule.window // CHUNK + buckets + 2
    return Sizes(threads, head // CELL_BYTES, max(chunks, spare), buckets, piece)


@dataclass(frozen=True)
class Head:
    """The cells of frequent pairs: of column c the rows below ``heights[c]``.

    Ranks r and c, from 1, have one if r * c is at most some number: if frequencies fall as 1/rank,
    these are the most frequent pairs.

    Attributes
    ----------
    heights, bases : ndarray of int64, (n_words,)   the cell of a row is at ``bases[c] + row``
    tails : ndarray of int64, (n_words,)     of each row, the first column without a cell
    lengths : ndarray of int64, (n_words,)   cells of each row
    """

    heights: np.ndarray
    bases: np.ndarray
    tails: np.ndarray
    lengths: np.ndarray

    @property
    def n_cells(self) -> int:
        """How many there are."""
        return int(self.heights.sum())

    @classmethod
    def of(cls, n_words: int, symmetric: bool, most_cells: int) -> Head:
        """The largest one with at most so many cells."""
        ranks = np.arange(1, n_words + 1)
        highest = ranks if symmetric else np.full(n_words, n_words)
        low, high = 0, n_words * n_words
        while low < high:
            product = (low + high + 1) // 2
            if int(np.minimum(product // ranks, highest).sum()) <= most_cells:
                low = product
            else:
                high = product - 1
        heights = np.minimum(low // ranks, highest)
        firsts = ranks - 1 if symmetric else 0
        tails = np.maximum(np.minimum(low // ranks, n_words), firsts)
        return cls(heights, np.cumsum(heights) - heights, tails, tails - firsts)


def row_borders(counts: np.ndarray, head: Head, n_buckets: int) -> np.ndarray:
    """Borders of ranges of rows that have about equally many pairs in the tail.

    Parameters
    ----------
    counts : ndarray of int64, (n_words,)   of words; only used to guess
    head : Head
    n_buckets : int                         at most

    Returns
    -------
    ndarray of int64   from 0 to n_words
    """
    n_words = len(counts)
    behind = np.zeros(n_words + 1)
    behind[:-1] = np.cumsum(counts[::-1].astype(float))[::-1]
    # The share of rows is in, so that no bucket has nearly all of them.
    pairs = counts * behind[head.tails]
    shares = np.cumsum(pairs / max(pairs.sum(), 1) + 0.25 / n_words)
    targets = shares[-1] * np.arange(1, n_buckets) / n_buckets
    cuts = np.searchsorted(shares, targets) + 1
    return np.unique(np.concatenate([[0], np.minimum(cuts, n_words), [n_words]]))


def pieces(n_of_rows: np.ndarray, most: int) -> list[tuple[int, int]]:
    """Ranges of rows, one behind the other, with at most ``most`` pairs, or of a single row."""
    ends = np.cumsum(n_of_rows)
    cuts, taken = [0], 0
    while cuts[-1] < len(ends):
        stop = int(np.searchsorted(ends, taken + most, side="right"))
        cuts.append(max(stop, cuts[-1] + 1))
        taken = int(ends[cuts[-1] - 1])
    return list(pairwise(cuts))
