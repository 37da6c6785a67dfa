"""Whole matrices made codes, some rows at a time, and how far off these are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .product import Quantizer, sampled
from .rows import QuantizedRows

BLOCK = 1 << 13
"""Rows that are read and encoded in one go."""


class Coded:
    """Codes of rows, block by block.

    Attributes
    ----------
    rows : QuantizedRows   those that were put; the others are not set
    """

    def __init__(self, quantizer: Quantizer, n_rows: int) -> None:
        self._quantizer = quantizer
        codes = np.empty((n_rows, len(quantizer.centroids)), dtype=np.uint8)
        has_factors = quantizer.factors is not None
        self.rows = quantizer.decoder(codes, np.empty(n_rows, np.uint8) if has_factors else None)

    def put(self, start: int, rows: np.ndarray) -> np.ndarray:
        """Encode rows that stand at ``start``, and return them as they are decoded."""
        here = slice(start, start + len(rows))
        self.rows.codes[here], factor_codes = self._quantizer.encode(rows)
        if self.rows.factor_codes is not None:
            self.rows.factor_codes[here] = factor_codes
        return self.rows[here]


class RelativeError:
    """|x - y| / |x| of many rows x that became y together: a root of sums of squares."""

    def __init__(self) -> None:
        self._lost = self._norms = 0.0

    def add(
        self,
        rows: np.ndarray,
        decoded: np.ndarray,
        vectors: np.ndarray,
        divisors: np.ndarray | None = None,
    ) -> None:
        """Take note of rows, and of what they are for.

        Parameters
        ----------
        rows, decoded : ndarray of float32, (n, dim)   before and after
        vectors : ndarray of float32, (n, dim)         whose length counts
        divisors : ndarray of int64, (n,), or None     what the difference is divided by in these
        """
        lost = rows.astype(np.float64) - decoded
        if divisors is not None:
            lost /= divisors[:, np.newaxis]
        self._lost += float(np.square(lost).sum())
        self._norms += float(np.square(vectors, dtype=np.float64).sum())

    @property
    def relative(self) -> float:
        """The error; 0 where all is zero or nothing is there."""
        return float((self._lost / self._norms) ** 0.5) if self._norms else 0.0


class Steps:
    """How much is done, told as a share of it all: learning counts as much as encoding.

    Parameters
    ----------
    progress : callable or None   called with how much is done, and how much there is to do
    n_rows : int
    """

    def __init__(self, progress: Callable[[int, int], Any] | None, n_rows: int) -> None:
        self._progress, self._learning, self._total = progress, n_rows, 2 * n_rows
        self._done = 0

    def share(self, done: int, of: int) -> None:
        """So much of learning is done."""
        self._done = self._learning * done // of
        self.add(0)

    def add(self, number: int) -> None:
        """Further rows have their codes."""
        self._done += number
        if self._progress is not None:
            self._progress(self._done, self._total)


def quantized_matrix(
    matrix: Any,
    places: np.ndarray,
    dsub: int,
    has_factors: bool = True,
    seed: int = 1,
    n_threads: int = 1,
    progress: Callable[[int, int], Any] | None = None,
) -> tuple[QuantizedRows, float]:
    """Some rows of a matrix, quantized: the same for the same seed, whatever the threads.

    Parameters
    ----------
    matrix : rows of float32       what can be indexed by an array of numbers; all finite
    places : ndarray of int64      the rows that are wanted, in their new order; at least one
    dsub, has_factors, seed, n_threads   see `Quantizer.learnt`
    progress : callable or None   called with how much is done, and how much there is to do

    Returns
    -------
    rows : QuantizedRows
    error : float   |x - y| / |x| of all rows x, which became y, together
    """
    steps = Steps(progress, len(places))
    sample = places[sampled(len(places), seed)]
    quantizer = Quantizer.learnt(
        np.asarray(matrix[sample], dtype=np.float32), dsub, has_factors, seed, n_threads,
        steps.share,
    )  # fmt: skip
    coded, error = Coded(quantizer, len(places)), RelativeError()
    for start in range(0, len(places), BLOCK):
        rows = np.asarray(matrix[places[start : start + BLOCK]], dtype=np.float32)
        error.add(rows, coded.put(start, rows), rows)
        steps.add(len(rows))
    return coded.rows, error.relative
