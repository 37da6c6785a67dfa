"""Maps from one space of vectors into another, found from the rows of pairs of words.

Let X and Z be the rows of n pairs in the two spaces. All maps multiply rows from the right: x A.

=============  ===================================================  ==============================
Procrustes     A = U V^T, where X^T Z = U S V^T: the rotation with  Schönemann, Psychometrika 31
               the least |X A - Z|. It keeps all cosines            (1966); Xing et al., NAACL 2015;
               within a language                                    Smith et al., ICLR 2017
least squares  the A with the least |X A - Z|, whatever it does to  Mikolov, Le and Sutskever,
               cosines within a language                            arXiv:1309.4168
VecMap         both spaces whitened on the pairs, rotated to where  Artetxe, Labaka and Agirre,
               they vary together, weighted by how much they do,    AAAI 2018, section 3
               and the whitening undone
=============  ===================================================  ==============================

Before that, rows are normalised: length 1, the mean taken away, length 1 again is what measured
best (Artetxe, Labaka and Agirre, EMNLP 2016, section 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..embeddings.blocks import Rows, row_blocks
from ..embeddings.table import lengths, unit_rows
from ..errors import ConfigError, field
from ..machine.limits import require_memory
from .config import BEST_STEPS, check_steps


@dataclass(frozen=True)
class Normalization:
    """Steps that all rows of a matrix go through, with what they learned of it.

    A row of zeros stays one, and has no part in means: it says nothing of its word.

    Attributes
    ----------
    steps : tuple of str               each of STEPS
    means : tuple of ndarray of float64, shape (dim,)   what each ``center`` takes away, in order
    """

    steps: tuple[str, ...]
    means: tuple[np.ndarray, ...]

    @classmethod
    def fit(cls, matrix: Rows, steps: Sequence[str] = BEST_STEPS) -> Normalization:
        """That of a matrix: one pass over it for each ``center``.

        Parameters
        ----------
        matrix : rows of float32, shape (n_rows, dim)
        steps : sequence of str   each of STEPS

        Returns
        -------
        Normalization

        Raises
        ------
        ConfigError   if a step is none of STEPS
        """
        check_steps(tuple(steps))
        fitted = cls((), ())
        for step in steps:
            means = (*fitted.means, _mean(matrix, fitted)) if step == "center" else fitted.means
            fitted = cls((*fitted.steps, step), means)
        return fitted

    def of(self, rows: np.ndarray) -> np.ndarray:
        """Rows (shape (n, dim)) as they are to be: float64, of the same shape."""
        return self._made(rows)[0]

    def laid_into(
        self, rows: np.ndarray, target: Normalization, matrix: np.ndarray | None = None
    ) -> np.ndarray:
        """Rows mapped into the space of a target that itself stays as it is.

        The steps of the target are undone: its means are added, and lengths are those that a row
        itself had. A step to length 1 that comes first is left, since cosines do not mind it.

        Parameters
        ----------
        rows : ndarray, shape (n, dim)                    of the source
        target : Normalization                            the same steps, with means of the target
        matrix : ndarray of float64, shape (dim, dim2)    the map behind the steps; None: none

        Returns
        -------
        ndarray of float64, shape (n, dim2)
        """
        made, lengths_before = self._made(rows)
        has_any = made.any(axis=1, keepdims=True)
        made = made if matrix is None else made @ matrix
        means = list(target.means)
        for place in reversed(range(len(self.steps))):
            if self.steps[place] == "center":
                made = made + means.pop()
            elif "center" in self.steps[:place]:
                made = made * lengths_before[place]
        return made * has_any

    def _made(self, rows):
        """(rows as they are to be; for each ``unit`` by its place the lengths before, (n, 1))."""
        made = np.array(rows, np.float64)
        has_any = made.any(axis=1, keepdims=True)
        means, lengths_before = iter(self.means), {}
        for place, step in enumerate(self.steps):
            if step == "unit":
                lengths_before[place] = lengths(made)[:, np.newaxis]
                made = unit_rows(made)
            else:
                made = made - next(means) * has_any
        return made, lengths_before


def normalized(matrix: Rows, steps: Sequence[str] = BEST_STEPS) -> np.ndarray:
    """A matrix with all rows normalised.

    Parameters
    ----------
    matrix : rows of float32, shape (n_rows, dim)
    steps : sequence of str   each of STEPS, in the order in which they are taken; none: a copy

    Returns
    -------
    ndarray of float32, shape (n_rows, dim)   a new one

    Raises
    ------
    ConfigError           if a step is none of STEPS
    MemoryShortageError   if there is no room for the new one
    """
    fitted = Normalization.fit(matrix, steps)
    n_rows, dim = matrix.shape
    require_memory(4 * n_rows * dim, f"{n_rows:,} normalized vectors of length {dim:,}")
    made = np.empty((n_rows, dim), np.float32)
    for rows in row_blocks(n_rows):
        made[rows] = fitted.of(matrix[rows])
    return made


def procrustes(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The rotation A of rows with the least |X A - Z|: A = U V^T, where X^T Z = U S V^T.

    Parameters
    ----------
    source, target : ndarray, shape (n_pairs, dim)   X and Z; row i of both is pair i

    Returns
    -------
    ndarray of float64, shape (dim, dim)   A, orthogonal, a reflection included: x is mapped to
                                           x @ A. With fewer pairs than dim, or with pairs that
                                           vary in fewer directions, the others are mapped to one
                                           another in an order that means nothing

    Raises
    ------
    ConfigError   if rows are not of the same length, or there are no pairs

    Examples
    --------
    >>> procrustes(np.eye(2), np.array([[0.0, 1.0], [1.0, 0.0]])).round(6) + 0
    array([[0., 1.],
           [1., 0.]])
    """
    source, target = _pairs(source, target)
    left, _, right = np.linalg.svd(source.T @ target)
    return left @ right


