"""Arrays at the ends of what a process may touch: one item further, and it is killed."""

import ctypes
import mmap

import numpy as np

PROT_NONE = 0


def guarded(array, at_end=True):
    """A copy of an array beside a page that cannot be read or written.

    Parameters
    ----------
    array : ndarray
    at_end : bool   whether that page follows the last item, or comes before the first one

    Returns
    -------
    ndarray of the same shape and dtype
    """
    size = -(-max(array.nbytes, 1) // mmap.PAGESIZE) * mmap.PAGESIZE
    memory = mmap.mmap(-1, size + 2 * mmap.PAGESIZE)
    whole = np.frombuffer(memory, dtype=np.uint8)
    libc = ctypes.CDLL(None, use_errno=True)
    for place in (0, mmap.PAGESIZE + size):
        address = ctypes.c_void_p(whole.ctypes.data + place)
        if libc.mprotect(address, ctypes.c_size_t(mmap.PAGESIZE), PROT_NONE):
            raise OSError(ctypes.get_errno(), "mprotect")
    start = mmap.PAGESIZE + (size - array.nbytes if at_end else 0)
    copy = whole[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy
