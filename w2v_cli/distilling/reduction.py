"""From outputs of a model to vectors of tokens: fewer numbers, and weights by rank."""

import numpy as np

from ..embeddings.blocks import row_blocks


def principal(rows, dim):
    """Rows turned to the directions of their largest variance, their mean subtracted.

    Parameters
    ----------
    rows : ndarray of float32, shape (n_rows, n)
    dim : int     directions that are kept; all n if there are no more

    Returns
    -------
    turned : ndarray of float32, shape (n_rows, min(dim, n))   the largest variance first
    share : float   of the variance that is kept, from 0 to 1

    Source: PCA with the full decomposition, as model2vec has it of scikit-learn; signs may differ.
    """
    n_rows, n_numbers = rows.shape
    mean = rows.mean(axis=0, dtype=np.float64)
    scatter = np.zeros((n_numbers, n_numbers))
    for some in row_blocks(n_rows):
        block = rows[some] - mean
        scatter += block.T @ block
    variances, directions = np.linalg.eigh(scatter)
    order = np.argsort(-variances, kind="stable")[:dim]
    turned = np.empty((n_rows, len(order)), dtype=np.float32)
    for some in row_blocks(n_rows):
        turned[some] = (rows[some] - mean) @ directions[:, order]
    total = variances.sum()
    return turned, float(variances[order].sum() / total) if total > 0 else 1.0


def rank_weights(n_tokens, a):
    """What tokens count with, by their order: ndarray of float64, shape (n_tokens,).

    The share of the token of rank r is taken for 1 / (r + 2), all of them adding up to 1.

    Source: Zipf's law, and SIF (Arora et al. 2017), as model2vec has them.
    """
    if not a:
        return np.ones(n_tokens)
    shares = 1.0 / np.arange(2, n_tokens + 2)
    return a / (a + shares / shares.sum())
