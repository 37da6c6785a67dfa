"""Which vectors come out of a model with two matrices: its inputs, or both put together.

A word has a row w of the input matrix and a row c of the output matrix. Word2vec.c writes w. The
sum w + c was proposed for GloVe (Pennington, Socher and Manning 2014, section 4.2), and measured
for negative sampling by Levy, Goldberg and Dagan, "Improving Distributional Similarity with
Lessons Learned from Word Embeddings", TACL 3 (2015), section 3.3: its cosine holds first- and
second-order similarities of two words. What all words have in common, and the lengths of rows,
which follow their counts, say little of their meaning (Mu, Bhat and Viswanath, "All-but-the-Top",
ICLR 2018): without both, and with half the weight for the outputs, the sum is better still in
analogies and relatedness, see benchmarks/RESULTS.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from .blocks import LazyRows, Rows, row_blocks

OUTPUT_WEIGHT = np.float32(0.5)
"""Of outputs in a balanced sum, where inputs have 1."""


def read_out(inputs: Rows, outputs: Rows | None, vectors: str) -> Rows:
    """The vectors of words, from their rows in both matrices.

    Parameters
    ----------
    inputs : rows of float32, shape (n_words, dim)
    outputs : likewise, or None    only ``input`` needs none
    vectors : str                  ``input``, ``sum`` w + c, ``concat`` [w; c], or ``balanced``:
                                   u(w) + u(c) / 2, where u takes the mean row from all rows, and
                                   scales them to length 1

    Returns
    -------
    rows of float32, shape (n_words, dim), or (n_words, 2 dim) for ``concat``
    """
    if vectors == "input" or outputs is None:
        return inputs
    n_words, dim = inputs.shape
    if vectors == "sum":
        return LazyRows(n_words, dim, lambda rows: inputs[rows] + outputs[rows])
    if vectors == "balanced":
        of_inputs, of_outputs = _centered(inputs), _centered(outputs)
        return LazyRows(
            n_words, dim, lambda rows: of_inputs(rows) + OUTPUT_WEIGHT * of_outputs(rows)
        )
    return LazyRows(
        n_words, 2 * dim, lambda rows: np.concatenate([inputs[rows], outputs[rows]], axis=1)
    )


def side_by_side(parts: Sequence[Rows]) -> Rows:
    """The vectors of several models as one matrix: each one's rows scaled to length 1.

    So a cosine is the mean of those that the models have. A row of zeros stays one. One model
    alone is left as it is.

    Parameters
    ----------
    parts : sequence of rows of float32, shape (n_words, dim)   at least one

    Returns
    -------
    rows of float32, shape (n_words, sum of all dims)

    Source: the concatenation of Yin and Schütze, "Learning Word Meta-Embeddings", ACL 2016
    (arXiv:1508.04257).
    """
    if len(parts) == 1:
        return parts[0]
    n_words, dim = len(parts[0]), sum(part.shape[1] for part in parts)
    return LazyRows(
        n_words, dim, lambda rows: np.concatenate([_unit(part[rows]) for part in parts], axis=1)
    )


def _unit(rows):
    """Rows scaled to length 1, but for those that are zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)


def _centered(matrix):
    """A function of a slice: those rows less the mean row of the matrix, scaled to length 1."""

    @cache
    def mean():
        n_rows = len(matrix)
        total = sum(matrix[rows].sum(axis=0, dtype=np.float64) for rows in row_blocks(n_rows))
        return (total / max(n_rows, 1)).astype(np.float32)

    def rows_of(rows):
        return _unit(matrix[rows] - mean())

    return rows_of
