"""What a user should know of words without a vector, and of documents that have no other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..errors import field

MOSTLY = 0.5
"""A share of words above which they are told."""


class Unknown:
    """Counts documents without a known word, and the words that are not known.

    Parameters
    ----------
    index : Mapping of str to int   the known words
    what : str                      what documents are called

    Attributes
    ----------
    n_documents, n_empty : int   all, and those of which the vector is zero
    n_known, n_unknown : int     words
    n_made : int                 words among the known ones that were made of their n-grams
    """

    def __init__(self, index: Mapping[str, int], what: str = "documents") -> None:
        self._index = index
        self._what = what
        self.n_documents = self.n_empty = self.n_known = self.n_unknown = self.n_made = 0
        self._most_often: tuple[int, str] | None = None
        self._n_lower = 0

    def add_documents(self, n_words: np.ndarray) -> None:
        """Count documents.

        Parameters
        ----------
        n_words : ndarray of int64, (n, 2)   how many words of each have a vector, and have none
        """
        self.n_documents += len(n_words)
        self.n_empty += int(np.count_nonzero(n_words[:, 0] == 0))
        n_known, n_unknown = n_words.sum(axis=0).tolist()
        self.n_known += n_known
        self.n_unknown += n_unknown

    def add_words(self, counts: Mapping[str, int]) -> None:
        """Count words that are not known."""
        for word, count in counts.items():
            if self._most_often is None or count > self._most_often[0]:
                self._most_often = count, word
            if word.lower() in self._index:
                self._n_lower += count

    def notes(self) -> list[str]:
        """What a user should know of all that."""
        return [note for note in (self.made_note(), self.note()) if note]

    def made_note(self) -> str | None:
        """What a user should know of words that were made, if any were."""
        if not self.n_made:
            return None
        return (
            f"{self.n_made:,} of {self.n_known + self.n_unknown:,} words have no vector of their "
            f"own, and were made of their n-grams; {field('compose', False)} leaves them out"
        )

    def note(self) -> str | None:
        """What a user should know of words that are not known, if anything."""
        n_words = self.n_unknown + self.n_known
        share = self.n_unknown / max(n_words, 1)
        if not self.n_empty and share <= MOSTLY:
            return None
        told = f"{share:.0%} of all words are unknown"
        if self._most_often is not None:
            told += f", most often {self._most_often[1]!r:.60}"
        if self.n_empty:
            told = (
                f"{self.n_empty:,} of {self.n_documents:,} {self._what} have no known word, and "
                f"their vectors are zero; {told}"
            )
        return f"{told}; {self._hint()}" if share >= MOSTLY else told

    def _hint(self) -> str:
        if self._n_lower > MOSTLY * self.n_unknown:
            return (
                f"{field('lowercase', True)} makes {self._n_lower / self.n_unknown:.0%} of them "
                "known"
            )
        return "words must be split as in the text that the vectors were trained on"
