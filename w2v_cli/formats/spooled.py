"""Rows that do not fit into memory: in an unnamed temporary file, and mapped when all are there.

The file has no name in its folder and vanishes with the process, however that ends.
"""

import mmap
import tempfile

import numpy as np

from ..corpus.spool import ROOMIER
from ..errors import OutputError
from ..files.paths import reason


class SpooledRows:
    """Rows of float32 that are written one behind the other.

    Parameters
    ----------
    folder : str   where the file lies; must exist
    dim : int      numbers of a row

    Raises
    ------
    OutputError   if the folder cannot be written to, or the disk is full
    """

    def __init__(self, folder, dim):
        self._folder, self._dim, self._n_rows = folder, dim, 0
        try:
            self._file = tempfile.TemporaryFile(dir=folder, buffering=0)
        except OSError as error:
            raise self._failed(error) from error

    def append(self, rows):
        """Write rows (ndarray of float32, shape (n, dim)) behind the others."""
        data = np.ascontiguousarray(rows, np.float32).data.cast("B")
        try:
            while data:
                data = data[self._file.write(data) :]
        except OSError as error:
            self._file.close()
            raise self._failed(error) from error
        self._n_rows += len(rows)

    def finish(self):
        """All rows: ndarray of float32, shape (n_rows, dim), over mapped memory."""
        shape = (self._n_rows, self._dim)
        try:
            # The map keeps the file when it is closed.
            with self._file:
                size = max(4 * self._n_rows * self._dim, 1)
                self._file.truncate(size)
                memory = mmap.mmap(self._file.fileno(), size, access=mmap.ACCESS_READ)
        except OSError as error:
            raise self._failed(error) from error
        return np.frombuffer(memory, np.float32, self._n_rows * self._dim).reshape(shape)

    def _failed(self, error):
        return OutputError(
            f"{self._folder}: vectors that do not fit into memory cannot be written there: "
            f"{reason(error)}; {ROOMIER}"
        )
