"""Classifiers as fastText has them: supervised models, ``.bin`` and quantized ``.ftz``.

The layout is that of `fasttext_model`, with labels behind the words and a row of outputs for each.
Rows of n-grams that no document of the training set had are zero (fastText leaves them at random).
What has no place there, such as how text becomes words, is in the record beside the file.
"""

import os
import re
from contextlib import nullcontext
from dataclasses import asdict

import numpy as np

from ..config import TextConfig
from ..embeddings.ngrams import Ngrams
from ..errors import ConfigError, InputError, OutputError
from ..files.compression import compressed
from ..files.outputs import atomic_output
from ..files.paths import STDIO, is_special, split_compression
from ..labelled.config import LABEL_PREFIX
from ..labelled.model import Classifier
from .base import Source
from .classifier_matrices import check_matrices, n_pruned, write_matrices
from .containers import open_vectors
from .fasttext_header import (
    ENTRY,
    MODELS,
    SIZES,
    SUPERVISED,
    pack_settings,
    recognises,
    recognises_classifier,
)
from .fasttext_model import StoredNodes, read_parts
from .fasttext_writing import WORD_KIND
from .provenance import Checksum, path_beside, read_beside, remove_beside, write_beside
from .registry import ALL, QUANTIZED

LABEL_KIND = 1
MARKED = re.compile("__[^_]+__")
"""A prefix such as ``__label__``."""
ONLY_IN_RECORDS = ("lr", "ns_exponent")
"""Settings that fastText's file forgets, and that learning on needs."""
COMMAND = "classify train"
"""What a record says that a classifier was made by."""


def read_classifier(path, opened=None):
    """Read a classifier.

    Parameters
    ----------
    path : str   plain or compressed; ``-`` is standard input
    opened : Opened or None   what `open_vectors` made of the path, if somebody has looked at it

    Returns
    -------
    Classifier

    Raises
    ------
    InputError   if it cannot be read, is damaged, or is no classifier
    """
    with nullcontext(opened) if opened else open_vectors(path) as found:
        source = Source(found.path, found.name, found.stream, found.head)
        if not recognises(found.head):
            raise InputError(
                f"{found.name}: is no classifier: w2v classify train makes one, and fastText's "
                "supervised models are read, too"
            )
        settings, dictionary, matrix, outputs = read_parts(source)
        if settings["model"] != MODELS[SUPERVISED]:
            raise InputError(
                f"{found.name}: is a model of word vectors ({settings['model']}), which has no "
                "labels; w2v classify train makes a classifier"
            )
    _check_labels(dictionary, outputs, found.name)
    buckets, ngram_order = _buckets_of_rows(dictionary.kept)
    record, _, note = read_beside(path) if source.is_named else (None, None, None)
    labels = [_decoded(label) for label in dictionary.labels]
    prefix, hidden, text, labels = _as_recorded(record, labels)
    is_tree = settings["loss"] == "hs"
    return Classifier(
        words=[_decoded(word) for word in dictionary.words],
        counts=np.array(dictionary.counts, dtype=np.int64),
        labels=labels,
        label_counts=np.array(dictionary.label_counts, dtype=np.int64),
        inputs=matrix,
        buckets=buckets,
        ngram_order=ngram_order,
        is_pruned=buckets is not None,
        outputs=StoredNodes(outputs) if is_tree else outputs,
        ngrams=Ngrams(settings["buckets"], settings["min_n"], settings["max_n"]),
        word_ngrams=settings["word_ngrams"],
        loss=settings["loss"],
        text=text,
        label_prefix=prefix,
        hidden_prefix=hidden,
        settings={**settings, **_remembered(record)},
        n_tokens=dictionary.n_tokens,
        provenance=record,
        notes=tuple(each for each in (*source.notes, note) if each),
    )


def _check_labels(dictionary, outputs, name):
    if not dictionary.labels or outputs is None:
        raise InputError(
            f"{name}: has no labels, so that it can tell none; train it again on documents with "
            "labels"
        )


def _buckets_of_rows(kept):
    """(the bucket of each row of an n-gram, rows in the order of the file); None: all are there."""
    if kept is None:
        return None, None
    buckets = np.empty(len(kept), dtype=np.int64)
    buckets[kept[:, 1]] = kept[:, 0]
    return buckets, kept[:, 1]


