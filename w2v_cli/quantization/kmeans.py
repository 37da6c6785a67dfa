"""k-means: points far from one another to start from, then means of what is nearest, again."""

from __future__ import annotations

import numpy as np

from .nearest import AT_ONCE, add_up, draw_start, find_nearest

ROUNDS = 25
LEAST_GAIN = 1e-3
"""It ends earlier after a round in which the sum of squares fell by less than this share."""


def kmeans(
    points: np.ndarray, n_centroids: int, rng: np.random.Generator, rounds: int = ROUNDS
) -> np.ndarray:
    """Centroids of points, the same for the same ``rng``.

    A centroid that no point is nearest to becomes the point that is farthest from its own.

    Parameters
    ----------
    points : ndarray of float32, shape (d, n)   in columns; d even
    n_centroids : int                           256 at most
    rng : np.random.Generator
    rounds : int                                at most

    Returns
    -------
    ndarray of float32, shape (k, d)   k is ``n_centroids``, or fewer where there are not as many
                                       different points: these are then the centroids

    Source: Lloyd 1982; start by Arthur and Vassilvitskii 2007.
    """
    n = points.shape[1]
    centroids = np.zeros((n_centroids, len(points)), dtype=np.float32)
    n_found = draw_start(points, rng.random(n_centroids), centroids)
    if n_found < n_centroids:
        return centroids[:n_found]
    codes, squares = np.empty(n, dtype=np.uint8), np.empty(n, dtype=np.float32)
    sums, sizes = np.empty(centroids.shape), np.empty(n_centroids, dtype=np.int64)
    before = np.inf
    for _ in range(rounds):
        find_nearest(points, whole_blocks(centroids), codes, squares)
        total = float(squares.sum(dtype=np.float64))
        if total >= (1 - LEAST_GAIN) * before:
            break
        before = total
        add_up(points, codes, sums, sizes)
        is_used = sizes > 0
        centroids[is_used] = (sums[is_used] / sizes[is_used, np.newaxis]).astype(np.float32)
        n_empty = n_centroids - int(is_used.sum())
        if n_empty:
            centroids[~is_used] = points[:, np.argsort(squares, kind="stable")[-n_empty:]].T
    return centroids


def whole_blocks(centroids: np.ndarray) -> np.ndarray:
    """As many centroids as `find_nearest` wants: the last one repeated, which is never found."""
    n_missing = -len(centroids) % AT_ONCE
    return np.pad(centroids, ((0, n_missing), (0, 0)), mode="edge") if n_missing else centroids


def kmeans_of_numbers(
    numbers: np.ndarray, n_centroids: int, rounds: int = 4 * ROUNDS
) -> np.ndarray:
    """As `kmeans` in one dimension, where sorted numbers make a round as quick as a look-up.

    Half of the centroids start evenly among the numbers, half evenly between the ends.

    Parameters
    ----------
    numbers : ndarray of float64, shape (n,)   n > 0
    n_centroids : int
    rounds : int

    Returns
    -------
    ndarray of float64, shape (k,)   ascending; k is ``n_centroids``, or fewer where there are not
                                     as many different numbers: these are then the centroids
    """
    numbers = np.sort(numbers)
    different = np.unique(numbers)
    if len(different) <= n_centroids:
        return different
    sums = np.concatenate(([0.0], np.cumsum(numbers)))
    half = n_centroids // 2
    centroids = np.concatenate(
        (
            np.quantile(numbers, (np.arange(n_centroids - half) + 0.5) / (n_centroids - half)),
            np.linspace(numbers[0], numbers[-1], half),
        )
    )
    for _ in range(rounds):
        centroids.sort()
        ends = np.searchsorted(numbers, (centroids[:-1] + centroids[1:]) / 2)
        ends = np.concatenate(([0], ends, [len(numbers)]))
        sizes = np.diff(ends)
        used = sizes > 0
        centroids[used] = np.diff(sums[ends])[used] / sizes[used]
    return np.sort(centroids)
