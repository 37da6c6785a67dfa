"""What a text looks like at some places: enough for remarks, at no cost."""

import numpy as np

from .marks import SENTENCE_END

MOST_BYTES = 1 << 17
"""Looked at in the part of the text that one thread reads."""


class Glimpse:
    """What one thread sees of the text that it reads.

    Parameters
    ----------
    encoding : str   that text without a byte-order mark is said to have

    Attributes
    ----------
    raw : bytes            the text, as UTF-8
    lengths : list of int  how many tokens there are in lines that are not empty
    marked : list of (str, str)   path and encoding of what was decoded because of its mark
    n_undecodable : int    characters that mean nothing in the encoding
    """

    def __init__(self, encoding):
        self.encoding = encoding
        self.raw = b""
        self.lengths = []
        self.marked = []
        self.n_undecodable = 0

    def take(self, block, ids):
        """See a block (bytes), and the ids (ndarray of int32) that it has become."""
        if len(self.raw) < MOST_BYTES:
            self.raw += block[: MOST_BYTES - len(self.raw)]
            ends = np.flatnonzero(ids[:MOST_BYTES] == SENTENCE_END)
            lengths = np.diff(ends, prepend=-1) - 1
            self.lengths += lengths[lengths > 0].tolist()

    def end(self, path, stream):
        """See the InputStream of a file that was read to its end."""
        self.n_undecodable += stream.n_unknown
        if stream.encoding != self.encoding:
            self.marked.append((path, stream.encoding))
