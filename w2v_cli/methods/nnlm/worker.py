"""A thread that trains a feed-forward language model, in batches of successive words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...config import TrainConfig
from ...kernels import add_pieces, back_through, lay_histories, step_matrix, sum_pieces
from ..neural.outputs import Outputs
from ..neural.parameters import BIAS, NeuralParameters
from ..neural.worker import ONE, NeuralWorker, Shares


class NnlmWorker(NeuralWorker):
    """h = f(sum over n of W_n e(w_n) + b1) of the N words before; see `NeuralWorker`.

    W_n e is computed once for each distinct word of a batch, see `kernels.neural`.
    """

    def __init__(
        self,
        parameters: NeuralParameters,
        outputs: Outputs,
        config: TrainConfig,
        n_rows: int,
        shares: Shares,
    ) -> None:
        n_distinct = min(n_rows + config.history, parameters.n_words + 1)
        super().__init__(parameters, outputs, config, n_rows, n_distinct, shares)
        self._n_rows = n_rows
        self._bias, self._bias_squares = parameters[BIAS][:1], parameters[BIAS][1:]
        self._of_bias = np.zeros((1, self._n_hidden), np.float32)
        self._slots = np.zeros((n_rows, config.history), np.int32)
        self._products = np.zeros((n_distinct, len(self._weights)), np.float32)

    def _calls(self) -> list[Any]:
        rate, no_slots, products = np.float32(0), self._slots[:0], self._products[:0]
        bias, of_bias = self._bias[0], self._of_bias[0]
        return [
            *super()._calls(),
            (lay_histories, (np.zeros(0, np.int32), 0, 0, *self._places(0))),
            (add_pieces, (products, bias, no_slots, 0, self._hidden)),
            (sum_pieces, (self._gradients, no_slots, 0, 0, products, of_bias)),
            (step_matrix, (self._bias, self._bias_squares, self._of_bias[:0], rate, ONE)),
        ]

    def _places(self, n_rows: int) -> tuple[Any, ...]:
        slots = self._slots[:n_rows]
        return self._end, self._slot_of, self._targets[:n_rows], slots, self._words

    def _batches(self, ids: np.ndarray) -> Iterator[int]:
        return iter(range(0, len(ids), self._n_rows))

    def _forward(self, ids: np.ndarray, first: int) -> tuple[int, int]:
        """Compute the hidden layer; returns (rows, slots)."""
        n_rows = min(self._n_rows, len(ids) - first)
        n_slots = lay_histories(ids, first, n_rows, *self._places(n_rows))
        products = self._products[:n_slots]
        np.matmul(self._gather(n_slots), self._weights.T, out=products)
        add_pieces(products, self._bias[0], self._slots, n_rows, self._hidden)
        self._activate(self._hidden[:n_rows, : self._n_hidden])
        return n_rows, n_slots

    def _train_batch(self, ids: np.ndarray, batch: int, lr: float) -> float:
        n_rows, n_slots = self._forward(ids, batch)
        hidden, gradients = self._hidden[:n_rows], self._gradients[:n_rows]
        loss = self._outputs.predict(self._targets[:n_rows], hidden, gradients, lr)
        unscaled = np.float32(1 / self._outputs.scale(lr))
        back_through(hidden, gradients, n_rows, self._n_hidden, unscaled, self._is_tanh)
        sums = self._products[:n_slots]
        sum_pieces(gradients, self._slots, n_rows, n_slots, sums, self._of_bias[0])
        np.matmul(sums, self._weights, out=self._changes[:n_slots])
        np.matmul(sums.T, self._rows[:n_slots], out=self._of_weights)
        self._step(n_slots, lr)
        rate = np.float32(self._shares.hidden * lr)
        step_matrix(self._bias, self._bias_squares, self._of_bias, rate, ONE)
        return loss

    def _evaluate_batch(self, ids: np.ndarray, batch: int) -> float:
        n_rows, _ = self._forward(ids, batch)
        hidden, gradients = self._hidden[:n_rows], self._gradients[:n_rows]
        return self._outputs.predict(self._targets[:n_rows], hidden, gradients, 0.0, learns=False)
