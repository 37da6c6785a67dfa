"""One step of stochastic gradient descent: a few inputs against a few outputs.

With inputs X (m rows of syn0, or one mean of rows), outputs Y (k rows of syn1neg), labels 1 for
row 0 of Y and 0 for the others, the objective to rise is the log-likelihood

    sum over i, j of  log sigma(x_i . y_j)     where the label is 1
                      log sigma(-x_i . y_j)    where the label is 0

(Mikolov et al. 2013b, arXiv:1310.4546, equation 4). Its gradient with respect to a logit is
label - sigma(logit), which makes three small matrix products:

    G  = lr * (label - sigma(X Y^T))     dX = G Y     dY = G^T X

All m inputs share the k outputs (Ji et al. 2016, arXiv:1611.06172). Rows are dense copies, padded
with zeros, so that the loops run over memory in order and stay in the first-level cache.
"""

import numpy as np
from numba import njit

# Sums may be reordered and multiply-adds fused, but infinities and NaN keep their meaning.
FAST_MATH = {"reassoc", "contract", "nsz", "arcp"}
ONE = np.float32(1.0)


@njit(cache=True, nogil=True, fastmath=FAST_MATH)
def gradient_step(inputs, n_inputs, outputs, n_outputs, lr, d_inputs, d_outputs):
    """Compute the changes that one step makes to its inputs and outputs.

    *In place:* the first ``n_inputs`` rows of ``d_inputs``, the first ``n_outputs`` of
    ``d_outputs``. All four arrays are float32 of shape (capacity, padded dim); ``lr`` is float32.
    """
    dim = inputs.shape[1]
    for k in range(n_outputs):
        for d in range(dim):
            d_outputs[k, d] = 0
    for c in range(n_inputs):
        for d in range(dim):
            d_inputs[c, d] = 0
        for k in range(n_outputs):
            logit = np.float32(0)
            for d in range(dim):
                logit += inputs[c, d] * outputs[k, d]
            label = ONE if k == 0 else np.float32(0)
            grad = lr * (label - ONE / (ONE + np.exp(-logit)))
            for d in range(dim):
                d_inputs[c, d] += grad * outputs[k, d]
                d_outputs[k, d] += grad * inputs[c, d]


@njit(cache=True, nogil=True, fastmath=FAST_MATH)
def gather_rows(matrix, rows, n_rows, dense):
    """Copy rows of ``matrix`` (float32) side by side; *in place:* ``dense``."""
    for i in range(n_rows):
        row = rows[i]
        for d in range(dense.shape[1]):
            dense[i, d] = matrix[row, d]


@njit(cache=True, nogil=True, fastmath=FAST_MATH)
def mean_of_rows(matrix, rows, n_rows, dense):
    """The mean of some rows of ``matrix`` (float32); *in place:* row 0 of ``dense``."""
    share = ONE / np.float32(n_rows)
    for d in range(dense.shape[1]):
        dense[0, d] = 0
    for i in range(n_rows):
        row = rows[i]
        for d in range(dense.shape[1]):
            dense[0, d] += share * matrix[row, d]


@njit(cache=True, nogil=True, fastmath=FAST_MATH)
def add_to_rows(matrix, rows, n_rows, changes):
    """Add row i of ``changes`` to row rows[i] of ``matrix`` (float32); *in place:* ``matrix``."""
    for i in range(n_rows):
        row = rows[i]
        for d in range(changes.shape[1]):
            matrix[row, d] += changes[i, d]


@njit(cache=True, nogil=True, fastmath=FAST_MATH)
def add_to_each_row(matrix, rows, n_rows, changes):
    """Add row 0 of ``changes`` to all of some rows of ``matrix``; *in place:* ``matrix``."""
    for i in range(n_rows):
        row = rows[i]
        for d in range(changes.shape[1]):
            matrix[row, d] += changes[0, d]
