"""Files in mapped memory: all pages of an array made ready in one go."""

import ctypes
import mmap
import sys
from contextlib import suppress

from .system import available_memory

POPULATE_READ = 22
"""Of Linux, from 5.14 on; Python has no name for it."""


def make_ready(array):
    """Have the pages of an array there before it is read all over.

    Each of them would otherwise be fetched when it is first touched, which interrupts the program,
    and reads a file in the order of the touches. Nothing is lost where that cannot be done.

    Parameters
    ----------
    array : ndarray   contiguous; mapped from a file, or not, which is no help and no harm
    """
    available = available_memory()
    if sys.platform != "linux" or (available is not None and array.nbytes > available):
        return
    start = array.ctypes.data // mmap.PAGESIZE * mmap.PAGESIZE
    n_bytes = array.ctypes.data + array.nbytes - start
    with suppress(OSError, AttributeError):
        madvise = ctypes.CDLL(None).madvise
        madvise(ctypes.c_void_p(start), ctypes.c_size_t(n_bytes), POPULATE_READ)
