"""Why a document gets a label: the share of each of its words and n-grams in the label's score.

A document is the mean of M rows, and the score of a label is linear in it, so that the share of
each row is exact; see `directions`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..errors import ConfigError, field
from ..kernels import NO_ROW, lay_ngrams
from ..wording.marks import SENTENCE_END_WORD
from ..wording.nearnames import did_you_mean
from .directions import Directions

WORD, CHARACTERS, WORDS, LINE_END = "word", "characters", "words", "line end"
"""Kinds of features: words, n-grams of characters, n-grams of words, and ``</s>``."""


class Feature(NamedTuple):
    """A word or an n-gram of a document.

    Attributes
    ----------
    text : str      n-grams of characters with < and > where the word begins and ends
    kind : str      ``word``, ``characters`` or ``words`` (n-grams of these), ``line end``
    times : int     how often it is there
    share : float   of the score, of all of these together
    """

    text: str
    kind: str
    times: int
    share: float


@dataclass(frozen=True)
class Explanation:
    """What makes the score of a label for one document.

    Attributes
    ----------
    label : str or None       None: the document has no feature
    against : str or None     the label whose score is taken off
    probability : float       of the label
    score : float             the sum of all shares, and ``base``
    base : float              what the label has without any word: 0 but with ``hs``
    features : list of Feature   the greatest shares first, whatever their sign
    n_words, n_known : int    words, and those that the model knows
    """

    label: str | None
    against: str | None
    probability: float
    score: float
    base: float
    features: list[Feature]
    n_words: int
    n_known: int

    def with_labels(self, names: dict[str, str]) -> Explanation:
        """The same with other names of labels, by those that they have."""
        label, against = (each and names[each] for each in (self.label, self.against))
        return replace(self, label=label, against=against)


class Explainer:
    """Explains answers of a `Predictor`, which must keep names.

    Parameters
    ----------
    classifier : Classifier
    predictor : Predictor
    label : str or None      the label to explain, with or without its prefix; None: the answer, or
                             the most probable label but ``against``
    against : str or None    the label it is compared with
    margin : bool            compare it with the most probable other label
    whole_words : bool       n-grams of characters count as part of their words

    Raises
    ------
    ConfigError   if there is no such label, or no other one
    """

    def __init__(
        self, classifier, predictor, label=None, against=None, margin=False, whole_words=False
    ):
        self._label = None if label is None else label_number(classifier, label, "label")
        self._against = None if against is None else label_number(classifier, against, "against")
        if margin and len(classifier.labels) < 2:
            raise ConfigError(
                f"{field('margin')} compares two labels, and the model has one; leave it out"
            )
        if against is not None and self._label == self._against:
            raise ConfigError(
                f"{field('label')} and {field('against')} are the same label; name another one"
            )
        self._margin, self._whole_words = margin, whole_words
        self._labels, self._ngrams = classifier.labels, classifier.ngrams
        self._lookup, self._dim = predictor.lookup, classifier.dim
        self._directions = Directions(classifier)
        self._features_of = {}

    def explained(self, part, probabilities):
        """The `Explanation` of each document of a Part, as `Predictor.answers` hands them over."""
        ends = np.flatnonzero(part.words == 0) + 1
        found, first, begin = [], 0, 0
        for document, (last, stop) in enumerate(
            zip(part.ends.tolist(), ends.tolist(), strict=True)
        ):
            rows = part.rows[first:last] // part.matrix.shape[1]
            found.append(
                self._explanation(
                    part.words[begin:stop],
                    part.matrix[rows, : self._dim].astype(np.float64),
                    probabilities[document],
                    int(part.n_words[document]),
                    int(part.n_known[document]),
                )
            )
            first, begin = last, stop
        return found

    def _explanation(self, words, rows, probabilities, n_words, n_known):
        """Of one document: its words as numbers, its rows, and the probabilities of all labels."""
        if not len(rows):
            return Explanation(None, None, 0.0, 0.0, 0.0, [], n_words, n_known)
        label, against = self._compared(probabilities)
        mean = rows.mean(axis=0)
        direction, base = self._directions.of(label, mean)
        if against is not None:
            other, base_of_other = self._directions.of(against, mean)
            direction, base = direction - other, base - base_of_other
        shares = rows @ direction / len(rows)
        return Explanation(
            self._labels[label],
            None if against is None else self._labels[against],
            float(probabilities[label]),
            base + float(shares.sum()),
            base,
            self._summed(words, shares.tolist()),
            n_words,
            n_known,
        )

    def _compared(self, probabilities):
        """The numbers of the label to explain and of that which it is compared with, or None."""
        label, against = self._label, self._against
        if label is None:
            label = _most_probable(probabilities, against)
        if self._margin:
            against = _most_probable(probabilities, label)
        return label, against

    def _summed(self, words, shares):
        """The features of a document with their shares, equal ones together: list of Feature."""
        sums = {}
        for name, share in zip(self._names(words), shares, strict=True):
            times, total = sums.get(name, (0, 0.0))
            sums[name] = times + 1, total + share
        if self._whole_words:
            counts = _counts_of_words(self._lookup, words)
            sums = {name: (counts.get(name, times), share) for name, (times, share) in sums.items()}
        found = [Feature(*name, *numbers) for name, numbers in sums.items()]
        return sorted(found, key=lambda feature: -abs(feature.share))

    def _names(self, words):
        """(text, kind) of each feature, in the order of `kernels.features.lay_documents`."""
        numbers = words.tolist()
        for number in numbers:
            yield from self._of_word(number)
        features = self._lookup.features
        if features.longest == 1:
            return
        n = len(numbers)
        names = [self._lookup.name(number) for number in numbers]
        rows = np.empty(n * (features.longest - 1), dtype=np.int32)
        starts = np.array([0, n], dtype=np.int64)
        lay_ngrams(
            words, starts, 0, 1, features.hashes, features.longest, features.row_of_bucket, rows
        )
        rows, place = rows.tolist(), 0
        for first in range(n):
            for last in range(first + 1, min(first + features.longest, n)):
                if rows[place] != NO_ROW:
                    yield " ".join(names[first : last + 1]), WORDS
                place += 1

    def _of_word(self, number):
        """(text, kind) of the features of a word."""
        word = self._lookup.name(number)
        found = self._features_of.get(word) if number else None
        if found is None:
            kind = WORD if number else LINE_END
            found = [(word, kind)] if self._lookup.has_row(word) else []
            ngrams = ngrams_of_word(self._lookup, self._ngrams, word)
            found += [(word, kind) if self._whole_words else (text, CHARACTERS) for text in ngrams]
            if number:
                self._features_of[word] = found
        return found


def _most_probable(probabilities, without):
    """The number of the most probable label, but for one that is not wanted, or None."""
    if without is not None:
        probabilities = probabilities.copy()
        probabilities[without] = -1
    return int(probabilities.argmax())


def _counts_of_words(lookup, words):
    """How often each word is there, by (text, kind): dict."""
    numbers, counts = np.unique(words, return_counts=True)
    pairs = zip(numbers.tolist(), counts.tolist(), strict=True)
    return {(lookup.name(number), WORD): times for number, times in pairs if number}


def ngrams_of_word(lookup, ngrams, word):
    """The n-grams of characters of a word that are features: list of str."""
    if not ngrams or word == SENTENCE_END_WORD:
        return []
    buckets, _ = ngrams.buckets([word.encode(errors="replace")])
    texts = ngrams.texts(word)
    return [text for text, there in zip(texts, lookup.bucket_has_row(buckets), strict=True)
            if there]  # fmt: skip


def label_number(classifier, label, name):
    """The place of a label that a user names, with or without the prefix of labels in text.

    Parameters
    ----------
    classifier : Classifier
    label : str
    name : str   of the option

    Raises
    ------
    ConfigError   if there is none such
    """
    if not isinstance(label, str):
        raise ConfigError(f"{field(name)} must be a label of the model, not {label!r:.60}")
    labels, prefix = classifier.labels, classifier.label_prefix
    for spelled in (label, prefix + label):
        if spelled in labels:
            return labels.index(spelled)
    short = [each.removeprefix(prefix) for each in labels]
    hint = did_you_mean(label.removeprefix(prefix), short) or (
        f"there are: {', '.join(short)[:200]}"
    )
    raise ConfigError(f"{field(name)}: the model has no label {label!r:.60}; {hint}")
