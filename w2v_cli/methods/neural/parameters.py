"""What a language model learns: vectors of words, a hidden layer, outputs, and sums of squares."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...config import TrainConfig
from ..base import Layout, Parameters, Shape
from ..merging import n_hot_rows

EMBEDDINGS, HIDDEN, HIDDEN_SQUARES, BIAS = "embeddings", "hidden", "hidden_squares", "bias"
OUTPUTS, OUTPUT_SQUARES, OUTPUT_BIAS = "outputs", "output_squares", "output_bias"


def shapes_of(n_words: int, config: TrainConfig) -> dict[str, Shape]:
    """All matrices of a model; there is a symbol more than words, the end of a line.

    ============== ====================================================================
    embeddings     (V + 1, D + 1): e, and a sum of squares, see `kernels.neural`
    hidden         (N * H, D): row n * H + i is what unit i takes of the word at place n,
                   the oldest first; or R, (H, H)
    hidden_squares the same, of each number
    bias           (2, H): b1, and sums of squares; only of ``nnlm``
    outputs        (V, H) inner nodes with ``hs``, else (V + 1, H) symbols
    output_squares, output_bias   with ``softmax``: the same, and (V + 1, 2)
    ============== ====================================================================
    """
    n_hidden, n_symbols = config.n_hidden, n_words + 1
    is_nnlm = config.model == "nnlm"
    n_pieces = config.history if is_nnlm else 1
    hidden = Shape(Layout(n_pieces * n_hidden), config.dim)
    shapes = {
        EMBEDDINGS: Shape(Layout(n_symbols), config.dim + 1),
        HIDDEN: hidden,
        HIDDEN_SQUARES: hidden,
    }
    if is_nnlm:
        shapes[BIAS] = Shape(Layout(2), n_hidden)
    if config.loss == "softmax":
        shapes[OUTPUTS] = shapes[OUTPUT_SQUARES] = Shape(Layout(n_symbols), n_hidden)
        shapes[OUTPUT_BIAS] = Shape(Layout(n_symbols), 2)
        return shapes
    n_outputs = n_words if config.loss == "hs" else n_symbols
    n_hot = n_hot_rows(n_outputs, config.threads)
    layout = Layout(n_words=n_outputs, threads=config.threads, n_hot=n_hot)
    shapes[OUTPUTS] = Shape(layout, n_hidden)
    return shapes


class NeuralParameters(Parameters):
    """The matrices of `shapes_of`.

    Parameters
    ----------
    n_words : int
    config : TrainConfig
    shapes : mapping of str to Shape   those of `shapes_of`

    Attributes
    ----------
    n_words, dim, n_hidden : int
    """

    def __init__(self, n_words: int, config: TrainConfig, shapes: Mapping[str, Shape]) -> None:
        are_words = config.loss != "hs"
        super().__init__(shapes, EMBEDDINGS, OUTPUTS if are_words else None)
        self.n_words, self.dim, self.n_hidden = n_words, config.dim, config.n_hidden

    @property
    def embeddings(self) -> np.ndarray:
        """e of all symbols: a view of shape (V + 1, D)."""
        return self[EMBEDDINGS][:, : self.dim]

    @property
    def inputs(self) -> np.ndarray:
        """The same as `vectors`: the end of a line is no word."""
        return self.vectors

    @property
    def vectors(self) -> np.ndarray:
        """e of words: a view of shape (V, D)."""
        return self.embeddings[: self.n_words]

    @property
    def context_vectors(self) -> np.ndarray | None:
        """Their rows of outputs: a view of shape (V, H); None with a tree, whose nodes they are."""
        return None if self._outputs is None else self[OUTPUTS][: self.n_words]
