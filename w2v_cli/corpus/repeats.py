"""Sentences that are there more than once: all but the first are dropped.

"Sentence de-duplication" (Mikolov et al. 2018, L18-1008) for text that repeats itself:
headers, licences, pages that were fetched twice. Sentences are compared as the words that they have
become, by hashes of 64 bits: among a hundred million different ones, the chance that any is taken
for another is 1 in 3,700.

Memory is bounded, and the result does not depend on the bound. The hashes lie on the disk, 8 bytes
a sentence, and are gone through as often as need be: each time, those that fit in memory are looked
for in all that follows.
"""

import os
from typing import NamedTuple

import numpy as np

from ..compiling.cache import compiled_code_cache, is_cached
from ..machine.limits import limits
from .spool import ID_BYTES, Spool

with compiled_code_cache():
    from . import repeatscan as loops

HASH_BYTES = 8
IDS_A_HASH = HASH_BYTES // ID_BYTES
MOST_SLOTS, LEAST_SLOTS = 1 << 26, 1 << 12
"""Of the table: half a gibibyte holds 50 million sentences."""
FULLEST = 0.75


class Dropped(NamedTuple):
    """What was dropped.

    Attributes
    ----------
    n_sentences : int
    counts : list of ndarray of int64   for each spool, how often each of its ids was dropped
    """

    n_sentences: int
    counts: list


def drop_repeats(spools, numbers, folder, progress=None):
    """Drop sentences that were there before. They may go on from one spool to the next.

    Parameters
    ----------
    spools : list of Spool               *in place:* what is left
    numbers : list of ndarray of int64   for each, by id, a number that is the same for the same
                                         word in all spools, and another for every other word
    folder : str                         where the hashes of sentences are written meanwhile
    progress : callable or None          called as progress("compare", ids, all_ids), and as
                                         progress("compile", 0, None) before a wait for the compiler

    Returns
    -------
    Dropped

    Raises
    ------
    OutputError   if the folder has no room for the hashes
    """
    if progress and not is_cached(loops.hash_sentences):
        progress("compile", 0, None)
    progress = _Halves(progress, sum(spool.length for spool in spools))
    hashes = Spool(folder)
    try:
        _write_hashes(spools, numbers, hashes, progress)
        n_sentences = _mark(hashes)
        if n_sentences == 0:
            return Dropped(0, [np.zeros(len(each), dtype=np.int64) for each in numbers])
        return Dropped(n_sentences, _drop(spools, numbers, hashes, progress))
    finally:
        hashes.close()


class _Halves:
    """Takes note of ids that were gone through: all of them twice."""

    def __init__(self, progress, n_ids):
        self._progress, self._n_ids, self._done = progress, n_ids, 0

    def add(self, n_ids):
        self._done += n_ids
        if self._progress:
            self._progress("compare", self._done // 2, self._n_ids)


def _write_hashes(spools, numbers, hashes, progress):
    state = np.zeros(2, dtype=np.uint64)
    found = np.empty(0, dtype=np.uint64)
    for spool, words in zip(spools, numbers, strict=True):
        word_hashes = words.astype(np.uint64)
        loops.mix_all(word_hashes)
        for ids in spool.blocks():
            if len(found) < len(ids):
                found = np.empty(len(ids), dtype=np.uint64)
            n_found = loops.hash_sentences(ids, word_hashes, state, found)
            hashes.append(found[:n_found].view(np.int32))
            progress.add(len(ids))


def _mark(hashes):
    """Make the hashes of all repeats 0 where they lie; returns how many there are."""
    n_hashes = hashes.length // IDS_A_HASH
    slots = np.empty(_size_of_table(n_hashes), dtype=np.uint64)
    state = np.zeros(2, dtype=np.uint64)
    state[loops.SECRET] = int.from_bytes(os.urandom(HASH_BYTES), "little")
    most = int(len(slots) * FULLEST)
    begin = n_marked = 0
    while begin < n_hashes:
        slots[:] = 0
        state[loops.N_KNOWN] = 0
        begin, n_marked = _mark_once(hashes, begin, most, slots, state)
    return n_marked


def _mark_once(hashes, begin, most, slots, state):
    """(the first hash that is still to be looked for among later ones, repeats so far)."""
    full_at = n_marked = done = 0

    def marked(block):
        nonlocal full_at, n_marked, done
        found = block.view(np.uint64)
        first = min(max(begin - done, 0), len(found))
        stop = loops.mark_repeats(found, first, most, slots, state)
        if full_at == done:  # nothing before was left out
            full_at += stop
        n_marked += len(found) - int(np.count_nonzero(found))
        done += len(found)
        return block

    hashes.rewrite(marked)
    return full_at, n_marked


def _size_of_table(n_hashes):
    """How many slots the table has: enough for all hashes, if there is memory for that many."""
    left = min((limit.left for limit in limits()), default=MOST_SLOTS * HASH_BYTES)
    size = LEAST_SLOTS
    while size * FULLEST < n_hashes and size < MOST_SLOTS and 4 * size * HASH_BYTES < left:
        size *= 2
    return size


def _drop(spools, numbers, hashes, progress):
    """Drop the sentences that were marked; returns how often each id was dropped, by spool."""
    state = np.zeros(3, dtype=np.int64)
    n_hashes, sentence = hashes.length // IDS_A_HASH, 0
    counts = []
    for spool, words in zip(spools, numbers, strict=True):
        dropped = np.zeros(len(words), dtype=np.int64)

        def kept(ids, dropped=dropped):
            nonlocal sentence
            stop = min(sentence + len(ids) + 1, n_hashes)
            window = hashes.window(sentence * IDS_A_HASH, stop * IDS_A_HASH).view(np.uint64)
            loops.drop_sentences(ids, window, state, dropped)
            sentence += int(state[loops.N_HASHES])
            progress.add(len(ids))
            return ids[: state[loops.N_WRITTEN]]

        spool.rewrite(kept)
        counts.append(dropped)
    return counts
