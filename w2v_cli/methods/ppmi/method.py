"""Positive pointwise mutual information (PPMI), decomposed, as a `Method`.

Source: Levy, Goldberg and Dagan, "Improving Distributional Similarity with Lessons Learned from
Word Embeddings", TACL 3 (2015): context distribution smoothing, shift, the weight of eigenvalues
and w + c are its hyperparameters (section 3).
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ...config import TrainConfig
from ..base import Shape
from ..oncounts import CountedPairs, OnCounts
from .engine import PassEngine
from .matrix import IN_MEMORY, PAIR_BYTES, PIECES, PPMI, WIDTH, ppmi_of
from .parameters import RIGHT, FactorParameters, n_columns, shapes_of
from .schedule import PassSchedule
from .svd import ROWS

MAPPED_BYTES = 12
"""A pair that is counted: the other word, and the sum."""
WORD_BYTES = 48
"""Sums and offsets of a word, while the matrix is made."""


class Ppmi(OnCounts):
    """See `base.Method`, which says what each function is for."""

    def check_feasible(self, counts: np.ndarray, config: TrainConfig) -> None:
        """It always is."""

    def corpus_memory(self, corpus: CountedPairs, config: TrainConfig) -> int:
        """Pairs that are kept, at most all, and a part of the counts, which are mapped."""
        return (PAIR_BYTES + -(-MAPPED_BYTES * IN_MEMORY // PIECES)) * len(corpus.pairs)

    def schedule(self, corpus: CountedPairs, n_words: int, config: TrainConfig) -> PassSchedule:
        """Passes over the matrix."""
        return PassSchedule(n_columns(config.dim) // WIDTH, corpus.n_tokens)

    def shapes(self, n_words: int, config: TrainConfig, freeze: bool = False) -> dict[str, Shape]:
        """Two matrices."""
        return shapes_of(n_words, config.dim)

    def table_memory(self, n_words: int, config: TrainConfig) -> int:
        """What is known of words, and rows that are multiplied in each thread."""
        width = n_columns(config.dim)
        narrow = 2 * 4 * WIDTH * n_words
        return WORD_BYTES * n_words + (narrow + 8 * width * (2 * ROWS + 3 * width)) * config.threads

    def allocate(self, n_words: int, config: TrainConfig, freeze: bool = False) -> FactorParameters:
        """The matrices that `shapes` declares."""
        return FactorParameters(n_words, config.dim)

    def initialise(self, parameters: FactorParameters, seed: int) -> None:
        """Random columns, normally distributed."""
        draw = np.random.default_rng(seed)
        matrix = parameters[RIGHT]
        for start in range(0, len(matrix), ROWS):
            rows = matrix[start : start + ROWS]
            rows[:] = draw.standard_normal(rows.shape, np.float32)

    def go_on(self, parameters: FactorParameters, join: Any) -> None:
        """It cannot: a matrix of other counts has other singular vectors."""
        raise NotImplementedError

    def tables(self, counts: np.ndarray, config: TrainConfig) -> None:
        """There are none."""

    def untrained_loss(self, counts: np.ndarray, tables: None, config: TrainConfig) -> float:
        """All of the matrix is lost."""
        return 1.0

    def engine(
        self,
        corpus: CountedPairs,
        parameters: FactorParameters,
        tables: None,
        config: TrainConfig,
        frozen: Any = None,
    ) -> PassEngine:
        """Threads that multiply."""
        return PassEngine(partial(_matrix, corpus, config), parameters, config)


def _matrix(corpus: CountedPairs, config: TrainConfig) -> PPMI:
    """The matrix of counts, which is made once."""
    key = "ppmi", config.smoothing, config.shift
    if key not in corpus.made:
        corpus.made[key] = ppmi_of(corpus.pairs, config.smoothing, config.shift, config.threads)
    return corpus.made[key]
