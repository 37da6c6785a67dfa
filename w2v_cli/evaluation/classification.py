"""How well labels are predicted: precision, recall and F1, probabilities, and confusions.

A document has a set of true labels, and one of predicted labels. Hits are labels that are in both.
Precision is hits / predicted, recall hits / true ones, F1 = 2 hits / (predicted + true): summed
over all labels (micro), averaged over labels (macro), or likewise by how often each is true
(weighted). What has no denominator is 0, as in scikit-learn.
"""

from typing import NamedTuple

import numpy as np

from .bootstrap import COUNT_RESAMPLES, SEED, interval

N_BINS = 10
LEAST_PROBABILITY = 1e-15
"""A label that was thought impossible has no greater loss than that of this."""
TRUE, PREDICTED, HITS = range(3)
"""Columns of counts."""


class Scores(NamedTuple):
    """Precision, recall and F1: float64, each of a label, or of all."""

    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray


def scores(counts):
    """The Scores of counts.

    Parameters
    ----------
    counts : ndarray of int64, (..., 3)   columns TRUE, PREDICTED and HITS

    Returns
    -------
    Scores   of arrays with the shape of a column
    """
    true, predicted, hits = (counts[..., column] for column in (TRUE, PREDICTED, HITS))
    return Scores(_share(hits, predicted), _share(hits, true), _share(2 * hits, predicted + true))


def _share(part, whole):
    return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)


def averages(counts):
    """Micro, macro and weighted averages.

    Parameters
    ----------
    counts : ndarray of int64, (n_labels, 3)   of each label; those that are neither true nor
                                               predicted anywhere do not count

    Returns
    -------
    dict of str to Scores   ``micro``, ``macro``, ``weighted``
    """
    of_labels = counts[(counts[:, TRUE] > 0) | (counts[:, PREDICTED] > 0)]
    each = scores(of_labels)
    support = of_labels[:, TRUE]
    n_true, n_labels = max(int(support.sum()), 1), max(len(of_labels), 1)
    return {
        "micro": scores(counts.sum(axis=0)),
        "macro": Scores(*(np.asarray(values.sum() / n_labels) for values in each)),
        "weighted": Scores(*(np.asarray(values @ support / n_true) for values in each)),
    }


def micro_interval(of_documents):
    """The intervals of micro precision, recall and F1, when documents are drawn again.

    Parameters
    ----------
    of_documents : ndarray of int64, (n_documents, 3)   TRUE, PREDICTED and HITS of each

    Returns
    -------
    Scores of (low, high), or of None where there is nothing

    Source: the percentile bootstrap of `bootstrap`; how often each kind of document is drawn is
    multinomial, and drawing that is the same as drawing documents.
    """
    if not len(of_documents):
        return Scores(None, None, None)
    kinds, numbers = np.unique(of_documents, axis=0, return_counts=True)
    rng = np.random.default_rng(SEED)
    drawn = rng.multinomial(len(of_documents), numbers / numbers.sum(), COUNT_RESAMPLES)
    return Scores(*(interval(values) for values in scores(drawn @ kinds)))


class Calibration(NamedTuple):
    """Whether what is said to be likely is: of answers in bins of probability, (N_BINS,) each.

    Attributes
    ----------
    numbers : ndarray of int64
    probabilities, shares : ndarray of float64   the mean of those told, and the share that is right
    """

    numbers: np.ndarray
    probabilities: np.ndarray
    shares: np.ndarray

    @property
    def error(self):
        """The expected calibration error: mean difference of both, by numbers (float)."""
        total = max(int(self.numbers.sum()), 1)
        return float(np.abs(self.probabilities - self.shares) @ self.numbers / total)


def calibration(probabilities, is_right):
    """The Calibration of answers.

    Parameters
    ----------
    probabilities : ndarray of float64, (n,)
    is_right : ndarray of bool, (n,)

    Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", arXiv:1706.04599.
    """
    bins = np.clip((probabilities * N_BINS).astype(np.int64), 0, N_BINS - 1)
    numbers = np.bincount(bins, minlength=N_BINS)
    divisors = np.maximum(numbers, 1)
    return Calibration(
        numbers,
        np.bincount(bins, probabilities, N_BINS) / divisors,
        np.bincount(bins, is_right.astype(np.float64), N_BINS) / divisors,
    )


class Curve(NamedTuple):
    """Precision and recall by threshold: float64, (n_thresholds,) each, thresholds falling."""

    thresholds: np.ndarray
    precision: np.ndarray
    recall: np.ndarray


def curve(probabilities, is_true, n_true):
    """The Curve of answers that are given where their probability is at least a threshold.

    Parameters
    ----------
    probabilities : ndarray of float, (n,)   of labels of documents, in any order
    is_true : ndarray of bool, (n,)
    n_true : int                             true labels in all, those included that are not here
    """
    order = np.argsort(-probabilities, kind="stable")
    falling = probabilities[order]
    # Of equal probabilities all are answered, or none.
    last = np.flatnonzero(np.append(falling[1:] != falling[:-1], True))[: len(falling)]
    hits = np.cumsum(is_true[order])[last]
    return Curve(falling[last].astype(np.float64), hits / (last + 1), hits / max(n_true, 1))


def threshold_for_precision(of, wanted):
    """The point of a Curve with at least this precision that has the greatest recall.

    Returns
    -------
    (threshold, precision, recall) of float, or None if none reaches it
    """
    return _point(of, of.precision >= wanted, of.recall)


def threshold_for_recall(of, wanted):
    """Likewise the point with at least this recall that has the greatest precision."""
    return _point(of, of.recall >= wanted, of.precision)


def _point(of, is_good, value):
    if not is_good.any():
        return None
    place = int(np.argmax(np.where(is_good, value, -1.0)))
    return tuple(float(column[place]) for column in of)


def losses(true_probabilities):
    """-log p of true labels, of which the impossible have that of LEAST_PROBABILITY: float64."""
    return -np.log(np.clip(true_probabilities.astype(np.float64), LEAST_PROBABILITY, 1.0))


def confusions(true, predicted, most):
    """What is most often taken for what, where that is wrong.

    Parameters
    ----------
    true, predicted : ndarray of int64, (n,)   labels
    most : int

    Returns
    -------
    list of (true, predicted, number of times)
    """
    wrong = true != predicted
    pairs, numbers = np.unique(
        np.stack([true[wrong], predicted[wrong]], axis=1), axis=0, return_counts=True
    )
    order = np.argsort(-numbers, kind="stable")[:most]
    return [(*pairs[place].tolist(), int(numbers[place])) for place in order]
