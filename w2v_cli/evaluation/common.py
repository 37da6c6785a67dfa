"""The words that several files of vectors have, so that all of them are asked the same."""

import numpy as np

from ..embeddings.table import Embeddings
from ..errors import InputError


def spellings(words, ignore_case, n_rows=None):
    """What each word is known by: as the tests of this package look words up.

    Parameters
    ----------
    words : sequence of str
    ignore_case : bool       words that differ only in case are one (see `Lookup`)
    n_rows : int or None     of the first so many words; None for all

    Returns
    -------
    list of str   a blank and ``_`` are one, too
    """
    fold = str.casefold if ignore_case else str
    return [fold(word).replace(" ", "_") for word in words[:n_rows]]


class CommonWords:
    """Words that all of some vectors have.

    Parameters
    ----------
    ignore_case, n_rows   see `spellings`

    Attributes
    ----------
    n_words : dict of str to int   of each file, distinct words
    """

    def __init__(self, ignore_case=True, n_rows=None):
        self._ignore_case, self._n_rows = ignore_case, n_rows
        self._words = None
        self.n_words = {}

    @property
    def n_common(self):
        """Words that all have: int."""
        return len(self._words or ())

    def add(self, name, embeddings):
        """Leave only words that these vectors have, too."""
        own = set(spellings(embeddings.words, self._ignore_case, self._n_rows))
        self.n_words[name] = len(own)
        self._words = own if self._words is None else self._words & own

    def of(self, embeddings):
        """The Embeddings of these words alone, in their order; none are made of n-grams.

        Raises
        ------
        InputError   if there is none
        """
        if not self._words:
            raise InputError(
                "no word is in all of these files; leave out one that has words of another language"
            )
        own = spellings(embeddings.words, self._ignore_case, self._n_rows)
        rows = np.array([row for row, word in enumerate(own) if word in self._words])
        return Embeddings([embeddings.words[row] for row in rows], embeddings.vectors[rows])

    def as_dict(self, name):
        """What JSON tells of a file: its words, and those in common."""
        return {"words": self.n_words[name], "common_words": self.n_common}
