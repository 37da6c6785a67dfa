"""The compiled loops of k-means: the nearest centroid of each point, and where to start.

Points stand in columns, a row of the array for each coordinate, and there is an even number of
those: a block of points is compared with a few centroids at a time, all of them in the registers of
vector instructions. For parts of two to four numbers, as in product quantization, that takes a
sixth of the time of a matrix product and the search for the least number of each row.
"""

import numpy as np
from numba import njit

BLOCK = 128
"""Points at a time: what is known of them stays in the first cache."""
AT_ONCE = 4
"""Centroids that a block is compared with in one go; their number is a multiple of it."""
STRETCH = 1024
"""Points whose squares are added up together, so that drawing one of all is quick."""


@njit(cache=True, nogil=True, fastmath={"contract"})
def find_nearest(points, centroids, codes, squares):
    """The nearest centroid of each point; of equally near ones the first.

    Parameters
    ----------
    points : ndarray of float32, (d, n)      d even
    centroids : ndarray of float32, (k, d)   k a multiple of AT_ONCE, and 256 at most
    codes : ndarray of uint8, (n,)           *in place:* its number
    squares : ndarray of float32, (n,)       *in place:* its distance, squared
    """
    d, n = points.shape
    best = np.empty(BLOCK, np.float32)
    index = np.empty(BLOCK, np.int32)
    before = np.zeros((AT_ONCE, BLOCK), np.float32)
    for start in range(0, n, BLOCK):
        size = min(BLOCK, n - start)
        best[:] = np.inf
        index[:] = 0
        xs, ys = points[d - 2, start : start + size], points[d - 1, start : start + size]
        for c in range(0, len(centroids), AT_ONCE):
            for t in range(AT_ONCE if d > 2 else 0):
                part = before[t]
                part[:] = 0
                for first in range(0, d - 2, 2):
                    a, b = centroids[c + t, first], centroids[c + t, first + 1]
                    us = points[first, start : start + size]
                    vs = points[first + 1, start : start + size]
                    for lane in range(size):
                        u, v = us[lane] - a, vs[lane] - b
                        part[lane] += u * u + v * v
            a0, b0 = centroids[c, d - 2], centroids[c, d - 1]
            a1, b1 = centroids[c + 1, d - 2], centroids[c + 1, d - 1]
            a2, b2 = centroids[c + 2, d - 2], centroids[c + 2, d - 1]
            a3, b3 = centroids[c + 3, d - 2], centroids[c + 3, d - 1]
            for lane in range(size):
                x, y, least, place = xs[lane], ys[lane], best[lane], index[lane]
                square = before[0, lane] + (x - a0) * (x - a0) + (y - b0) * (y - b0)
                place = np.int32(c) if square < least else place
                least = min(least, square)
                square = before[1, lane] + (x - a1) * (x - a1) + (y - b1) * (y - b1)
                place = np.int32(c + 1) if square < least else place
                least = min(least, square)
                square = before[2, lane] + (x - a2) * (x - a2) + (y - b2) * (y - b2)
                place = np.int32(c + 2) if square < least else place
                least = min(least, square)
                square = before[3, lane] + (x - a3) * (x - a3) + (y - b3) * (y - b3)
                place = np.int32(c + 3) if square < least else place
                least = min(least, square)
                best[lane], index[lane] = least, place
        for lane in range(size):
            codes[start + lane] = index[lane]
            squares[start + lane] = best[lane]


@njit(cache=True, nogil=True)
def add_up(points, codes, sums, sizes):
    """*In place:* sums of the points of each code, float64, (k, d), and how many, int64, (k,)."""
    d, n = points.shape
    sums[:] = 0
    sizes[:] = 0
    for i in range(n):
        code = codes[i]
        sizes[code] += 1
        for j in range(d):
            sums[code, j] += np.float64(points[j, i])


@njit(cache=True, nogil=True)
def draw_start(points, draws, centroids):
    """Points far from one another to start from, drawn by their squared distances (k-means++).

    Source: Arthur and Vassilvitskii 2007, section 2.2.

    Parameters
    ----------
    points : ndarray of float32, (d, n)
    draws : ndarray of float64, (k,)         even in [0, 1)
    centroids : ndarray of float32, (k, d)   *in place:* the points that were drawn

    Returns
    -------
    int   how many: fewer than k if there are not as many different points
    """
    d, n = points.shape
    squares = np.empty(n, np.float32)
    squares[:] = np.inf
    totals = np.zeros((n + STRETCH - 1) // STRETCH)
    chosen = min(int(draws[0] * n), n - 1)
    for c in range(len(centroids)):
        if c > 0:
            chosen = _drawn(squares, totals, draws[c])
            if chosen < 0:
                return c
        for j in range(d):
            centroids[c, j] = points[j, chosen]
        _approach(points, centroids[c], squares, totals)
    return len(centroids)


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc", "nsz"})
def _approach(points, centroid, squares, totals):
    """*In place:* squared distances to the nearest of the centroids so far, and their sums."""
    d, n = points.shape
    block = np.empty(STRETCH, np.float32)
    for stretch in range(len(totals)):
        start = stretch * STRETCH
        size = min(STRETCH, n - start)
        block[:size] = 0
        for j in range(d):
            xs, a = points[j, start : start + size], centroid[j]
            for i in range(size):
                block[i] += (xs[i] - a) * (xs[i] - a)
        here = squares[start : start + size]
        total = np.float32(0)
        for i in range(size):
            here[i] = min(here[i], block[i])
            total += here[i]
        totals[stretch] = total


@njit(cache=True, nogil=True)
def _drawn(squares, totals, draw):
    """A point, drawn in proportion to its square; -1 if all are 0."""
    left = draw * totals.sum()
    last = -1
    for stretch in range(len(totals)):
        if totals[stretch] > 0 and (left < totals[stretch] or stretch == len(totals) - 1):
            start = stretch * STRETCH
            for i in range(start, min(start + STRETCH, len(squares))):
                if squares[i] > 0:
                    last = i
                    left -= np.float64(squares[i])
                    if left < 0:
                        return i
            return last
        left -= totals[stretch]
    return _any_off(squares)


@njit(cache=True, nogil=True)
def _any_off(squares):
    """The last point that is no centroid; -1 if there is none."""
    for i in range(len(squares) - 1, -1, -1):
        if squares[i] > 0:
            return i
    return -1
