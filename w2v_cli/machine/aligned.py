"""Arrays that start at a cache line."""

import numpy as np

LINE_FLOATS = 16
"""64 bytes of float32."""


def aligned_zeros(n_floats):
    """A flat float32 array of zeros that starts at a cache line: ndarray, shape (n_floats,).

    Raises
    ------
    MemoryError   if it does not fit
    """
    floats = np.zeros(n_floats + LINE_FLOATS, dtype=np.float32)
    first = -(floats.ctypes.data // floats.itemsize) % LINE_FLOATS
    return floats[first : first + n_floats]
