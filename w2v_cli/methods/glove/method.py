"""GloVe as a `Method`: its one matrix, how it starts, and what it all costs.

Source: Pennington, Socher and Manning, "GloVe: Global Vectors for Word Representation", EMNLP 2014
(D14-1162); glove.c of stanfordnlp/GloVe where the paper is silent.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...config import TrainConfig
from ..base import Shape
from ..oncounts import CountedPairs, OnCounts
from .engine import TileEngine, mean_weight
from .parameters import ROWS, GloveParameters, RowLayout
from .schedule import TileSchedule
from .tiles import PAIR_BYTES, Tiles, tiles_of

INIT_ROWS = 4096


class Glove(OnCounts):
    """See `base.Method`, which says what each function is for."""

    def check_feasible(self, counts: np.ndarray, config: TrainConfig) -> None:
        """It always is."""

    def corpus_memory(self, corpus: CountedPairs, config: TrainConfig) -> int:
        """A copy of the pairs, in tiles; counts themselves are mapped."""
        return PAIR_BYTES * len(corpus.pairs)

    def schedule(self, corpus: CountedPairs, n_words: int, config: TrainConfig) -> TileSchedule:
        """Tiles in the rounds of a tournament."""
        return TileSchedule(_tiles(corpus, config), corpus.n_tokens, config)

    def shapes(self, n_words: int, config: TrainConfig, freeze: bool = False) -> dict[str, Shape]:
        """One matrix."""
        return {ROWS: RowLayout.of(config).shape(n_words)}

    def table_memory(self, n_words: int, config: TrainConfig) -> int:
        """Blocks of words."""
        return 4 * n_words

    def allocate(self, n_words: int, config: TrainConfig, freeze: bool = False) -> GloveParameters:
        """The matrix that `shapes` declares."""
        return GloveParameters(n_words, RowLayout.of(config))

    def initialise(self, parameters: GloveParameters, seed: int) -> None:
        """Vectors and biases even in +-0.5 / dim, sums of squares 1 (glove.c)."""
        generator = np.random.default_rng(seed)
        dim = parameters.layout.dim
        for numbers in (parameters.vectors, parameters.context_vectors, parameters.biases):
            for start in range(0, len(numbers), INIT_ROWS):
                rows = numbers[start : start + INIT_ROWS]
                rows[:] = (generator.random(rows.shape, np.float32) - np.float32(0.5)) / dim
        for squares in parameters.squares:
            squares[:] = 1

    def go_on(self, parameters: GloveParameters, join: Any) -> None:
        """Each half of an old vector starts a half, beside the noise that is there; where w and c
        are known, they are taken.
        """
        old = join.old.embeddings
        for rows, found in join.known_rows():
            r = np.asarray(old.vectors[found], np.float32)
            if join.has_context:
                c = np.asarray(old.context[found], np.float32)
                parameters.vectors[rows], parameters.context_vectors[rows] = r, c
                r = r + c
            else:
                parameters.vectors[rows] += r / 2
                parameters.context_vectors[rows] += r / 2
            if parameters.layout.is_anchored:
                parameters.anchors[rows] = r
                parameters.is_held[rows] = 1

    def tables(self, counts: np.ndarray, config: TrainConfig) -> None:
        """There are none."""

    def untrained_loss(self, counts: np.ndarray, tables: None, config: TrainConfig) -> float:
        """At most that of the largest count that could be."""
        largest = 2.0 * config.half_width * float(np.max(counts, initial=1)) + 2
        return math.log(largest) ** 2 / 2

    def engine(
        self,
        corpus: CountedPairs,
        parameters: GloveParameters,
        tables: None,
        config: TrainConfig,
        frozen: Any = None,
    ) -> TileEngine:
        """Threads that share the rows."""
        settled = config.for_text(corpus.n_tokens, corpus.pairs.n_words)
        tiles, is_symmetric = _tiles(corpus, config), corpus.pairs.rule.symmetric
        if "mean_weight" not in corpus.facts:
            corpus.facts["mean_weight"] = mean_weight(tiles, settled, is_symmetric)
        return TileEngine(tiles, parameters, settled, is_symmetric)


def _tiles(corpus: CountedPairs, config: TrainConfig) -> Tiles:
    """The tiles of counts, which are made once."""
    if "tiles" not in corpus.made:
        corpus.made["tiles"] = tiles_of(corpus.pairs, config.seed)
    return corpus.made["tiles"]
