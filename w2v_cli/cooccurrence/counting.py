"""Counting pairs of words: exact, in bounded memory, in threads; always the same result.

Each thread counts parts of the corpus. Frequent pairs have cells of their own. The others are
written down; whenever their memory is full, they are added up, row by row, and put into a
temporary file. In the end each bucket, a range of rows, is added up of all that there is of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from tempfile import gettempdir
from typing import NamedTuple

import numpy as np

from ..compiling.cache import compiled_code_cache, is_cached
from ..corpus.encoded import EncodedCorpus
from ..machine.system import available_cpus
from ..machine.threads import in_threads
from .adding import Adder
from .assembling import Lent, added, assemble
from .gathering import pieces_of
from .packing import check_sums, shifts_of
from .plan import Head, Sizes, budget, row_borders, sizes_for
from .pool import Pool
from .runs import Runs
from .scratch import ScratchFile
from .space import DiskNeed, check_disk, disk_need
from .table import Cooccurrences, CountRule

with compiled_code_cache():
    from . import loops

Progress = Callable[..., None]
SCAN_SHARE = 0.7
"""Of the work: going over the text, as against adding up."""


class CountPlan(NamedTuple):
    """How pairs will be counted, and what that takes on the disk."""

    sizes: Sizes
    head: Head
    need: DiskNeed

    @classmethod
    def of(cls, counts: np.ndarray, n_tokens: int, rule: CountRule, sizes: Sizes) -> CountPlan:
        """The plan with these sizes; for the rest see `plan_counting`."""
        head = Head.of(len(counts), rule.symmetric, sizes.head_cells)
        return cls(sizes, head, disk_need(counts, n_tokens, rule, sizes, head))


def plan_counting(
    counts: np.ndarray,
    n_tokens: int,
    rule: CountRule,
    max_memory: int | None = None,
    threads: int | None = None,
) -> CountPlan:
    """How to count the pairs of a text, before anything is allocated.

    Parameters
    ----------
    counts : ndarray of int64, (n_words,)   of words, at least about
    n_tokens : int                          of the text
    rule : CountRule
    max_memory : int or None    bytes beyond what is in use; None: what suits the machine and
                                `machine.limits.max_memory`
    threads : int or None       None: the processors available; fewer, if memory is short

    Raises
    ------
    ConfigError           if a pair, or a sum, might not fit in 64 bits
    MemoryShortageError   if there is not memory for one thread
    """
    counts = np.asarray(counts)
    shifts_of(rule, len(counts))
    check_sums(rule, int(np.max(counts, initial=0)))
    sizes = sizes_for(
        len(counts), n_tokens * rule.window, rule, threads or available_cpus(), budget(max_memory)
    )
    return CountPlan.of(counts, n_tokens, rule, sizes)


def count_pairs(
    corpus: EncodedCorpus,
    words: Sequence[str],
    counts: np.ndarray,
    rule: CountRule,
    max_memory: int | None = None,
    folder: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    plan: CountPlan | None = None,
) -> Cooccurrences:
    """Count the pairs of words that stand near one another in a corpus.

    The result depends on the sentences and the rule alone: neither on threads nor on memory.

    Parameters
    ----------
    corpus : EncodedCorpus
    words : sequence of str                 the vocabulary; frequent words first is fastest
    counts : ndarray of int64, (n_words,)   about how often words occur, to plan with
    rule : CountRule
    max_memory, threads : int or None       see `plan_counting`
    folder : str or None        for temporary files; None: that of the system
    progress : callable or None   called as progress("count", ids, None, share=), and as
                                progress("compile", 0, None) before a wait for that
    plan : CountPlan or None    what `plan_counting` said, if it was asked before

    Returns
    -------
    Cooccurrences   its columns and sums are mapped from unnamed temporary files; its counts are
                    those of this corpus

    Raises
    ------
    ConfigError           if a pair, or a sum, might not fit in 64 bits
    MemoryShortageError   if there is not memory for one thread
    OutputError           if the folder cannot be written to, or its disk is full
    """
    counts, folder = np.asarray(counts), folder or gettempdir()
    plan = plan or plan_counting(counts, corpus.n_tokens, rule, max_memory, threads)
    check_disk(plan.need, folder)
    if progress and not is_cached(loops.scan):
        progress("compile", 0, None)
    counter = _Counter(corpus, counts, rule, plan, folder, progress)
    try:
        counter.scan()
        return counter.added_up(words)
    finally:
        counter.close()


class _Counter:
    """What all threads share while they count."""

    def __init__(self, corpus, counts, rule, plan, folder, progress):
        self._corpus, self._rule = corpus, rule
        self._sizes, self._head = plan.sizes, plan.head
        self._folder, self._progress = folder, progress
        self._borders = row_borders(counts, self._head, self._sizes.buckets)
        threads = range(self._sizes.threads)
        self._pools = [
            Pool(self._head, self._borders, rule, self._sizes.pool_chunks) for _ in threads
        ]
        self._adders = Lent(Adder(len(counts), rule.symmetric) for _ in threads)
        self._runs = Runs(ScratchFile(folder), len(self._borders) - 1)

    def scan(self):
        """Go over the corpus once."""
        pools = Lent(self._pools)
        starts = range(0, self._corpus.length, self._sizes.block_ids)

        def scan_block(start):
            with pools.one() as pool:
                return self._scan_block(start, pool)

        done = 0
        for n_ids in in_threads(scan_block, starts, self._sizes.threads):
            done += n_ids
            self._tell(done, 0)

    def added_up(self, words):
        """The `Cooccurrences` of all that was counted."""
        cells = np.zeros(self._head.n_cells, np.uint64)
        for pool in self._pools:
            pool.add_cells_to(cells)
        rows = assemble(
            self._pieces(), self._adders, self._sizes.threads, self._head, self._folder, cells,
            lambda share: self._tell(self._corpus.length, share),
        )  # fmt: skip
        n_of_words = np.sum([pool.n_of_words for pool in self._pools], axis=0)
        return Cooccurrences(words, n_of_words, self._rule, *rows)

    def close(self):
        """Give back what is on the disk."""
        self._runs.close()

    def _scan_block(self, start, pool):
        stop = min(start + self._sizes.block_ids, self._corpus.length)
        first = max(start - self._rule.window, 0)
        ids = self._corpus.window(first, stop)
        place = start - first
        while (place := pool.scan(ids, place, stop - first)) < stop - first:
            self._spill(pool)
        return stop - start

    def _spill(self, pool):
        """Add up what a pool holds, put it into the temporary file, and empty the pool."""
        with self._adders.one() as adder:
            for bucket in range(len(self._borders) - 1):
                for piece in self._pieces_of(bucket, [pool.source(bucket)]):
                    self._runs.write(bucket, piece.first, *added(piece, adder, self._head))
        pool.empty()

    def _pieces(self):
        """All rows, one piece after the other, with all sources of each."""
        for bucket in range(len(self._borders) - 1):
            sources = [pool.source(bucket) for pool in self._pools] + self._runs.sources(bucket)
            yield from self._pieces_of(bucket, sources)

    def _pieces_of(self, bucket, sources):
        first, stop = self._borders[bucket : bucket + 2].tolist()
        beside = self._head.lengths[first:stop]
        return pieces_of(sources, first, stop - first, self._sizes.piece_pairs, beside)

    def _tell(self, n_ids, share_added):
        if self._progress:
            share = SCAN_SHARE * n_ids / max(self._corpus.length, 1)
            share += (1 - SCAN_SHARE) * share_added
            self._progress("count", n_ids, None, share=share)
