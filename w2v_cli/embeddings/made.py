"""Words that have no vector, made of their n-grams: rows behind those of all others."""

import numpy as np


class MadeWords:
    """Finds rows for words that are not there: each gets one when it is first asked for.

    Parameters
    ----------
    embeddings : Embeddings   not changed

    Attributes
    ----------
    makes : bool            whether there are n-grams to make words of
    words : list of str     those that were made so far; the first has row len(embeddings)
    """

    def __init__(self, embeddings):
        self._embeddings = embeddings
        self._rows = {}
        self._vectors = []
        self.makes = bool(embeddings.subwords)
        self.words = []

    def row(self, word):
        """The row of a word; None if it has no n-grams that have vectors."""
        if not self.makes:
            return None
        if word not in self._rows:
            vector = self._embeddings.subwords.vector(word)
            if vector is None:
                self._rows[word] = None
            else:
                self._rows[word] = len(self._embeddings) + len(self.words)
                self.words.append(word)
                self._vectors.append(vector)
        return self._rows[word]

    @property
    def vectors(self):
        """Those of the words so far: ndarray of float32, shape (n_made, dim)."""
        vectors = np.array(self._vectors, dtype=np.float32)
        return vectors.reshape(-1, self._embeddings.dim)
