"""A neural language model as a `Method`: its matrices, how these start, and what it all costs."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...config import TrainConfig
from ...errors import TrainingError, field
from ..base import Shape
from ..ngramlists import NgramLists
from ..ontext import OnText
from .engine import NeuralEngine
from .outputs import Outputs, outputs_of
from .parameters import (
    BIAS,
    EMBEDDINGS,
    HIDDEN,
    HIDDEN_SQUARES,
    OUTPUT_BIAS,
    OUTPUT_SQUARES,
    OUTPUTS,
    NeuralParameters,
    shapes_of,
)
from .text import HeldOutText
from .worker import NeuralWorker, Shares

INIT_ROWS = 4096
WIDTH = np.float32(0.2)
"""Vectors are even in half of it around 0."""
SHARE_OF_SOFTMAX = 1.0
"""AdaGrad's rate of the full softmax, as a share of the learning rate."""
SQUARES_OF_VECTORS, SQUARES_OF_HIDDEN, SQUARES_OF_SOFTMAX = 0.1, 10.0, 0.01
"""What sums of squared gradients start at, so that the first steps are no leaps."""
SOFTMAX_FLOPS = 2e10
SOFTMAX_HOURS = 48
CHUNK_FLOPS = 4e10
"""Half a second of matrix products on a slow processor."""
HUFFMAN_NODES = 16
FLOPS_OF_NODE = 12
"""A number of an output takes so much for each word, where rows are taken one by one."""
TREE_BYTES, PATH_BYTES, EXTRA_NODES = 20, 5, 3
MAKING_BYTES = 410
"""For each word: of a tree, and while it is made."""
LARGEST_BATCH, LEAST_BATCH = 1024, 32
BATCHES_PER_EPOCH = 256
"""Small texts have smaller batches, as there would be few of them."""


