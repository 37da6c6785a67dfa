"""Outputs alone, on vectors of documents that stay: logistic regression, to its optimum.

With w_i the weight of document i, h_i its vector, t_i its labels and O the outputs, what is made
smallest is

    sum of w_i * loss(t_i, O h_i)  +  l2 / 2 * s^2 * |O|^2

with the log-loss of the softmax, where several labels of a document share its target evenly, or
the sum of the log-losses of all labels, each a logistic regression of its own (``ova``). s^2 is the
mean of |h_i - mean h|^2: so l2 means the same for vectors of any length. Both are convex, with one
optimum. There is no bias, for which files have no place; what vectors have in common serves as one.

L-BFGS (Liu, Nocedal 1989; Nocedal, Wright 2006, algorithm 7.4) starts from the inverse of an upper
bound of the curvature (Boehning 1992, doi:10.1007/BF00048682): 1/2 H^T H (1/4 with ``ova``) and the
penalty. So it takes tens of passes where vectors are far from round. Sums are in float64, over
blocks of documents in their order, whatever threads compute these: the same outputs, bit by bit.
"""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from ...machine.threads import one_blas_thread

BLOCK_NUMBERS = 1 << 18
"""Numbers of a block of documents: of their vectors, or their probabilities."""
MOST_DOCUMENTS = 1024
MEMORY = 10
"""Steps that L-BFGS remembers."""
TOLERANCE = 1e-8
"""The largest slope, for a document of weight 1 and vectors of variance 1."""
MOST_PASSES = 1000
DECREASE = 1e-4
"""The share of what the slope promises that a step has to bring (Armijo)."""
ROUNDING = 1e-14
"""The share of a value by which sums of the same may differ."""
SHORTEST = 1e-10
CURVATURE = {"softmax": 0.5, "ova": 0.25}
"""What bounds the second derivative by the logits."""


class Solution(NamedTuple):
    """What was learnt.

    Attributes
    ----------
    outputs : ndarray of float32, (n_labels, dim)
    losses : list of float   the mean loss of a document after each pass, without the penalty
    slope : float            the largest that is left, as `TOLERANCE` has it
    is_optimal : bool        whether that is small enough
    """

    outputs: np.ndarray
    losses: list
    slope: float
    is_optimal: bool


def solve(vectors, labels, label_starts, weights, n_labels, loss, l2, n_threads=1, on_pass=None):
    """The outputs that tell labels of vectors best.

    Parameters
    ----------
    vectors : ndarray of float32, (n, dim)
    labels : ndarray of int32              of one document after the other, each with at least one
    label_starts : ndarray of int64, (n + 1,)
    weights : ndarray, (n,)                of documents; their sum is above 0
    n_labels : int
    loss : str                             ``softmax`` or ``ova``
    l2 : float
    n_threads : int
    on_pass : callable or None             called as on_pass(number, loss); may raise

    Returns
    -------
    Solution
    """
    with one_blas_thread(), ThreadPoolExecutor(n_threads) as pool:
        problem = _Problem(vectors, labels, label_starts, weights, n_labels, loss, l2, pool)
        outputs, losses, slope = _minimise(problem, on_pass)
    scaled = (outputs / problem.scale).astype(np.float32)
    return Solution(scaled, losses, slope, slope <= TOLERANCE)


