"""Rows of the words of a test, which vectors may spell in another way."""

import numpy as np


def known_row(lookup, word, shorter=None):
    """The row of a word of a test; None if it is unknown.

    ``New York`` is ``New_York`` too, and the other way round, where only that has a vector.

    Parameters
    ----------
    lookup : Lookup
    word : str
    shorter : callable or None   makes of the word another one that means it, to be tried last
    """
    row = lookup.row(word)
    if row is None and " " in word:
        row = lookup.row(word.replace(" ", "_"))
    if row is None and "_" in word:
        row = lookup.row(word.replace("_", " "))
    if row is None and shorter is not None:
        row = lookup.row(shorter(word))
    return row


def known_rows(lookup, groups, length, shorter=None):
    """The rows of groups of words, such as pairs: see `known_row`.

    Parameters
    ----------
    lookup : Lookup
    groups : list of tuples of str
    length : int                     of each group
    shorter : callable or None       see `known_row`

    Returns
    -------
    ndarray of int64, shape (n_groups, length)   -1 where a word is unknown
    """
    found = [[known_row(lookup, word, shorter) for word in group] for group in groups]
    rows = [[-1 if row is None else row for row in group] for group in found]
    return np.array(rows, dtype=np.int64).reshape(-1, length)
