"""Counts of pairs cut into tiles: all pairs of two blocks of words, which threads can share out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...cooccurrence.table import Cooccurrences
from ...files.mapped import let_go
from ...kernels import SECOND, count_in_tiles, put_into_tiles

BLOCK_WORDS = 512
"""Rows of two blocks stay in the cache while their pairs are trained."""
MOST_BLOCKS = 255
PAIR_BYTES = 8
PAIRS_AT_ONCE = 1 << 22


@dataclass(frozen=True)
class Tiles:
    """Pairs in tiles, in a random order within each.

    Attributes
    ----------
    borders : ndarray of int64, (n_blocks + 1,)    the first word of each block
    blocks : ndarray of int64, (n_tiles, 2)        of each tile, the first one no later than the
                                                   second
    starts : ndarray of int64, (n_tiles + 1,)      where the pairs of each tile begin
    n_directions : ndarray of int64, (n_tiles,)    pairs that are trained: two for one pair of
                                                   symmetric counts, unless its words are the same
    left, right : ndarray of uint16, (n_pairs,)    see `kernels.pairs`
    x : ndarray of float32, (n_pairs,)             counts
    """

    borders: np.ndarray
    blocks: np.ndarray
    starts: np.ndarray
    n_directions: np.ndarray
    left: np.ndarray
    right: np.ndarray
    x: np.ndarray

    @property
    def n_blocks(self) -> int:
        return len(self.borders) - 1


def tiles_of(pairs: Cooccurrences, seed: int, block_words: int | None = None) -> Tiles:
    """Cut counts of pairs into tiles; the seed says in which order their pairs are."""
    borders = _borders(pairs.n_words, block_words)
    n_blocks = len(borders) - 1
    block_of = np.repeat(np.arange(n_blocks, dtype=np.uint16), np.diff(borders))
    first, second = np.triu_indices(n_blocks)
    tile_of = np.empty((n_blocks, n_blocks), np.int32)
    tile_of[first, second] = tile_of[second, first] = np.arange(len(first))
    sizes, n_directions = np.zeros((2, len(first)), np.int64)
    for rows in row_ranges(pairs):
        count_in_tiles(*rows, block_of, tile_of, sizes, n_directions, pairs.rule.symmetric)
    starts = np.append(0, np.cumsum(sizes))
    random = np.random.SeedSequence(seed).generate_state(len(first), np.uint64)
    left, right = np.empty((2, len(pairs)), np.uint16)
    x = np.empty(len(pairs), np.float32)
    ends, unit = starts[:-1].copy(), float(pairs.rule.unit)
    for rows in row_ranges(pairs):
        put_into_tiles(
            *rows, pairs.sums, unit, block_of, borders, tile_of, ends, starts, random[:, None],
            left, right, x,
        )  # fmt: skip
    blocks = np.column_stack([first, second])
    return Tiles(borders, blocks, starts, n_directions, left, right, x)


def row_ranges(pairs: Cooccurrences) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield (first row, where some rows begin, all columns) for rows with so many pairs, about.

    Pages of the file that is mapped go out of memory behind them.
    """
    starts, first = np.asarray(pairs.starts, np.int64), 0
    while first < pairs.n_words:
        stop = int(np.searchsorted(starts, starts[first] + PAIRS_AT_ONCE, "right")) - 1
        stop = max(stop, first + 1)
        yield first, starts[first : stop + 1], pairs.columns
        let_go(pairs.columns, pairs.sums)
        first = stop


def _borders(n_words: int, block_words: int | None) -> np.ndarray:
    size = block_words or max(BLOCK_WORDS, -(-n_words // MOST_BLOCKS))
    assert size <= SECOND
    return np.append(np.arange(0, n_words, size), n_words)
