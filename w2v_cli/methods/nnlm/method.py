"""The feed-forward language model as a `Method`.

Source: Bengio, Ducharme, Vincent and Jauvin, "A Neural Probabilistic Language Model", JMLR 3
(2003), section 2, without direct connections; Mikolov et al. 2013a (arXiv:1301.3781), section 2.1.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...config import TrainConfig
from ..neural.method import LARGEST_BATCH, Neural
from ..neural.outputs import Outputs
from .worker import NnlmWorker


class Nnlm(Neural):
    """See `base.Method`, which says what each function is for."""

    def _worker(
        self, parameters: Any, outputs: Outputs, config: TrainConfig, n_rows: int
    ) -> NnlmWorker:
        return NnlmWorker(parameters, outputs, config, n_rows, self.SHARES)

    def _initialise_hidden(self, weights: np.ndarray, generator: np.random.Generator) -> None:
        """Even in +-sqrt(3 / D): a unit is as large as a number of a vector, for each word."""
        width = np.float32(2 * np.sqrt(3 / weights.shape[1]))
        weights[:] = (generator.random(weights.shape, np.float32) - np.float32(0.5)) * width

    def _hidden_flops(self, config: TrainConfig) -> float:
        # Half of the words of a batch are there already.
        return 3 * config.history * config.dim * config.n_hidden

    def _work_floats(self, n_words: int, config: TrainConfig) -> int:
        n_distinct = min(LARGEST_BATCH + config.history, n_words + 1)
        of_word = 2 * config.dim + config.history * config.n_hidden + 1
        of_row = 2 * config.n_hidden + config.history + 1
        return n_distinct * of_word + LARGEST_BATCH * of_row + n_words
