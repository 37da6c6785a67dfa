"""What methods have in common that train on counts of pairs: how these come out of a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..config import TrainConfig
from ..cooccurrence.counting import count_pairs
from ..cooccurrence.table import Cooccurrences, CountRule
from ..errors import InputError
from ..files.mapped import let_go
from .base import Progress
from .ngramlists import NgramLists

BLOCK_ITEMS = 1 << 20


class CountedPairs:
    """Counts of pairs as a `base.Corpus`: all that a model on counts needs to know of a text.

    Parameters
    ----------
    pairs : Cooccurrences
    n_tokens : int      words of the text that are in the vocabulary
    n_sentences : int
    disk_bytes : int    that the counts take for the time being

    Attributes
    ----------
    made : dict         what a method has made of them, and needs again
    facts : dict        what statistics tell of them, by name
    """

    def __init__(
        self, pairs: Cooccurrences, n_tokens: int, n_sentences: int, disk_bytes: int = 0
    ) -> None:
        self.pairs = pairs
        self.disk_bytes = disk_bytes
        self.n_tokens, self.n_sentences = n_tokens, n_sentences
        self.made: dict[Any, Any] = {}
        self.facts: dict[str, Any] = {"pairs_counted": len(pairs)}

    def __enter__(self) -> CountedPairs:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def blocks(self) -> Iterator[np.ndarray]:
        """Where rows start, then all columns, then all sums."""
        for array in (self.pairs.starts, self.pairs.columns, self.pairs.sums):
            for start in range(0, len(array), BLOCK_ITEMS):
                yield np.ascontiguousarray(array[start : start + BLOCK_ITEMS])
                let_go(array)

    def close(self) -> None:
        """Let go of what was made of them."""
        self.made.clear()


class OnCounts:
    """The part of `base.Method` that is about the corpus, for those that train on counts of pairs.

    Words are rows and columns of the counts, so there are no n-grams.
    """

    def made_of(self, lists: NgramLists) -> Any:
        """Not for these: options of n-grams are not theirs."""
        raise NotImplementedError

    def outputs_are_words(self, config: TrainConfig) -> bool:
        """Rows and columns are words."""
        return True

    def material(
        self,
        corpus: Any,
        counts: np.ndarray,
        config: TrainConfig,
        words: Sequence[str] = (),
        folder: str | None = None,
        progress: Progress | None = None,
    ) -> CountedPairs:
        """The `CountedPairs` of a text.

        Raises
        ------
        InputError   if no two words stand near one another
        """
        if isinstance(corpus, CountedPairs):
            return corpus
        # Of a caller that knows the vocabulary by its counts alone.
        named: Any = words or range(len(counts))
        with corpus:
            pairs = count_pairs(
                corpus,
                named,
                counts,
                rule_of(config),
                folder=folder,
                threads=config.threads,
                progress=progress,
            )
        check_pairs(pairs)
        taken = pairs.columns.nbytes + pairs.sums.nbytes
        return CountedPairs(pairs, corpus.n_tokens, corpus.n_sentences, taken)


def check_pairs(pairs: Cooccurrences) -> None:
    """Raise InputError if there is no pair at all."""
    if len(pairs) == 0:
        raise InputError(
            "no two words of the vocabulary stand near one another, so there is nothing to learn "
            "from; give more text"
        )


def rule_of(config: TrainConfig) -> CountRule:
    """Which pairs count, and how much, for a TrainConfig."""
    return CountRule(config.half_width, config.symmetric, config.distance_weight)
