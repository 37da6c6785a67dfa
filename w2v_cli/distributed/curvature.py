"""How fast the rows of a matrix are pulled to where they are best, and along which directions.

The loss of a pair with input v and output u depends on their product u v alone. Its second
derivative by u is sigma' (u v) v v^T, so that a step with learning rate lr takes off the share
lr sigma' v v^T of what a row u is away from its optimum. Over many pairs that is lr sigma' times
the second moment of the inputs, E[v v^T], and likewise for inputs. Vectors of words have a large
part in common: along it, rows are pulled ten to a hundred times as fast as along other directions.
There copies of a row soon have all learnt the same, while elsewhere each has learnt something new.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ..methods.base import Matrices
from .communicator import Communicator
from .loops import moment_times

N_DIRECTIONS = 4
"""So many are told apart, as `loops` has them; along all others rows are pulled equally."""
N_ROWS = 2048
"""The most used rows of a matrix, which its moment is of."""
FIRST_TURNS = 4
"""How often directions are turned that are chosen by chance."""
SLOPE = 0.08
"""sigma', the slope of the logistic function, at pairs as they are in training: p (1 - p), as most
are negative samples with a small chance p."""
FEW_RANKS, MORE_SLOPE = 8, 0.02
"""More ranks need shorter steps, as many small errors of what they think of each other add up: for
each doubling beyond those few the slope is told this much larger. Measured for 8 and 32 ranks."""


def slope_for(n_ranks: int) -> float:
    """The slope that so many ranks reckon with."""
    return SLOPE + MORE_SLOPE * max(math.log2(n_ranks / FEW_RANKS), 0.0)


class Pull(NamedTuple):
    """The share of its way to an optimum that a use takes a row, divided by the learning rate.

    Attributes
    ----------
    directions : ndarray of float32, (N_DIRECTIONS, dim)   of length 1, at right angles; zeros
                                                           where dim is less than N_DIRECTIONS
    along : ndarray of float32, (N_DIRECTIONS,)            along each
    rest : float32                                         along all others
    """

    directions: np.ndarray
    along: np.ndarray
    rest: np.float32

    def times(self, factor: float) -> Pull:
        """The pull that is so many times as strong: with a learning rate, the share itself."""
        return Pull(
            self.directions, self.along * np.float32(factor), np.float32(self.rest * factor)
        )


def no_pull(dim: int) -> Pull:
    """That of matrices which are zero."""
    directions = np.zeros((N_DIRECTIONS, dim), dtype=np.float32)
    return Pull(directions, np.zeros(N_DIRECTIONS, dtype=np.float32), np.float32(0))


class Curvature:
    """The `Pull` of each of two matrices, whose rows are trained against those of the other.

    Each rank looks at some of the matrices, and is to tell the others.

    Parameters
    ----------
    communicator : Communicator          says which
    parameters : Matrices                of this rank: two
    uses : dict of str to ndarray        how often each row is used in the whole text: float,
                                         (n_rows,)
    """

    def __init__(
        self, communicator: Communicator, parameters: Matrices, uses: dict[str, np.ndarray]
    ) -> None:
        totals = {name: max(float(uses[name].sum()), 1.0) for name in parameters.shapes}
        first, second = parameters.shapes
        self._looks: dict[str, _Look] = {}
        for turn, (name, other) in enumerate(((first, second), (second, first))):
            if turn % communicator.size == communicator.rank:
                # An input is pulled by all outputs of its pair at once.
                at_once = max(totals[other] / totals[name], 1.0)
                rows, dim = parameters.rows(other), parameters.shapes[other].dim
                slope = slope_for(communicator.size) * at_once
                self._looks[name] = _Look(_Moment(rows, dim, uses[other]), slope)

    def forget(self) -> None:
        """Start anew, as a process does that goes on from a checkpoint."""
        for look in self._looks.values():
            look.moment.forget()

    def look(self) -> dict[str, Pull]:
        """What this rank sees of matrices as they are now: by the name of the one that is pulled.

        To be asked after each round, before copies are put together: at first moments grow fast,
        and sums of what is far from where it was thought to be run away.
        """
        return {name: look.moment.pull().times(look.slope) for name, look in self._looks.items()}


class _Look(NamedTuple):
    """What a matrix is pulled by: the moment of the other one, so many times."""

    moment: _Moment
    slope: float


class _Moment:
    """The second moment of the rows of a matrix, weighted by their uses: its largest part.

    Each look turns the directions of the last one a little further towards the eigenvectors (the
    orthogonal iteration; Golub and Van Loan, "Matrix Computations", section 7.3.2): the product by
    which it sees how large they are is also that by which the next one turns them.

    Parameters
    ----------
    rows : ndarray of float32, (n, width)   looked at again and again, while they are trained: as
                                            they lie in memory, with padding, for the compiler
    dim : int                               so many numbers of a row count
    uses : ndarray of float, (n_rows,)      of the first rows
    """

    def __init__(self, rows: np.ndarray, dim: int, uses: np.ndarray) -> None:
        self._rows, self._dim = rows, dim
        n_rows = min(N_ROWS, len(uses))
        self._chosen = np.sort(np.argpartition(-uses, n_rows - 1)[:n_rows])
        weights = uses[self._chosen].astype(np.float64)
        self._weights = (weights / max(weights.sum(), 1e-300)).astype(np.float32)
        self._turned: np.ndarray | None = None  # (dim, at most N_DIRECTIONS)

    def forget(self) -> None:
        """Let the next look begin with directions chosen by chance, always the same."""
        self._turned = None

    def pull(self) -> Pull:
        """The largest eigenvalues with their directions, and the mean of all others."""
        dim = self._dim
        if self._turned is None:
            self._turned = np.random.default_rng(0).normal(size=(dim, min(N_DIRECTIONS, dim)))
            for _ in range(FIRST_TURNS):
                self._turned, _ = self._times(np.linalg.qr(self._turned)[0])
        directions = np.linalg.qr(self._turned)[0]
        product, trace = self._times(directions)
        # Within what these directions span, the eigenvectors themselves.
        values, axes = np.linalg.eigh(directions.T @ product)
        directions, self._turned = directions @ axes, product @ axes
        values = np.maximum(values, 0)
        rest = max(trace - float(values.sum()), 0) / max(dim - len(values), 1)
        pull = no_pull(dim)
        pull.directions[: len(values)] = directions.T
        pull.along[: len(values)] = values
        return pull._replace(rest=np.float32(rest))

    def _times(self, directions: np.ndarray) -> tuple[np.ndarray, float]:
        """The moment, sum of weight * row row^T, times directions (dim, n); and its trace."""
        four = np.zeros((N_DIRECTIONS, len(directions)), dtype=np.float32)
        four[: directions.shape[1]] = directions.T
        product = np.zeros_like(four)
        trace = moment_times(self._rows, self._chosen, self._weights, four, product)
        return product[: directions.shape[1]].T.astype(np.float64), float(trace)
