"""Truncated singular value decomposition of a matrix that can only multiply others.

Subspace iteration from random columns (Halko, Martinsson and Tropp, "Finding Structure with
Randomness", SIAM Review 53 (2011), algorithms 4.4 and 5.1): Q spans the columns of M R; each round
multiplies by M and its transpose, and makes columns orthonormal between. In the end M is about
Q B', where B = M' Q is as narrow as Q, and is decomposed.

Columns of Y are made orthonormal by the eigenvectors of Y'Y, in float64. All that is large is
multiplied in blocks of rows, so that each sum has one order, whatever the number of threads.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...machine.threads import in_order

ROWS = 8192
"""Rows that are multiplied in one go."""
RANK_TOLERANCE = 1e-10
"""Of eigenvalues of Y'Y, to the largest: smaller ones are rounding errors of float32."""


def orthonormalise(matrix: np.ndarray, threads: int) -> None:
    """Make columns orthonormal that span the same; *in place*, float32, (n, n_columns).

    Where the rank is smaller than the number of columns, the last ones become zero.
    """
    squares, vectors = _eigen(matrix, threads)
    _rotate(matrix, vectors * _inverse_roots(squares), threads)


def decompose(
    basis: np.ndarray, product: np.ndarray, dim: int, weight: float, threads: int
) -> np.ndarray:
    """Turn Q and B into U S^weight and V S^weight of the decomposition U S V' of Q B'; *in place*.

    Signs are such that the number of U that is largest in absolute value is above 0, the first of
    them in each column.

    Parameters
    ----------
    basis, product : ndarray of float32, (n, n_columns)   Q, whose columns are orthonormal, and B
    dim : int        columns that are wanted; the others become zero
    weight : float   from 0 to 1
    threads : int

    Returns
    -------
    ndarray of float64, (dim,)   S, descending; 0 beyond the rank, where columns are zero
    """
    squares, vectors = _eigen(product, threads)
    squares[dim:] = 0
    is_there = squares > 0
    powers = np.where(is_there, squares, 1.0) ** (weight / 2) * is_there
    _rotate(basis, vectors * powers, threads)
    _rotate(product, vectors * (powers * _inverse_roots(squares)), threads)
    peaks = basis[np.abs(basis).argmax(axis=0), np.arange(basis.shape[1])]
    signs = np.where(peaks < 0, np.float32(-1), np.float32(1))
    basis *= signs
    product *= signs
    return np.sqrt(squares[:dim])


def captured(product: np.ndarray, threads: int) -> float:
    """The sum of the squares of B: that of the cells of M which Q Q' M has."""
    return float(sum(in_order(_squares, _blocks(product), threads)))


def _eigen(matrix: np.ndarray, threads: int) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues of Y'Y, descending, 0 where they are no more than rounding; and eigenvectors."""
    gram = sum(in_order(_gram, _blocks(matrix), threads))
    squares, vectors = np.linalg.eigh(gram)
    squares, vectors = squares[::-1], vectors[:, ::-1]
    return np.where(squares > RANK_TOLERANCE * max(squares[0], 0.0), squares, 0.0), vectors


def _inverse_roots(squares: np.ndarray) -> np.ndarray:
    return np.divide(1.0, np.sqrt(squares), out=np.zeros_like(squares), where=squares > 0)


def _gram(rows: np.ndarray) -> np.ndarray:
    exact = rows.astype(np.float64)
    return exact.T @ exact


def _squares(rows: np.ndarray) -> float:
    exact = rows.astype(np.float64).reshape(-1)
    return float(exact @ exact)


def _rotate(matrix: np.ndarray, rotation: np.ndarray, threads: int) -> None:
    """Y times a square matrix; *in place*."""

    def rotate(rows: np.ndarray) -> None:
        rows[:] = rows.astype(np.float64) @ rotation

    for _ in in_order(rotate, _blocks(matrix), threads):
        pass


def _blocks(matrix: np.ndarray) -> Iterator[np.ndarray]:
    """Views of some rows each."""
    return (matrix[start : start + ROWS] for start in range(0, len(matrix), ROWS))
