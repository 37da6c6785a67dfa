"""Phrases of a table joined in ids of any words: in a corpus, in text, in lists of tokens."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .joining import Joiner
from .table import Phrases


class TableJoiner:
    """Joins the phrases of a table, all passes.

    Parameters
    ----------
    phrases : Phrases
    index : Mapping of str to int   the id of each word; a phrase with a word that is not there
                                    cannot occur
    n_words : int                   ids of words are below this

    Attributes
    ----------
    words_of : list of tuple of int   the ids of the words of each phrase, by its id from n_words on
    joiners : list of Joiner          one for each pass, in order
    """

    def __init__(self, phrases: Phrases, index: Mapping[str, int], n_words: int) -> None:
        self.words_of: list[tuple[int, ...]] = []
        self.n_words = n_words
        self._id_of: dict[tuple[int, ...], int] = {}
        passes = [self._rows(rows, index) for rows in phrases.passes]
        best = phrases.prefer == "best"
        self.joiners = [Joiner(self.n_ids, rows, best) for rows in passes if rows]

    @property
    def n_ids(self) -> int:
        """All ids are below this, those of phrases too."""
        return self.n_words + len(self.words_of)

    def join(self, ids: np.ndarray) -> np.ndarray:
        """Join what is a whole text or a whole part of it, with ids and SENTENCE_END.

        Returns
        -------
        ndarray of int32
        """
        for joiner in self.joiners:
            ids = np.concatenate([joiner.feed(ids), joiner.finish()])
        return ids

    def _rows(self, rows, index):
        """What a `Joiner` wants to know of a pass."""
        found = []
        for row in rows:
            left, between, right = (
                tuple(index.get(word, -1) for word in part)
                for part in (row.left, row.between, row.right)
            )
            words = (*left, *between, *right)
            units = self._unit(left), self._unit(right)
            if min(words) >= 0 and None not in units:
                found.append((units[0], between, units[1], words))
        # Numbered when all are found: what a pass joins is no part of another phrase in it.
        return [(*row, self._numbered(words)) for *row, words in found]

    def _unit(self, words):
        """The id of a word, or of the phrase that words have become in an earlier pass; or None."""
        return words[0] if len(words) == 1 else self._id_of.get(words)

    def _numbered(self, words):
        if words not in self._id_of:
            self._id_of[words] = self.n_ids
            self.words_of.append(words)
        return self._id_of[words]
