"""Several spaces that are aligned already as one: the words of each with its name before them.

``en:dog`` is the word ``dog`` of the space ``en``. The first colon counts, so that words may hold
some: ``en:http://x.org``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..errors import InputError
from ..machine.limits import require_memory
from .blocks import row_blocks
from .subwords import Composed
from .table import Embeddings

MARK = ":"
"""Between the name of a space and a word of it."""


def marked(name: str, word: str) -> str:
    """A word of a space, as it is called among those of several."""
    return f"{name}{MARK}{word}"


class JoinedSubwords:
    """Makes vectors of marked words from the n-grams of their spaces; as `subwords.Subwords` does.

    Parameters
    ----------
    spaces : mapping of str to Embeddings
    """

    def __init__(self, spaces: Mapping[str, Embeddings]) -> None:
        self._subwords = {name: space.subwords for name, space in spaces.items() if space.subwords}
        self._dim = next(iter(spaces.values())).dim

    def __bool__(self) -> bool:
        return bool(self._subwords)

    def vector(self, word: str) -> np.ndarray | None:
        """The mean of the vectors of a word's n-grams; None if its space has none of it."""
        made = self.compose([word])
        return made.vectors[0] if made.is_made[0] else None

    def compose(self, words: Sequence[str]) -> Composed:
        """Vectors of words from the n-grams of their spaces alone."""
        n_words = len(words)
        made = Composed(
            np.zeros((n_words, self._dim), dtype=np.float32),
            np.zeros(n_words, dtype=bool),
            np.zeros(n_words, dtype=np.int64),
            np.zeros(n_words, dtype=np.int64),
        )
        for place, word in enumerate(words):
            name, _, own = word.partition(MARK)
            if name in self._subwords and own:
                found = self._subwords[name].compose([own])
                for column, value in zip(made, found, strict=True):
                    column[place] = value[0]
        return made


def join_spaces(spaces: Mapping[str, Embeddings]) -> Embeddings:
    """Spaces as one.

    Rows go by rank, the first of each space, then the second, so that the first N rows are the most
    frequent words of each. Outputs and language models do not come along.

    Parameters
    ----------
    spaces : mapping of str to Embeddings   at least one; names without a colon

    Returns
    -------
    Embeddings   with counts if all have some; n-grams make words of the spaces that have n-grams

    Raises
    ------
    InputError            if the lengths of vectors differ
    MemoryShortageError   if there is no room for all vectors together
    """
    dims = {name: space.dim for name, space in spaces.items()}
    if len(set(dims.values())) > 1:
        told = ", ".join(f"{name} {dim}" for name, dim in dims.items())
        raise InputError(
            f"spaces that are one have vectors of one length, and these have: {told}; train them "
            "with one length, and w2v align maps one onto the other"
        )
    places = _places([len(space) for space in spaces.values()])
    n_words, dim = sum(map(len, places)), next(iter(dims.values()))
    require_memory(4 * n_words * dim, f"{n_words:,} vectors of length {dim:,} together")
    words: list[str] = [""] * n_words
    vectors = np.empty((n_words, dim), dtype=np.float32)
    counts = np.empty(n_words, dtype=np.int64)
    has_counts = all(space.counts is not None for space in spaces.values())
    for (name, space), rows in zip(spaces.items(), places, strict=True):
        for row, word in zip(rows.tolist(), space.words, strict=True):
            words[row] = marked(name, word)
        for block in row_blocks(len(space)):
            vectors[rows[block]] = space.vectors[block]
        if has_counts:
            counts[rows] = space.counts
    return Embeddings(
        words, vectors, counts=counts if has_counts else None, subwords=JoinedSubwords(spaces)
    )


def _places(sizes):
    """Where the rows of each space stand among those of all: list of ndarray of int64."""
    ranks = np.concatenate([np.arange(size) for size in sizes])
    places = np.empty(len(ranks), dtype=np.int64)
    places[np.argsort(ranks, kind="stable")] = np.arange(len(ranks))
    return np.split(places, np.cumsum(sizes)[:-1])
