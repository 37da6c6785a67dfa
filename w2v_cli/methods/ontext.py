"""What methods have in common that go through the text itself."""

from __future__ import annotations

from typing import Any

from ..config import TrainConfig
from ..corpus.encoded import EncodedCorpus
from .schedule import TextSchedule


class OnText:
    """The part of `base.Method` that is about the corpus, for those that train on the text."""

    def material(self, corpus: EncodedCorpus, *_: Any, **__: Any) -> EncodedCorpus:
        """The text as it is."""
        return corpus

    def go_on(self, parameters: Any, join: Any) -> None:
        """Old vectors take their places among the inputs, and the others likewise."""
        join.fill(parameters)

    def corpus_memory(self, corpus: EncodedCorpus, config: TrainConfig) -> int:
        """It lies on a disk."""
        return 0

    def schedule(self, corpus: EncodedCorpus, n_words: int, config: TrainConfig) -> TextSchedule:
        """Chunks of it, in a random order."""
        return TextSchedule(corpus, config, self.words_per_chunk(n_words, config))

    def words_per_chunk(self, n_words: int, config: TrainConfig) -> int:
        """Upper bound on the words that train in half a second, guessed low."""
        raise NotImplementedError
