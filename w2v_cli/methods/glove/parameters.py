"""What GloVe learns of a word in one row, so that a pair of words is in few places of memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...config import TrainConfig
from ...kernels import BIAS, BIAS_SQUARES, CONTEXT_SQUARES, IS_HELD, N_SCALARS
from ...machine.aligned import row_stride
from ..base import Layout, Parameters, Shape

ROWS = "rows"


@dataclass(frozen=True)
class RowLayout:
    """Where in a row what begins, in floats; see `kernels.pairs`.

    Attributes
    ----------
    dim : int
    by_coordinate : bool   each number has a sum of squares
    is_anchored : bool     old vectors are in it, too
    """

    dim: int
    by_coordinate: bool = False
    is_anchored: bool = False

    @classmethod
    def of(cls, config: TrainConfig) -> RowLayout:
        """That of a TrainConfig."""
        return cls(config.dim, config.adagrad == "coordinate", config.anchor > 0)

    @property
    def half(self) -> int:
        """From the vector of a word to its vector as a context: whole cache lines."""
        return row_stride(self.dim)

    @property
    def squares(self) -> int:
        """Where sums of squares of coordinates begin."""
        return 2 * self.half

    @property
    def anchor(self) -> int:
        """Where the old vector begins."""
        return (4 if self.by_coordinate else 2) * self.half

    @property
    def scalars(self) -> int:
        """Where biases and the like begin."""
        return self.anchor + self.is_anchored * self.half

    @property
    def length(self) -> int:
        """Of all."""
        return self.scalars + N_SCALARS

    def shape(self, n_words: int) -> Shape:
        """The matrix of all words."""
        return Shape(Layout(n_words), self.length)


class GloveParameters(Parameters):
    """The matrix of all rows, and what stands in it.

    Parameters
    ----------
    n_words : int
    layout : RowLayout

    Attributes
    ----------
    layout : RowLayout
    """

    def __init__(self, n_words: int, layout: RowLayout) -> None:
        super().__init__({ROWS: layout.shape(n_words)}, ROWS)
        self.layout = layout

    @property
    def inputs(self) -> np.ndarray:
        """The same as `vectors`: there are no other rows."""
        return self.vectors

    @property
    def vectors(self) -> np.ndarray:
        """w, a view of shape (n_words, dim)."""
        return self[ROWS][:, : self.layout.dim]

    @property
    def context_vectors(self) -> np.ndarray:
        """c, likewise."""
        half = self.layout.half
        return self[ROWS][:, half : half + self.layout.dim]

    @property
    def anchors(self) -> np.ndarray:
        """Old vectors, likewise."""
        start = self.layout.anchor
        return self[ROWS][:, start : start + self.layout.dim]

    @property
    def is_held(self) -> np.ndarray:
        """Which words have one, as float32: a view of shape (n_words,)."""
        return self[ROWS][:, self.layout.scalars + IS_HELD]

    @property
    def biases(self) -> np.ndarray:
        """b and b', a view of shape (n_words, 2)."""
        start = self.layout.scalars + BIAS
        return self[ROWS][:, start : start + 2]

    @property
    def squares(self) -> list[np.ndarray]:
        """Views of all sums of squares."""
        layout, rows = self.layout, self[ROWS]
        of_all = rows[:, layout.scalars + BIAS_SQUARES : layout.scalars + CONTEXT_SQUARES + 1]
        if not layout.by_coordinate:
            return [of_all]
        starts = layout.squares, layout.squares + layout.half
        return [of_all, *(rows[:, start : start + layout.dim] for start in starts)]
