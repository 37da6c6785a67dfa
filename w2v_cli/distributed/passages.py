"""A rank's own text in the order in which it is trained: short passages, drawn from all over it."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from ..corpus.encoded import EncodedCorpus
from ..corpus.marks import SENTENCE_END
from ..methods.base import Chunk, Schedule

PASSAGES_OF_ROUND = 16
"""At least, of a round of full length: a rank that trained on one subject alone would pull the rows
of frequent words far towards it, and the changes of all ranks would be added up."""
LEAST_PASSAGE, MOST_PASSAGE = 1_000, 10_000
"""Ids."""
CALLS_PER_THREAD = 4
"""At least, of a round: so that no thread waits long for another one at its end."""
LEAST_CALL = 2_000
"""Ids that are trained at once: with fewer, beginnings would cost more than the wait they save."""


def passage_of(round_words: int, n_ranks: int) -> int:
    """How many ids a passage has, about, given the length of a round of all ranks."""
    return max(
        min(round_words // (n_ranks * PASSAGES_OF_ROUND), MOST_PASSAGE), LEAST_PASSAGE
    )  # fmt: skip


class OwnText:
    """The text of a rank as if it stood in the order in which it is trained, all epochs in a row.

    Rounds end within passages, at the end of a sentence, and the next goes on there. Where they
    end depends on the corpus and the options alone. What is trained at once goes over the borders
    of passages: each beginning costs time.

    Parameters
    ----------
    corpus : EncodedCorpus
    schedule : Schedule       of it: passages, epoch by epoch
    epochs : int
    max_sentence : int        a longer one is cut anyway
    most : int                ids that are trained at once, at most
    n_threads : int           that train side by side
    """

    def __init__(
        self, corpus: EncodedCorpus, schedule: Schedule, epochs: int, max_sentence: int, most: int,
        n_threads: int = 1,
    ) -> None:  # fmt: skip
        self._corpus, self._schedule = corpus, schedule
        self._n_passages = len(schedule) // epochs
        self._max_sentence, self._most, self._n_threads = max_sentence, most, n_threads
        self._order = lru_cache(maxsize=2)(self._draw_order)

    def window(self, start: int, stop: int) -> np.ndarray:
        """The ids between two places of this order (int32), which are of one epoch."""
        length = max(self._corpus.length, 1)
        epoch = start // length
        start, stop = start - epoch * length, stop - epoch * length
        _, begins, places = self._order(epoch)
        first, last = np.searchsorted(places, [start, stop - 1], "right") - 1
        parts = []
        for number in range(int(first), int(last) + 1):
            shift = int(begins[number] - places[number])
            part = max(start, int(places[number])), min(stop, int(places[number + 1]))
            parts.append(self._corpus.window(part[0] + shift, part[1] + shift))
        return np.concatenate(parts)

    def chunks(self, epoch: int, first: float, last: float, lr: float) -> list[Chunk]:
        """What is between two places of an epoch, both shares of it from 0 to 1.

        All that is between 0 and 1 is in one of these lists, and no sentence in two.
        """
        length = self._corpus.length
        begins, ends = (round(share * length) for share in (first, last))
        longest = self._most
        if self._n_threads > 1:
            of_call = (ends - begins) // (CALLS_PER_THREAD * self._n_threads)
            longest = min(longest, max(of_call, LEAST_CALL))
        n_calls = max(-(-(ends - begins) // longest), 1)
        cuts = [
            self._cut(epoch, begins + (ends - begins) * call // n_calls)
            for call in range(n_calls + 1)
        ]
        return [
            self._chunk(epoch, start, stop, lr) for start, stop in pairwise(cuts) if start < stop
        ]

    def _chunk(self, epoch: int, start: int, stop: int, lr: float) -> Chunk:
        """With the random numbers of the passage that it begins in, if it begins that."""
        seeds, _, places = self._order(epoch)
        number = int(np.searchsorted(places, start, "right")) - 1
        sequence = np.random.SeedSequence(
            seeds[number], spawn_key=(start - int(places[number]),)
        )  # fmt: skip
        seed = int(sequence.generate_state(1, np.uint64)[0])
        before = epoch * self._corpus.length
        return Chunk(epoch=epoch, start=before + start, stop=before + stop, lr=lr, seed=seed)

    def _cut(self, epoch: int, place: int) -> int:
        """Where the sentence ends that the id before a place is in."""
        _, begins, places = self._order(epoch)
        if place in (0, self._corpus.length):
            return place
        number = int(np.searchsorted(places, place, "right")) - 1
        if place == places[number]:
            return place
        stop = int(places[number + 1])
        shift = int(begins[number] - places[number])
        last = min(place - 1 + self._max_sentence, stop)
        ids = self._corpus.window(place - 1 + shift, last + shift)
        ends = np.flatnonzero(ids == SENTENCE_END)
        if len(ends):
            return place + int(ends[0])
        return place if len(ids) == self._max_sentence else stop

    def _draw_order(self, epoch: int) -> tuple[list[int], np.ndarray, np.ndarray]:
        """Of each passage its seed, where it begins in the corpus, and where in this order.

        Behind the last place is the end of all.
        """
        first = epoch * self._n_passages
        passages = [self._schedule[first + number] for number in range(self._n_passages)]
        lengths = [passage.stop - passage.start for passage in passages]
        places = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        begins = np.array([passage.start for passage in passages], dtype=np.int64)
        return [passage.seed for passage in passages], begins, places
