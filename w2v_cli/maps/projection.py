"""Vectors laid out in the plane: PCA by NumPy, t-SNE and UMAP by their libraries."""

import warnings
from dataclasses import dataclass

import numpy as np

from ..errors import ConfigError, InputError, field
from ..machine.libraries import require
from .choices import LARGEST_SEED, METHODS

FEWEST_WORDS = {"pca": 2, "tsne": 4, "umap": 4}
PERPLEXITY = 30
UMAP_NEIGHBORS = 15
ROUNDING = 1e-7
"""Below this the mean distance of unit vectors from their center is nothing but rounding."""
DIGITS = 5
"""Decimals of coordinates from -1 to 1: finer than any pixel, coarser than the last bits, which
differ between processors."""


@dataclass(frozen=True)
class Projection:
    """Points in the plane.

    Attributes
    ----------
    points : ndarray of float64, shape (n, 2)   centered; the farthest coordinate is 1 or -1
    method : str                                one of METHODS
    shares : tuple of two floats, or None       share of the variance along each axis; PCA only
    """

    points: np.ndarray
    method: str
    shares: tuple | None = None

    @property
    def is_one_point(self):
        """Whether all points are the same one, since all vectors are."""
        return not self.points.any()


def check_method(method):
    """Find out before the work whether the library of a method is installed.

    Raises
    ------
    MissingLibraryError
    """
    if method == "tsne":
        require("sklearn.manifold", field("method", "tsne"))
    elif method == "umap":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            require("umap", field("method", "umap"))


def project(vectors, method="pca", seed=1):
    """Lay out vectors in the plane; the same input and seed give the same points.

    Equal vectors all lie on one point, whatever the method.

    Parameters
    ----------
    vectors : ndarray of float64, shape (n, dim)   of length 1 for a map by cosine
    method : str   ``pca``: the two directions of largest variance (singular value decomposition of
                   the centered vectors); ``tsne``: van der Maaten and Hinton 2008, by
                   scikit-learn; ``umap``: McInnes, Healy and Melville 2018, by umap-learn. Both
                   start from the PCA
    seed : int     of the random numbers of t-SNE and UMAP

    Returns
    -------
    Projection

    Raises
    ------
    ConfigError           if there is no such method, or the seed is out of range
    InputError            if there are too few vectors
    MissingLibraryError   if the method's library is not installed
    """
    if method not in METHODS:
        raise ConfigError(f"{field('method')} must be {' or '.join(METHODS)}, not {method!r}")
    if not 0 <= seed <= LARGEST_SEED:
        raise ConfigError(f"{field('seed')} must be from 0 to {LARGEST_SEED}, not {seed}")
    if len(vectors) < FEWEST_WORDS[method]:
        raise InputError(
            f"a map by {method} needs at least {FEWEST_WORDS[method]} words, not {len(vectors)}; "
            "give more words"
        )
    points, shares = _pca(vectors)
    if method == "pca" or not points.any():
        return Projection(_scaled(points), method, shares if method == "pca" else None)
    # Small beside the distances to come, as both papers advise for a start.
    start = (_scaled(points) * 1e-2).astype(np.float32)
    place = _tsne if method == "tsne" else _umap
    points = place(vectors.astype(np.float32), start, seed)
    if not np.isfinite(points).all():
        raise InputError(
            f"{method} finds no places for these {len(points)} words; try {field('method', 'pca')}"
        )
    return Projection(_scaled(points), method)


def _pca(vectors):
    """Points along the first two principal axes, and the shares of the variance they explain."""
    centered = vectors - vectors.mean(axis=0)
    # Of many rows QR leaves a small triangle with the same singular values and axes.
    _, values, axes = np.linalg.svd(np.linalg.qr(centered, mode="r"), full_matrices=False)
    if values[0] < ROUNDING * np.sqrt(len(vectors)):
        # What is left of equal vectors must not be blown up to a map.
        return np.zeros((len(vectors), 2)), (0.0, 0.0)
    # The sign of an axis is free, so it is fixed: its largest part points up.
    largest = np.abs(axes).argmax(axis=1)
    signs = np.sign(axes[np.arange(len(axes)), largest])
    points = np.zeros((len(vectors), 2))
    n_axes = min(2, len(values))
    points[:, :n_axes] = centered @ (axes * signs[:, np.newaxis])[:n_axes].T
    variance = values**2
    shares = np.zeros(2)
    shares[:n_axes] = variance[:n_axes] / (variance.sum() or 1.0)
    return points, tuple(shares.tolist())


def _tsne(vectors, start, seed):
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    perplexity = min(PERPLEXITY, (len(vectors) - 1) / 3)
    # Several threads add up in an order of their own, and the map would depend on their number.
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        return TSNE(init=start, perplexity=perplexity, random_state=seed).fit_transform(vectors)


def _umap(vectors, start, seed):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import UMAP

        n_neighbors = min(UMAP_NEIGHBORS, len(vectors) - 1)
        model = UMAP(n_neighbors=n_neighbors, init=start, random_state=seed, n_jobs=1)
        return model.fit_transform(vectors)


def _scaled(points):
    """Points centered and scaled to between -1 and 1, with no more digits than are meant."""
    points = np.asarray(points, dtype=np.float64)
    points = points - (points.max(axis=0) + points.min(axis=0)) / 2
    points = points / (np.abs(points).max() or 1.0)
    return np.round(points, DIGITS) + 0.0  # turns -0 into 0
