"""What is trained when: the documents of each epoch in a random order, cut into chunks.

A pure function of the documents and the seed, as `training.schedule` is of a corpus: neither the
amount of training nor the learning rate depends on how many threads there are. Documents that are
sorted by label are as good as any: fastText, which takes them as they come, learns nothing then.
"""

from functools import lru_cache

import numpy as np

from ..base import Chunk

MAX_CHUNK = 100_000
MIN_CHUNK = 1_000
CHUNKS_PER_EPOCH = 64


class DocumentSchedule:
    """All chunks of a training on documents, by number.

    Parameters
    ----------
    tokens : ndarray of int32, (n_documents,)   how many each document counts as
    config : ClassifyConfig
    largest : int   how many tokens a chunk may have, about

    Attributes
    ----------
    n_tokens, n_epochs : int   tokens of all epochs
    epoch_tokens : int
    """

    def __init__(self, tokens, config, largest=MAX_CHUNK):
        self._tokens = tokens
        self._config = config
        self.epoch_tokens = int(tokens.sum(dtype=np.int64))
        self.n_epochs = config.epochs
        self.n_tokens = self.epoch_tokens * self.n_epochs
        size = max(self.epoch_tokens // CHUNKS_PER_EPOCH, MIN_CHUNK)
        size = max(min(size, MAX_CHUNK, largest), 1)
        self._n_chunks = max(min(-(-self.epoch_tokens // size), len(tokens)), 1)
        self._of_epoch = lru_cache(maxsize=2)(self._draw)

    def __len__(self):
        return self._n_chunks * self.n_epochs

    def epoch_end(self, number):
        """The number behind the last chunk of the epoch that a chunk is in."""
        return (number // self._n_chunks + 1) * self._n_chunks

    def model_end(self, number):
        """The number behind the last chunk: there is one model."""
        return len(self)

    def __getitem__(self, number):
        epoch, place = divmod(number, self._n_chunks)
        _, borders, tokens_before = self._of_epoch(epoch)
        done = epoch * self.epoch_tokens + int(tokens_before[place])
        first = epoch * len(self._tokens)
        return Chunk(
            epoch=epoch,
            start=first + int(borders[place]),
            stop=first + int(borders[place + 1]),
            lr=self._config.lr * (1 - done / max(self.n_tokens, 1)),
            seed=int(self._random(epoch, place).generate_state(1, np.uint64)[0]),
        )

    def window(self, start, stop):
        """The documents from a place to another of all epochs, one behind the other: int64."""
        epoch, first = divmod(start, len(self._tokens))
        return self._of_epoch(epoch)[0][first : first + stop - start]

    def _draw(self, epoch):
        """(documents in their order, where chunks begin among them, tokens before each)."""
        order = np.random.default_rng(self._random(epoch)).permutation(len(self._tokens))
        ends = np.cumsum(self._tokens[order], dtype=np.int64)
        targets = np.arange(1, self._n_chunks) * self.epoch_tokens // self._n_chunks
        inner = np.searchsorted(ends, targets)
        borders = np.concatenate([[0], inner, [len(order)]])
        before = np.concatenate([[0], ends])[borders[:-1]]
        return order.astype(np.int64), borders, before

    def _random(self, epoch, *place):
        return np.random.SeedSequence(self._config.seed, spawn_key=(epoch, *place))
