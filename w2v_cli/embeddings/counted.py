"""How often the words of vectors were seen, from a list of words and counts."""

from __future__ import annotations

import numpy as np

from ..errors import InputError
from .restriction import counts_by_row
from .table import Embeddings


def with_counts_of(
    embeddings: Embeddings, words: list[str], counts: np.ndarray, name: str
) -> tuple[Embeddings, list[str]]:
    """The same vectors with counts from elsewhere.

    Parameters
    ----------
    embeddings : Embeddings
    words : list of str
    counts : ndarray of int64, one for each of ``words``
    name : str   of where they are from, for messages

    Returns
    -------
    Embeddings
    list of str   notes: how many words have no count there, which is 0 then

    Raises
    ------
    InputError   if there is none of a word that has a vector
    """
    by_row = counts_by_row(embeddings, (words, counts))
    n_missing = int(np.count_nonzero(by_row == 0))
    if n_missing == len(by_row):
        raise InputError(
            f"{name}: has a count of none of the {len(by_row):,} words of the vectors; give the "
            "counts of the text that they were trained on"
        )
    notes = []
    if n_missing:
        row = int(np.argmin(by_row))
        notes.append(
            f"{name}: has no count of {n_missing:,} of the {len(by_row):,} words, such as "
            f"{embeddings.words[row]!r}; theirs is 0"
        )
    return embeddings.with_counts(by_row), notes
