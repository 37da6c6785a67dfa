"""``</s>``, the end of a sentence, which word2vec.c puts first among its words.

There it counts line ends, and is never trained: its vector is random, as all are at the start.
"""

import numpy as np

from ..files.inputs import READ_SIZE, open_text
from ..wording.marks import SENTENCE_END_WORD


class WithSentenceEnd:
    """Words, counts and vectors with ``</s>`` in front of them.

    Parameters
    ----------
    words : list of str
    counts : ndarray of int64, shape (n_words,)
    n_lines : int   line ends, which count as ``</s>``

    Attributes
    ----------
    words, counts : likewise, with ``</s>`` first
    """

    def __init__(self, words, counts, n_lines):
        order = np.arange(len(words))
        if SENTENCE_END_WORD in words:
            place = words.index(SENTENCE_END_WORD)
            order = np.concatenate([[place], np.delete(order, place)])
        else:
            order = np.concatenate([[-1], order])
        self._order = order
        self.words = [SENTENCE_END_WORD if row < 0 else words[row] for row in order]
        self.counts = np.where(order < 0, 0, counts[order])
        self.counts[0] += n_lines

    def vectors(self, trained, seed):
        """The rows that belong to the words: float32, shape (len(words), dim).

        Parameters
        ----------
        trained : ndarray of float32, shape (n_words, dim)
        seed : int   of the random vector of ``</s>``
        """
        rows = trained[self._order]
        untrained = self._order < 0
        dim = trained.shape[1]
        random = np.random.default_rng(seed).random(dim, dtype=np.float32)
        rows[untrained] = (random - np.float32(0.5)) / dim
        return rows


def count_line_ends(path):
    """How many line ends are in a file, plain or compressed.

    Raises
    ------
    InputError   if it cannot be read
    """
    n_ends = 0
    with open_text(path, keep_in_memory=False) as stream:
        while block := stream.read(READ_SIZE):
            n_ends += block.count(b"\n")
    return n_ends
