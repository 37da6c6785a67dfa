"""Pages of memory: of mapped files made ready in one go, of matrices made where they are used."""

import ctypes
import mmap
import sys
from contextlib import suppress

from .system import available_memory
from .threads import in_threads

POPULATE_READ = 22
"""Of Linux, from 5.14 on; Python has no name for it."""
STRETCH_BYTES = 1 << 21
"""A page of the largest kind that Linux gives by itself."""
LEAST_STRETCHES = 16
"""Of each thread: what is smaller lies in the caches of all processors soon."""


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


def touch(array, n_threads):
    """Have the pages of an array made by several threads, so that they lie with all processors.

    A page lies in the memory of the processor whose thread touches it first. One thread alone,
    which fills a matrix with what training starts from, would put all of it beside one of two
    processors, and all threads would wait for that memory.

    Parameters
    ----------
    array : ndarray of zeros, contiguous   *in place:* zeros are written to it
    n_threads : int
    """
    flat = array.reshape(-1)
    step, page = STRETCH_BYTES // array.itemsize, mmap.PAGESIZE // array.itemsize
    starts = range(0, len(flat), step)
    if n_threads == 1 or len(starts) < LEAST_STRETCHES * n_threads:
        return

    def write(start):
        flat[start : start + step : page] = 0

    for _ in in_threads(write, starts, n_threads):
        pass
