"""The output layer of a language model, as a thread has it: a tree, negatives, or all symbols."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from ...config import TrainConfig
from ...kernels import (
    HIERARCHICAL_SOFTMAX,
    NEGATIVE_SAMPLING,
    NextWords,
    SharedMatrix,
    begin_negatives,
    is_cached,
    merge_outputs,
    new_next_words_work,
    predict_next_words,
    step_matrix,
    take_losses,
    tile_for,
)
from ..huffman import HuffmanPaths, paths_for
from ..merging import merge_weights, n_hot_rows, words_between_merges
from ..sampling import negative_probabilities, negatives_for
from .parameters import OUTPUT_BIAS, OUTPUT_SQUARES, OUTPUTS, NeuralParameters

PATH_TILE = 6
LOGITS_AT_ONCE = 1 << 22
"""Of the full softmax: 16 MiB."""
SQUARED_LENGTH = 16
"""Of rows of the hidden layer, about, against those that `merging.PULL` is meant for."""


class Outputs(Protocol):
    """What a hidden layer goes into."""

    def calls(self, hidden: np.ndarray, gradients: np.ndarray) -> list[Any]:
        """Pairs of a kernel and its arguments for nothing, to compile them."""

    def begin(self, seed: int) -> None:
        """Start the random numbers of a chunk."""

    def predict(
        self,
        targets: np.ndarray,
        hidden: np.ndarray,
        gradients: np.ndarray,
        lr: float,
        learns: bool = True,
    ) -> float:
        """Have rows predict words, and learn from that.

        ``targets`` is int32, (n,); ``hidden`` and ``gradients`` are float32, (n, stride), padded
        with zeros. *In place:* ``gradients`` becomes `scale` times those of the log-likelihood.

        Returns the negative log-likelihood.
        """

    def scale(self, lr: float) -> float:
        """What gradients are multiplied by."""

    def merge(self) -> None:
        """Put what the thread has for itself with what all threads share."""


class SampledOutputs:
    """A Huffman tree, or negative samples: see `kernels.nextwords`."""

    def __init__(self, task: NextWords) -> None:
        self._task = task
        self._work = new_next_words_work(task)
        matrix, private_start, base, _ = task.outputs
        matrix[private_start : private_start + len(base)] = base[:] = matrix[: len(base)]

    def calls(self, hidden: np.ndarray, gradients: np.ndarray) -> list[Any]:
        """See `Outputs`."""
        nothing = np.zeros(0, np.int32), 0, hidden[:0], gradients[:0], np.float32(0), True
        return [
            (predict_next_words, (self._task, self._work, *nothing)),
            (begin_negatives, (self._task, self._work, np.uint64(0))),
            (merge_outputs, (self._task,)),
        ]

    def begin(self, seed: int) -> None:
        """See `Outputs`."""
        begin_negatives(self._task, self._work, np.uint64(seed))

    def predict(
        self,
        targets: np.ndarray,
        hidden: np.ndarray,
        gradients: np.ndarray,
        lr: float,
        learns: bool = True,
    ) -> float:
        """See `Outputs`: each row at once changes the outputs."""
        predict_next_words(
            self._task, self._work, targets, len(targets), hidden, gradients, np.float32(lr), learns
        )
        return take_losses(self._work.losses)

    def scale(self, lr: float) -> float:
        """See `Outputs`."""
        return lr

    def merge(self) -> None:
        """See `Outputs`."""
        merge_outputs(self._task)


class SoftmaxOutputs:
    """All symbols, exactly: p = softmax(h Y^T + b), AdaGrad steps of the sums over a batch."""

    def __init__(self, parameters: NeuralParameters, share: float) -> None:
        self._outputs = parameters[OUTPUTS]
        self._squares = parameters[OUTPUT_SQUARES]
        self._bias = parameters[OUTPUT_BIAS]
        self._share = np.float32(share)
        self._n_hidden = parameters.n_hidden
        self._sums = np.zeros(self._outputs.shape, np.float32)
        self._bias_sums = np.zeros((len(self._outputs), 1), np.float32)
        self._rows = max(LOGITS_AT_ONCE // len(self._outputs), 1)

    def calls(self, hidden: np.ndarray, gradients: np.ndarray) -> list[Any]:
        """See `Outputs`."""
        rate, one = np.float32(0), np.float32(1)
        return [
            (step_matrix, (self._outputs, self._squares, self._sums[:0], rate, one)),
            (step_matrix, (*self._bias_parts(), self._bias_sums[:0], rate, one)),
        ]

    def begin(self, seed: int) -> None:
        """Nothing is random."""

    def predict(
        self,
        targets: np.ndarray,
        hidden: np.ndarray,
        gradients: np.ndarray,
        lr: float,
        learns: bool = True,
    ) -> float:
        """See `Outputs`."""
        loss = 0.0
        self._sums[:], self._bias_sums[:] = 0, 0
        for start in range(0, len(targets), self._rows):
            some = slice(start, start + self._rows)
            rows, wanted = hidden[some, : self._n_hidden], targets[some]
            logits = rows @ self._outputs.T
            logits += self._bias[:, 0]
            logits -= logits.max(axis=1, keepdims=True)
            places = np.arange(len(wanted)), wanted
            likely = logits[places].astype(np.float64)
            np.exp(logits, out=logits)
            totals = logits.sum(axis=1, keepdims=True)
            loss += float(np.log(totals[:, 0], dtype=np.float64).sum() - likely.sum())
            if not learns:
                continue
            logits /= -totals
            logits[places] += 1
            np.matmul(logits, self._outputs, out=gradients[some, : self._n_hidden])
            self._sums += logits.T @ rows
            self._bias_sums[:, 0] += logits.sum(axis=0)
        if learns:
            rate, one = self._share * np.float32(lr), np.float32(1)
            step_matrix(self._outputs, self._squares, self._sums, rate, one)
            step_matrix(*self._bias_parts(), self._bias_sums, rate, one)
        return loss

    def scale(self, lr: float) -> float:
        """Gradients are as they are."""
        return 1.0

    def merge(self) -> None:
        """Nothing is a thread's own."""

    def _bias_parts(self) -> tuple[np.ndarray, np.ndarray]:
        return self._bias[:, :1], self._bias[:, 1:]


