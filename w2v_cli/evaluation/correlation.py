"""Correlation of two lists of numbers, by value (Pearson) and by rank (Spearman), with intervals.

Written with NumPy instead of SciPy, whose import takes longer than the rest of the command, and
which has no ranks of resampled pairs; the tests compare both.
"""

import numpy as np

from .bootstrap import interval, resampled_weights

LEAST_LEFT = 1e-3
"""Of a sum of squares, when the mean is taken away; with less, too many digits are lost."""


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
    return pearson(mean_ranks(x), mean_ranks(y))


def intervals(x, y):
    """95 % bootstrap intervals of Spearman's and Pearson's correlation: pairs are drawn again.

    Returns
    -------
    (spearman, pearson)   each (float, float), or None where the correlation is None
    """
    if pearson(x, y) is None:
        return None, None
    ranks, values = (_Ranks(x), _Ranks(y)), _Values(x, y)
    by_rank, by_value = [], []
    for weights in resampled_weights(len(x)):
        drawn = _by_pair(weights)
        by_rank.append(_rank_correlations(drawn, *(each.of(drawn) for each in ranks)))
        by_value.append(values.correlations(weights, drawn))
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
        drawn = _by_pair(weights)
        of_x, of_first, of_second = (each.of(drawn) for each in ranks)
        better = _rank_correlations(drawn, of_x, of_first)
        found.append(better - _rank_correlations(drawn, of_x, of_second))
    return interval(np.concatenate(found))


def mean_ranks(values):
    """Ranks from 1, equal values with the mean of theirs: ndarray of float64, shape (n,)."""
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    return ((2 * np.cumsum(sizes) - sizes + 1) / 2)[group]


def _by_pair(weights):
    """Rows of weights as a row for each pair, which numbers are added and gathered by: int32."""
    return weights.T.astype(np.int32)


class _Ranks:
    """Ranks in samples of some values, in which each is there several times or never.

    All is done in whole numbers, so that nothing is rounded before the correlation itself.
    """

    def __init__(self, values):
        self._order = np.argsort(values, kind="stable")
        _, self._group, sizes = np.unique(values, return_inverse=True, return_counts=True)
        self._last = np.cumsum(sizes) - 1

    def of(self, drawn):
        """Twice the rank less one, equal ones with the mean of theirs, and how much they vary.

        Parameters
        ----------
        drawn : ndarray of int32, shape (n, n_samples)   how often each value is there

        Returns
        -------
        ranks : ndarray of int32, shape (n, n_samples)
        spread : ndarray of float64, shape (n_samples,)   the sum of their squares, less that of
                 their means: (N^3 - sum m^3) / 3, for N values of which m are equal; 0 if all are
        """
        not_above = np.cumsum(drawn[self._order], axis=0, dtype=np.int32)[self._last]
        ranks, equal = not_above.copy(), not_above.copy()
        ranks[1:] += not_above[:-1]
        equal[1:] -= not_above[:-1]
        cubes = np.einsum("ij,ij,ij->j", equal, equal, equal, dtype=np.float64)
        return ranks[self._group], (not_above[-1].astype(np.float64) ** 3 - cubes) / 3


def _rank_correlations(drawn, x, y):
    """Spearman's correlation of each sample, from `_Ranks.of`: (n_samples,); NaN as `_weighted`."""
    (x, x_spread), (y, y_spread) = x, y
    n = drawn.sum(axis=0, dtype=np.float64)
    # The mean of twice the rank less one is n.
    products = np.einsum("ij,ij,ij->j", drawn, x, y, dtype=np.float64) - n**3
    scale = np.sqrt(x_spread) * np.sqrt(y_spread)
    result = np.full(len(n), np.nan)
    np.divide(products, scale, out=result, where=scale > 0)
    return np.clip(result, -1, 1)


class _Values:
    """Pearson's correlation in samples of pairs of values."""

    def __init__(self, x, y):
        self._x, self._y = x, y = _standard(x), _standard(y)
        self._columns = np.stack([x, y, x * x, y * y, x * y])

    def correlations(self, weights, drawn):
        """As `_weighted`: all sums at once, and then what is left when means are taken away.

        Parameters
        ----------
        weights : ndarray of int64, shape (n_samples, n)   how often each pair is there
        drawn : ndarray of int32, shape (n, n_samples)     the same
        """
        # einsum, because threads of BLAS would mostly wait for one another.
        sums = np.einsum("kn,nj->kj", self._columns, drawn.astype(np.float64))
        x, y, x_squared, y_squared, both = sums / len(self._x)
        x_spread, y_spread = x_squared - x * x, y_squared - y * y
        is_exact = (x_spread > LEAST_LEFT * x_squared) & (y_spread > LEAST_LEFT * y_squared)
        scale = np.sqrt(np.where(is_exact, x_spread, 1)) * np.sqrt(np.where(is_exact, y_spread, 1))
        result = np.clip((both - x * y) / scale, -1, 1)
        result[~is_exact] = _weighted(self._x, self._y, weights[~is_exact])
        return result


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
