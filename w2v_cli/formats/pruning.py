"""Which rows of a model stay when it is quantized: of words, and of n-grams."""

from dataclasses import dataclass

import numpy as np

from ..embeddings.blocks import row_blocks
from ..wording.marks import SENTENCE_END_WORD

BARE = SENTENCE_END_WORD.encode()
"""The word that fastText makes no n-grams of."""


@dataclass(frozen=True)
class Kept:
    """What stays of a model.

    Attributes
    ----------
    n_words : int                  the first ones of those that were taken
    places : ndarray of int64, ascending, or None   rows of n-grams; None: there are none
    n_unused : int                 rows of n-grams that no word has, which are left out
    n_dropped : int                further ones that were left out, for there are too many
    """

    n_words: int
    places: np.ndarray | None = None
    n_unused: int = 0
    n_dropped: int = 0


def kept_rows(embeddings, n_words, keep=None):
    """Which rows stay.

    All n-grams that a word of the model has, or, with ``keep``, so many rows in all. Words may take
    half of these, and what n-grams leave; the first words stay. Of n-grams those stay that change
    the vectors of words most: a row r of an n-gram that words of n_1, n_2... rows have counts
    |r|^2 (1 / n_1^2 + 1 / n_2^2 + ...).

    Parameters
    ----------
    embeddings : Embeddings
    n_words : int            that were taken
    keep : int or None       rows, of words and n-grams together

    Returns
    -------
    Kept
    """
    subwords = embeddings.subwords
    if not subwords:
        return Kept(n_words if keep is None else min(n_words, keep))
    use = _use_of_rows(subwords, embeddings.words)
    trained = subwords.trained
    used = np.flatnonzero(use if trained is None else (use > 0) | trained)
    n_unused = len(subwords.rows) - len(used)
    if keep is None or keep >= n_words + len(used):
        return Kept(n_words, used, n_unused)
    n_kept = min(n_words, max(keep // 2, keep - len(used), 1))
    scores = use[used] * squares_of_rows(subwords.rows, used)
    best = np.argsort(-scores, kind="stable")[: keep - n_kept]
    return Kept(n_kept, np.sort(used[best]), n_unused, len(used) - len(best))


def _use_of_rows(subwords, words):
    """How much each row of n-grams counts in the vectors of words: ndarray of float64."""
    raw_words = [word.encode(errors="replace") for word in words]
    use = np.zeros(len(subwords.rows))
    for rows, counts, divisors in subwords.rows_of_words(raw_words, BARE):
        shares = np.repeat(1.0 / np.square(np.maximum(divisors, 1), dtype=np.float64), counts)
        use += np.bincount(rows, shares, minlength=len(use))
    return use


def squares_of_rows(matrix, places):
    """Squared lengths of some rows: ndarray of float64."""
    squares = np.empty(len(places))
    for some in row_blocks(len(places)):
        rows = np.asarray(matrix[places[some]], dtype=np.float64)
        squares[some] = np.einsum("ij,ij->i", rows, rows)
    return squares
