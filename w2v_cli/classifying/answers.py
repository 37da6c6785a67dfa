"""Answers as lines of text."""

import numpy as np

from ..compiling.cache import compiled_code_cache

with compiled_code_cache():
    from .loops import DECIMALS, write_lines


class AnswerLines:
    """Writes a line a document: its labels, with their probabilities, and tabs between.

    Parameters
    ----------
    names : list of str        of the labels
    has_probabilities : bool   these are written, with six decimals
    """

    def __init__(self, names, has_probabilities=True):
        raw = [name.encode(errors="replace") for name in names]
        self._lengths = np.array([len(name) for name in raw], dtype=np.int64)
        self._starts = np.concatenate([[0], np.cumsum(self._lengths)])
        self._names = np.frombuffer(b"".join(raw), dtype=np.uint8)
        self._has_probabilities = has_probabilities

    def lines(self, labels, probabilities, counts):
        """The lines of some documents: bytes.

        Parameters
        ----------
        labels : ndarray of int64, (n, k)
        probabilities : ndarray of float32, (n, k)   from 0 to 1; NaN counts as 0
        counts : ndarray of int64, (n,)              how many labels of each are wanted
        """
        millionths = np.zeros((0, labels.shape[1]), dtype=np.int64)
        if self._has_probabilities:
            # 24 bits of a float32 times a million are exact in float64.
            exact = np.nan_to_num(probabilities).astype(np.float64) * 10**DECIMALS
            millionths = np.rint(exact).astype(np.int64)
        longest = int(self._lengths.max(initial=0)) + DECIMALS + 4
        text = np.empty(len(counts) + longest * int(counts.sum()), dtype=np.uint8)
        n_bytes = write_lines(labels, millionths, counts, self._names, self._starts, text)
        return text[:n_bytes].tobytes()
