"""What of a text is trained when: every chunk of every epoch with its learning rate and seed.

A pure function of the corpus and the options. Threads take chunks in order from it, so neither
the amount of training nor the learning rate depends on how many threads there are.
"""

from functools import lru_cache

import numpy as np

from ..config import LR_FLOOR, TrainConfig
from ..corpus.encoded import EncodedCorpus
from .base import Chunk

MAX_CHUNK = 100_000
MIN_CHUNK = 1_000
CHUNKS_PER_EPOCH = 64
"""Small corpora are cut finer, so that the learning rate falls in small steps there too."""


class TextSchedule:
    """All chunks of a training run, by number; see `base.Schedule`.

    Every epoch takes the chunks in a random order of its own: the learning rate falls, and in the
    order of the text the last pages would always be learnt least. An ensemble takes the epochs of
    one model after those of the other: each has the chunks, rates and seeds that it would have by
    itself.

    Attributes
    ----------
    n_tokens : int   words over all epochs of all models
    n_epochs : int   of all models
    """

    def __init__(
        self, corpus: EncodedCorpus, config: TrainConfig, largest: int = MAX_CHUNK
    ) -> None:
        """``largest`` is how many words a chunk may have, about."""
        size = max(corpus.length // CHUNKS_PER_EPOCH, MIN_CHUNK)
        size = max(min(size, MAX_CHUNK, largest), 1)
        borders = corpus.chunk_borders(size, config.max_sentence)
        self._starts, self._stops = borders[:-1], borders[1:]
        self._tokens = np.array(
            [corpus.count_tokens(*places) for places in zip(self._starts, self._stops, strict=True)]
        )
        self._config = config
        self._epoch_tokens = corpus.n_tokens
        self._seeds = [config.member(number).seed for number in range(config.ensemble)]
        self.n_tokens = corpus.n_tokens * config.all_epochs
        self.n_epochs = config.all_epochs
        self._epoch_order = lru_cache(maxsize=2)(self._draw_order)

    def __len__(self) -> int:
        return len(self._starts) * self.n_epochs

    def epoch_end(self, number: int) -> int:
        """The number behind the last chunk of the epoch that a chunk is in."""
        return (number // len(self._starts) + 1) * len(self._starts)

    def model_end(self, number: int) -> int:
        """The number behind the last chunk of the model that a chunk is for."""
        n_chunks = len(self._starts) * self._config.epochs
        return (number // n_chunks + 1) * n_chunks

    def before(self, number: int) -> tuple[int, ...]:
        """None: threads share the matrices without a care."""
        return ()

    def __getitem__(self, number: int) -> Chunk:
        epoch, place = divmod(number, len(self._starts))
        order, tokens_before = self._epoch_order(epoch)
        # The learning rate falls for each model by itself.
        own_epochs = self._config.epochs
        done = epoch % own_epochs * self._epoch_tokens + int(tokens_before[place])
        share = done / (own_epochs * self._epoch_tokens)
        position = int(order[place])
        return Chunk(
            epoch=epoch,
            start=self._starts[position],
            stop=self._stops[position],
            lr=self._config.lr * max(1 - share, LR_FLOOR),
            seed=int(self._random(epoch, position).generate_state(1, np.uint64)[0]),
        )

    def _draw_order(self, epoch: int) -> tuple[np.ndarray, np.ndarray]:
        """The chunks of an epoch in their order, and the tokens that are before each."""
        order = np.random.default_rng(self._random(epoch)).permutation(len(self._starts))
        tokens = self._tokens[order]
        return order, np.cumsum(tokens) - tokens

    def _random(self, epoch: int, *place: int) -> np.random.SeedSequence:
        model, own_epoch = divmod(epoch, self._config.epochs)
        return np.random.SeedSequence(self._seeds[model], spawn_key=(own_epoch, *place))
