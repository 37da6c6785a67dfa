"""The two matrices that are trained, and how they start."""

import numpy as np

from ..embeddings.blocks import row_blocks
from ..machine.aligned import LINE_FLOATS, aligned_zeros


class Model:
    """Inputs and outputs of the network, as padded rows; the padding is zero and stays zero.

    Attributes
    ----------
    n_words : int
    dim : int                                   vector length without padding
    syn0 : ndarray of float32, (n_words + n_private, padded)   inputs: the word vectors
    syn1 : ndarray of float32, (n_words + n_private, padded)   outputs: the context vectors, or
                                                the inner nodes of a Huffman tree
    """

    def __init__(self, n_words, dim, seed, n_private=0):
        """Inputs even in +-0.5 / dim, outputs zero (word2vec.c, InitNet).

        ``n_private`` rows at the end are for threads to keep copies in.

        Raises
        ------
        MemoryError   if the matrices do not fit
        """
        self.n_words = n_words
        self.dim = dim
        self.syn0 = padded_zeros(n_words + n_private, dim)
        self.syn1 = padded_zeros(n_words + n_private, dim)
        generator = np.random.default_rng(seed)
        for block in row_blocks(n_words):
            rows = self.syn0[block, :dim]
            rows[:] = (generator.random(rows.shape, dtype=np.float32) - np.float32(0.5)) / dim

    @property
    def vectors(self):
        """The word vectors: a float32 view of shape (n_words, dim)."""
        return self.syn0[: self.n_words, : self.dim]

    @property
    def context_vectors(self):
        """The output rows: a float32 view of shape (n_words, dim)."""
        return self.syn1[: self.n_words, : self.dim]

    def is_finite(self):
        """Whether no value is infinite or NaN; minima and maxima need no copy to tell."""
        return all(
            np.isfinite(extreme)
            for matrix in (self.syn0, self.syn1)
            for extreme in (matrix.min(), matrix.max())
        )


def padded_zeros(n_rows, dim):
    """A float32 matrix of zeros whose rows are padded to, and start at, cache lines.

    Returns
    -------
    ndarray of float32, shape (n_rows, dim rounded up to a multiple of LINE_FLOATS)
    """
    padded = -(-dim // LINE_FLOATS) * LINE_FLOATS
    return aligned_zeros(n_rows * padded).reshape(n_rows, padded)
