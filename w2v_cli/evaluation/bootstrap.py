"""Percentile bootstrap intervals: how far a score moves when its test is drawn again.

The questions or pairs of a test are drawn anew, with replacement, many times; the interval holds
the middle 95 % of the scores that follow (Efron and Tibshirani 1993, chapter 13). It says nothing
of other seeds of training, and takes questions for independent of one another, which those that
share words are not: the truth is wider.
"""

import numpy as np

COUNT_RESAMPLES = 10_000
PAIR_RESAMPLES = 1_000
CONFIDENCE = 0.95
SEED = 1
"""Always the same, so that the same result has the same interval."""
BLOCK_NUMBERS = 1 << 17
"""Numbers of resampled pairs that are held at a time; more do not stay in the cache."""


def interval(scores):
    """The middle 95 % of resampled scores.

    Parameters
    ----------
    scores : ndarray of float64, shape (n_resamples,)   NaN where a score is not defined: left out

    Returns
    -------
    (float, float), or None if no score is defined
    """
    scores = scores[~np.isnan(scores)]
    if len(scores) == 0:
        return None
    low, high = np.quantile(scores, ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2))
    return float(low), float(high)


def resample_counts(counts):
    """Numbers of correct answers when the questions of each section are drawn again.

    A question is right or wrong and nothing else, so the number is binomial, and drawing it is
    the same as drawing questions. Sections keep their sizes (a stratified bootstrap).

    Parameters
    ----------
    counts : list of (int, int)   correct and asked, of each section

    Returns
    -------
    ndarray of int64, shape (n_sections, COUNT_RESAMPLES)
    """
    rng = np.random.default_rng(SEED)
    resampled = np.zeros((len(counts), COUNT_RESAMPLES), dtype=np.int64)
    for row, (correct, asked) in zip(resampled, counts, strict=True):
        if asked:
            row[:] = rng.binomial(asked, correct / asked, COUNT_RESAMPLES)
    return resampled


def counted_difference(more, fewer, n):
    """The interval of the difference of two shares of the same questions.

    Only questions that one answers and the other does not make a difference; drawing all questions
    again draws these numbers (a paired bootstrap).

    Parameters
    ----------
    more, fewer : int   questions that only the first answers, and only the second
    n : int             all questions

    Returns
    -------
    (float, float)
    """
    return mean_interval(np.array([1, -1, 0]), np.array([more, fewer, n - more - fewer]))


def mean_interval(values, counts):
    """The interval of a mean of values of which few are distinct.

    How often each is drawn is multinomial, and drawing that is the same as drawing values.

    Parameters
    ----------
    values : ndarray, shape (n_distinct,)
    counts : ndarray of int64, shape (n_distinct,)   how often each is there; not all 0

    Returns
    -------
    (float, float)
    """
    rng = np.random.default_rng(SEED)
    is_there = counts > 0
    n = counts.sum()
    drawn = rng.multinomial(n, counts[is_there] / n, COUNT_RESAMPLES)
    return interval(drawn @ values[is_there] / n)


def resampled_weights(n_pairs, n_resamples=PAIR_RESAMPLES):
    """How often each pair is drawn, when as many as there are, are drawn with replacement.

    Yields
    ------
    ndarray of int64, shape (some, n_pairs)   ``n_resamples`` rows in all
    """
    rng = np.random.default_rng(SEED)
    step = max(1, BLOCK_NUMBERS // n_pairs)
    firsts = np.arange(min(step, n_resamples))[:, np.newaxis] * n_pairs
    for start in range(0, n_resamples, step):
        n = min(step, n_resamples - start)
        drawn = rng.integers(0, n_pairs, (n, n_pairs))
        drawn += firsts[:n]
        yield np.bincount(drawn.ravel(), minlength=n * n_pairs).reshape(n, n_pairs)
