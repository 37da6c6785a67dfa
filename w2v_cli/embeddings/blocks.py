"""Matrices of any length, some rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

ROWS = 4096
"""Rows that are copied, converted or looked at in one go: a few megabytes."""


class LazyRows:
    """Rows as a writer wants them: computed some at a time.

    Attributes
    ----------
    shape : (int, int)
    """

    def __init__(self, n_rows: int, dim: int, rows_of: Callable[[slice], np.ndarray]) -> None:
        """``rows_of`` is a function of a slice: ndarray of float32, shape (n, dim)."""
        self.shape = (n_rows, dim)
        self._rows_of = rows_of

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, wanted: slice) -> np.ndarray:
        return self._rows_of(wanted)


Rows: TypeAlias = "np.ndarray | LazyRows"


def row_blocks(n_rows: int, size: int = ROWS) -> Iterator[slice]:
    """Slices of ``size`` that together are rows 0 to ``n_rows`` - 1, in order."""
    for start in range(0, n_rows, size):
        yield slice(start, min(start + size, n_rows))


def first_not_finite(matrix: Rows, dtype: Any = None) -> int | None:
    """The first row with a number that is NaN or infinite.

    Parameters
    ----------
    matrix : array_like of numbers, shape (n_rows, dim)   or what gives such rows for a slice
    dtype : np.dtype or None   as what the numbers are taken: one too large for it is infinite

    Returns
    -------
    int or None   None if all are finite
    """
    for rows in row_blocks(len(matrix)):
        with np.errstate(over="ignore"):
            is_finite = np.isfinite(np.asarray(matrix[rows], dtype))
        if not is_finite.all():
            return int(rows.start + is_finite.all(axis=1).argmin())
    return None
