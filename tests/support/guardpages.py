"""Arrays at the ends of what a process may touch, or that it may only read; else it is killed."""

import ctypes
import mmap

import numpy as np

PROT_NONE, PROT_READ = 0, 1


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
    size = _whole_pages(array)
    whole = np.frombuffer(mmap.mmap(-1, size + 2 * mmap.PAGESIZE), dtype=np.uint8)
    for page in (whole[: mmap.PAGESIZE], whole[mmap.PAGESIZE + size :]):
        _protect(page, PROT_NONE)
    start = mmap.PAGESIZE + (size - array.nbytes if at_end else 0)
    copy = whole[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy


def read_only(array):
    """A copy of an array on pages that must not be written, which NumPy and Numba do not know."""
    whole = np.frombuffer(mmap.mmap(-1, _whole_pages(array)), dtype=np.uint8)
    copy = whole[: array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    _protect(whole, PROT_READ)
    return copy


def _whole_pages(array):
    return -(-max(array.nbytes, 1) // mmap.PAGESIZE) * mmap.PAGESIZE


def _protect(pages, protection):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mprotect(ctypes.c_void_p(pages.ctypes.data), ctypes.c_size_t(len(pages)), protection):
        raise OSError(ctypes.get_errno(), "mprotect")
