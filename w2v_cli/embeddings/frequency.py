"""How probable the words of vectors are in text, and what they weigh by that."""

from __future__ import annotations

import numpy as np

from ..errors import InputError, field
from .order import order_note
from .table import Embeddings


def smooth_inverse_frequencies(counts: np.ndarray, a: float) -> np.ndarray:
    """a / (a + p(w)), where p(w) is the share of a word (Arora, Liang and Ma 2017, algorithm 1).

    Parameters
    ----------
    counts : ndarray of int64, shape (n_words,)   some above 0
    a : float                                     above 0

    Returns
    -------
    ndarray of float64, shape (n_words,)
    """
    return a / (a + counts / int(counts.sum()))


def word_probabilities(embeddings: Embeddings, name: str) -> tuple[np.ndarray, str, list[str]]:
    """The probability of each word: its share of all counts, or what Zipf's law says of its rank.

    By that law the word of rank r is in text in proportion to 1 / r (Zipf 1949).

    Parameters
    ----------
    embeddings : Embeddings
    name : str   of the file, for messages

    Returns
    -------
    ndarray of float64, shape (n_words,)   their sum is 1
    str                                    ``counts`` or ``rank``, which they are made of
    list of str                            what the user should know

    Raises
    ------
    InputError   if there are no counts, and rows are not in the order of frequency
    """
    counts = embeddings.counts
    if counts is not None and np.any(counts):
        shares = np.asarray(counts, np.float64)
        return shares / shares.sum(), "counts", []
    remedy = f"{field('vocab')} takes counts from a file of 'word count' lines"
    if order_note(embeddings.with_counts(None), name) is not None:
        raise InputError(
            f"{name}: there are no counts, and rows are not in the order of frequency, so that "
            f"nobody knows how frequent words are; {remedy}, {field('weights', 'uniform')} needs "
            "none"
        )
    shares = 1 / np.arange(1, len(embeddings) + 1)
    note = (
        f"{name}: there are no counts, so word number r was taken to be as frequent as Zipf's law "
        f"has it, in proportion to 1 / r; {remedy}"
    )
    return shares / shares.sum(), "rank", [note]
