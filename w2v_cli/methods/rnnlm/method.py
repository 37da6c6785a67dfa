"""The recurrent language model as a `Method`.

Source: Mikolov, Karafiat, Burget, Cernocky and Khudanpur, "Recurrent Neural Network Based Language
Model", Interspeech 2010, section 2; Mikolov et al. 2013a (arXiv:1301.3781), section 2.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...config import TrainConfig
from ..neural.method import LARGEST_BATCH, Neural
from ..neural.outputs import Outputs
from ..neural.worker import Shares
from .worker import RnnlmWorker

MOST_STREAMS = 128


class Rnnlm(Neural):
    """See `base.Method`, which says what each function is for."""

    SHARES = Shares(vectors=0.6, hidden=0.3)

    def _worker(
        self, parameters: Any, outputs: Outputs, config: TrainConfig, n_rows: int
    ) -> RnnlmWorker:
        n_streams = min(max(n_rows // config.bptt, 1), MOST_STREAMS)
        return RnnlmWorker(parameters, outputs, config, n_streams, self.SHARES)

    def _initialise_hidden(self, weights: np.ndarray, generator: np.random.Generator) -> None:
        """Half of what was there, and noise: a state fades in a few words."""
        dim = len(weights)
        width = np.float32(np.sqrt(3 / dim))
        weights[:] = (generator.random(weights.shape, np.float32) - np.float32(0.5)) * width

    def _hidden_flops(self, config: TrainConfig) -> float:
        return 6 * config.dim * config.dim

    def _work_floats(self, n_words: int, config: TrainConfig) -> int:
        n_rows = max(LARGEST_BATCH, MOST_STREAMS * config.bptt)
        n_distinct = min(n_rows, n_words + 1)
        return n_distinct * 2 * config.dim + n_rows * 3 * (config.dim + 16) + n_words
