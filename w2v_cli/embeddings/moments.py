"""Mean and covariance of rows, in one pass over a matrix of any length."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..machine.limits import require_memory
from .blocks import Rows, row_blocks


class Moments(NamedTuple):
    """What rows have in common.

    Attributes
    ----------
    mean : ndarray of float64, shape (dim,)
    covariance : ndarray of float64, shape (dim, dim), or None
    """

    mean: np.ndarray
    covariance: np.ndarray | None


def moments(rows: Rows, weights: np.ndarray | None = None, with_covariance: bool = True) -> Moments:
    """The weighted mean m = sum q x, and the covariance sum q (x - m)(x - m)^T, of all rows x.

    Sums are in float64, of differences to the mean of the first rows: so few digits are lost, even
    where all rows lie far from zero.

    Parameters
    ----------
    rows : rows of float32, shape (n_rows, dim), n_rows > 0
    weights : ndarray of float64, shape (n_rows,), or None   not negative, and not all zero; q is
                             their share of the sum. None: all rows have the same
    with_covariance : bool   not only the mean

    Returns
    -------
    Moments

    Raises
    ------
    MemoryShortageError   if there is no room for the covariance
    """
    n_rows, dim = rows.shape
    if with_covariance:
        require_memory(3 * 8 * dim * dim, f"the covariance of vectors of length {dim:,}")
    origin, total, first = np.zeros(dim), 0.0, np.zeros(dim)
    second = np.zeros((dim, dim)) if with_covariance else None
    for block in row_blocks(n_rows):
        values = np.asarray(rows[block], np.float64)
        if block.start == 0:
            origin = values.mean(axis=0)
        values = values - origin
        shares = np.ones(len(values)) if weights is None else weights[block]
        total += float(shares.sum())
        first += shares @ values
        if second is not None:
            values *= np.sqrt(shares)[:, np.newaxis]
            second += values.T @ values
    mean = first / total
    if second is not None:
        second = second / total - np.outer(mean, mean)
    return Moments(origin + mean, second)
