"""A thread that trains a recurrent language model, in streams of text side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ...config import TrainConfig
from ...kernels import back_through, lay_streams, spread_rows, sum_rows
from ...languagemodels.model import START_STATE
from ...machine.aligned import padded_zeros
from ..neural.outputs import Outputs
from ..neural.parameters import NeuralParameters
from ..neural.worker import ONE, NeuralWorker, Shares

LEAST_STEPS = 64
"""Streams are as long, if there are several."""


class Block(NamedTuple):
    """Some steps of all streams of a chunk.

    Attributes
    ----------
    starts : int64, (n_streams,)   where they begin
    step : int                     the first
    n_rows : int64, (n_steps,)     how many streams have a word at each: the first ones
    """

    starts: np.ndarray
    step: int
    n_rows: np.ndarray


class RnnlmWorker(NeuralWorker):
    """h[t] = f(e(w[t - 1]) + R h[t - 1]); see `NeuralWorker`.

    A chunk is cut into streams, whose states start anew and go from line to line, or with
    ``independent`` start anew with each line, too. Errors go back through the steps of a block.
    """

    def __init__(
        self,
        parameters: NeuralParameters,
        outputs: Outputs,
        config: TrainConfig,
        n_streams: int,
        shares: Shares,
    ) -> None:
        self._n_streams, self._n_steps = n_streams, config.bptt
        n_rows = n_streams * config.bptt
        n_distinct = min(n_rows, parameters.n_words + 1)
        super().__init__(parameters, outputs, config, n_rows, n_distinct, shares)
        self._start_state = np.float32(START_STATE[config.activation])
        self._is_independent = config.independent
        self._slots = np.zeros(n_rows, np.int32)
        stride = self._hidden.shape[1]
        # The states before each step; one more is that after the last.
        self._before = padded_zeros(n_rows, self._n_hidden)
        self._carried = np.zeros((n_streams, stride), np.float32)
        self._product = np.zeros((n_streams, self._n_hidden), np.float32)

    def _calls(self) -> list[Any]:
        nothing, rows = self._slots[:0], self._rows[:0]
        return [
            *super()._calls(),
            (lay_streams, (np.zeros(0, np.int32), np.zeros(0, np.int64), 0, 0,
                           np.zeros(0, np.int64), *self._places(0, 1))),
            (spread_rows, (rows, nothing, 0, self._hidden)),
            (sum_rows, (self._gradients, nothing, 0, 0, rows)),
        ]  # fmt: skip

    def _places(self, n_steps: int, n_streams: int) -> tuple[Any, ...]:
        shape, n_rows = (n_steps, n_streams), n_steps * n_streams
        targets, slots = self._targets[:n_rows].reshape(shape), self._slots[:n_rows].reshape(shape)
        return self._end, self._slot_of, targets, slots, self._words

    def _batches(self, ids: np.ndarray) -> Iterator[Block]:
        n_streams = max(min(self._n_streams, len(ids) // LEAST_STEPS), 1)
        # The first ones are a word longer than the others, where they are not all equally long.
        shorter, n_longer = divmod(len(ids), n_streams)
        number = np.arange(n_streams, dtype=np.int64)
        starts = number * shorter + np.minimum(number, n_longer)
        n_rows = np.full(shorter + (n_longer > 0), n_streams, np.int64)
        if n_longer:
            n_rows[-1] = n_longer
        for step in range(0, len(n_rows), self._n_steps):
            yield Block(starts, step, n_rows[step : step + self._n_steps])

    def _forward(self, ids: np.ndarray, block: Block) -> tuple[int, int]:
        """Compute all states; returns (rows, slots)."""
        starts, step, of_steps = block
        n_steps, n_streams = len(of_steps), len(starts)
        places = self._places(n_steps, n_streams)
        n_slots = lay_streams(ids, starts, step, n_steps, of_steps, *places)
        n_rows = int(of_steps.sum())
        spread_rows(self._gather(n_slots), self._slots, n_rows, self._hidden)
        if step == 0:
            self._carried[:] = 0
            self._carried[:, : self._n_hidden] = self._start_state
        before, transposed = self._carried, self._weights.T
        for first, n_here in self._steps(block):
            here = slice(first, first + n_here)
            self._before[here] = before[:n_here]
            if self._is_independent:
                self._before[here, : self._n_hidden][self._read_end(here)] = self._start_state
            product = self._product[:n_here]
            np.matmul(self._before[here, : self._n_hidden], transposed, out=product)
            states = self._hidden[here, : self._n_hidden]
            states += product
            self._activate(states)
            before = self._hidden[here]
        if len(before) == n_streams:  # else this was the last step
            self._carried[:n_streams] = before
        return n_rows, n_slots

    def _steps(self, block: Block) -> list[tuple[int, int]]:
        """(first row, number of rows) of each step."""
        n_streams = len(block.starts)
        return [(number * n_streams, int(n)) for number, n in enumerate(block.n_rows)]

    def _read_end(self, rows: slice) -> np.ndarray:
        """Which rows have read the end of a line: an array of bool."""
        return self._words[self._slots[rows]] == self._end

    def _train_batch(self, ids: np.ndarray, batch: Block, lr: float) -> float:
        n_rows, n_slots = self._forward(ids, batch)
        hidden, gradients = self._hidden[:n_rows], self._gradients[:n_rows]
        loss = self._outputs.predict(self._targets[:n_rows], hidden, gradients, lr)
        gradients *= np.float32(1 / self._outputs.scale(lr))
        self._back_through_time(batch)
        inner = gradients[:, : self._n_hidden]
        sum_rows(gradients, self._slots, n_rows, n_slots, self._changes[:n_slots])
        np.matmul(inner.T, self._before[:n_rows, : self._n_hidden], out=self._of_weights)
        self._step(n_slots, lr)
        return loss

    def _back_through_time(self, block: Block) -> None:
        """Add what each state does to the next one; *in place:* the gradients of a block."""
        n_later = 0
        for first, n_here in reversed(self._steps(block)):
            here = slice(first, first + n_here)
            if n_later:
                self._gradients[first : first + n_later, : self._n_hidden] += self._product[
                    :n_later
                ]
            states, gradients = self._hidden[here], self._gradients[here]
            back_through(states, gradients, n_here, self._n_hidden, ONE, self._is_tanh)
            if first == 0:
                return
            product = self._product[:n_here]
            np.matmul(gradients[:, : self._n_hidden], self._weights, out=product)
            if self._is_independent:
                product[self._read_end(here)] = 0
            n_later = n_here

    def _evaluate_batch(self, ids: np.ndarray, batch: Block) -> float:
        n_rows, _ = self._forward(ids, batch)
        hidden, gradients = self._hidden[:n_rows], self._gradients[:n_rows]
        return self._outputs.predict(self._targets[:n_rows], hidden, gradients, 0.0, learns=False)
