"""Arrays that start at a cache line, and matrices whose rows do."""

import numpy as np

LINE_BYTES = 64
APART_BYTES = 128
"""Processors fetch lines in pairs: what two threads write is further apart than one line."""


def aligned_zeros(n_numbers, dtype=np.float32):
    """A flat array of zeros that starts at a cache line: ndarray, shape (n_numbers,).

    Raises
    ------
    MemoryError   if it does not fit
    """
    line = LINE_BYTES // np.dtype(dtype).itemsize
    numbers = np.zeros(n_numbers + line, dtype=dtype)
    first = -(numbers.ctypes.data // numbers.itemsize) % line
    return numbers[first : first + n_numbers]


def apart(array):
    """A copy of an array in lines of memory that nothing else is in.

    For what a thread writes all the time: whatever of another thread shared a line with it would
    travel between their cores at each of these writes.
    """
    spare = 2 * APART_BYTES // array.itemsize
    memory = np.zeros(array.size + 2 * spare, dtype=array.dtype)
    first = spare // 2 - (memory.ctypes.data // array.itemsize) % (spare // 2)
    copy = memory[first : first + array.size].reshape(array.shape)
    copy[...] = array
    return copy


def row_stride(dim, dtype=np.float32):
    """How far apart the rows of a matrix lie, in numbers: ``dim`` rounded up to cache lines."""
    line = LINE_BYTES // np.dtype(dtype).itemsize
    return -(-dim // line) * line


def padded_zeros(n_rows, dim, dtype=np.float32):
    """A matrix of zeros whose rows are padded to, and start at, cache lines.

    Returns
    -------
    ndarray of dtype, shape (n_rows, row_stride(dim, dtype))

    Raises
    ------
    MemoryError   if it does not fit
    """
    stride = row_stride(dim, dtype)
    return aligned_zeros(n_rows * stride, dtype).reshape(n_rows, stride)
