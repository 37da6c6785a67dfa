"""A rank's own text, cut where rounds end: in the order of chunks that one process would take."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from ..corpus.encoded import EncodedCorpus
from ..corpus.marks import SENTENCE_END
from ..methods.base import Chunk, Schedule

PIECES_PER_THREAD = 4
"""At least, of a round: so that no thread waits long for another one at its end."""
LEAST_IDS = 2_000
"""Of a piece: shorter ones would cost more than the wait that they save."""


class OwnPieces:
    """The text of a rank in pieces of chunks.

    Chunks are as long as they are for one process, as each beginning costs time; a round ends
    within one, at the end of a sentence, and the next goes on there. Where it ends depends on the
    corpus and the options alone.

    Parameters
    ----------
    corpus : EncodedCorpus
    schedule : Schedule       of it: chunks, epoch by epoch
    epochs : int
    max_sentence : int        a longer one is cut anyway
    n_threads : int           that train the pieces of a round
    """

    def __init__(
        self, corpus: EncodedCorpus, schedule: Schedule, epochs: int, max_sentence: int,
        n_threads: int = 1,
    ) -> None:  # fmt: skip
        self._corpus, self._schedule = corpus, schedule
        self._n_chunks = len(schedule) // epochs
        self._max_sentence, self._n_threads = max_sentence, n_threads
        self._epoch = lru_cache(maxsize=2)(self._chunks_of)

    def between(self, epoch: int, first: float, last: float, lr: float) -> list[Chunk]:
        """What is between two places of an epoch, both shares of it from 0 to 1.

        All that is between 0 and 1 is in one of these lists, and no sentence in two.
        """
        chunks, starts = self._epoch(epoch)
        begins, ends = (round(share * starts[-1]) for share in (first, last))
        places = self._borders(starts, begins, ends)
        cuts = [self._cut(chunks, starts, place) for place in places]
        pieces = []
        for (number, start), (end_number, stop) in zip(cuts[:-1], cuts[1:], strict=True):
            # A border is at each beginning of a chunk, so that a piece ends where its chunk does.
            if number < end_number:
                stop = chunks[number].stop
            if start < stop:
                pieces.append(_piece(chunks[number], start, stop, lr))
        return pieces

    def _chunks_of(self, epoch: int) -> tuple[list[Chunk], np.ndarray]:
        """The chunks of an epoch, and how many ids are before each, and in all."""
        first = epoch * self._n_chunks
        chunks = [self._schedule[first + number] for number in range(self._n_chunks)]
        lengths = [chunk.stop - chunk.start for chunk in chunks]
        return chunks, np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])

    def _borders(self, starts: np.ndarray, begins: int, ends: int) -> list[int]:
        """Where pieces begin and end, in ids of an epoch."""
        inner = starts[np.searchsorted(starts, begins, "right") : np.searchsorted(starts, ends)]
        borders = [begins, *inner.tolist(), ends]
        if self._n_threads == 1:
            return borders
        longest = max((ends - begins) // (PIECES_PER_THREAD * self._n_threads), LEAST_IDS)
        finer = [begins]
        for start, stop in zip(borders[:-1], borders[1:], strict=True):
            n_parts = max(-(-(stop - start) // longest), 1)
            finer += [start + (stop - start) * part // n_parts for part in range(1, n_parts + 1)]
        return finer

    def _cut(self, chunks: list[Chunk], starts: np.ndarray, place: int) -> tuple[int, int]:
        """(number of a chunk, place in the text): behind the sentence that a border is in."""
        number = int(np.searchsorted(starts, place, "right")) - 1
        if number == len(chunks):
            return number, 0
        chunk = chunks[number]
        target = chunk.start + place - int(starts[number])
        if target == chunk.start:
            return number, target
        # The sentence of the id before: a border that is behind an end is the end.
        window = self._corpus.window(target - 1, min(target - 1 + self._max_sentence, chunk.stop))
        ends = np.flatnonzero(window == SENTENCE_END)
        if len(ends):
            return number, target + int(ends[0])
        return number, target if len(window) == self._max_sentence else chunk.stop


def _piece(chunk: Chunk, start: int, stop: int, lr: float) -> Chunk:
    """A part of a chunk, with random numbers of its own."""
    seed = chunk.seed
    if start > chunk.start:
        sequence = np.random.SeedSequence(seed, spawn_key=(start - chunk.start,))
        seed = int(sequence.generate_state(1, np.uint64)[0])
    return replace(chunk, start=start, stop=stop, lr=lr, seed=seed)
