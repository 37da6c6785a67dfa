"""How often each pair of units occurs in ids: exact, in bounded memory, in threads.

For a range of ids at a time the units behind them are written side by side, which takes 4 bytes for
each, and counted there. Ranges are such that they fit in memory; each takes one more look at the
ids. Nothing is dropped, and the result does not depend on threads or memory.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..compiling.cache import compiled_code_cache, is_cached
from ..machine.limits import limits
from ..machine.threads import in_threads

with compiled_code_cache():
    from . import pairs as loops

MOST_BYTES = 256 << 20
"""Of codes and what is counted of them at a time, in all threads together."""
LEAST_BYTES = 8 << 20
MEMORY_SHARE = 4
"""That part of the memory that is left is enough."""
CODE_BYTES, PAIR_BYTES = 4, 16
FIRST_SIZE = 1 << 10


class IdTable:
    """Pairs of ids -> number, for the compiled loops: see `pairs`.

    Attributes
    ----------
    keys : ndarray of uint64     a power of two of them
    values : ndarray of int32
    """

    def __init__(self, n_entries=0):
        size = FIRST_SIZE
        while size < 2 * n_entries:
            size *= 2
        self.keys = np.full(size, loops.NO_KEY)
        self.values = np.zeros(size, dtype=np.int32)

    @classmethod
    def of(cls, high, low, values):
        """The table of pairs (high, low), two arrays of ids, with a value for each."""
        table = cls(len(values))
        keys = (np.asarray(high).astype(np.uint64) << loops.HALF) | np.asarray(low).astype(
            np.uint64
        )
        loops.enter(keys, np.asarray(values, dtype=np.int32), table.keys, table.values)
        return table

    def make_room(self, n_entries):
        """Make the table large enough for so many entries."""
        if 2 * n_entries > len(self.keys):
            larger = IdTable(n_entries)
            loops.enter(self.keys, self.values, larger.keys, larger.values)
            self.keys, self.values = larger.keys, larger.values

    def entries(self):
        """(high, low, values) of all entries, in the order of their values."""
        used = np.flatnonzero(self.keys != loops.NO_KEY)
        used = used[np.argsort(self.values[used], kind="stable")]
        keys = self.keys[used]
        high, low = keys >> loops.HALF, keys & np.uint64(2**32 - 1)
        return high.astype(np.int64), low.astype(np.int64), self.values[used]


class Pairs(NamedTuple):
    """Pairs of units, in the order of ``left``, and for one left of first appearance.

    Attributes
    ----------
    left, right : ndarray of int32   ids
    link : ndarray of int64          what is between: a place in ``links``
    n : ndarray of int64             how often they occur
    links : list of tuple of int     the ids of connectors; the first is ()
    n_distinct : int                 how many pairs there are, however rare
    """

    left: np.ndarray
    right: np.ndarray
    link: np.ndarray
    n: np.ndarray
    links: list
    n_distinct: int


def count_pairs(ids, kinds, least=1, first_new=0, across=False, threads=1, progress=None):
    """Count the pairs of units that stand behind each other in sentences.

    Parameters
    ----------
    ids : `IdFile`                         ids, and SENTENCE_END between sentences
    kinds : ndarray of uint8, (n_ids,)     UNIT, CONNECTOR or BLOCKED of `pairs`
    least : int                            pairs that occur less often are left out
    first_new : int                        count only pairs in which an id is this or higher
    across : bool                          count across the ends of sentences too, as
                                           word2phrase.c does
    threads : int
    progress : callable or None            called as progress("count", ids, None, share=), and as
                                           progress("compile", 0, None) before a wait for that

    Returns
    -------
    Pairs

    Example: of ``[0, 1, 0, 1, SENTENCE_END]``: (0, 1) twice, and (1, 0) once.
    """
    if progress and not is_cached(loops.tally):
        progress("compile", 0, None)
    counter = _Counter(ids, kinds, first_new, across, progress)
    ranges = counter.ranges(threads, least)
    counter.n_steps = 1 + len(ranges)
    found = [None] * len(ranges)

    def count(number):
        found[number] = counter.count(*ranges[number], least)

    for _ in in_threads(count, range(len(ranges)), min(threads, len(ranges) or 1)):
        pass
    return counter.joined(found)


class _Counter:
    """Counts pairs, for a range of left ids at a time."""

    def __init__(self, ids, kinds, first_new, across, progress):
        self._ids, self._kinds, self._rules = ids, kinds, (first_new, across)
        self._progress, self.n_steps, self._n_done = progress, 1, 0
        self._links, self._codes = IdTable(), IdTable()
        self._state = _fresh_state(len(kinds))
        self._n_behind = np.zeros(len(kinds), dtype=np.int64)
        self._tally()

    def _tally(self):
        state = self._state
        has_connectors = bool((self._kinds == loops.CONNECTOR).any())
        for block in self._ids.blocks():
            if has_connectors:
                self._links.make_room(int(state[loops.N_LINKS]) + len(block))
                self._codes.make_room(int(state[loops.N_CODES]) - len(self._kinds) + len(block))
            loops.tally(block, self._kinds, *self._rules, *self._tables(), self._n_behind, state)
            self._tell(len(block))

    def _tables(self):
        return self._links.keys, self._links.values, self._codes.keys, self._codes.values

    def ranges(self, threads, least):
        """(first, stop) of ids whose pairs are counted at a time."""
        borders = np.cumsum(self._n_behind)
        total = int(borders[-1]) if len(borders) else 0
        room = max(_room_for_codes() // (CODE_BYTES + PAIR_BYTES // least) // threads, 1)
        n_ranges = max(-(-total // room), threads)
        targets = total * np.arange(1, n_ranges) // n_ranges
        cuts = np.searchsorted(borders, targets, side="left") + 1
        cuts = [0, *np.minimum(cuts, len(borders)).tolist(), len(borders)]
        return [(first, stop) for first, stop in pairwise(cuts) if first < stop]

    def count(self, first, stop, least):
        """(left, code, count, number of different pairs) of the pairs that begin in a range."""
        n_behind = self._n_behind[first:stop]
        ends = np.cumsum(n_behind)
        places, n_codes = ends - n_behind, int(ends[-1])
        behind = np.empty(n_codes, dtype=np.int32)
        state = _fresh_state(0)
        for block in self._ids.blocks():
            loops.scatter(
                block, self._kinds, *self._rules, *self._tables(), first, places, behind, state
            )
            self._tell(len(block))
        size = n_codes // least
        lefts, found = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32)
        counts = np.empty(size, dtype=np.int64)
        n_of_code = np.zeros(int(self._state[loops.N_CODES]), dtype=np.uint32)
        n_pairs, n_distinct = loops.count_codes(
            first, ends, behind, least, n_of_code, lefts, found, counts
        )
        return lefts[:n_pairs].copy(), found[:n_pairs].copy(), counts[:n_pairs].copy(), n_distinct

    def joined(self, parts):
        """The `Pairs` of all ranges together."""
        left, code, count = (
            np.concatenate([np.zeros(0, dtype), *(part[column] for part in parts)])
            for column, dtype in enumerate((np.int32, np.int32, np.int64))
        )
        n_ids = len(self._kinds)
        link_of, right_of, _ = self._codes.entries()
        is_linked = code >= n_ids
        right, link = code.copy(), np.zeros(len(code), dtype=np.int64)
        right[is_linked] = right_of[code[is_linked] - n_ids]
        link[is_linked] = link_of[code[is_linked] - n_ids]
        n_distinct = sum(part[3] for part in parts)
        return Pairs(left, right, link, count, self._links_in_words(), n_distinct)

    def _links_in_words(self):
        links = [()]
        for before, connector, _ in zip(*self._links.entries(), strict=True):
            links.append((*links[before], int(connector)))
        return links

    def _tell(self, n_ids):
        self._n_done += n_ids
        if self._progress:
            share = self._n_done / max(self.n_steps * self._ids.length, 1)
            self._progress("count", self._n_done, None, share=min(share, 1.0))


def _fresh_state(n_ids):
    state = np.zeros(loops.STATE_SIZE, dtype=np.int64)
    state[loops.LEFT], state[loops.N_CODES] = -1, n_ids
    return state


def _room_for_codes():
    """Bytes that codes may take."""
    left = min((limit.left for limit in limits()), default=MOST_BYTES * MEMORY_SHARE)
    return max(min(left // MEMORY_SHARE, MOST_BYTES), LEAST_BYTES)