class Neural(OnText):
    """See `base.Method`, which says what each function is for."""

    SHARES = Shares(vectors=1.0, hidden=0.5)
    """See there. A hidden layer that learns faster goes astray in its first steps, most of all
    where several threads change it."""

    def made_of(self, lists: NgramLists) -> Any:
        """Not for these: options of n-grams are not theirs."""
        raise NotImplementedError

    def material(
        self,
        corpus: Any,
        counts: np.ndarray,
        config: TrainConfig,
        words: Sequence[str] = (),
        folder: str | None = None,
        progress: Any = None,
    ) -> Any:
        """The text, with its end held out."""
        if isinstance(corpus, HeldOutText):
            return corpus
        return HeldOutText(corpus, config.hold_out if config.loss != "ns" else 0.0)

    def check_feasible(self, counts: np.ndarray, config: TrainConfig) -> None:
        """Refuse to start what will not end: the softmax takes all words for every prediction."""
        if config.loss != "softmax":
            return
        flops = counts.sum() * config.epochs * self._flops(len(counts), config)
        hours = flops / (SOFTMAX_FLOPS * config.threads) / 3600
        if hours > SOFTMAX_HOURS:
            raise TrainingError(
                f"{field('loss', 'softmax')} computes all {len(counts):,} words for every "
                f"prediction, which would take about {hours:,.0f} hours; give "
                f"{field('loss', 'hs')}, or a lower {field('max_vocab')}"
            )

    def outputs_are_words(self, config: TrainConfig) -> bool:
        """Rows of outputs are, unless they are nodes, or as long as the hidden layer."""
        return config.loss != "hs" and config.n_hidden == config.dim

    def shapes(self, n_words: int, config: TrainConfig, freeze: bool = False) -> dict[str, Shape]:
        """See `shapes_of`."""
        return shapes_of(n_words, config)

    def table_memory(self, n_words: int, config: TrainConfig) -> int:
        """What threads work in, and the tree while it is made."""
        shapes = self.shapes(n_words, config)
        tables = n_words * (TREE_BYTES + int(PATH_BYTES * (math.log2(n_words + 1) + EXTRA_NODES)))
        more = config.threads * (self._work_floats(n_words, config) * 4 + shapes[HIDDEN].nbytes)
        if config.loss == "softmax":
            more += config.threads * (shapes[OUTPUTS].nbytes + (1 << 25))
        return max(tables + more, n_words * MAKING_BYTES - shapes[OUTPUTS].nbytes)

    def words_per_chunk(self, n_words: int, config: TrainConfig) -> int:
        """`CHUNK_FLOPS` over what a word takes."""
        return max(int(CHUNK_FLOPS / self._flops(n_words, config)), 1)

    def allocate(self, n_words: int, config: TrainConfig, freeze: bool = False) -> NeuralParameters:
        """The matrices that `shapes` declares."""
        return NeuralParameters(n_words, config, self.shapes(n_words, config, freeze))

    def initialise(self, parameters: Any, seed: int) -> None:
        """Vectors and the hidden layer at random, outputs and biases zero."""
        generator = np.random.default_rng(seed)
        embeddings = parameters[EMBEDDINGS]
        for start in range(0, len(embeddings), INIT_ROWS):
            rows = embeddings[start : start + INIT_ROWS, : parameters.dim]
            rows[:] = (generator.random(rows.shape, np.float32) - np.float32(0.5)) * WIDTH
        embeddings[:, parameters.dim] = SQUARES_OF_VECTORS
        self._initialise_hidden(parameters[HIDDEN], generator)
        parameters[HIDDEN_SQUARES][:] = SQUARES_OF_HIDDEN
        if BIAS in parameters.shapes:
            parameters[BIAS][1] = SQUARES_OF_HIDDEN
        if OUTPUT_SQUARES in parameters.shapes:
            parameters[OUTPUT_SQUARES][:] = SQUARES_OF_SOFTMAX
            parameters[OUTPUT_BIAS][:, 1] = SQUARES_OF_SOFTMAX

    def tables(self, counts: np.ndarray, config: TrainConfig) -> np.ndarray:
        """The counts: a tree needs that of lines, too, which the text knows."""
        return counts

    def untrained_loss(self, counts: np.ndarray, tables: np.ndarray, config: TrainConfig) -> float:
        """Of logits that are all 0, about: a tree of equal counts."""
        if config.loss == "ns":
            return float(np.log(2) * (1 + config.negative))
        return float(np.log(len(counts) + 1))

    def engine(
        self,
        corpus: HeldOutText,
        parameters: Any,
        tables: np.ndarray,
        config: TrainConfig,
        frozen: Any = None,
    ) -> NeuralEngine:
        """One worker a thread."""
        symbol_counts = np.append(tables, corpus.n_lines)
        layers = outputs_of(parameters, symbol_counts, config, SHARE_OF_SOFTMAX)
        n_rows = rows_of_batch(corpus.n_tokens)
        workers = [self._worker(parameters, layer, config, n_rows) for layer in layers]
        return NeuralEngine(corpus, parameters, workers, config.loss != "ns")

    @abstractmethod
    def _worker(
        self, parameters: Any, outputs: Outputs, config: TrainConfig, n_rows: int
    ) -> NeuralWorker:
        """Who trains in a thread."""

    @abstractmethod
    def _initialise_hidden(self, weights: np.ndarray, generator: np.random.Generator) -> None:
        """Let the hidden layer start; *in place:* ``weights``."""

    @abstractmethod
    def _hidden_flops(self, config: TrainConfig) -> float:
        """Floating-point operations of the hidden layer for a word."""

    @abstractmethod
    def _work_floats(self, n_words: int, config: TrainConfig) -> int:
        """Numbers of the arrays that a thread works in, but for gradients of the hidden layer."""

    def _flops(self, n_words: int, config: TrainConfig) -> float:
        outputs = {
            "ns": FLOPS_OF_NODE * (1 + config.negative),
            "hs": FLOPS_OF_NODE * HUFFMAN_NODES,
            "softmax": 6 * n_words,
        }[config.loss]
        return outputs * config.n_hidden + self._hidden_flops(config)


def rows_of_batch(n_tokens: int) -> int:
    """How many words are trained at a time: a power of 2."""
    fitting = max(n_tokens // BATCHES_PER_EPOCH, 1)
    return int(min(max(1 << (fitting.bit_length() - 1), LEAST_BATCH), LARGEST_BATCH))