def least_squares(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The matrix A with the least |X A - Z|; of several, the one with the smallest numbers.

    Parameters
    ----------
    source : ndarray, shape (n_pairs, dim)          X
    target : ndarray, shape (n_pairs, target_dim)   Z

    Returns
    -------
    ndarray of float64, shape (dim, target_dim)   x is mapped to x @ A

    Raises
    ------
    ConfigError   if there are no pairs
    """
    source, target = np.asarray(source, np.float64), np.asarray(target, np.float64)
    _check_any(source)
    return np.linalg.lstsq(source, target, rcond=None)[0]


def vecmap(source: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Maps of both languages into a space of their own, as VecMap makes them from a dictionary.

    With X = U S V^T the whitening of the source is P = V S^-1 V^T, so that (X P)^T X P = 1; Q is
    that of the target. With (X P)^T Z Q = L C R^T, C is how much the two vary together along each
    axis, and

        A = P L C^1/2 (L^T P^-1 L)        B = Q R C^1/2 (R^T Q^-1 R)

    Parameters
    ----------
    source, target : ndarray, shape (n_pairs, dim)   X and Z; row i of both is pair i

    Returns
    -------
    ndarray of float64, shape (dim, dim)   A: x of the source is mapped to x @ A
    ndarray of float64, shape (dim, dim)   B: z of the target is mapped to z @ B

    Raises
    ------
    ConfigError   if rows are not of the same length, or the pairs do not vary in all directions

    Source: Artetxe, Labaka and Agirre, "Generalizing and Improving Bilingual Word Embedding
    Mappings with a Multi-Step Framework of Linear Transformations", AAAI 2018.
    """
    source, target = _pairs(source, target)
    whiten, undo = _whitening(source, "source")
    whiten_target, undo_target = _whitening(target, "target")
    left, shared, right = np.linalg.svd((source @ whiten).T @ (target @ whiten_target))
    right = right.T
    weights = np.sqrt(shared)
    return (
        (whiten @ left) * weights @ (left.T @ undo @ left),
        (whiten_target @ right) * weights @ (right.T @ undo_target @ right),
    )


def _whitening(rows, name):
    """(V S^-1 V^T, its inverse V S V^T) of rows = U S V^T."""
    n_pairs, dim = rows.shape
    variances, axes = np.linalg.eigh(rows.T @ rows)
    if n_pairs < dim or variances[0] <= dim * np.finfo(np.float32).eps ** 2 * variances[-1]:
        raise ConfigError(
            f"{field('method', 'vecmap')} needs pairs that vary in all {dim} directions, and the "
            f"{n_pairs} of the {name} do not; take {field('method', 'procrustes')}, or a larger "
            "dictionary"
        )
    spread = np.sqrt(variances)
    return (axes / spread) @ axes.T, (axes * spread) @ axes.T


def _pairs(source, target):
    source, target = np.asarray(source, np.float64), np.asarray(target, np.float64)
    if source.shape != target.shape:
        raise ConfigError(
            f"vectors of length {source.shape[1]} cannot be rotated to those of length "
            f"{target.shape[1]}; give two of one length"
        )
    _check_any(source)
    return source, target


def _check_any(rows):
    if len(rows) == 0:
        raise ConfigError("there are no pairs to learn from; give a dictionary of known words")


def _mean(matrix, before):
    """The mean of rows that went through earlier steps, without those of zeros: float64, (dim,)."""
    total, n_counted = np.zeros(matrix.shape[1]), 0
    for rows in row_blocks(len(matrix)):
        block = before.of(matrix[rows])
        total += block.sum(axis=0)
        n_counted += int(np.count_nonzero(lengths(block)))
    return total / max(1, n_counted)
