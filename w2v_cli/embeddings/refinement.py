"""Vectors that are there, made better or smaller: an affine map x -> (x - m) A of every row.

Of words with vectors x and weights q (all the same, or the words' probabilities) let m = sum q x be
the mean, C = sum q (x - m)(x - m)^T the covariance, and u_1, u_2... its eigenvectors with variances
s_1 >= s_2 >= ... Then

========== ================================================== ==================================
centering  x - m                                              Mu, Bhat and Viswanath, "All-but-
                                                              the-Top", ICLR 2018, section 2
all but    less u_i u_i^T (x - m) for i = 1..D                the same, algorithm 1
the top
PCA        u_i^T (x - m) for i = D + 1..D + K                 Hotelling 1933; for word vectors
                                                              Raunak, Gupta and Metze,
                                                              RepL4NLP 2019
whitening  times s_i^(-p / 2): p = 1 makes all variances 1    Yokoi et al., "Zipfian Whitening",
                                                              NeurIPS 2024 (by probability)
========== ================================================== ==================================

All together are one map: A = sum over the kept i of s_i^(-p / 2) u_i u_i^T, in which vectors keep
their axes, or with PCA the matrix of columns s_i^(-p / 2) u_i, in the order of falling variance: so
the first K numbers of each vector are what PCA to K gives. Where vectors are not centered m is 0 in
every formula. Algorithm 1 of the first paper projects x and not x - m, which leaves a constant
along the directions taken out; here nothing is left of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..config import RefineConfig
from ..errors import ConfigError, field
from .blocks import LazyRows, Rows
from .moments import moments
from .table import lengths

NO_VARIANCE = float(np.finfo(np.float32).eps) ** 2
"""Times dim: a variance below this share of the largest one is the rounding of float32."""
NOISE = 1e-12
"""A vector shorter than this share of what it was made from is the rounding of float64, and zero:
else it would have a direction, by chance."""


@dataclass(frozen=True)
class Refinement:
    """The map x -> (x - m) A, and what there is to tell of it.

    Attributes
    ----------
    shift : ndarray of float64, shape (dim,)            m
    matrix : ndarray of float64, shape (dim, k), or None   A; None: the vectors stay as they are
    largest : float        by which a vector becomes longer at most
    notes : list of str    what the user should know
    """

    shift: np.ndarray
    matrix: np.ndarray | None
    largest: float
    notes: list[str]

    def of(self, rows: np.ndarray) -> np.ndarray:
        """Rows (float32, shape (n, dim)) as they are to be: float32, shape (n, k)."""
        wide = np.asarray(rows, np.float64)
        made = wide - self.shift
        if self.matrix is not None:
            made = made @ self.matrix
        before = lengths(wide) + float(np.linalg.norm(self.shift))
        made[lengths(made) <= NOISE * self.largest * before] = 0
        with np.errstate(over="ignore"):  # who writes them looks for what is too large
            return made.astype(np.float32)


def refine_rows(
    rows: Rows, config: RefineConfig, weights: np.ndarray | None = None
) -> tuple[LazyRows, list[str]]:
    """The rows of a matrix, refined: computed when they are asked for.

    Parameters
    ----------
    rows : rows of float32, shape (n_rows, dim)
    config : RefineConfig
    weights : ndarray of float64, shape (n_rows,), or None   see `moments`

    Returns
    -------
    LazyRows, shape (n_rows, k)
    list of str   notes

    Raises
    ------
    ConfigError           if vectors are too short for that
    MemoryShortageError   if there is no room for their covariance
    """
    fitted = fit(rows, config, weights)
    dim = rows.shape[1] if fitted.matrix is None else fitted.matrix.shape[1]
    return LazyRows(len(rows), dim, lambda wanted: fitted.of(rows[wanted])), fitted.notes


def fit(rows: Rows, config: RefineConfig, weights: np.ndarray | None = None) -> Refinement:
    """The Refinement that a config asks for, of these rows. See `refine_rows`."""
    dim = rows.shape[1]
    if not config.needs_directions:
        mean = moments(rows, weights, with_covariance=False).mean if config.center else None
        return Refinement(np.zeros(dim) if mean is None else mean, None, 1.0, [])
    _check_length(config, dim)
    mean, covariance = moments(rows, weights)
    assert covariance is not None
    if not config.center:
        covariance = covariance + np.outer(mean, mean)
        mean = np.zeros(dim)
    variances, directions = _principal(covariance)
    rank = int(np.count_nonzero(variances > dim * NO_VARIANCE * variances[0]))
    last = dim if config.dim is None else config.remove_top + config.dim
    kept = slice(config.remove_top, last)
    scales = np.ones(last - config.remove_top)
    if config.whiten:
        has_any = np.arange(dim)[kept] < rank
        scales[has_any] = variances[kept][has_any] ** (-config.whiten / 2)
        scales[~has_any] = 0
    matrix = directions[:, kept] * scales
    if config.dim is None:
        matrix = matrix @ directions[:, kept].T
    notes = []
    if rank < last and (config.whiten or config.dim is not None):
        notes.append(
            f"vectors of length {dim} vary in {rank} directions only; numbers along others are zero"
        )
    return Refinement(mean, matrix, float(scales.max()), notes)


def _check_length(config, dim):
    """Raise ConfigError if so many directions are not there."""
    left = dim - config.remove_top
    if left < 1:
        raise ConfigError(
            f"{field('remove_top', config.remove_top)} leaves nothing of vectors of length {dim}; "
            "about one for each hundred is usual"
        )
    if config.dim is not None and config.dim > left:
        raise ConfigError(
            f"{field('dim', config.dim)} with {field('remove_top', config.remove_top)} needs "
            f"vectors of length {config.remove_top + config.dim}, and these have {dim}; give less"
        )


def _principal(covariance):
    """(variances, falling; directions, float64 in columns), each direction with its sign fixed."""
    variances, directions = np.linalg.eigh(covariance)
    variances, directions = variances[::-1].clip(min=0), directions[:, ::-1]
    # Either sign would do. The largest number is made positive, whatever the library prefers.
    largest = np.abs(directions).argmax(axis=0)
    signs = np.where(directions[largest, np.arange(len(largest))] < 0, -1.0, 1.0)
    return variances, directions * signs
