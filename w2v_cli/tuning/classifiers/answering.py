"""What a classifier that a trial trained answers to the documents of a test."""

import numpy as np

from ...classifying.predictor import Predictor
from ...classifying.probabilities import best
from ...classifying.scoring import document_losses, has_features
from ...config import TextConfig
from .objectives import LABELS_OF_CURVE, NO_LABEL, Answers

AS_IT_IS = TextConfig()
"""How `TokenTexts` become words: they are tokens already."""


def answers_of(classifier, split, needs_pairs, n_threads):
    """The `Answers` of a classifier to the documents that a Split holds out.

    Parameters
    ----------
    classifier : Classifier
    split : Split
    needs_pairs : bool   with the probabilities of all labels
    n_threads : int
    """
    truth = split.truth
    number_of = {name: number for number, name in enumerate(truth.names)}
    numbers = np.array([number_of[label] for label in classifier.labels], dtype=np.int64)
    column = np.full(len(truth.names), -1, dtype=np.int64)
    column[numbers] = np.arange(len(numbers))
    predictor = Predictor(classifier, AS_IT_IS, "", n_threads)
    found, first = [], 0
    for is_answered, probabilities in predictor.answers(split.texts, _both):
        of = slice(*np.searchsorted(truth.documents, [first, first + len(probabilities)]))
        documents, columns = truth.documents[of] - first, column[truth.labels[of]]
        top = np.where(is_answered, numbers[probabilities.argmax(axis=1)], NO_LABEL)
        losses = _losses(probabilities, documents, columns, predictor.is_distribution)
        pairs = _pairs(probabilities, numbers, first) if needs_pairs else _no_pairs()
        found.append(Answers(top, losses, *pairs))
        first += len(probabilities)
    return Answers(*map(np.concatenate, zip(*found, strict=True)))


def joined_answers(answers):
    """The Answers to one test behind the other."""
    before = np.cumsum([0, *(len(each.top) for each in answers)])
    moved = [
        each._replace(documents=each.documents + start)
        for each, start in zip(answers, before[:-1], strict=True)
    ]
    return Answers(*map(np.concatenate, zip(*moved, strict=True)))


def _both(part, probabilities):
    return has_features(part), probabilities


def _losses(probabilities, documents, columns, is_distribution):
    is_known = columns >= 0
    of_true = np.zeros(len(columns))
    of_true[is_known] = probabilities[documents[is_known], columns[is_known]]
    n_true = np.bincount(documents, minlength=len(probabilities))
    return document_losses(documents, of_true, probabilities, n_true, is_distribution)


def _pairs(probabilities, numbers, first):
    n, n_labels = probabilities.shape
    columns, found, _ = best(probabilities, min(n_labels, LABELS_OF_CURVE))
    documents = np.repeat(np.arange(first, first + n), columns.shape[1])
    return found.ravel(), documents, numbers[columns].ravel()


def _no_pairs():
    nothing = np.zeros(0, dtype=np.int64)
    return np.zeros(0, dtype=np.float32), nothing, nothing