def outputs_of(
    parameters: NeuralParameters, symbol_counts: np.ndarray, config: TrainConfig, share: float
) -> list[Outputs]:
    """The output layer of each thread.

    Parameters
    ----------
    parameters : NeuralParameters
    symbol_counts : ndarray of int64, (V + 1,)
    config : TrainConfig
    share : float   of the learning rate, for AdaGrad
    """
    if config.loss == "softmax":
        return [SoftmaxOutputs(parameters, share) for _ in range(config.threads)]
    paths = paths_for(symbol_counts, config.loss)
    layout, matrix = parameters.shapes[OUTPUTS].layout, parameters.rows(OUTPUTS)
    options = {
        "loss": HIERARCHICAL_SOFTMAX if config.loss == "hs" else NEGATIVE_SAMPLING,
        "merge_every": words_between_merges(config.threads),
        "negatives": negatives_for(symbol_counts, config.loss, config.ns_exponent),
        "path_starts": paths.starts,
        "path_nodes": paths.nodes,
        "path_signs": paths.signs,
        "tile": tile_for(PATH_TILE if config.loss == "hs" else 1 + config.negative),
        "negative": 0 if config.loss == "hs" else config.negative,
        "uses_of_negative": max(config.share_negatives, 1),
        "dim": config.n_hidden,
    }
    weights = _merge_weights(symbol_counts, paths, config)
    found: list[Outputs] = []
    for thread in range(config.threads):
        base = np.zeros((layout.n_hot, matrix.shape[1]), dtype=np.float32)
        shared = SharedMatrix(matrix, layout.hot_start(thread), base, weights)
        found.append(SampledOutputs(NextWords(outputs=shared, **options)))
    return found


def compile_all(calls: list[Any]) -> None:
    """Call kernels for nothing."""
    for kernel, arguments in calls:
        kernel(*arguments)


def are_compiled(calls: list[Any]) -> bool:
    """Whether no call has to wait for the compiler."""
    return all(is_cached(kernel, *arguments) for kernel, arguments in calls)


def _merge_weights(counts: np.ndarray, paths: HuffmanPaths, config: TrainConfig) -> np.ndarray:
    """`merging.merge_weights` of the hot outputs."""
    words = words_between_merges(config.threads) * counts / counts.sum()
    if config.loss == "ns":
        negatives = negative_probabilities(counts, config.ns_exponent)
        uses = words + words.sum() * config.negative * negatives
    else:
        steps = np.repeat(words, np.diff(paths.starts))
        uses = np.bincount(paths.nodes, weights=steps, minlength=len(counts) - 1)
    n_hot = n_hot_rows(len(uses), config.threads)
    return merge_weights(SQUARED_LENGTH * uses[:n_hot], config.lr, config.threads)
