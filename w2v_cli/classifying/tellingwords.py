"""The words of a classifier that speak most for a label, without any document."""

import numpy as np

from ..wording.marks import SENTENCE_END_WORD
from .directions import Directions
from .lookup import Lookup

AT_ONCE = 4096
"""Words that are scored at a time."""


def telling_words(classifier, label, against=None, n=10):
    """The words with the highest scores for a label.

    The score is that of a document which is this word alone, with its n-grams of characters and
    without the end of a line; see `directions`. N-grams of words are not in a model but as hashes.

    Parameters
    ----------
    classifier : Classifier
    label : int
    against : int or None   the label whose score is taken off
    n : int                 at most so many

    Returns
    -------
    list of (str, float)   falling
    """
    directions = Directions(classifier)
    scores = np.empty(len(classifier.words))
    for start in range(0, len(scores), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        vectors = _vectors_of(classifier, classifier.words[part])
        scores[part] = directions.scores(label, vectors)
        if against is not None:
            scores[part] -= directions.scores(against, vectors)
    order = np.argsort(-scores, kind="stable")[: n + 1].tolist()
    found = [(classifier.words[word], float(scores[word])) for word in order]
    return [(word, score) for word, score in found if word != SENTENCE_END_WORD][:n]


def _vectors_of(classifier, words):
    """The mean of the rows of each word of the vocabulary: float64, (n, dim)."""
    lookup = Lookup(classifier)
    lookup.add(words)
    starts, rows = lookup.features.starts, lookup.features.rows
    # Number 0 is the end of a line.
    starts, first = starts[1:] - starts[1], int(starts[1])
    rows = rows[first:]
    used, places = np.unique(rows, return_inverse=True)
    matrix = np.zeros((len(used), classifier.dim))
    has_row = used < classifier.n_rows  # the others are zero
    matrix[has_row] = classifier.inputs[used[has_row]]
    return np.add.reduceat(matrix[places], starts[:-1]) / np.diff(starts)[:, np.newaxis]
