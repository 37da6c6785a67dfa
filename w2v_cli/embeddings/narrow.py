"""Rows of numbers of one or two bytes: as float32 when they are asked for."""

from __future__ import annotations

from typing import Any

import numpy as np


class NarrowRows:
    """Rows of smaller numbers than float32, which they become a few rows at a time; read-only.

    Parameters
    ----------
    stored : ndarray of float16 or int8, shape (n_rows, dim)   may be mapped
    scales : ndarray of float32, shape (n_rows,), or None   what each row is multiplied by

    Attributes
    ----------
    shape : (int, int)
    """

    def __init__(self, stored: np.ndarray, scales: np.ndarray | None = None) -> None:
        self._stored, self._scales = stored, scales
        self.shape = stored.shape

    def __len__(self) -> int:
        return len(self._stored)

    def __getitem__(self, rows: Any) -> np.ndarray:
        """Some rows, of a slice or an array of numbers: float32, shape (n, dim)."""
        values = self._stored[rows].astype(np.float32)
        if self._scales is not None:
            values *= self._scales[rows][:, np.newaxis]
        return values

    def part(self, rows: Any) -> NarrowRows:
        """Some rows, likewise, as they are stored."""
        scales = None if self._scales is None else self._scales[rows]
        return NarrowRows(self._stored[rows], scales)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        """All rows, as float32."""
        return np.asarray(self[:], dtype=dtype)
