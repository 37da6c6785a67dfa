"""Correlation of two lists of numbers, by value (Pearson) and by rank (Spearman), with intervals.

Written with NumPy instead of SciPy, whose import takes longer than the rest of the command, and
which has no ranks of resampled pairs; the tests compare both.
"""

import numpy as np

from .bootstrap import interval, resampled_weights


def pearson(x, y):
    """Pearson's correlation; None for fewer than two pairs, or if one side is constant.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n,)

    Returns
    -------
    float from -1 to 1, or None
    """
    if len(x) < 2 or x.min() == x.max() or y.min() == y.max():
        return None
    weights = np.ones((1, len(x)), dtype=np.int64)
    return float(_weighted(_standard(x), _standard(y), weights)[0])


def spearman(x, y):
    """Spearman's rank correlation, ties with their mean rank; None as for `pearson`."""
    return pearson(_Ranks(x).of(), _Ranks(y).of())


def intervals(x, y):
    """95 % bootstrap intervals of Spearman's and Pearson's correlation: pairs are drawn again.

    Returns
    -------
    (spearman, pearson)   each (float, float), or None where the correlation is None
    """
    if pearson(x, y) is None:
        return None, None
    x_ranks, y_ranks = _Ranks(x), _Ranks(y)
    x, y = _standard(x), _standard(y)
    by_rank, by_value = [], []
    for weights in resampled_weights(len(x)):
        by_rank.append(_weighted(x_ranks.of(weights), y_ranks.of(weights), weights))
        by_value.append(_weighted(x, y, weights))
    return interval(np.concatenate(by_rank)), interval(np.concatenate(by_value))


def difference_interval(x, first, second):
    """95 % bootstrap interval of how much better ``first`` correlates with ``x`` by rank.

    The same pairs are drawn for both (a paired bootstrap).

    Parameters
    ----------
    x, first, second : ndarray of float64, shape (n,)

    Returns
    -------
    (float, float), or None if a correlation is not defined
    """
    if spearman(x, first) is None or spearman(x, second) is None:
        return None
    ranks = [_Ranks(values) for values in (x, first, second)]
    found = []
    for weights in resampled_weights(len(x)):
        of_x, of_first, of_second = (each.of(weights) for each in ranks)
        found.append(_weighted(of_x, of_first, weights) - _weighted(of_x, of_second, weights))
    return interval(np.concatenate(found))


class _Ranks:
    """Ranks from 1, of all values or of a sample in which some are there several times or never."""

    def __init__(self, values):
        self._order = np.argsort(values, kind="stable")
        _, self._group, sizes = np.unique(values, return_inverse=True, return_counts=True)
        self._group_ends = np.cumsum(sizes) - 1

    def of(self, weights=None):
        """The rank of each value, equal ones with the mean of theirs.

        Parameters
        ----------
        weights : ndarray of int64, shape (n_samples, n), or None   how often each value is there

        Returns
        -------
        ndarray of float64, shape (n_samples, n); (n,) without weights
        """
        if weights is None:
            return self.of(np.ones((1, len(self._order)), dtype=np.int64))[0]
        not_above = np.cumsum(weights[:, self._order], axis=1)[:, self._group_ends]
        below = np.hstack((np.zeros((len(weights), 1), dtype=np.int64), not_above[:, :-1]))
        return ((below + not_above + 1) / 2)[:, self._group]


def _standard(values):
    """Values shifted and scaled, which changes no correlation and keeps the digits of sums."""
    values = values / np.abs(values).max()
    centered = values - values.mean()
    return centered / np.abs(centered).max()


def _weighted(x, y, weights):
    """Pearson's correlation for rows of weights: shape (n_samples,); NaN if a side is constant.

    x, y : ndarray of float64, shape (n_samples, n) or (n,)
    """
    n = weights.sum(axis=1, keepdims=True)
    x = x - (weights * x).sum(axis=1, keepdims=True) / n
    y = y - (weights * y).sum(axis=1, keepdims=True) / n
    weighted = weights * x
    products = (weighted * y).sum(axis=1)
    scale = np.sqrt((weighted * x).sum(axis=1)) * np.sqrt((weights * y * y).sum(axis=1))
    result = np.full(len(weights), np.nan)
    # A constant side leaves only rounding behind.
    np.divide(products, scale, out=result, where=scale > 1e-12 * n[:, 0])
    return np.clip(result, -1, 1)
