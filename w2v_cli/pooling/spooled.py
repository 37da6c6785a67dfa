"""Vectors of documents in a temporary file, for a second look at all of them."""

import numpy as np

from ..corpus.spool import Spool

READ_DOCUMENTS = 1024
"""Read at a time: always as many, so that sums over all do not depend on how they came."""
N_COUNTS = 2


class SpooledVectors:
    """Vectors with the numbers of words they are made of, written once and read in order.

    Parameters
    ----------
    folder : str   where the file lies; must exist
    dim : int

    Raises
    ------
    OutputError   if the folder cannot be written to, or the disk is full
    """

    def __init__(self, folder, dim):
        self._spool = Spool(folder, "the vectors of documents")
        self._dim = dim

    def append(self, vectors, n_words):
        """Write vectors (float32, (n, dim)) with ``n_words`` (int64, (n, 2)) behind the others."""
        numbers = np.minimum(n_words, np.iinfo(np.int32).max).astype(np.int32)
        self._spool.append(np.concatenate([vectors.view(np.int32), numbers], axis=1).ravel())

    def __iter__(self):
        """(vectors, n_words) of some documents after others; both may be changed."""
        width = self._dim + N_COUNTS
        step = READ_DOCUMENTS * width
        for start in range(0, self._spool.length, step):
            stop = min(start + step, self._spool.length)
            block = self._spool.window(start, stop).reshape(-1, width)
            vectors = np.array(block[:, : self._dim]).view(np.float32)
            yield vectors, block[:, self._dim :].astype(np.int64)

    def close(self):
        """Give the disk space back."""
        self._spool.close()
