"""In how many documents each word is, counted block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..compiling.cache import compiled_code_cache
from .weighting import Frequencies

with compiled_code_cache():
    from .kernel import count_documents

if TYPE_CHECKING:
    from .lexicon import Lexicon


class DocumentCounter:
    """Counts documents, and those with each word that has a vector.

    Parameters
    ----------
    lexicon : Lexicon   that finds the rows, and forgets none
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._last_in = np.zeros(0, dtype=np.int64)
        self._n_with = np.zeros(0, dtype=np.int64)
        self._number = 1

    def add(self, rows: np.ndarray, n_rows: int) -> None:
        """Count some words.

        Parameters
        ----------
        rows : ndarray of int32   with END behind each document, which may begin in another block
        n_rows : int              all rows are below
        """
        if len(self._n_with) < n_rows:
            self._last_in = _longer(self._last_in, n_rows)
            self._n_with = _longer(self._n_with, n_rows)
        self._number = count_documents(rows, self._number, self._last_in, self._n_with)

    def frequencies(self) -> Frequencies:
        """Of all documents that have ended."""
        words, made = self._lexicon.embeddings.words, self._lexicon.made_words
        n_words = len(words)
        rows = np.flatnonzero(self._n_with[:n_words])
        found = {words[row]: int(self._n_with[row]) for row in rows.tolist()}
        of_made = self._n_with[n_words : n_words + len(made)].tolist()
        # What was made by a later block than the last that was counted is in none.
        found.update((word, n) for word, n in zip(made, of_made, strict=False) if n)
        return Frequencies(self._number - 1, found)


def _longer(array, n):
    new = np.zeros(n, dtype=array.dtype)
    new[: len(array)] = array
    return new
