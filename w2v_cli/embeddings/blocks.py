"""Matrices of any length, some rows at a time."""

import numpy as np

ROWS = 4096
"""Rows that are copied, converted or looked at in one go: a few megabytes."""


def row_blocks(n_rows):
    """Slices that together are rows 0 to ``n_rows`` - 1, in order."""
    for start in range(0, n_rows, ROWS):
        yield slice(start, min(start + ROWS, n_rows))


def first_not_finite(matrix, dtype=None):
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
            return rows.start + int(is_finite.all(axis=1).argmin())
    return None
