"""Product quantization: a row is cut into parts, and of each the nearest of 256 centroids is kept.

As fastText has it, so that its ``.ftz`` has a place for all of it (productquantizer.cc,
quantmatrix.cc): parts of ``dsub`` numbers, the last one shorter where they do not go evenly into a
row; and, where lengths are kept apart, parts are of directions, and one number of 256 is what a
direction is multiplied by. That number is here the best for the direction as it is decoded, x . d /
d . d, and not the length of the row.

Source: Jegou, Douze and Schmid 2011, "Product Quantization for Nearest Neighbor Search", section
II; Joulin and others 2016 (1612.03651), section 3.2, for lengths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..machine.threads import in_order
from .kmeans import kmeans, kmeans_of_numbers, whole_blocks
from .nearest import find_nearest
from .rows import N_CENTROIDS, QuantizedRows

SAMPLE = 1 << 16
"""Rows that centroids are learnt from, at most."""
BLOCK = 1 << 13
"""Rows that are encoded in one go."""
LARGEST = float(np.finfo(np.float32).max)
Progress = Callable[[int, int], Any]
"""Called with parts that are done, and all of them."""


def sampled(n_rows: int, seed: int) -> np.ndarray:
    """Numbers of the rows to learn from: ndarray of int64, ascending; all if they are few."""
    if n_rows <= SAMPLE:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(seed).choice(n_rows, SAMPLE, replace=False, shuffle=False))


@dataclass(frozen=True)
class Quantizer:
    """What makes codes of rows.

    Attributes
    ----------
    centroids : list of ndarray of float32, shape (k, length)   of each part; k is 256, or fewer
    factors : ndarray of float32, shape (k,), or None   ascending: what directions are multiplied
                          by; None if parts are of the rows themselves
    n_threads : int
    scale : float   numbers are compared as shares of this, so that squares neither overflow nor
                    vanish; 1 with factors
    """

    centroids: list[np.ndarray]
    factors: np.ndarray | None
    n_threads: int = 1
    scale: float = 1.0

    @classmethod
    def learnt(
        cls,
        rows: np.ndarray,
        dsub: int,
        has_factors: bool = True,
        seed: int = 1,
        n_threads: int = 1,
        progress: Progress | None = None,
    ) -> Quantizer:
        """That of some rows, the same for the same seed whatever the number of threads.

        Parameters
        ----------
        rows : ndarray of float32, shape (n, dim)   n > 0; all finite: see `sampled`
        dsub : int            numbers in a part
        has_factors : bool    quantize directions, and what they are multiplied by, apart
        seed : int
        n_threads : int
        progress : callable or None
        """
        parts = parts_of(rows.shape[1], dsub)
        seeds = np.random.SeedSequence(seed).spawn(len(parts))
        units, scale = _directions(rows), 1.0
        if not has_factors:
            scale = float(np.abs(rows).max()) or 1.0
            units = rows / np.float32(scale)

        def centroids_of(number: int) -> np.ndarray:
            points = _points(units, parts[number])
            found = kmeans(points, N_CENTROIDS, np.random.default_rng(seeds[number]))
            length = parts[number].stop - parts[number].start
            return np.ascontiguousarray(found[:, :length]) * np.float32(scale)

        centroids = []
        for part in in_order(centroids_of, range(len(parts)), n_threads):
            centroids.append(part)
            if progress is not None:
                progress(len(centroids), len(parts))
        plain = cls(centroids, None, n_threads, scale)
        if not has_factors:
            return plain
        found = [plain._factors(rows[some], codes) for some, codes in plain._codes_of(units)]
        return cls(centroids, _centroids_of_factors(np.concatenate(found)), n_threads)

    @property
    def dim(self) -> int:
        """Length of a row."""
        return sum(part.shape[1] for part in self.centroids)

    def encode(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """The codes of rows.

        Parameters
        ----------
        rows : ndarray of float32, shape (n, dim)

        Returns
        -------
        codes : ndarray of uint8, shape (n, parts)
        factor_codes : ndarray of uint8, shape (n,), or None
        """
        codes = np.empty((len(rows), len(self.centroids)), dtype=np.uint8)
        if self.factors is None:
            for some, found in self._codes_of(rows, lambda block: block / np.float32(self.scale)):
                codes[some] = found
            return codes, None
        factor_codes = np.empty(len(rows), dtype=np.uint8)
        between = (self.factors[:-1] + self.factors[1:]) / 2
        for some, found in self._codes_of(rows, _directions):
            codes[some] = found
            factor_codes[some] = np.searchsorted(between, self._factors(rows[some], found))
        return codes, factor_codes

    def decoder(self, codes: np.ndarray, factor_codes: np.ndarray | None) -> QuantizedRows:
        """The rows that codes stand for, decoded when they are asked for."""
        return QuantizedRows(codes, self.centroids, self.factors, factor_codes)

    def _codes_of(
        self, rows: np.ndarray, prepared: Callable[[np.ndarray], np.ndarray] | None = None
    ) -> Iterator[tuple[slice, np.ndarray]]:
        """Yield (slice, codes of the nearest centroids) of blocks of rows."""
        parts = _slices([part.shape[1] for part in self.centroids])
        padded = [_padded(part / np.float32(self.scale)) for part in self.centroids]
        for start in range(0, len(rows), BLOCK):
            some = slice(start, min(start + BLOCK, len(rows)))
            block = rows[some] if prepared is None else prepared(rows[some])
            nearest = partial(_nearest, block, parts, padded)
            found = list(in_order(nearest, range(len(parts)), self.n_threads))
            yield some, np.array(found).T

    def _factors(self, rows: np.ndarray, codes: np.ndarray) -> np.ndarray:
        """What decoded directions are best multiplied by: ndarray of float64, shape (n,)."""
        found = QuantizedRows(codes, self.centroids)[:]
        products = np.einsum("ij,ij->i", rows, found, dtype=np.float64)
        squares = np.einsum("ij,ij->i", found, found, dtype=np.float64)
        return np.divide(products, squares, out=np.zeros(len(rows)), where=squares > 0)


def _centroids_of_factors(factors: np.ndarray) -> np.ndarray:
    """Ascending, float32; 0 is among them if it is one of the factors: zero rows stay zero."""
    found = kmeans_of_numbers(factors, N_CENTROIDS)
    if (factors == 0).any():
        found[np.abs(found).argmin()] = 0
    return np.sort(found.clip(max=LARGEST)).astype(np.float32)


def parts_of(dim: int, dsub: int) -> list[slice]:
    """The parts of a row: of ``dsub`` numbers each, the last one perhaps of fewer."""
    return [slice(start, min(start + dsub, dim)) for start in range(0, dim, dsub)]


def _slices(lengths: list[int]) -> list[slice]:
    ends = np.cumsum(lengths).tolist()
    return [slice(end - length, end) for end, length in zip(ends, lengths, strict=True)]


def _directions(rows: np.ndarray) -> np.ndarray:
    """Rows at length 1, zero rows as they are: float32."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64))
    lengths[lengths == 0] = 1.0
    return (rows / lengths[:, np.newaxis]).astype(np.float32)


def _points(rows: np.ndarray, part: slice) -> np.ndarray:
    """Parts of rows as the columns that `find_nearest` takes; a zero is added to an odd number."""
    length = part.stop - part.start
    points = np.zeros((length + length % 2, len(rows)), dtype=np.float32)
    points[:length] = rows[:, part].T
    return points


def _padded(centroids: np.ndarray) -> np.ndarray:
    odd = centroids.shape[1] % 2
    return np.ascontiguousarray(np.pad(whole_blocks(centroids), ((0, 0), (0, odd))))


def _nearest(
    rows: np.ndarray, parts: list[slice], padded: list[np.ndarray], number: int
) -> np.ndarray:
    """The nearest centroid of one part of each row: ndarray of uint8, shape (n,)."""
    codes, squares = np.empty(len(rows), dtype=np.uint8), np.empty(len(rows), dtype=np.float32)
    find_nearest(_points(rows, parts[number]), padded[number], codes, squares)
    return codes
