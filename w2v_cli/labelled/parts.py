"""Some of the documents that were read, as if they had been read alone."""

from dataclasses import replace

import numpy as np

from ..corpus.spool import Spool
from ..corpus.vocabulary import Vocabulary
from .reading import LabelledDocuments

WORDS_AT_ONCE = 1 << 20


def part_of(documents, chosen, config, folder):
    """Some of the documents, with the words and labels that are frequent enough among these.

    Parameters
    ----------
    documents : LabelledDocuments
    chosen : ndarray of int64, rising   which ones
    config : ClassifyConfig             its ``min_count``, ``max_vocab`` and ``min_label_count``
    folder : str                        for a temporary file

    Returns
    -------
    LabelledDocuments   to be closed

    Raises
    ------
    InputError    if no word is left
    OutputError   if the temporary file cannot be written
    """
    names = [*documents.vocabulary.words, *documents.others]
    counts = np.zeros(len(names), dtype=np.int64)
    for words in blocks_of(documents, chosen):
        counts += np.bincount(words, minlength=len(names))
    there = np.flatnonzero(counts)
    vocabulary = Vocabulary.from_counts(
        [names[word] for word in there], counts[there], config.min_count, config.max_vocab
    )
    kept = set(vocabulary.words)
    others = [names[word] for word in there if names[word] not in kept]
    number = np.full(len(names), -1, dtype=np.int32)
    number_of = {name: place for place, name in enumerate([*vocabulary.words, *others])}
    number[there] = [number_of[names[word]] for word in there]
    spool = Spool(folder, "the encoded documents")
    try:
        for words in blocks_of(documents, chosen):
            spool.append(number[words])
    except BaseException:
        spool.close()
        raise
    lengths = np.diff(documents.starts)[chosen]
    return LabelledDocuments(
        vocabulary=vocabulary,
        others=others,
        spool=spool,
        starts=_starts(lengths),
        **_labels(documents, chosen, lengths, config.min_label_count),
        weights=documents.weights[chosen] if len(documents.weights) else documents.weights,
        # The end of a document is no word that was read.
        facts=replace(documents.facts, tokens_read=int(lengths.sum()) - len(chosen)),
    )


def blocks_of(documents, chosen):
    """Yield the words of documents, some documents at a time: ndarray of int32."""
    lengths = np.diff(documents.starts)[chosen]
    starts, all_words = _starts(lengths), documents.words
    first = 0
    while first < len(chosen):
        last = int(np.searchsorted(starts, starts[first] + WORDS_AT_ONCE, side="right")) - 1
        last = max(last, first + 1)
        yield all_words[_places(documents.starts[chosen[first:last]], lengths[first:last])]
        first = last


def _labels(documents, chosen, lengths, min_count):
    """What a LabelledDocuments has of labels, the most frequent first."""
    n_labels = np.diff(documents.label_starts)[chosen]
    found = documents.label_ids[_places(documents.label_starts[chosen], n_labels)]
    counts = np.bincount(found, minlength=len(documents.labels)).astype(np.int64)
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] >= max(min_count, 1)]
    number = np.full(len(counts), -1, dtype=np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    numbers = number[found]
    kept_before = _starts(numbers >= 0)
    label_starts = kept_before[_starts(n_labels)]
    return {
        "labels": [documents.labels[label] for label in order],
        "label_counts": counts[order],
        "label_ids": numbers[numbers >= 0],
        "label_starts": label_starts,
        "tokens": (lengths + np.diff(label_starts)).astype(np.int32),
    }


def _places(starts, lengths):
    """The places of runs of numbers, one run behind the other: ndarray of int64."""
    return np.repeat(starts - _starts(lengths)[:-1], lengths) + np.arange(int(lengths.sum()))


def _starts(lengths):
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
