"""Numbers of one byte: whole numbers from -127 to 127, and a scale for each row.

A row x becomes the nearest whole numbers to x / s, with s = max |x| / 127: symmetric, so that zero
stays zero. Each number is at most s / 2 off. A scale of its own for each row rather than one for
all (as model2vec has it) costs four bytes and is worth it: rows of frequent words are several times
as long as others, which would be left with few different numbers.
"""

import numpy as np

from ..embeddings.blocks import row_blocks

LARGEST = 127
LARGEST_SCALE = np.nextafter(np.finfo(np.float32).max / np.float32(LARGEST), np.float32(0))
"""So that no code times its scale is beyond float32."""


def row_scales(rows):
    """What the codes of rows are to be multiplied by: float32, shape (n,); 0 for a zero row.

    Parameters
    ----------
    rows : ndarray of a float type, shape (n, dim)
    """
    scales = (np.abs(rows).max(axis=1) / LARGEST).astype(np.float32)
    return np.minimum(scales, LARGEST_SCALE)


def encoded(rows, scales):
    """Rows as whole numbers from -127 to 127: int8, shape (n, dim).

    Parameters
    ----------
    rows : ndarray of a float type, shape (n, dim)
    scales : ndarray of float32, shape (n,)   of `row_scales`
    """
    # In float64, since scales near 0 have no reciprocal in float32.
    inverse = np.divide(1.0, scales.astype(np.float64), out=np.zeros(len(scales)), where=scales > 0)
    return np.rint(rows * inverse[:, np.newaxis]).clip(-LARGEST, LARGEST).astype(np.int8)


def decoded(codes, scales):
    """Rows of codes as they are read: float32, shape (n, dim)."""
    return codes.astype(np.float32) * scales[:, np.newaxis]


def as_read(rows, dtype):
    """What a reader finds of rows written as a type of numbers: ndarray, shape (n, dim).

    Parameters
    ----------
    rows : ndarray of float32, shape (n, dim)
    dtype : str   one of `formats.registry.NUMBER_TYPES`
    """
    if dtype != "int8":
        return rows.astype(dtype)
    scales = row_scales(rows)
    return decoded(encoded(rows, scales), scales)


def matrix_scales(vectors):
    """`row_scales` of a matrix, which may be computed some rows at a time: float32, (n_rows,)."""
    return np.concatenate([row_scales(vectors[rows]) for rows in row_blocks(len(vectors))])


def matrix_codes(vectors, scales):
    """Its rows, `encoded`, some at a time: arrays of int8, shape (n, dim)."""
    for rows in row_blocks(len(vectors)):
        yield encoded(vectors[rows], scales[rows])
