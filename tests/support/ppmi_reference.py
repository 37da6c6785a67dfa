"""Positive pointwise mutual information and its decomposition, in NumPy alone."""

import numpy as np


def dense(counts):
    """X of `Cooccurrences`, both directions of what is symmetric: float64, (n_words, n_words)."""
    x = np.zeros((counts.n_words, counts.n_words))
    rows = np.repeat(np.arange(counts.n_words), np.diff(counts.starts))
    x[rows, counts.columns] = counts.sums / counts.rule.unit
    if counts.rule.symmetric:
        x = np.maximum(x, x.T)
    return x


def ppmi(x, smoothing=0.75, shift=0.7):
    """max(0, ln(P(i, c) / (P(i) P(c)^smoothing)) - ln shift), (n_words, n_words)."""
    joint = x / x.sum()
    of_words = joint.sum(axis=1, keepdims=True)
    n = x.sum(axis=0)
    of_contexts = np.where(n > 0, n, 1) ** smoothing * (n > 0)
    of_contexts = of_contexts / of_contexts.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        pmi = np.log(joint / (of_words * of_contexts)) - np.log(shift)
    return np.where(joint > 0, np.maximum(pmi, 0), 0)


def factors(matrix, dim, weight=0.5):
    """(U S^weight, V S^weight, S) of the largest singular values, signs as ours."""
    u, s, vt = np.linalg.svd(matrix)
    u, s, v = u[:, :dim], s[:dim], vt[:dim].T
    signs = np.sign(u[np.abs(u).argmax(axis=0), np.arange(u.shape[1])])
    return u * signs * s**weight, v * signs * s**weight, s
