"""The text of a language model: all but its end, which is held out to judge the model by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...corpus.encoded import EncodedCorpus
from ...corpus.marks import SENTENCE_END

LONGEST_LOOK = 1_000_000
"""So far behind a place the end of its line is looked for; then the line is cut."""
COUNT_ITEMS = 1 << 22


class HeldOutText:
    """A text in two parts, as a `base.Corpus`: the first is trained on.

    Parameters
    ----------
    text : EncodedCorpus   closed with this one
    share : float          of it that is held out, about: whole lines, if these are not huge

    Attributes
    ----------
    text : EncodedCorpus
    length : int                  ids of the part that is trained on
    n_tokens, n_sentences : int   of that part
    n_lines : int                 line ends in all of the text
    held_out : (int, int)         where the other part begins and ends
    facts : dict                  what statistics tell of it
    """

    def __init__(self, text: EncodedCorpus, share: float) -> None:
        self.text = text
        self.n_lines = text.n_sentences
        self.length = _border(text, share)
        self.held_out = self.length, text.length
        n_words, n_ends = self._counted(*self.held_out)
        self.n_tokens = text.n_tokens - n_words
        self.n_sentences = max(text.n_sentences - n_ends, 1)
        self.facts: dict[str, Any] = {
            "tokens_in_vocab": text.n_tokens,
            "sentences": text.n_sentences,
            "tokens_held_out": n_words,
        }

    def __enter__(self) -> HeldOutText:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    @property
    def disk_bytes(self) -> int:
        """What it takes on its disk."""
        return int(self.text.disk_bytes)

    def blocks(self) -> Iterator[np.ndarray]:
        """All of it, both parts."""
        return self.text.blocks()

    def window(self, start: int, stop: int) -> np.ndarray:
        """See `EncodedCorpus.window`."""
        return self.text.window(start, stop)

    def chunk_borders(self, chunk_size: int, max_sentence: int) -> list[int]:
        """See `EncodedCorpus.chunk_borders`; of the part that is trained on."""
        borders = self.text.chunk_borders(chunk_size, max_sentence)
        return [*(border for border in borders if border < self.length), self.length]

    def count_tokens(self, start: int, stop: int) -> int:
        """See `EncodedCorpus.count_tokens`."""
        return self.text.count_tokens(start, stop)

    def close(self) -> None:
        """Close the text."""
        self.text.close()

    def _counted(self, start: int, stop: int) -> tuple[int, int]:
        """(words, line ends) between two places."""
        n_words = sum(
            self.text.count_tokens(first, min(first + COUNT_ITEMS, stop))
            for first in range(start, stop, COUNT_ITEMS)
        )
        return n_words, stop - start - n_words


def _border(text: EncodedCorpus, share: float) -> int:
    """Where the end of a text begins: between lines, or in a line that is nearly all of it."""
    target = text.length - int(text.length * share)
    if target == text.length or target == 0:
        return text.length
    # What ends just before the target is as good as what ends there.
    first, stop = target - 1, min(target + LONGEST_LOOK, text.length)
    ends = first + np.flatnonzero(text.window(first, stop) == SENTENCE_END)
    if len(ends) and ends[0] + 1 < text.length:
        return int(ends[0]) + 1
    first = max(target - LONGEST_LOOK, 0)
    ends = first + np.flatnonzero(text.window(first, target) == SENTENCE_END)
    is_near = len(ends) and text.length - (ends[-1] + 1) <= text.length * 2 * share
    return int(ends[-1]) + 1 if is_near else target
