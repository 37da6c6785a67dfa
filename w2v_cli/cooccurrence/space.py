"""How much counts of pairs will take on the disk: guessed from the counts of words, and checked.

If words stood in any order, the pair of words i and j, which are the shares p_i and p_j of n words,
would stand near 2 * window * n * p_i * p_j times, and be there at all with the probability that a
Poisson variable of this mean is above 0. Words of a text stand less at random, so that there are
fewer different pairs.
"""

from __future__ import annotations

import os
import shutil
from typing import NamedTuple

import numpy as np

from ..errors import OutputError, field
from ..wording.amounts import shown_bytes
from .packing import CHUNK
from .plan import ENTRY_BYTES, Head, Sizes
from .table import CountRule

RATIO = 1.05
"""Ranks are taken together up to so many times the first."""
LENGTH_BYTES = 4
WORD_BYTES, FILE_BYTES = 32, 7 * 4096
"""Of a file: where the row of a word begins, with its line; and headers, before arrays that begin
at pages."""


class DiskNeed(NamedTuple):
    """Bytes on the disk, at most.

    Attributes
    ----------
    runs : int    in temporary files, until all is added up
    table : int   of the pairs themselves
    more : int    what a file of them has besides
    """

    runs: int
    table: int
    more: int = 0

    @property
    def scratch(self) -> int:
        """Of all temporary files together."""
        return self.runs + self.table


def disk_need(
    counts: np.ndarray, n_tokens: int, rule: CountRule, sizes: Sizes, head: Head
) -> DiskNeed:
    """What counting will take on the disk.

    Parameters
    ----------
    counts : ndarray of int64, (n_words,)   of words
    n_tokens : int                          of the text; more than the sum of counts if those are
                                            of a part
    rule : CountRule
    sizes : Sizes
    head : Head
    """
    model = _Model(counts, rule, head)
    n_pairs = n_tokens * rule.window
    in_pools = sizes.threads * sizes.pool_chunks * CHUNK
    n_tail = n_pairs * model.tail_share
    runs = 0.0
    if n_tail > in_pools:
        of_run = sizes.pool_chunks * CHUNK / n_tail
        n_runs = n_tail // (sizes.pool_chunks * CHUNK) + 1
        runs = n_runs * (
            ENTRY_BYTES * model.distinct(n_pairs * of_run, tail=True) + LENGTH_BYTES * len(counts)
        )
    table = min(model.distinct(n_pairs), n_pairs) * ENTRY_BYTES
    return DiskNeed(int(runs), int(table), WORD_BYTES * len(counts) + FILE_BYTES)


class _Model:
    """Pairs of words that stand in any order, in classes of words that are about as frequent."""

    def __init__(self, counts, rule, head):
        n_words = len(counts)
        edges = np.unique(RATIO ** np.arange(np.log(n_words + 1) / np.log(RATIO) + 1) // 1)
        edges = np.minimum(edges, n_words + 1).astype(np.int64) - 1
        firsts, stops = edges[:-1], edges[1:]
        sums = np.concatenate([[0.0], np.cumsum(counts, dtype=float)])
        sizes = stops - firsts
        of_word = (sums[stops] - sums[firsts]) / np.maximum(sizes, 1) / max(sums[-1], 1)
        self._probability = np.outer(of_word, of_word)
        self._n_cells = np.outer(sizes, sizes).astype(float)
        middles = (firsts + stops - 1) // 2
        self._in_tail = middles[:, None] >= head.heights[np.minimum(middles, n_words - 1)]
        if rule.symmetric:
            # Both orders are one pair, which is met twice as often.
            low, high = np.minimum.outer(middles, middles), np.maximum.outer(middles, middles)
            self._in_tail = low >= head.heights[high]
            self._probability, self._n_cells = 2 * self._probability, self._n_cells / 2
        met = self._n_cells * self._probability
        self.tail_share = float(met[self._in_tail].sum() / max(met.sum(), 1e-300))

    def distinct(self, n_pairs, tail=False):
        """How many different ones there are among so many pairs; with ``tail`` of those alone."""
        expected = self._n_cells * -np.expm1(-n_pairs * self._probability)
        return float(expected[self._in_tail].sum() if tail else expected.sum())


def places_needed(need: DiskNeed, folder: str, output: str | None = None) -> dict[str, int]:
    """Bytes that counting takes on the disk, by folder.

    Parameters
    ----------
    need : DiskNeed
    folder : str           of temporary files
    output : str or None   the folder where a file of all pairs is to be, if there will be one
    """
    if output is None:
        return {folder: need.scratch}
    if os.stat(folder).st_dev == os.stat(output).st_dev:
        # Runs are gone by the time that the file is written.
        return {folder: need.table + max(need.runs, need.table + need.more)}
    return {folder: need.scratch, output: need.table + need.more}


def check_disk(need: DiskNeed, folder: str, output: str | None = None) -> None:
    """Raise OutputError if there is no room for what counting takes; see `places_needed`."""
    for place, needed in places_needed(need, folder, output).items():
        free = shutil.disk_usage(place).free
        if free < needed:
            raise OutputError(
                f"{place}: counts of pairs need up to {shown_bytes(needed)}, and "
                f"{shown_bytes(free)} are free; name a folder with room in {field('tmpdir')}, or "
                "count fewer words"
            )


def told(need: DiskNeed, folder: str, output: str | None = None) -> str:
    """What counting takes on the disk, for people; see `places_needed`."""
    places = places_needed(need, folder, output).items()
    shown = " and ".join(f"up to {shown_bytes(needed)} in {place}" for place, needed in places)
    return f"counts of pairs will take {shown}"
