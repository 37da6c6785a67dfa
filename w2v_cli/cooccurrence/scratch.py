"""Temporary files of counts: written at their end by any thread, read anywhere, then mapped."""

import mmap
import os
import tempfile
import threading

import numpy as np

from ..corpus.spool import DiskErrors

COUNTS = "counts of pairs"


class ScratchFile:
    """An unnamed temporary file: it vanishes with the process, however that ends.

    Parameters
    ----------
    folder : str   where the file lies; must exist

    Attributes
    ----------
    size : int   bytes

    Raises
    ------
    OutputError   if the folder cannot be written to, or the disk is full
    """

    def __init__(self, folder):
        self._folder = folder
        self._lock = threading.Lock()
        self.size = 0
        with DiskErrors(folder, COUNTS):
            self._file = tempfile.TemporaryFile(dir=folder, buffering=0)

    def append(self, *arrays):
        """Write arrays one behind the other; returns where the first one begins."""
        with self._lock:
            start = offset = self.size
            self.size += sum(array.nbytes for array in arrays)
        with DiskErrors(self._folder, COUNTS):
            for array in arrays:
                data = memoryview(np.ascontiguousarray(array)).cast("B")
                while data:
                    done = os.pwrite(self._file.fileno(), data, offset)
                    data, offset = data[done:], offset + done
        return start

    def read(self, offset, array):
        """Fill an array with the bytes from ``offset`` on; *in place*."""
        data = memoryview(array).cast("B")
        with DiskErrors(self._folder, COUNTS):
            while data:
                done = os.preadv(self._file.fileno(), [data], offset)
                if not done:
                    raise OSError("its end is missing")
                data, offset = data[done:], offset + done

    def map(self, dtype):
        """All of it as an array over mapped memory, which keeps the file once this is closed."""
        if not self.size:
            return np.zeros(0, dtype)
        # A private map gives the array type that the kernels expect.
        return np.frombuffer(
            mmap.mmap(self._file.fileno(), self.size, access=mmap.ACCESS_COPY), dtype
        )

    def close(self):
        """Close the file; its disk space is free again where it is not mapped."""
        self._file.close()
