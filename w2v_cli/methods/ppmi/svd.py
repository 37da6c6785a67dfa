"""Truncated singular value decomposition of a matrix that can only multiply others.

Subspace iteration from random columns (Halko, Martinsson and Tropp, "Finding Structure with
Randomness", SIAM Review 53 (2011), algorithms 4.4 and 5.1): Q spans the columns of M R; each round
multiplies by M and its transpose, and makes columns orthonormal between. Then M is about
Q (M' Q)', whose small factor is decomposed.

Columns of Y are made orthonormal by the eigenvectors of Y'Y, in float64, so that all that is large
is multiplied in blocks of rows: each sum has one order, whatever the number of threads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ...machine.threads import in_order, one_blas_thread
from .matrix import PPMI, WIDTH, Tell

OVERSAMPLED = 10
"""Columns at least that are computed beyond those that are wanted."""
ROWS = 8192
"""Rows that are multiplied in one go."""
RANK_TOLERANCE = 1e-10
"""Of eigenvalues of Y'Y, to the largest: smaller ones are rounding errors of float32."""


class Decomposed(NamedTuple):
    """M is about U S V'.

    Attributes
    ----------
    left, right : ndarray of float32, (n_words, dim)   U and V, orthonormal columns, or zeros beyond
                                                       the rank
    values : ndarray of float64, (dim,)                S, descending
    """

    left: np.ndarray
    right: np.ndarray
    values: np.ndarray


def n_computed(n_words: int, dim: int) -> int:
    """Columns that are computed for ``dim`` of them: a multiple of WIDTH."""
    return -(-(dim + OVERSAMPLED) // WIDTH) * WIDTH


def n_products(rounds: int) -> int:
    """How often the matrix is multiplied."""
    return 2 * rounds + 2


def decompose(
    matrix: PPMI, dim: int, rounds: int, seed: int, threads: int, tell: Tell
) -> Decomposed:
    """The largest singular values of a matrix, and their vectors.

    Signs are such that the number of U that is largest in absolute value is above 0, the first of
    them in each column.

    Parameters
    ----------
    matrix : PPMI
    dim : int       how many
    rounds : int    0 or more; each brings the vectors nearer
    seed : int      of the random columns
    threads : int   the result is the same for any number of them
    tell : callable   see `Tell`
    """
    done = 0

    def told(share: float) -> None:
        tell((done + share) / n_products(rounds))

    with one_blas_thread():
        blocks = _random(matrix.n_words, n_computed(matrix.n_words, dim), seed)
        blocks = matrix.times(blocks, threads, told)
        done += 1
        for _ in range(rounds):
            for transposed in (True, False):
                blocks = _orthonormal(blocks, threads)
                blocks = matrix.times(blocks, threads, told, transposed)
                done += 1
        basis = _orthonormal(_orthonormal(blocks, threads), threads)
        small = matrix.times(basis, threads, told, transposed=True)
        squares, rotation = _eigen(small, threads)
        values = np.sqrt(squares)
        inverse = np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)
        left = _rotated(basis, rotation[:, :dim], threads)
        right = _rotated(small, rotation[:, :dim] * inverse[:dim], threads)
    left, right = left * (values[:dim] > 0), right
    peaks = left[np.abs(left).argmax(axis=0), np.arange(dim)]
    signs = np.where(peaks < 0, -1, 1).astype(np.float32)
    return Decomposed(left * signs, right * signs, values[:dim])


def _random(n_words: int, n_columns: int, seed: int) -> np.ndarray:
    """Normally distributed numbers, in blocks of columns."""
    draw = np.random.Generator(np.random.PCG64(seed))
    return draw.standard_normal((n_columns // WIDTH, n_words, WIDTH), np.float32)


def _orthonormal(blocks: np.ndarray, threads: int) -> np.ndarray:
    """Columns that span the same, orthonormal; zeros where the rank is smaller."""
    squares, vectors = _eigen(blocks, threads)
    with np.errstate(divide="ignore"):
        scale = np.where(squares > 0, 1 / np.sqrt(squares), 0.0)
    return _in_blocks(_rotated(blocks, vectors * scale, threads))


def _eigen(blocks: np.ndarray, threads: int) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues of Y'Y, descending, 0 where they are no more than rounding; and eigenvectors."""
    n_columns = len(blocks) * WIDTH
    gram = np.zeros((n_columns, n_columns))

    def square(rows: slice) -> np.ndarray:
        some = _columns(blocks, rows)
        return some.T @ some

    for part in in_order(square, _rows(blocks.shape[1]), threads):
        gram += part
    squares, vectors = np.linalg.eigh(gram)
    squares, vectors = squares[::-1], vectors[:, ::-1]
    return np.where(squares > RANK_TOLERANCE * max(squares[0], 0.0), squares, 0.0), vectors


def _rotated(blocks: np.ndarray, rotation: np.ndarray, threads: int) -> np.ndarray:
    """Y times a small matrix: float32, (n_words, columns of that)."""
    result = np.empty((blocks.shape[1], rotation.shape[1]), np.float32)

    def rotate(rows: slice) -> None:
        result[rows] = _columns(blocks, rows) @ rotation

    for _ in in_order(rotate, _rows(len(result)), threads):
        pass
    return result


def _columns(blocks: np.ndarray, rows: slice) -> np.ndarray:
    """Some rows of a matrix in blocks, side by side: float64, (n, n_columns)."""
    some = blocks[:, rows].transpose(1, 0, 2)
    return some.reshape(len(some), -1).astype(np.float64)


def _in_blocks(matrix: np.ndarray) -> np.ndarray:
    """A matrix in blocks of WIDTH columns: float32, (n_blocks, n_words, WIDTH)."""
    blocks = matrix.reshape(len(matrix), -1, WIDTH).transpose(1, 0, 2)
    return np.ascontiguousarray(blocks)


def _rows(n_rows: int) -> Iterator[slice]:
    return (slice(start, start + ROWS) for start in range(0, n_rows, ROWS))