class _Problem:
    """The mean loss and the penalty, for vectors that are divided by ``scale``."""

    def __init__(self, vectors, labels, label_starts, weights, n_labels, loss, l2, pool):
        self._vectors, self._labels, self._starts = vectors, labels, label_starts
        self._weights = np.asarray(weights, dtype=np.float64)
        self._loss, self._pool = loss, pool
        self.shape = n_labels, vectors.shape[1]
        size = min(max(BLOCK_NUMBERS // max(self.shape), 1), MOST_DOCUMENTS)
        self._blocks = [
            slice(start, min(start + size, len(vectors))) for start in range(0, len(vectors), size)
        ]
        self._total = self._weights.sum()
        self._penalty = l2 / self._total
        self.scale = 1.0
        self.scale, curvature = self._moments()
        curvature *= CURVATURE[loss]
        curvature[np.diag_indices_from(curvature)] += self._penalty
        self._inverse = np.linalg.inv(curvature)

    def _moments(self):
        """(the root of the variance of vectors, the mean of their products when divided by it)."""
        sums, products = self._over_blocks(self._block_moments)
        mean, products = sums / self._total, products / self._total
        squares = np.trace(products)
        variance = squares - mean @ mean
        if variance <= 1e-12 * squares:  # all are the same
            variance = squares
        variance = variance or 1.0
        return np.sqrt(variance), products / variance

    def _block_moments(self, block):
        rows = self._rows(block)
        weighted = rows * self._weights[block, np.newaxis]
        return weighted.sum(axis=0), weighted.T @ rows

    def _rows(self, block):
        return self._vectors[block].astype(np.float64) / self.scale

    def _over_blocks(self, function):
        """The sums of what a function gives for each block, added up in their order."""
        results = self._pool.map(function, self._blocks)
        totals = list(next(results))
        for parts in results:
            for place, part in enumerate(parts):
                totals[place] = totals[place] + part
        return totals

    def precondition(self, slopes):
        """Slopes of all outputs, divided by a bound of the curvature."""
        return slopes @ self._inverse

    def __call__(self, outputs):
        """(what is made smallest, the loss within it, the slopes of outputs)."""
        loss, slopes = self._over_blocks(lambda block: self._block(block, outputs))
        loss /= self._total
        value = loss + 0.5 * self._penalty * np.vdot(outputs, outputs)
        return value, loss, slopes / self._total + self._penalty * outputs

    def _block(self, block, outputs):
        rows, weights = self._rows(block), self._weights[block]
        starts = self._starts[block.start : block.stop + 1]
        labels = self._labels[starts[0] : starts[-1]]
        counts = np.diff(starts)
        of_document = np.repeat(np.arange(len(counts)), counts)
        scores = rows @ outputs.T
        wanted = scores[of_document, labels]
        if self._loss == "softmax":
            top = scores.max(axis=1)
            errors = np.exp(scores - top[:, np.newaxis])
            sums = errors.sum(axis=1)
            errors /= sums[:, np.newaxis]
            shares = 1 / counts[of_document]
            losses = np.log(sums) + top
        else:
            shares = np.ones(len(labels))
            losses = np.logaddexp(0, scores).sum(axis=1)
            errors = np.exp(scores - np.logaddexp(0, scores))
        losses -= np.bincount(of_document, shares * wanted, len(counts))
        errors[of_document, labels] -= shares
        errors *= weights[:, np.newaxis]
        return losses @ weights, errors.T @ rows


def _minimise(problem, on_pass):
    """(outputs, the loss after each pass, the largest slope that is left)."""
    outputs, steps, losses = np.zeros(problem.shape), deque(maxlen=MEMORY), []
    value, loss, slopes = problem(outputs)
    for number in range(1, MOST_PASSES + 1):
        losses.append(float(loss))
        if on_pass:
            on_pass(number, losses[-1])
        if np.abs(slopes).max() <= TOLERANCE:
            break
        direction = _direction(problem, steps, slopes)
        found = _step(problem, outputs, direction, value, np.vdot(slopes, direction))
        if found is None:  # nothing is lower but by rounding
            break
        before = outputs, slopes
        outputs, (value, loss, slopes) = found
        moved, turned = outputs - before[0], slopes - before[1]
        curvature = np.vdot(moved, turned)
        if curvature > 0:
            steps.append((moved, turned, 1 / curvature))
    return outputs, losses, float(np.abs(slopes).max())


def _direction(problem, steps, slopes):
    """Downwards: slopes, divided by the curvature as the last steps show it."""
    turned, shares = slopes.copy(), []
    for moved, turn, inverse in reversed(steps):
        shares.append(inverse * np.vdot(moved, turned))
        turned -= shares[-1] * turn
    turned = problem.precondition(turned)
    if steps:
        moved, turn, inverse = steps[-1]
        turned /= inverse * np.vdot(turn, problem.precondition(turn))
    for (moved, turn, inverse), share in zip(steps, reversed(shares), strict=True):
        turned += (share - inverse * np.vdot(turn, turned)) * moved
    return -turned


def _step(problem, outputs, direction, value, slope):
    """(outputs, what the problem says of them) lower down; None if there is none."""
    length, slack = 1.0, ROUNDING * abs(value)
    while length >= SHORTEST:
        moved = outputs + length * direction
        found = problem(moved)
        if found[0] <= value + DECREASE * length * slope + slack:
            return moved, found
        length /= 2
    return None
