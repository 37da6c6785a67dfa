"""A thread that trains a language model: chunks of text in batches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ...config import TrainConfig
from ...corpus.marks import SENTENCE_END
from ...kernels import NOT_IN_BATCH, back_through, gather_rows, step_matrix, step_rows
from ...machine.aligned import padded_zeros
from .outputs import Outputs, are_compiled, compile_all
from .parameters import EMBEDDINGS, HIDDEN, HIDDEN_SQUARES, NeuralParameters

ONE = np.float32(1)


class Shares(NamedTuple):
    """AdaGrad's rates, as shares of the learning rate, which is that of nodes and negatives.

    Attributes
    ----------
    vectors : float   of e
    hidden : float    of the hidden layer
    """

    vectors: float
    hidden: float


class NeuralWorker(ABC):
    """What both models do; a model says how words before make rows of the hidden layer.

    Parameters
    ----------
    parameters : NeuralParameters
    outputs : Outputs
    config : TrainConfig
    n_rows : int     of a batch, at most
    n_distinct : int   symbols that stand in its history, at most
    shares : Shares
    """

    def __init__(
        self,
        parameters: NeuralParameters,
        outputs: Outputs,
        config: TrainConfig,
        n_rows: int,
        n_distinct: int,
        shares: Shares,
    ) -> None:
        self._outputs, self._shares = outputs, shares
        self._dim, self._n_hidden = parameters.dim, parameters.n_hidden
        self._is_tanh = config.activation == "tanh"
        self._end = parameters.n_words
        self._embeddings = parameters[EMBEDDINGS]
        self._weights, self._squares = parameters[HIDDEN], parameters[HIDDEN_SQUARES]
        self._slot_of = np.full(self._end + 1, NOT_IN_BATCH, np.int32)
        self._words = np.zeros(n_distinct, np.int32)
        self._rows = np.zeros((n_distinct, self._dim), np.float32)
        self._changes = np.zeros_like(self._rows)
        self._of_weights = np.zeros(self._weights.shape, np.float32)
        self._targets = np.zeros(n_rows, np.int32)
        self._hidden = padded_zeros(n_rows, self._n_hidden)
        self._gradients = padded_zeros(n_rows, self._n_hidden)

    def is_compiled(self) -> bool:
        """Whether nothing has to wait for the compiler."""
        return are_compiled(self._calls())

    def compile(self) -> None:
        """Have all kernels compiled, or loaded."""
        compile_all(self._calls())

    def train(self, ids: np.ndarray, lr: float, seed: int) -> tuple[int, int, float]:
        """Train on a chunk; returns (words, predictions, sum of their losses)."""
        self._outputs.begin(seed)
        loss = 0.0
        for batch in self._batches(ids):
            loss += self._train_batch(ids, batch, lr)
        return int(np.count_nonzero(ids != SENTENCE_END)), len(ids), loss

    def evaluate(self, ids: np.ndarray) -> tuple[int, float]:
        """(predictions, sum of their losses) of a text that nothing is learnt from."""
        return len(ids), sum(self._evaluate_batch(ids, batch) for batch in self._batches(ids))

    def merge(self) -> None:
        """Put what the thread has for itself with what all threads share."""
        self._outputs.merge()

    def _calls(self) -> list[Any]:
        rate, rows = np.float32(0), self._rows[:0]
        return [
            *self._outputs.calls(self._hidden, self._gradients),
            (gather_rows, (self._embeddings, self._words, 0, rows)),
            (step_rows, (self._embeddings, self._words, 0, rows, rate)),
            (step_matrix, (self._weights, self._squares, self._of_weights[:0], rate, ONE)),
            (back_through, (self._hidden, self._gradients, 0, 0, rate, self._is_tanh)),
        ]

    @abstractmethod
    def _batches(self, ids: np.ndarray) -> Iterator[Any]:
        """What `_train_batch` is to be called with, in order."""

    @abstractmethod
    def _train_batch(self, ids: np.ndarray, batch: Any, lr: float) -> float:
        """Train on a part of a chunk; returns its loss."""

    @abstractmethod
    def _evaluate_batch(self, ids: np.ndarray, batch: Any) -> float:
        """Its loss, without learning."""

    def _gather(self, n_slots: int) -> np.ndarray:
        """The rows of the distinct symbols of a batch: float32, (n_slots, D)."""
        gather_rows(self._embeddings, self._words, n_slots, self._rows)
        return self._rows[:n_slots]

    def _activate(self, sums: np.ndarray) -> None:
        """The activation, of a view without padding; *in place:* that."""
        if self._is_tanh:
            np.tanh(sums, out=sums)
            return
        # The logistic function: (1 + tanh(x / 2)) / 2 never overflows.
        sums *= np.float32(0.5)
        np.tanh(sums, out=sums)
        sums += ONE
        sums *= np.float32(0.5)

    def _step(self, n_slots: int, lr: float) -> None:
        """AdaGrad steps of the distinct symbols, and of the hidden layer."""
        of_vectors, of_hidden = (np.float32(share * lr) for share in self._shares)
        step_rows(self._embeddings, self._words, n_slots, self._changes[:n_slots], of_vectors)
        step_matrix(self._weights, self._squares, self._of_weights, of_hidden, ONE)
