"""Which vectors come out of a model with two matrices: its inputs, or both put together.

A word has a row w of the input matrix and a row c of the output matrix. Word2vec.c writes w. The
sum w + c was proposed for GloVe (Pennington, Socher and Manning 2014, section 4.2), and measured
for negative sampling by Levy, Goldberg and Dagan, "Improving Distributional Similarity with
Lessons Learned from Word Embeddings", TACL 3 (2015), section 3.3: its cosine holds first- and
second-order similarities of two words.

The rows of the two matrices are of different lengths, and each matrix has a mean of its own.
Balanced, each is centered first and its rows are scaled to length 1, u(x) = (x - m) / |x - m|, so
that u(w) + b u(c) has as much of c as it is to have. What all words have in common, and the lengths
of rows, which follow their counts, say little of meaning (Mu, Bhat and Viswanath, "All-but-the-
Top", ICLR 2018).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..config import RefineConfig
from ..errors import ConfigError, field
from .blocks import LazyRows, Rows
from .refinement import refine_rows
from .table import unit_rows

BALANCE = 0.5
"""The weight of outputs in ``balanced`` vectors: the best of what benchmarks/RESULTS.md has."""


def read_out(
    inputs: Rows, outputs: Rows | None, vectors: str, balance: float | None = None
) -> Rows:
    """The vectors of words, from their rows in both matrices.

    Parameters
    ----------
    inputs : rows of float32, shape (n_words, dim)
    outputs : likewise, or None    only ``input`` needs none
    vectors : str                  ``input``, ``context``, ``sum``, ``concat``, or ``balanced``,
                                   which is a ``sum`` with a balance of `BALANCE`
    balance : float or None        b, where both matrices are balanced

    Returns
    -------
    rows of float32, shape (n_words, dim), or (n_words, 2 dim) for ``concat``
    """
    if vectors == "input" or outputs is None:
        return inputs
    if vectors == "context":
        return outputs
    if vectors == "balanced":
        vectors, balance = "sum", BALANCE
    if balance is not None:
        inputs, outputs = _unit(inputs, 1.0), _unit(outputs, balance)
    n_words, dim = inputs.shape
    if vectors == "sum":
        return LazyRows(n_words, dim, lambda rows: inputs[rows] + outputs[rows])
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

    def rows_of(wanted: slice) -> np.ndarray:
        return np.concatenate([unit_rows(part[wanted]) for part in parts], axis=1, dtype=np.float32)

    return LazyRows(len(parts[0]), sum(part.shape[1] for part in parts), rows_of)


def check_readout(outputs: Rows | None, vectors: str, name: str) -> None:
    """Raise ConfigError if the output matrix is needed and there is none."""
    if vectors != "input" and outputs is None:
        raise ConfigError(
            f"{field('vectors', vectors)} needs the output matrix, which {name} has not; train "
            f"with {field('keep_context')}, or with {field('vectors', vectors)}"
        )


def _unit(matrix: Rows, length: float) -> LazyRows:
    """Rows less their mean, at that length: rows of float32."""
    centered, _ = refine_rows(matrix, RefineConfig())

    def rows_of(wanted: slice) -> np.ndarray:
        return np.asarray(length * unit_rows(centered[wanted]), np.float32)

    return LazyRows(*centered.shape, rows_of)
