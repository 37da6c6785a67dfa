"""How likely a word is kept, and how likely it is drawn as a negative: functions of counts."""

import numpy as np


def keep_probabilities(counts, threshold):
    """The chance that an occurrence of each word survives subsampling: sqrt(t/f) + t/f.

    Parameters
    ----------
    counts : ndarray of int64, (n_words,)   all > 0
    threshold : float                       t; 0 keeps everything

    Returns
    -------
    ndarray of float64, (n_words,)   in (0, 1]; f is the word's share of all counts

    Source: word2vec.c, TrainModelThread; it differs from Mikolov et al. 2013b (arXiv:1310.4546)
    equation 5, sqrt(t/f), by the second term.
    """
    if threshold == 0:
        return np.ones(len(counts))
    ratio = threshold / (counts / counts.sum())
    return np.minimum(np.sqrt(ratio) + ratio, 1.0)


def negative_probabilities(counts, exponent):
    """The chance of each word to be drawn as a negative: count ** exponent, normalised.

    Parameters
    ----------
    counts : ndarray of int64, (n_words,)   all > 0
    exponent : float                        0.75 in the paper

    Returns
    -------
    ndarray of float64, (n_words,)   sums to 1

    Source: Mikolov et al. 2013b (arXiv:1310.4546), section 2.2.
    """
    weights = np.power(counts / counts.max(), exponent)
    return weights / weights.sum()


def alias_table(probabilities):
    """Tables for drawing from a discrete distribution with one column and one comparison.

    A draw picks a column i evenly, then takes i with chance accept[i] and else alias[i].

    Parameters
    ----------
    probabilities : ndarray of float64, (n,)   sums to 1

    Returns
    -------
    accept : ndarray of float64, (n,)   in [0, 1]
    alias : ndarray of int32, (n,)

    Source: Vose 1991, "A Linear Algorithm for Generating Random Numbers with a Given
    Distribution". The columns are filled in the order of Huebschle-Schneider and Sanders 2022
    (arXiv:1903.00227), which prefix sums give at once: each column that lacks mass is topped up by
    the first column whose surplus is not used up, and a column whose surplus is used up is itself
    topped up by the next.
    """
    mass = probabilities * len(probabilities)
    # Rounding must not leave every column a hair below 1.
    mass[np.argmax(mass)] = max(mass.max(), 1.0)
    small = np.flatnonzero(mass < 1)
    large = np.flatnonzero(mass >= 1)
    lacking = np.cumsum(1 - mass[small])
    surplus = np.cumsum(mass[large] - 1)

    accept = np.minimum(mass, 1.0)
    alias = np.arange(len(mass), dtype=np.int32)
    last = len(large) - 1
    # Small column i is topped up by the first large one whose surplus outlasts columns 0..i-1. The
    # same sums as below decide: others that differ in the last digit could give a surplus twice.
    giver = np.searchsorted(surplus, np.concatenate([[0.0], lacking])[:-1], side="right")
    alias[small] = large[np.minimum(giver, last)]
    # Large column j falls below 1 with the small column at which the surplus of 0..j is used up.
    taker = np.searchsorted(lacking, surplus[:-1], side="left")
    ends = taker < len(small)
    accept[large[:-1][ends]] = 1 + surplus[:-1][ends] - lacking[taker[ends]]
    alias[large[:-1][ends]] = large[1:][ends]
    return np.clip(accept, 0.0, 1.0), alias


def to_threshold(probabilities):
    """Probabilities as uint32: a random uint32 is at most the threshold with that chance.

    Exact to 2**-32; 1 is always met.
    """
    scaled = np.rint(np.asarray(probabilities) * 2.0**32) - 1
    return np.clip(scaled, 0, 2**32 - 1).astype(np.uint32)


def negatives_for(counts, loss, exponent):
    """What negatives of a loss are drawn by, as `kernels.task.Task` has it; empty, unless ``ns``.

    Parameters
    ----------
    counts : ndarray of int64, (n_words,)   all > 0
    loss : str
    exponent : float                        see `negative_probabilities`

    Returns
    -------
    ndarray of uint32, (n_words, 2) or (0, 2)
    """
    if loss != "ns":
        return np.zeros((0, 2), dtype=np.uint32)
    accept, alias = alias_table(negative_probabilities(counts, exponent))
    return np.column_stack([to_threshold(accept), alias.astype(np.uint32)])
