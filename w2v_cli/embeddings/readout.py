"""Which vectors come out of a model with two matrices: its inputs, or both put together.

A word has a row w of the input matrix and a row c of the output matrix. Word2vec.c writes w. The
sum w + c was proposed for GloVe (Pennington, Socher and Manning 2014, section 4.2), and measured
for negative sampling by Levy, Goldberg and Dagan, "Improving Distributional Similarity with
Lessons Learned from Word Embeddings", TACL 3 (2015), section 3.3: its cosine holds first- and
second-order similarities of two words.
"""

from __future__ import annotations

import numpy as np

from .blocks import LazyRows, Rows


def read_out(inputs: Rows, outputs: Rows | None, vectors: str) -> Rows:
    """The vectors of words, from their rows in both matrices.

    Parameters
    ----------
    inputs : rows of float32, shape (n_words, dim)
    outputs : likewise, or None    only ``input`` needs none
    vectors : str                  ``input``, ``sum`` or ``concat``; see `config.READOUTS`

    Returns
    -------
    rows of float32, shape (n_words, dim), or (n_words, 2 dim) for ``concat``
    """
    if vectors == "input" or outputs is None:
        return inputs
    n_words, dim = inputs.shape
    if vectors == "sum":
        return LazyRows(n_words, dim, lambda rows: inputs[rows] + outputs[rows])
    return LazyRows(
        n_words, 2 * dim, lambda rows: np.concatenate([inputs[rows], outputs[rows]], axis=1)
    )
