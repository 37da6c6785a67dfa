"""Which documents trials are trained on, and which they are scored by."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...errors import InputError, field
from ...labelled.parts import blocks_of, part_of
from ...wording.amounts import counted
from . import FOLDS, HELD_OUT, LEAST_DOCUMENTS, MOST_HELD_OUT
from .objectives import Truth

FOLD_STREAM = 1
"""Of random numbers by a seed: the one that chooses documents."""


@dataclass(frozen=True)
class Split:
    """Documents to train on, and others to be scored by.

    Attributes
    ----------
    documents : LabelledDocuments   to train on
    texts : TokenTexts              to answer
    truth : Truth                   the labels of these
    """

    documents: Any
    texts: TokenTexts
    truth: Truth


class TokenTexts:
    """Documents as a Predictor takes them from a program: their tokens, with blanks between.

    Parameters
    ----------
    documents : LabelledDocuments
    chosen : ndarray of int64      which ones
    """

    in_tokens = False

    def __init__(self, documents, chosen):
        names = [*documents.vocabulary.words, *documents.others]
        self._texts = [_text(words, names) for words in _each(documents, chosen)]

    def __len__(self):
        return len(self._texts)

    def blocks(self):
        """Yield (text, labels, weights); there are no labels here."""
        yield "".join(self._texts).encode(errors="replace"), b"\n" * len(self._texts), []


def _each(documents, chosen):
    """Yield the words of each document, without its end."""
    lengths = np.diff(documents.starts)[chosen]
    done = 0
    for block in blocks_of(documents, chosen):
        ends = np.cumsum(lengths[done:])
        n = int(np.searchsorted(ends, len(block), side="right"))
        for stop, length in zip(ends[:n].tolist(), lengths[done : done + n].tolist(), strict=True):
            yield block[stop - length : stop - 1]
        done += n


def _text(words, names):
    return " ".join(names[word] for word in words.tolist()) + "\n"


class Splits:
    """All splits of a session: one, or one for each fold. To be closed.

    Parameters
    ----------
    splits : list of Split
    told : str                   what the user is to know of it
    closing : ExitStack or None

    Attributes
    ----------
    truth : Truth    of all documents that are scored by, in the order of the splits
    are_folds : bool
    """

    def __init__(self, splits, told, closing=None):
        self._splits, self.told = splits, told
        self.truth = joined([split.truth for split in splits])
        self._closing = closing or ExitStack()

    def __iter__(self):
        return iter(self._splits)

    def __len__(self):
        return len(self._splits)

    @property
    def are_folds(self):
        """Whether each document is scored by one of several models."""
        return len(self._splits) > 1

    def close(self):
        """Give the disk space back."""
        self._closing.close()


def by_file(documents, validation):
    """The Splits of all documents, and those of a file (both LabelledDocuments)."""
    chosen = labelled_ones(validation)
    names = list(dict.fromkeys([*documents.labels, *validation.labels]))
    truth = _truth(validation, chosen, names)
    split = Split(documents, TokenTexts(validation, chosen), truth)
    return Splits(
        [split], f"trials are scored by {counted(len(chosen), 'document')} of another file"
    )


def held_out(documents, config, folder, share=None):
    """The Splits of a part that is drawn by seed, of each label alike; and the rest.

    Parameters
    ----------
    documents : LabelledDocuments
    config : ClassifyConfig
    folder : str             for temporary files
    share : float or None    of the documents; None: HELD_OUT, and at most MOST_HELD_OUT of them

    Raises
    ------
    InputError   if there are too few documents
    """
    candidates = _candidates(documents)
    n = round((share or HELD_OUT) * len(candidates))
    n = max(n if share else min(n, MOST_HELD_OUT), 1)
    order = _spread(documents, candidates, config.seed)
    chosen = np.zeros(len(documents), dtype=bool)
    chosen[order[np.arange(n) * len(order) // n]] = True
    _keep_labels(documents, chosen)
    if not chosen.any():
        raise InputError(
            "every label has one document only, so that none can be held out; give "
            f"{field('validation')}, or more documents"
        )
    which = (
        f"trials are scored by {chosen.sum():,} of {len(documents):,} documents, drawn by the seed"
    )
    return _splits_of(documents, [chosen], config, folder, which)


def folds(documents, config, folder, n_folds):
    """The Splits of a cross-validation: each document is held out in one of them.

    Raises
    ------
    InputError   if there are too few documents
    """
    candidates = _candidates(documents)
    if len(candidates) < n_folds:
        raise InputError(
            f"{counted(len(candidates), 'document')} with a label, too few for "
            f"{field('folds', n_folds)}; give fewer, from {FOLDS[0]} on"
        )
    order = _spread(documents, candidates, config.seed)
    parts = []
    for fold in range(n_folds):
        chosen = np.zeros(len(documents), dtype=bool)
        chosen[order[fold::n_folds]] = True
        parts.append(chosen)
    which = (
        f"trials are scored by {len(candidates):,} documents, in {n_folds} parts: each by a model "
        "that is trained on the others"
    )
    return _splits_of(documents, parts, config, folder, which)


def _splits_of(documents, parts, config, folder, told):
    with ExitStack() as closing:
        splits = []
        for is_held in parts:
            chosen = np.flatnonzero(is_held)
            part = part_of(documents, np.flatnonzero(~is_held), config, folder)
            closing.callback(part.close)
            truth = _truth(documents, chosen, documents.labels)
            splits.append(Split(part, TokenTexts(documents, chosen), truth))
        return Splits(splits, told, closing.pop_all())


def labelled_ones(documents):
    """Which documents have a label: ndarray of int64."""
    return np.flatnonzero(np.diff(documents.label_starts))


def of_all_labels(config):
    """A ClassifyConfig by which a test is read: every word and label counts."""
    return replace(config, min_count=1, max_vocab=None, min_label_count=1, loss="softmax")


def _candidates(documents):
    candidates = labelled_ones(documents)
    if len(candidates) < LEAST_DOCUMENTS:
        raise InputError(
            f"{counted(len(candidates), 'document')} with a label, too few to hold some out; give "
            f"{field('validation')}, or at least {LEAST_DOCUMENTS} documents"
        )
    return candidates


def _spread(documents, candidates, seed):
    """The documents with those of a label one behind the other, each in random order.

    So what is taken at equal distances has of each label what it has of all.
    """
    source = np.random.SeedSequence(seed, spawn_key=(FOLD_STREAM,))
    shuffled = np.random.default_rng(source).permutation(candidates)
    first_labels = documents.label_ids[documents.label_starts[shuffled]]
    return shuffled[np.argsort(first_labels, kind="stable")]


def _keep_labels(documents, chosen):
    """*In place:* hold no document out that is the only one of its label."""
    of_label = np.repeat(chosen, np.diff(documents.label_starts))
    left = np.bincount(documents.label_ids[~of_label], minlength=len(documents.labels))
    for label in np.flatnonzero(left == 0):
        places = np.flatnonzero(documents.label_ids == label)
        owners = np.searchsorted(documents.label_starts, places, side="right") - 1
        chosen[owners[0]] = False


def _truth(documents, chosen, names):
    lengths = np.diff(documents.label_starts)[chosen]
    number_of = {name: number for number, name in enumerate(names)}
    number = np.array([number_of[label] for label in documents.labels], dtype=np.int64)
    found = [
        number[documents.label_ids[start : start + length]]
        for start, length in zip(documents.label_starts[chosen], lengths, strict=True)
    ]
    return Truth(
        names, np.concatenate(found), np.repeat(np.arange(len(chosen)), lengths), len(chosen)
    )


def joined(truths):
    """The Truth of one test behind the other; all have the same names."""
    before = np.cumsum([0, *(truth.n for truth in truths)])
    documents = [truth.documents + start for truth, start in zip(truths, before[:-1], strict=True)]
    labels = np.concatenate([truth.labels for truth in truths])
    return Truth(truths[0].names, labels, np.concatenate(documents), int(before[-1]))
