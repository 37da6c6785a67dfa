"""A quantized matrix: rows are decoded when they are asked for.

A row is cut into parts, and of each only the number of the nearest of 256 centroids is kept
(product quantization; quantmatrix.cc and productquantizer.cc of fastText). Where lengths were
quantized apart, the decoded row is multiplied by its length.
"""

from __future__ import annotations

from typing import Any

import numpy as np

N_CENTROIDS = 256


class QuantizedRows:
    """A matrix that is decoded a few rows at a time, read-only.

    Attributes
    ----------
    shape : (int, int)
    codes : ndarray of uint8, shape (n, parts)
    centroids : list of ndarray of float32, shape (k, length)   of each part
    factors : ndarray of float32, shape (k,), or None   what rows are multiplied by; None: nothing
    factor_codes : ndarray of uint8, shape (n,), or None   which of these each row has
    """

    def __init__(
        self,
        codes: np.ndarray,
        centroids: list[np.ndarray],
        factors: np.ndarray | None = None,
        factor_codes: np.ndarray | None = None,
    ) -> None:
        self.codes, self.centroids = codes, centroids
        self.factors, self.factor_codes = factors, factor_codes
        self.shape = (len(codes), sum(part.shape[1] for part in centroids))

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: Any) -> np.ndarray:
        """Some rows, decoded, of a slice or an array of numbers: float32, shape (n, dim)."""
        codes = self.codes[rows]
        parts = [part[codes[:, number]] for number, part in enumerate(self.centroids)]
        vectors: np.ndarray = np.concatenate(parts, axis=1)
        if self.factors is not None and self.factor_codes is not None:
            vectors *= self.factors[self.factor_codes[rows]][:, np.newaxis]
        return vectors

    def part(self, rows: Any) -> QuantizedRows:
        """Some rows, of a slice or an array of numbers, still as codes."""
        codes = None if self.factor_codes is None else self.factor_codes[rows]
        return QuantizedRows(self.codes[rows], self.centroids, self.factors, codes)

    def packed(self) -> tuple[np.ndarray, np.ndarray, int, np.ndarray]:
        """What rows are decoded from, as compiled code reads it: see `embeddings.composing.Table`.

        Returns
        -------
        codes : ndarray of uint8, shape (n_rows, n_parts)
        centroids : ndarray of float32, shape (256 * dim,)   part by part
        length : int    of a part, but for the last one
        norms : ndarray of float32, shape (n_rows,), or (0,) if rows are not multiplied
        """
        missing = [((0, N_CENTROIDS - len(part)), (0, 0)) for part in self.centroids]
        padded = [np.pad(part, pad) for part, pad in zip(self.centroids, missing, strict=True)]
        norms = np.empty(0, dtype=np.float32)
        if self.factors is not None and self.factor_codes is not None:
            norms = self.factors[self.factor_codes]
        return self.codes, np.concatenate(padded, axis=None), padded[0].shape[1], norms

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        """All rows, decoded."""
        return np.asarray(self[:], dtype=dtype)
