"""How fast the rows of a matrix are pulled to where they are best, and along which directions.

The loss of a pair with input v and output u depends on their product u v alone. Its second
derivative by u is sigma' (u v) v v^T, so that a step with learning rate lr takes off the share
lr sigma' v v^T of what a row u is away from its optimum. Over many pairs that is lr sigma' times
the second moment of the inputs, E[v v^T], and likewise for inputs. Vectors of words have a large
part in common: along it, rows are pulled ten to a hundred times as fast as along other directions.
There copies of a row soon have all learnt the same, while elsewhere each has learnt something new.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..methods.base import Matrices
from .communicator import Communicator

N_DIRECTIONS = 4
"""So many are told apart; in all others rows are pulled equally."""
N_ROWS = 2048
"""The most used rows of a matrix, which its moment is of."""
FIRST_TURNS = 4
"""How often directions are turned that are chosen by chance."""
SLOPE = 0.06
"""sigma', the slope of the logistic function, at pairs as they are in training: p (1 - p), as most
are negative samples with a small chance p."""


class Pull(NamedTuple):
    """What a use takes off the distance of a row to its optimum, times the learning rate.

    Attributes
    ----------
    directions : ndarray of float32, (N_DIRECTIONS, dim)   of length 1, at right angles
    along : ndarray of float32, (N_DIRECTIONS,)            along each
    rest : float32                                         along all others
    """

    directions: np.ndarray
    along: np.ndarray
    rest: np.float32

    def times(self, lr: float) -> Pull:
        """What a use takes off, with a learning rate."""
        return Pull(self.directions, self.along * np.float32(lr), np.float32(self.rest * lr))


class Curvature:
    """The `Pull` of each of two matrices, whose rows are trained against those of the other.

    Parameters
    ----------
    communicator : Communicator
    parameters : Matrices                of this rank
    uses : dict of str to ndarray        how often each row is used in the whole text: float,
                                         (n_rows,)
    """

    def __init__(
        self, communicator: Communicator, parameters: Matrices, uses: dict[str, np.ndarray]
    ) -> None:
        self._communicator, self._parameters = communicator, parameters
        names = list(parameters.shapes)
        self._other = dict(zip(names, reversed(names), strict=True))
        self._moments = {name: _Moment(parameters[name], uses[name]) for name in names}
        totals = {name: float(uses[name].sum()) for name in names}
        # An input is pulled by all outputs of its pair at once.
        self._at_once = {
            name: max(totals[self._other[name]] / max(totals[name], 1), 1) for name in names
        }

    def forget(self) -> None:
        """Start anew, as a process does that goes on from a checkpoint."""
        for moment in self._moments.values():
            moment.forget()

    def pulls(self) -> dict[str, Pull]:
        """As the matrices are now on the first rank: the same on all.

        To be asked after each round: at first moments grow fast, and sums of what is far from
        where it was thought to be run away.
        """
        pulls: dict[str, Any] = {}
        if self._communicator.is_first:
            for name, other in self._other.items():
                directions, lengths, rest = self._moments[other].look()
                slope = SLOPE * self._at_once[name]
                along = (lengths * slope).astype(np.float32)
                pulls[name] = Pull(directions, along, np.float32(rest * slope))
        return {name: Pull(*pull) for name, pull in self._communicator.first_of(pulls).items()}


class _Moment:
    """The second moment of the rows of a matrix, weighted by their uses: its largest part.

    Each look turns the directions of the last one a little further towards the eigenvectors (the
    orthogonal iteration; Golub and Van Loan, "Matrix Computations", section 7.3.2).
    """

    def __init__(self, matrix: np.ndarray, uses: np.ndarray) -> None:
        self._matrix = matrix
        n_rows = min(N_ROWS, len(matrix))
        self._chosen = np.sort(np.argpartition(-uses[: len(matrix)], n_rows - 1)[:n_rows])
        weights = uses[self._chosen].astype(np.float64)
        self._weights = (weights / max(weights.sum(), 1e-300)).astype(np.float32)
        self._directions: np.ndarray | None = None

    def forget(self) -> None:
        """Let the next look begin with directions chosen by chance, always the same."""
        self._directions = None

    def look(self) -> tuple[np.ndarray, np.ndarray, float]:
        """(directions as rows, the moment along each, and on average along all others)."""
        rows = self._matrix[self._chosen]
        weighted = rows * self._weights[:, None]
        turned, n_turns = self._directions, 1
        if turned is None:
            dim = rows.shape[1]
            turned = np.random.default_rng(0).normal(size=(dim, min(N_DIRECTIONS, dim)))
            n_turns = FIRST_TURNS
        for _ in range(n_turns):
            turned = np.linalg.qr(self._times(rows, weighted, turned))[0]
        lengths, axes = np.linalg.eigh(turned.T @ self._times(rows, weighted, turned))
        self._directions = turned @ axes
        lengths = np.maximum(lengths, 0)
        whole = float(np.vdot(rows, weighted))
        n_others = max(rows.shape[1] - len(lengths), 1)
        rest = max(whole - float(lengths.sum()), 0) / n_others
        return np.ascontiguousarray(self._directions.T, dtype=np.float32), lengths, rest

    @staticmethod
    def _times(rows, weighted, directions):
        return (weighted.T @ (rows @ directions.astype(np.float32))).astype(np.float64)
