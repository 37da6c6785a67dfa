"""Which tile is trained when: rounds of a tournament in which blocks of words meet one another.

With an odd number n of blocks, the pairs (i, j) with i + j = r modulo n are a round: each block is
in one of them, in one round with itself. Over n rounds each block meets all. Threads that train
tiles of one round share no row; and where one of the next round is begun, those of its blocks are
trained. So each row sees the same pairs in the same order whatever the threads do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ...config import TrainConfig
from ..base import Chunk
from .tiles import Tiles


@dataclass(frozen=True)
class TileChunk(Chunk):
    """The pairs of a tile: from ``start`` to ``stop``.

    Attributes
    ----------
    tile : int
    tokens : int   words of the text that these pairs stand for
    """

    tile: int = 0
    tokens: int = 0


class TileSchedule:
    """All tiles of a training run, by number; see `base.Schedule`.

    Each epoch has its tournament: blocks take part in an order of their own, and so do rounds.
    Within a round the largest tile is first, so that no thread is left alone with it.
    """

    def __init__(self, tiles: Tiles, n_tokens: int, config: TrainConfig) -> None:
        self._tiles, self._config = tiles, config
        self._seeds = [config.member(number).seed for number in range(config.ensemble)]
        self._sizes = np.diff(tiles.starts)
        self._per_epoch = int(np.count_nonzero(self._sizes))
        # Exactly all words of the text in an epoch.
        n_pairs = int(tiles.starts[-1])
        self._tokens_before = [int(start) * n_tokens // n_pairs for start in tiles.starts]
        self._n_odd = tiles.n_blocks | 1
        self._tile_of = self._table()
        self.n_tokens = n_tokens * config.all_epochs
        self.n_epochs = config.all_epochs
        self._epoch = lru_cache(maxsize=3)(self._draw)

    def __len__(self) -> int:
        return self._per_epoch * self.n_epochs

    def epoch_end(self, number: int) -> int:
        """The number behind the last tile of the epoch that a tile is in."""
        return (number // self._per_epoch + 1) * self._per_epoch

    def model_end(self, number: int) -> int:
        """The number behind the last tile of the model that a tile is for."""
        of_model = self._per_epoch * self._config.epochs
        return (number // of_model + 1) * of_model

    def before(self, number: int) -> Sequence[int]:
        """The last tiles before it with the same blocks."""
        epoch, place = divmod(number, self._per_epoch)
        order, earlier, _ = self._epoch(epoch)
        start = epoch * self._per_epoch
        last = self._epoch(epoch - 1)[2] if epoch else {}
        found = []
        for block, before in zip(self._blocks(order[place]), earlier[place], strict=True):
            if before >= 0:
                found.append(start + before)
            elif block in last:
                found.append(start - self._per_epoch + last[block])
        return found

    def __getitem__(self, number: int) -> TileChunk:
        epoch, place = divmod(number, self._per_epoch)
        tile = int(self._epoch(epoch)[0][place])
        return TileChunk(
            epoch=epoch,
            start=int(self._tiles.starts[tile]),
            stop=int(self._tiles.starts[tile + 1]),
            lr=self._config.lr or 0.0,
            seed=0,
            tile=tile,
            tokens=self._tokens_before[tile + 1] - self._tokens_before[tile],
        )

    def _table(self) -> np.ndarray:
        """The tile of two blocks, either way round; -1 where there is no pair."""
        table = np.full((self._n_odd, self._n_odd), -1)
        there = np.flatnonzero(self._sizes)
        first, second = self._tiles.blocks[there].T
        table[first, second] = table[second, first] = there
        return table

    def _draw(self, epoch: int) -> tuple[np.ndarray, list[tuple[int, int]], dict[int, int]]:
        """(tiles of an epoch in their order; of each, where its two blocks were before, or -1;
        where each block is last).
        """
        model, own_epoch = divmod(epoch, self._config.epochs)
        source = np.random.SeedSequence(self._seeds[model], spawn_key=(own_epoch,))
        random = np.random.default_rng(source)
        team, rounds = random.permutation(self._n_odd), random.permutation(self._n_odd)
        one = np.arange(self._n_odd)
        order = []
        for number in rounds:
            other = (number - one) % self._n_odd
            tiles = self._tile_of[team[one], team[other]][one <= other]
            tiles = tiles[tiles >= 0]
            order.append(tiles[np.argsort(-self._sizes[tiles], kind="stable")])
        tiles = np.concatenate(order)
        earlier, last = [], dict[int, int]()
        for place, tile in enumerate(tiles):
            first, second = self._blocks(tile)
            earlier.append((last.get(first, -1), last.get(second, -1)))
            last[first] = last[second] = place
        return tiles, earlier, last

    def _blocks(self, tile: int) -> tuple[int, int]:
        first, second = self._tiles.blocks[tile]
        return int(first), int(second)
