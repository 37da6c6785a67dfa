"""The two matrices of a decomposition, and the columns of them that are vectors in the end."""

from __future__ import annotations

import numpy as np

from ..base import Layout, Parameters, Shape
from .matrix import WIDTH

LEFT, RIGHT = "left", "right"
OVERSAMPLED = 10
"""Columns at least that are computed beyond those that are wanted; see `svd`."""


def n_columns(dim: int) -> int:
    """Columns that are computed for vectors of that length: a multiple of WIDTH."""
    return -(-(dim + OVERSAMPLED) // WIDTH) * WIDTH


def shapes_of(n_words: int, dim: int) -> dict[str, Shape]:
    """Both matrices."""
    shape = Shape(Layout(n_words), n_columns(dim))
    return {LEFT: shape, RIGHT: shape}


class FactorParameters(Parameters):
    """Both matrices.

    Parameters
    ----------
    n_words : int
    dim : int       of vectors
    """

    def __init__(self, n_words: int, dim: int) -> None:
        super().__init__(shapes_of(n_words, dim), LEFT, RIGHT)
        self._dim = dim

    @property
    def inputs(self) -> np.ndarray:
        """The same as `vectors`: there are no other rows."""
        return self.vectors

    @property
    def vectors(self) -> np.ndarray:
        """Those of words as rows of M: a view of shape (n_words, dim)."""
        return self[LEFT][:, : self._dim]

    @property
    def context_vectors(self) -> np.ndarray:
        """Those of words as columns, likewise."""
        return self[RIGHT][:, : self._dim]
