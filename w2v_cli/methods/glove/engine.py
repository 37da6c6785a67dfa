"""The engine of GloVe: threads train tiles that have no row in common."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from ...config import TrainConfig
from ...kernels import hold_rows, is_cached, train_coordinates, train_rows
from ..base import Matrices, Progress
from .parameters import ROWS, GloveParameters
from .schedule import TileChunk
from .tiles import Tiles

LOSS_UNIT = 2.0**-20
"""Losses of tiles are multiples of it, so that their sums are the same in any order."""


class TileEngine:
    """See `base.Engine`.

    Parameters
    ----------
    tiles : Tiles
    parameters : GloveParameters
    config : TrainConfig         with learning rate and ``x_max``
    is_symmetric : bool
    """

    def __init__(
        self, tiles: Tiles, parameters: GloveParameters, config: TrainConfig, is_symmetric: bool
    ) -> None:
        self.parameters: Matrices = parameters
        self._layout = parameters.layout
        # A round has no more tiles.
        self.n_threads = min(config.threads, (tiles.n_blocks + 1) // 2)
        self._tiles, self._config, self._is_symmetric = tiles, config, is_symmetric
        self._kernel = train_coordinates if parameters.layout.by_coordinate else train_rows
        n_tiles = np.bincount(_once(tiles), minlength=tiles.n_blocks)
        self._hold = 2 * config.anchor / np.maximum(n_tiles, 1)
        matrix = parameters.rows(ROWS)
        self._rows, self._stride = matrix.reshape(-1), matrix.shape[1]

    def prepare(self, progress: Progress | None) -> float:
        """Have the kernel compiled, or loaded; returns the seconds it took."""
        nothing = np.zeros(0, np.uint16), np.zeros(0, np.uint16), np.zeros(0, np.float32)
        arguments = self._arguments((0, 0), *nothing, 0.0)
        is_held = self._layout.is_anchored
        is_ready = is_cached(self._kernel, *arguments) and (
            not is_held or is_cached(hold_rows, *self._block(0, 0, 0.0))
        )
        if progress and not is_ready:
            progress("compile", 0, None)
        started = time.perf_counter()
        self._kernel(*arguments)
        if is_held:
            hold_rows(*self._block(0, 0, 0.0))
        return time.perf_counter() - started

    def working(self) -> AbstractContextManager[None]:
        """A context that changes nothing."""
        return nullcontext()

    def train(self, chunk: Any) -> tuple[int, int, float]:
        """Train on the pairs of a `TileChunk`."""
        assert isinstance(chunk, TileChunk)
        tiles, pairs = self._tiles, slice(chunk.start, chunk.stop)
        arguments = tiles.left[pairs], tiles.right[pairs], tiles.x[pairs]
        blocks = tiles.blocks[chunk.tile]
        if self._layout.is_anchored:
            for block in np.unique(blocks):
                n_words = tiles.borders[block + 1] - tiles.borders[block]
                hold_rows(*self._block(int(block), int(n_words), chunk.lr))
        loss = self._kernel(*self._arguments(blocks, *arguments, chunk.lr))
        whole = round(loss / LOSS_UNIT) * LOSS_UNIT if np.isfinite(loss) else loss
        return chunk.tokens, int(tiles.n_directions[chunk.tile]), whole

    def synchronise(self) -> None:
        """Nobody has anything of his own."""

    def _block(self, block, n_words, lr):
        """The arguments of `hold_rows`, for the rows of a block."""
        layout, first = self._layout, int(self._tiles.borders[block]) * self._stride
        places = self._stride, layout.half, layout.scalars, layout.anchor
        return self._rows, *places, first, n_words, np.float32(lr * self._hold[block])

    def _arguments(self, blocks, left, right, x, lr):
        config, layout = self._config, self._layout
        firsts = self._tiles.borders[list(blocks)] * self._stride
        logs, weights = logs_and_weights(x, config)
        numbers = np.float32(lr), np.float32(config.grad_clip)
        places = self._stride, layout.half, layout.scalars, layout.dim
        given = left, right, logs, weights, self._is_symmetric
        return self._rows, *places, firsts, *given, *numbers


def logs_and_weights(x: np.ndarray, config: TrainConfig) -> tuple[np.ndarray, np.ndarray]:
    """ln X and f(X) of counts, all float32."""
    assert config.x_max is not None
    logs = np.log(x)
    weights = np.exp(np.float32(config.alpha) * (logs - np.float32(np.log(config.x_max))))
    return logs, np.minimum(weights, np.float32(1), out=weights)


def mean_weight(tiles: Tiles, config: TrainConfig, is_symmetric: bool) -> float:
    """The mean of f(X) over all pairs that are trained."""
    total = 0.0
    for tile, (first, second) in enumerate(tiles.blocks):
        pairs = slice(tiles.starts[tile], tiles.starts[tile + 1])
        weights = logs_and_weights(tiles.x[pairs], config)[1].astype(np.float64)
        total += weights.sum()
        if is_symmetric:
            once = (tiles.left[pairs] == tiles.right[pairs]) if first == second else False
            total += weights.sum(where=~np.asarray(once))
    return total / float(tiles.n_directions.sum())


def _once(tiles):
    """The blocks of all tiles with pairs; those of a tile that are the same, once."""
    blocks = tiles.blocks[np.diff(tiles.starts) > 0]
    return np.concatenate([blocks[:, 0], blocks[blocks[:, 0] != blocks[:, 1], 1]])