def _as_recorded(record, labels):
    """(prefix of labels in text, that in the file alone, TextConfig, labels without that)."""
    record = _training_of(record)
    options = record.get("options")
    if not isinstance(options, dict):
        return _prefix_of(labels), "", TextConfig(), labels
    known = {name: options[name] for name in asdict(TextConfig()) if name in options}
    try:
        text = TextConfig(**known)
    except (ConfigError, TypeError):  # a file that anybody may have written
        text = TextConfig()
    prefix = options.get("label_prefix")
    if not isinstance(prefix, str):
        return _prefix_of(labels), "", text, labels
    if record.get("columns"):
        return "", prefix, text, [label.removeprefix(prefix) for label in labels]
    return prefix, "", text, labels


def _remembered(record):
    """Settings of the training that are in its record alone: dict of str to float."""
    options = _training_of(record).get("options")
    known = options if isinstance(options, dict) else {}
    found = {name: known.get(name) for name in ONLY_IN_RECORDS}
    return {name: value for name, value in found.items() if type(value) in (int, float)}


def _training_of(record):
    """The record of the training, whatever became of the classifier since: dict."""
    while isinstance(record, dict) and "options" not in record:
        record = record.get("source_provenance")
    return record if isinstance(record, dict) else {}


def _prefix_of(labels):
    """The usual prefix, or one like it that all labels have; empty if there is none."""
    found = MARKED.match(labels[0])
    prefix = found[0] if found else LABEL_PREFIX
    return prefix if all(label.startswith(prefix) for label in labels) else ""


def is_classifier(path):
    """Whether a file is a classifier, by its first bytes; standard input is not looked at."""
    if path == STDIO or is_special(path):
        return False
    with open_vectors(path) as found:
        return recognises_classifier(found.head)


def check_plain_name(path):
    """Raise ConfigError if a name is that of another kind of file than a classifier of floats."""
    if path == STDIO or is_special(path):
        return
    ending = os.path.splitext(split_compression(path)[0])[1].lower()
    if ending == QUANTIZED:
        raise ConfigError(
            f"{path}: {ending} means a quantized model, which w2v quantize makes of this one; name "
            "a .bin"
        )
    for format in ALL:
        if ending and ending in format.extensions and ".bin" not in format.extensions:
            raise ConfigError(
                f"{path}: {ending} means {format.title}, and a classifier is written as fastText's "
                ".bin; name one"
            )


def write_classifier(path, classifier, with_record=True, as_floats=False):
    """Write a classifier such that fastText reads it as if it had trained it.

    One that is quantized, or was read from such a file, is written so.

    Parameters
    ----------
    path : str             ``-`` is standard output; compressed as its name says
    classifier : Classifier
    with_record : bool     write its ``provenance`` beside it
    as_floats : bool       decode what is quantized, which needs all of its n-grams

    Returns
    -------
    int   bytes that were written

    Raises
    ------
    OutputError   if it cannot be written
    """
    with atomic_output(path) as file:
        checksum = Checksum(file)
        with compressed(checksum, path) as stream:
            _write(stream, classifier, path, as_floats)
    if with_record and classifier.provenance is not None and path_beside(path):
        write_beside(path, checksum, classifier.provenance)
    else:
        remove_beside(path)
    return checksum.size


def _write(stream, classifier, path, as_floats):
    check_matrices(classifier, path, as_floats)
    n_words, n_labels = len(classifier.words), len(classifier.labels)
    settings = {
        **classifier.settings,
        "dim": classifier.dim,
        "loss": classifier.loss,
        "word_ngrams": classifier.word_ngrams,
        "buckets": classifier.ngrams.n_buckets,
        "min_n": classifier.ngrams.min_n,
        "max_n": classifier.ngrams.max_n,
    }
    stream.write(pack_settings(settings, has_labels=True))
    sizes = n_words + n_labels, n_words, n_labels, classifier.n_tokens, n_pruned(classifier)
    stream.write(SIZES.pack(*sizes) + _entries(classifier, path))
    write_matrices(stream, classifier, as_floats)


def names_of(classifier):
    """Words, and labels with the prefix that they have in the file: two lists of bytes."""
    labels = [classifier.hidden_prefix + label for label in classifier.labels]
    names = classifier.words, labels
    return tuple([name.encode(errors="surrogateescape") for name in some] for some in names)


def _entries(classifier, path):
    counts = classifier.counts, classifier.label_counts
    parts = []
    for names, of_names, kind in zip(
        names_of(classifier), counts, (WORD_KIND, LABEL_KIND), strict=True
    ):
        for raw, count in zip(names, of_names.tolist(), strict=True):
            if b"\0" in raw:
                raise OutputError(
                    f"{path}: {_decoded(raw)!r:.60} has a NUL, which ends a name there"
                )
            parts.append(raw + b"\0" + ENTRY.pack(count, kind))
    return b"".join(parts)


def _decoded(raw):
    return raw.decode(errors="surrogateescape")
