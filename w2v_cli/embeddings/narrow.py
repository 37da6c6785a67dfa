"""Rows of numbers of one or two bytes: as float32 when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

MOST_HALVES = 1 << 19
"""Numbers that are made float32 at a time, in several steps: with fewer, threads that ask for the
next step mostly wait for one another; with more, they do not stay in the cache."""
FRACTION_BITS = 13
"""By which the fraction of float32 is longer than that of float16."""
SIGN_AND_NUMBER = np.int32(-0x7000_0001)
"""Bits that stay of a float16 in the place of a float32, whose exponent has three bits more."""
SCALE = np.float32(2.0**112)
"""Exponents of float32 count from 127, and those of float16 from 15."""
TOO_LARGE = np.float32(2.0**16)
"""What NaN and infinite numbers become at least: no other float16 is as large."""


class NarrowRows:
    """Rows of smaller numbers than float32, which they become a few rows at a time; read-only.

    Parameters
    ----------
    stored : ndarray of float16 or int8, shape (n_rows, dim)   may be mapped
    scales : ndarray of float32, shape (n_rows,), or None   what each row is multiplied by
    refuse : callable or None   called without arguments, and raises an error, where numbers that
                                are asked for are NaN or infinite; None: they are handed out

    Attributes
    ----------
    shape : (int, int)
    """

    def __init__(
        self,
        stored: np.ndarray,
        scales: np.ndarray | None = None,
        refuse: Callable[[], None] | None = None,
    ) -> None:
        self._stored, self._scales, self._refuse = stored, scales, refuse
        self.shape = stored.shape

    def __len__(self) -> int:
        return len(self._stored)

    def __getitem__(self, rows: Any) -> np.ndarray:
        """Some rows, of a slice or an array of numbers: float32, shape (n, dim)."""
        stored = self._stored[rows]
        if stored.dtype == np.float16:
            values = np.empty(stored.shape, dtype=np.float32)
            if not widen_halves(stored, values) and self._refuse is not None:
                self._refuse()
        else:
            values = stored.astype(np.float32)
        if self._scales is not None:
            values *= self._scales[rows][:, np.newaxis]
        return values

    def parts(self, start: int, stop: int) -> Iterator[tuple[int, np.ndarray]]:
        """Rows ``start`` to ``stop`` - 1, so many at a time as stay in the cache: (first, rows)."""
        step = max(1, MOST_HALVES // self.shape[1])
        for first in range(start, stop, step):
            yield first, self[first : min(first + step, stop)]

    def part(self, rows: Any) -> NarrowRows:
        """Some rows, likewise, as they are stored."""
        scales = None if self._scales is None else self._scales[rows]
        return NarrowRows(self._stored[rows], scales, self._refuse)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        """All rows, as float32."""
        return np.asarray(self[:], dtype=dtype)


def widen_halves(halves: np.ndarray, out: np.ndarray) -> bool:
    """Numbers of float16 as float32, which they are exactly; whether all are finite.

    NumPy converts one number after the other; here integers are shifted many at a time, five times
    as fast. The bits of a float16 in the place of those of a float32 are that number divided by
    2^112, whether it is a normal one or not.

    Parameters
    ----------
    halves : ndarray of float16
    out : ndarray of float32, of the same shape, contiguous   *changed*
    """
    flat, given = out.reshape(-1), np.ascontiguousarray(halves).reshape(-1)
    are_finite = True
    for start in range(0, len(flat), MOST_HALVES):
        some = slice(start, start + MOST_HALVES)
        values = flat[some]
        bits = values.view(np.int32)
        np.copyto(bits, given[some].view(np.int16))
        np.left_shift(bits, FRACTION_BITS, out=bits)
        np.bitwise_and(bits, SIGN_AND_NUMBER, out=bits)
        np.multiply(values, SCALE, out=values)
        if values.max() >= TOO_LARGE or values.min() <= -TOO_LARGE:
            np.copyto(values, given[some])
            are_finite = False
    return are_finite
