"""Counting pairs of words: exact, in bounded memory, in threads; always the same result.

Each thread counts parts of the corpus. Frequent pairs have cells of their own. The others are
written down; whenever their memory is full, they are added up, row by row, and put into a
temporary file. In the end each bucket, a range of rows, is added up of all that there is of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from queue import SimpleQueue
from tempfile import gettempdir

import numpy as np

from ..compiling.cache import compiled_code_cache, is_cached
from ..corpus.encoded import EncodedCorpus
from ..machine.system import available_cpus
from ..machine.threads import in_order, in_threads
from .adding import Adder
from .gathering import pieces_of
from .packing import check_sums, shifts_of
from .plan import Head, Sizes, budget, row_borders, sizes_for
from .pool import Pool
from .runs import Runs
from .scratch import ScratchFile
from .table import Cooccurrences, CountRule

with compiled_code_cache():
    from . import loops

Progress = Callable[..., None]
NO_CELLS = np.zeros(0, np.uint64)


def count_pairs(
    corpus: EncodedCorpus,
    words: Sequence[str],
    counts: np.ndarray,
    rule: CountRule,
    max_memory: int | None = None,
    folder: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    sizes: Sizes | None = None,
) -> Cooccurrences:
    """Count the pairs of words that stand near one another in a corpus.

    The result depends on the sentences and the rule alone: neither on threads nor on memory.

    Parameters
    ----------
    corpus : EncodedCorpus
    words : sequence of str                 the vocabulary; frequent words first is fastest
    counts : ndarray of int64, (n_words,)   about how often words occur, to plan with
    rule : CountRule
    max_memory : int or None    bytes for counting, beyond what is in use; None: what suits the
                                machine and `machine.limits.max_memory`
    folder : str or None        for temporary files; None: that of the system
    threads : int or None       None: the processors available
    progress : callable or None   called as progress("count", ids, None, share=), and as
                                progress("compile", 0, None) before a wait for that
    sizes : Sizes or None       how memory is used, instead of ``max_memory`` and ``threads``

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
    shifts_of(rule, len(words))
    check_sums(rule, int(np.max(counts, initial=0)))
    if progress and not is_cached(loops.scan):
        progress("compile", 0, None)
    n_pairs = corpus.n_tokens * rule.window
    sizes = sizes or sizes_for(
        len(words), n_pairs, rule, threads or available_cpus(), budget(max_memory)
    )
    counter = _Counter(corpus, np.asarray(counts), rule, sizes, folder or gettempdir(), progress)
    try:
        counter.scan()
        return counter.added_up(words)
    finally:
        counter.close()


class _Counter:
    """What all threads share while they count."""

    def __init__(self, corpus, counts, rule, sizes, folder, progress):
        self._corpus, self._rule, self._sizes = corpus, rule, sizes
        self._folder, self._progress = folder, progress
        self._n_words = len(counts)
        self._head = Head.of(self._n_words, rule.symmetric, sizes.head_cells)
        self._borders = row_borders(counts, self._head, sizes.buckets)
        self._pools = [
            Pool(self._head, self._borders, rule, sizes.pool_chunks) for _ in range(sizes.threads)
        ]
        self._adders = _Lent(Adder(self._n_words, rule.symmetric) for _ in self._pools)
        self._runs = Runs(ScratchFile(folder), len(self._borders) - 1)

    def scan(self):
        """Go over the corpus once."""
        pools = _Lent(self._pools)
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
        ends, n_pairs = np.zeros(self._n_words + 1, np.int64), 0
        columns, sums = ScratchFile(self._folder), ScratchFile(self._folder)

        def add(piece):
            with self._adders.one() as adder:
                return piece.first, self._add(piece, adder, cells)

        try:
            for first, added in in_order(add, self._pieces(self._pools), self._sizes.threads):
                row_ends, piece_columns, piece_sums = added
                ends[first + 1 : first + 1 + len(row_ends)] = n_pairs + row_ends
                n_pairs += len(piece_columns)
                columns.append(piece_columns)
                sums.append(piece_sums)
                self._tell(self._corpus.length, first / self._n_words)
            return Cooccurrences(
                words=words,
                counts=sum(pool.n_of_words for pool in self._pools),
                rule=self._rule,
                starts=ends,
                columns=columns.map(np.uint32),
                sums=sums.map(np.uint64),
            )
        finally:
            columns.close()
            sums.close()

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
                    self._runs.write(bucket, piece.first, *self._add(piece, adder, NO_CELLS))
        pool.empty()

    def _pieces(self, pools):
        """All rows, one piece after the other, with all sources of each."""
        for bucket in range(len(self._borders) - 1):
            sources = [pool.source(bucket) for pool in pools] + self._runs.sources(bucket)
            yield from self._pieces_of(bucket, sources)

    def _pieces_of(self, bucket, sources):
        first, stop = self._borders[bucket : bucket + 2].tolist()
        beside = self._head.lengths[first:stop]
        return pieces_of(sources, first, stop - first, self._sizes.piece_pairs, beside)

    def _add(self, piece, adder, cells):
        columns, sums = piece.gathered()
        return adder.add(piece.first, piece.starts, columns, sums, self._head, cells)

    def _tell(self, n_ids, share_added):
        """Going over the text is the larger part of the work."""
        if self._progress:
            share = 0.7 * n_ids / max(self._corpus.length, 1) + 0.3 * share_added
            self._progress("count", n_ids, None, share=share)


class _Lent:
    """Things of which a thread has one at a time."""

    def __init__(self, things):
        self._idle = SimpleQueue()
        for thing in things:
            self._idle.put(thing)

    @contextmanager
    def one(self):
        """One that no other thread has, within the block."""
        thing = self._idle.get()
        try:
            yield thing
        finally:
            self._idle.put(thing)
