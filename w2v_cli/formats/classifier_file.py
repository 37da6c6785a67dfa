"""Classifiers as fastText has them: supervised models, ``.bin`` and quantized ``.ftz``.

The layout is that of `fasttext_model`, with labels behind the words and a row of outputs for each.
Rows of n-grams that no document of the training set had are zero (fastText leaves them at random).
What has no place there, such as how text becomes words, is in the record beside the file.
"""

import re
from dataclasses import asdict

import numpy as np

from ..config import TextConfig
from ..embeddings.blocks import LazyRows
from ..embeddings.ngrams import Ngrams
from ..errors import ConfigError, InputError, OutputError
from ..files.compression import compressed
from ..files.outputs import atomic_output
from ..files.paths import STDIO, is_special
from ..labelled.config import LABEL_PREFIX
from ..labelled.model import Classifier
from .base import Source
from .containers import open_vectors
from .fasttext_header import (
    ENTRY,
    MODELS,
    SHAPE,
    SIZES,
    SUPERVISED,
    pack_settings,
    recognises,
    recognises_classifier,
)
from .fasttext_model import nodes_of, read_parts
from .fasttext_writing import NOT_PRUNED, UNQUANTIZED, WORD_KIND, rows_of_nodes, write_rows
from .provenance import Checksum, path_beside, read_beside, remove_beside, write_beside

LABEL_KIND = 1
MARKED = re.compile("__[^_]+__")
"""A prefix such as ``__label__``."""
COMMAND = "classify train"
"""What a record says that a classifier was made by."""


def read_classifier(path):
    """Read a classifier.

    Parameters
    ----------
    path : str   plain or compressed; ``-`` is standard input

    Returns
    -------
    Classifier

    Raises
    ------
    InputError   if it cannot be read, is damaged, or is no classifier
    """
    with open_vectors(path) as found:
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
    inputs, buckets = _inputs(matrix, dictionary)
    record, _, note = read_beside(path) if source.is_named else (None, None, None)
    labels = [_decoded(label) for label in dictionary.labels]
    prefix, hidden, text, labels = _as_recorded(record, labels)
    is_tree = settings["loss"] == "hs"
    return Classifier(
        words=[_decoded(word) for word in dictionary.words],
        counts=np.array(dictionary.counts, dtype=np.int64),
        labels=labels,
        label_counts=np.array(dictionary.label_counts, dtype=np.int64),
        inputs=inputs,
        buckets=buckets,
        is_pruned=buckets is not None,
        outputs=nodes_of(outputs) if is_tree else outputs,
        ngrams=Ngrams(settings["buckets"], settings["min_n"], settings["max_n"]),
        word_ngrams=settings["word_ngrams"],
        loss=settings["loss"],
        text=text,
        label_prefix=prefix,
        hidden_prefix=hidden,
        settings=settings,
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


def _inputs(matrix, dictionary):
    """(rows of words, then those of buckets; which buckets these are, or None for all)."""
    if dictionary.kept is None:
        return matrix, None
    n_words = len(dictionary.words)
    buckets, places = dictionary.kept.T
    rows = np.concatenate([np.arange(n_words), n_words + places])
    return matrix[rows] if isinstance(matrix, np.ndarray) else matrix.part(rows), buckets


def _as_recorded(record, labels):
    """(prefix of labels in text, that in the file alone, TextConfig, labels without that)."""
    options = record.get("options") if isinstance(record, dict) else None
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


def write_classifier(path, classifier, with_record=True):
    """Write a classifier such that fastText reads it as if it had trained it.

    Parameters
    ----------
    path : str             ``-`` is standard output; compressed as its name says
    classifier : Classifier
    with_record : bool     write its ``provenance`` beside it

    Raises
    ------
    OutputError   if it cannot be written
    """
    with atomic_output(path) as file:
        checksum = Checksum(file)
        with compressed(checksum, path) as stream:
            _write(stream, classifier, path)
    if with_record and classifier.provenance is not None and path_beside(path):
        write_beside(path, checksum, classifier.provenance)
    else:
        remove_beside(path)


def _write(stream, classifier, path):
    if classifier.is_pruned:
        raise OutputError(
            f"{path}: a model without some of its n-grams has a place in quantized files only; "
            "it stays as it is"
        )
    n_words, n_labels = len(classifier.words), len(classifier.labels)
    dim, n_buckets = classifier.dim, classifier.ngrams.n_buckets
    settings = {
        **classifier.settings,
        "dim": dim,
        "loss": classifier.loss,
        "word_ngrams": classifier.word_ngrams,
        "buckets": n_buckets,
        "min_n": classifier.ngrams.min_n,
        "max_n": classifier.ngrams.max_n,
    }
    stream.write(pack_settings(settings, has_labels=True))
    sizes = n_words + n_labels, n_words, n_labels, classifier.n_tokens, NOT_PRUNED
    stream.write(SIZES.pack(*sizes) + _entries(classifier, path))
    stream.write(UNQUANTIZED + SHAPE.pack(n_words + n_buckets, dim))
    write_rows(stream, classifier.inputs[:n_words])
    if n_buckets:
        write_rows(stream, _all_buckets(classifier, n_words))
    outputs = classifier.outputs
    stream.write(UNQUANTIZED + SHAPE.pack(n_labels, dim))
    write_rows(stream, rows_of_nodes(outputs, dim) if classifier.loss == "hs" else outputs)


def _entries(classifier, path):
    labels = [classifier.hidden_prefix + label for label in classifier.labels]
    parts = []
    for names, counts, kind in (
        (classifier.words, classifier.counts, WORD_KIND),
        (labels, classifier.label_counts, LABEL_KIND),
    ):
        for name, count in zip(names, counts.tolist(), strict=True):
            raw = name.encode(errors="surrogateescape")
            if b"\0" in raw:
                raise OutputError(f"{path}: {name!r:.60} has a NUL, which ends a name there")
            parts.append(raw + b"\0" + ENTRY.pack(count, kind))
    return b"".join(parts)


def _all_buckets(classifier, n_words):
    """The rows of all buckets, zeros where there is none."""
    if classifier.buckets is None:
        return classifier.inputs[n_words:]
    order = np.argsort(classifier.buckets)
    rising, dim = classifier.buckets[order], classifier.dim

    def rows_of(rows):
        start, stop, _ = rows.indices(classifier.ngrams.n_buckets)
        first, last = np.searchsorted(rising, [start, stop])
        block = np.zeros((stop - start, dim), dtype=np.float32)
        block[rising[first:last] - start] = classifier.inputs[n_words + order[first:last]]
        return block

    return LazyRows(classifier.ngrams.n_buckets, dim, rows_of)


def _decoded(raw):
    return raw.decode(errors="surrogateescape")
