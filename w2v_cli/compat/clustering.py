"""Spherical k-means: words in classes, by the cosine of their vectors with the mean of a class.

Dhillon and Modha, "Concept Decompositions for Large Sparse Text Data Using Clustering", Machine
Learning 42 (2001), as word2vec.c does it for ``-classes``, but for two things: classes begin at
words drawn at random instead of at one word in so many, which are nearly the same mean, and a
class that loses all its words begins anew at the word that fits its own class worst.
"""

import numpy as np

ROUNDS = 25
"""Most words stay where they are after fewer."""
BLOCK_NUMBERS = 1 << 24
"""Cosines that are held at a time."""


def spherical_kmeans(vectors, n_classes, seed):
    """Put each vector into the class whose mean direction is nearest.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, dim)   of any length; zero vectors are in class 0
    n_classes : int                                from 1 to n
    seed : int

    Returns
    -------
    ndarray of int64, shape (n,)   from 0 to n_classes - 1; no class is empty, unless there are
                                   fewer different directions than classes
    """
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = vectors / np.where(norms > 0, norms, 1)
    chosen = np.random.default_rng(seed).choice(len(units), n_classes, replace=False)
    centers = units[np.sort(chosen)]
    classes = None
    for _ in range(ROUNDS):
        nearest, cosines = _nearest(units, centers)
        _fill_empty(nearest, cosines, n_classes)
        if classes is not None and np.array_equal(nearest, classes):
            break
        classes = nearest
        centers = _directions(units, classes, n_classes)
    return classes


def _nearest(units, centers):
    """(the class of each row, its cosine)."""
    classes = np.empty(len(units), dtype=np.int64)
    cosines = np.empty(len(units), dtype=np.float32)
    step = max(BLOCK_NUMBERS // len(centers), 1)
    for start in range(0, len(units), step):
        products = units[start : start + step] @ centers.T
        best = products.argmax(axis=1)
        classes[start : start + step] = best
        cosines[start : start + step] = products[np.arange(len(best)), best]
    return classes, cosines


def _fill_empty(classes, cosines, n_classes):
    """*In place:* give each empty class one row, of those that fit worst where they are."""
    sizes = np.bincount(classes, minlength=n_classes)
    empty = np.flatnonzero(sizes == 0)
    worst = iter(np.argsort(cosines, kind="stable"))
    for number in empty:
        row = next((row for row in worst if sizes[classes[row]] > 1), None)
        if row is None:
            return
        sizes[classes[row]] -= 1
        classes[row] = number


def _directions(units, classes, n_classes):
    """The mean of the rows of each class, at length 1: float32, shape (n_classes, dim)."""
    sums = np.zeros((n_classes, units.shape[1]))
    order = np.argsort(classes, kind="stable")
    starts = np.flatnonzero(np.diff(classes[order], prepend=-1))
    sums[classes[order[starts]]] = np.add.reduceat(units[order], starts, axis=0)
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    return (sums / np.where(norms > 0, norms, 1)).astype(np.float32)
