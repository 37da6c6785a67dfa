"""How much more often two units stand together than by chance.

In the formulas n_ab is how often a and b stand together, n_a and n_b how often each occurs, N how
many tokens there are, and δ the least count of a phrase.
"""

import numpy as np


def word2phrase(n_ab, n_a, n_b, n_tokens, min_count, dtype=np.float64):
    """(n_ab - δ) N / (n_a n_b), as word2phrase.c computes it, there in float32.

    Parameters
    ----------
    n_ab, n_a, n_b : ndarray of int64   of the same shape
    n_tokens : int                      N; for gensim the number of different words and pairs
    min_count : int                     δ
    dtype : type                        what is computed in

    Returns
    -------
    ndarray of that type and shape

    Source: Mikolov et al. 2013b (arXiv:1310.4546), formula 6, times N.
    """
    # In the order of the C program, as float32 differs otherwise.
    score = (n_ab - min_count).astype(dtype) / n_a.astype(dtype)
    return score / n_b.astype(dtype) * dtype(n_tokens)


def npmi(n_ab, n_a, n_b, n_tokens):
    """ln(p_ab / (p_a p_b)) / -ln p_ab, from -1 to 1; it does not depend on the size of the text.

    Parameters
    ----------
    n_ab, n_a, n_b, n_tokens   as of `word2phrase`

    Source: Bouma 2009, Normalized (pointwise) mutual information in collocation extraction, formula
    7.
    """
    p_ab, p_a, p_b = n_ab / n_tokens, n_a / n_tokens, n_b / n_tokens
    return np.log(p_ab / (p_a * p_b)) / -np.log(p_ab)


def npmi_of_words(n, log_product, lengths, n_tokens):
    """`npmi` of phrases of k words: ln(p / (p_1 ... p_k)) / (-(k - 1) ln p), from -1 to 1.

    Parameters
    ----------
    n : ndarray of int64           how often the phrases occur
    log_product : ndarray          Σ ln p_i of their words
    lengths : ndarray of int64     k
    n_tokens : int
    """
    log_p = np.log(n / n_tokens)
    return (log_p - log_product) / (-(lengths - 1) * log_p)


def ratio_of_words(n, log_product, lengths, n_tokens, min_count, factor):
    """The (k - 1)-th root of `word2phrase` of k words, so that all lengths have one threshold.

    Parameters
    ----------
    n, log_product, lengths, n_tokens   as of `npmi_of_words`
    min_count : int                     δ
    factor : float                      in the place of N: for two words it is `word2phrase`
    """
    beyond = np.maximum(n - min_count, 0) / n_tokens
    with np.errstate(divide="ignore"):
        mean = np.exp((np.log(beyond) - log_product) / (lengths - 1))
    return mean * (factor / n_tokens)
