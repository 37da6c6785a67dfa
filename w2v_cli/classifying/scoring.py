"""A classifier scored by documents whose labels are known."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute

import numpy as np

from ..errors import InputError, field
from ..evaluation import classification as measures
from ..labelled.labels import LabelLines
from ..wording.amounts import counted
from .probabilities import best

MOST_OF_CURVE = 1000
"""Labels of a document whose probabilities make curves, the greatest."""
MOST_CONFUSIONS = 10


@dataclass
class ClassifierScores:
    """What came of a test.

    Attributes
    ----------
    labels : list of str                    those of the model, and behind them others
    n_known : int                           labels of the model
    k : int                                 answers to a document, at most
    threshold : float                       they have at least this probability
    n_documents, n_unlabelled : int         all, and those without a label, which do not count
    n_unanswered : int                      without a known word, so that the line end alone counts
    counts : ndarray of int64, (n_labels, 3)   see `evaluation.classification.scores`
    of_documents : ndarray of int64, (n, 3)    likewise of each document that counts
    n_exact : int                           documents with just the true labels as answers
    top, top_probabilities, is_right        of the first answer to each: its label, its
                                            probability, and whether it is true
    single : ndarray of int64, (n,)         the true label of documents with one, else -1
    losses : ndarray of float64, (n,)       log-loss of each document
    curve : Curve
    """

    labels: list
    n_known: int
    k: int
    threshold: float
    n_documents: int = 0
    n_unlabelled: int = 0
    n_unanswered: int = 0
    counts: np.ndarray = attribute(default_factory=lambda: np.zeros((0, 3), dtype=np.int64))
    of_documents: np.ndarray = attribute(default_factory=lambda: np.zeros((0, 3), dtype=np.int64))
    n_exact: int = 0
    top: np.ndarray = attribute(default_factory=lambda: np.zeros(0, dtype=np.int64))
    top_probabilities: np.ndarray = attribute(default_factory=lambda: np.zeros(0))
    is_right: np.ndarray = attribute(default_factory=lambda: np.zeros(0, dtype=bool))
    single: np.ndarray = attribute(default_factory=lambda: np.zeros(0, dtype=np.int64))
    losses: np.ndarray = attribute(default_factory=lambda: np.zeros(0))
    curve: measures.Curve | None = None

    @property
    def n_tested(self):
        """Documents that count."""
        return self.n_documents - self.n_unlabelled

    @property
    def n_missed(self):
        """True labels that the model has never seen, which are misses: int."""
        return int(self.counts[self.n_known :, measures.TRUE].sum())

    @property
    def unseen(self):
        """These labels: list of str."""
        return self.labels[self.n_known :]

    def facts(self):
        """All figures as JSON holds them: dict."""
        averages = measures.averages(self.counts)
        intervals = measures.micro_interval(self.of_documents)
        found = {name: _figures(scores) for name, scores in averages.items()}
        for name, ends in zip(measures.Scores._fields, intervals, strict=True):
            found["micro"][f"{name}_interval"] = ends and [round(end, 6) for end in ends]
        n, calibration = max(self.n_tested, 1), self.calibration()
        return {
            "documents": self.n_documents,
            "tested": self.n_tested,
            "without_label": self.n_unlabelled,
            "without_known_word": self.n_unanswered,
            "k": self.k,
            "threshold": self.threshold,
            "labels_never_seen": {"labels": self.unseen, "occurrences": self.n_missed},
            **found,
            "accuracy": self.accuracy,
            "exact_match": self.n_exact / n,
            "log_loss": float(self.losses.mean()) if len(self.losses) else None,
            "calibration": {
                "error": calibration.error,
                "bins": [
                    {"documents": int(number), "probability": float(p), "right": float(share)}
                    for number, p, share in zip(*calibration, strict=True)
                ],
            },
            "labels": self.by_label(),
            "confusions": [
                {"true": true, "predicted": predicted, "documents": number}
                for true, predicted, number in self.confusions()
            ],
        }

    def by_label(self):
        """The figures of each label: list of dict."""
        each = measures.scores(self.counts)
        return [
            {
                "label": label,
                "precision": float(each.precision[row]),
                "recall": float(each.recall[row]),
                "f1": float(each.f1[row]),
                "support": int(self.counts[row, measures.TRUE]),
                "predicted": int(self.counts[row, measures.PREDICTED]),
            }
            for row, label in enumerate(self.labels)
        ]

    def calibration(self):
        """The `evaluation.classification.Calibration` of first answers."""
        return measures.calibration(self.top_probabilities, self.is_right)

    def confusions(self):
        """(true, predicted, documents) of documents with one label: list, the most frequent."""
        is_single = self.single >= 0
        found = measures.confusions(self.single[is_single], self.top[is_single], MOST_CONFUSIONS)
        return [(self.labels[true], self.labels[taken], number) for true, taken, number in found]

    @property
    def precision(self):
        """The share of answers that are right, over all labels (micro): float."""
        return self._micro.precision

    @property
    def recall(self):
        """The share of true labels that were answered, likewise: float."""
        return self._micro.recall

    @property
    def f1(self):
        """Their harmonic mean: float."""
        return self._micro.f1

    @property
    def accuracy(self):
        """The share of documents whose first answer is right: float."""
        return float(self.is_right.sum() / max(self.n_tested, 1))

    @property
    def _micro(self):
        return measures.Scores(*map(float, measures.averages(self.counts)["micro"]))


def _figures(scores):
    return {name: float(value) for name, value in scores._asdict().items()}


def score_classifier(
    predictor, sources, k=1, threshold=0.0, columns=None, known_only=False,
    is_distribution=True, progress=None,
):  # fmt: skip
    """Predict labels of documents, and compare them with those that they have.

    Parameters
    ----------
    predictor : Predictor
    sources : Sources
    k, threshold : see ClassifierScores
    columns : Columns or None     of a table
    known_only : bool             leave out labels that the model has never seen, as fastText does
    is_distribution : bool        probabilities of labels add up to 1: softmax and hs
    progress : callable or None   called as progress("score", documents, None)

    Returns
    -------
    ClassifierScores

    Raises
    ------
    InputError   if no document has a label
    """
    in_text = columns is None and not hasattr(sources, "blocks")
    rows = _Rows(predictor, predictor.label_prefix if in_text else "")
    tally = _Tally(predictor.labels, rows, k, threshold, known_only, is_distribution)
    answers = predictor.answers(sources, _answer(k, threshold), columns, tally.lines.add)
    for part, *answer in answers:
        tally.add(part, *answer)
        if progress:
            progress("score", tally.result.n_documents, None)
    result = tally.finished()
    if result.n_documents == 0:
        raise InputError(f"{sources.name}: there is no document in it; give text, one a line")
    if result.n_tested == 0:
        which = " that the model knows" if known_only else ""
        raise InputError(
            f"{sources.name}: no label{which} in {counted(result.n_documents, 'document')}; "
            f"give {field('label_prefix')}, or {field('text')} and {field('label')} for columns of "
            "a table"
        )
    return result


def _answer(k, threshold):
    def function(part, probabilities):
        labels, found, counts = best(probabilities, k, threshold)
        return part, labels, found, np.where(has_features(part), counts, 0), probabilities

    return function


def has_features(part):
    """Which documents of a Part have any row, so that there is an answer: ndarray of bool."""
    return np.diff(part.ends, prepend=0) > 0


def document_losses(documents, of_true, probabilities, n_true, is_distribution):
    """The log-loss of documents: the mean over their labels, or, label by label, over all labels.

    Parameters
    ----------
    documents : ndarray of int64                      whose each true label is
    of_true : ndarray of float64                      the probability of each of these
    probabilities : ndarray of float32, (n, n_labels)
    n_true : ndarray of int64, (n,)                   true labels of each document
    is_distribution : bool                            probabilities of labels add up to 1

    Returns
    -------
    ndarray of float64, (n,)
    """
    n = len(n_true)
    sums = np.bincount(documents, measures.losses(of_true), minlength=n)
    if is_distribution:
        return sums / np.maximum(n_true, 1)
    others = measures.losses(1 - probabilities).sum(axis=1)
    others -= np.bincount(documents, measures.losses(1 - of_true), minlength=n)
    return (sums + others) / probabilities.shape[1]


class _Rows:
    """Which label of a model a name is: as it has it, or without the prefix that one of both has.

    A model of text knows labels with a prefix, which tables have without, and the other way around.
    """

    def __init__(self, predictor, prefix):
        self._prefix = prefix
        self._row_of = {name: row for row, name in enumerate(predictor.label_names)}
        self._row_of |= {label: row for row, label in enumerate(predictor.labels)}

    def of(self, name):
        """The number of the label; -1 if there is none."""
        row = self._row_of.get(name)
        return self._row_of.get(name.removeprefix(self._prefix), -1) if row is None else row


class _Tally:
    """Counts part by part; labels of documents are in ``lines`` when their answers come."""

    def __init__(self, labels, rows, k, threshold, known_only, is_distribution):
        self.lines = LabelLines()
        self.result = ClassifierScores(list(labels), len(labels), k, threshold)
        self._rows = rows
        self._known_only, self._is_distribution = known_only, is_distribution
        self._numbers = []
        self._counts = np.zeros((len(labels), 3), dtype=np.int64)
        self._parts = {
            name: []
            for name in (
                "of_documents", "top", "top_probabilities", "is_right", "single", "losses",
                "curve", "curve_true",
            )
        }  # fmt: skip

    def add(self, part, labels, found, counts, probabilities):
        """Count some documents."""
        result = self.result
        first = result.n_documents
        result.n_documents += len(part)
        result.n_unanswered += int(np.count_nonzero(part.n_known == 0))
        true, starts = self._true_labels(first, result.n_documents)
        n_true = np.diff(starts)
        labelled = np.flatnonzero(n_true)
        result.n_unlabelled += len(part) - len(labelled)
        documents = np.repeat(np.arange(len(part)), n_true)
        n_labels = len(result.labels)
        self._counts = np.concatenate(
            [self._counts, np.zeros((n_labels - len(self._counts), 3), dtype=np.int64)]
        )
        is_answer = np.arange(labels.shape[1]) < counts[:, np.newaxis]
        is_answer &= (n_true > 0)[:, np.newaxis]
        pairs = documents * np.int64(n_labels) + true
        is_hit = np.isin(np.arange(len(part))[:, np.newaxis] * np.int64(n_labels) + labels, pairs)
        hits = is_hit & is_answer
        self._counts[:, measures.TRUE] += np.bincount(true, minlength=n_labels)
        self._counts[:, measures.PREDICTED] += np.bincount(labels[is_answer], minlength=n_labels)
        self._counts[:, measures.HITS] += np.bincount(labels[hits], minlength=n_labels)
        table = np.stack([n_true, is_answer.sum(axis=1), hits.sum(axis=1)], axis=1)
        result.n_exact += int((table[labelled] == table[labelled, :1]).all(axis=1).sum())
        self._put("of_documents", table[labelled])
        self._put("top", labels[labelled, 0])
        self._put("top_probabilities", found[labelled, 0].astype(np.float64))
        self._put("is_right", is_hit[labelled, 0] & has_features(part)[labelled])
        single = np.full(len(part), -1, dtype=np.int64)
        single[n_true == 1] = true[starts[:-1][n_true == 1]]
        self._put("single", single[labelled])
        of_true = self._of_true(true, documents, probabilities)
        losses = document_losses(documents, of_true, probabilities, n_true, self._is_distribution)
        self._put("losses", losses[labelled])
        self._put_curve(probabilities, true, documents, labelled)

    def _put(self, name, values):
        self._parts[name].append(values)

    def _of_true(self, true, documents, probabilities):
        """The probabilities of true labels; 0 of those that were never seen."""
        is_known = true < self.result.n_known
        found = np.zeros(len(true))
        found[is_known] = probabilities[documents[is_known], true[is_known]]
        return found

    def _put_curve(self, probabilities, true, documents, labelled):
        is_known = true < self.result.n_known
        is_true = np.zeros(probabilities.shape, dtype=bool)
        is_true[documents[is_known], true[is_known]] = True
        if probabilities.shape[1] > MOST_OF_CURVE:
            labels, probabilities, _ = best(probabilities, MOST_OF_CURVE)
            is_true = np.take_along_axis(is_true, labels, 1)
        self._put("curve", probabilities[labelled].ravel())
        self._put("curve_true", is_true[labelled].ravel())

    def _true_labels(self, first, last):
        """(rows of labels, where those of each document start) of some documents."""
        found, starts, names = self.lines.of(first, last)
        for name in names[len(self._numbers) :]:
            row = self._rows.of(name)
            if row < 0 and not self._known_only:
                row = len(self.result.labels)
                self.result.labels.append(name)
            self._numbers.append(row)
        rows = np.array([*self._numbers, -1], dtype=np.int64)[found]
        kept = np.concatenate([[0], np.cumsum(rows >= 0)])
        return rows[rows >= 0], kept[starts]

    def finished(self):
        """The ClassifierScores."""
        result, parts = self.result, self._parts
        joined = {name: np.concatenate(values) for name, values in parts.items() if values}
        result.counts = self._counts
        for name in set(joined) - {"curve", "curve_true"}:
            setattr(result, name, joined[name])
        if "curve" in joined:
            n_true = int(self._counts[:, measures.TRUE].sum())
            result.curve = measures.curve(joined["curve"], joined["curve_true"], n_true)
        return result
