"""Copies of the hottest rows for each thread.

A few hundred words are in nearly every window. If all threads wrote their rows, these would travel
between the cores all the time. So each thread trains on rows of its own for them, which stand
behind the shared rows of the same matrices, and now and then the changes are added up, each with
a weight: see `methods.merging.merge_weights`.

Source: Vuurens, Eickhoff, de Vries 2016, "Efficient Parallel Learning of Word2Vec",
arXiv:1606.07822, which caches the rows of frequent terms for each thread.
"""

from numba import njit

from .options import KERNEL


@njit(**KERNEL)
def merge_all_hot_rows(task, frozen, outputs_stay):
    """`merge_hot_rows` of both matrices of a task.

    ``frozen`` is for the inputs; outputs that stay (see `train.train_chunk`) are left alone.
    """
    merge_hot_rows(task.inputs, frozen)
    if outputs_stay is None:
        merge_hot_rows(task.outputs, None)


@njit(**KERNEL)
def merge_hot_rows(shared_matrix, frozen):
    """Add what this thread changed in its copies to the shared rows, and copy those anew.

    Row i of ``base`` is what copy i was when it was made, as the difference is what counts.
    Rows that are frozen (see `train.train_chunk`) are left alone: adding 0 makes 0 of -0.
    *In place:* the matrix of a `SharedMatrix`, and its ``base``.
    """
    matrix, private_start, base, weights = shared_matrix
    for row in range(len(base)):
        if frozen is not None:  # noqa: SIM102 - the compiler drops this if, but not a longer one
            if frozen[row]:
                continue
        own = private_start + row
        for d in range(matrix.shape[1]):
            shared = matrix[row, d] + weights[row] * (matrix[own, d] - base[row, d])
            matrix[row, d] = shared
            matrix[own, d] = shared
            base[row, d] = shared
