"""What a classifier starts from: vectors of words, or a classifier that goes on learning."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from ..embeddings.blocks import first_not_finite, row_blocks
from ..errors import ConfigError, InputError, field
from ..formats.classifier_file import read_classifier
from ..formats.reading import read
from ..labelled.config import ClassifyConfig
from ..labelled.features import ngrams_of
from ..labelled.known import Known
from ..labelled.model import Classifier
from ..labelled.reading import LabelledDocuments
from ..quantization.rows import QuantizedRows
from ..training.warmstart import OldVectors, check_finite
from .join import Join
from .oldrows import OldRows, has_same_ngrams

TEXT_OPTIONS = ("tokenize", "lowercase", "digits")


class Start(Protocol):
    """What a classifier starts from.

    Attributes
    ----------
    option : str           the field of a request that names it
    name : str             of the file, without folders
    notes : sequence of str   what was noticed when it was read
    n_tokens : int         of documents that it was trained on
    """

    option: str
    name: str
    notes: Any
    n_tokens: int

    def settled(self, request: Any) -> Any:
        """The request with what the start decides; ConfigError if something else is asked for."""

    def known(self, config: ClassifyConfig, in_text: bool) -> Known:
        """The words and labels that are there already."""

    def joined(self, documents: LabelledDocuments, loss: str) -> LabelledDocuments:
        """The documents with all labels that the classifier is to have."""

    def join(self, documents: Any, buckets: np.ndarray, config: ClassifyConfig) -> Join:
        """The rows of documents joined with those that are there."""

    def fill_outputs(self, outputs: np.ndarray, labels: list[str]) -> None:
        """Let old labels start as they were; *in place:* ``outputs``."""

    def digest(self) -> str:
        """SHA-256 of all that it is, as hexadecimal digits."""

    def origin(self) -> dict[str, Any]:
        """Its digest, and how it came about, if that is known."""

    def ngrams_note(self, config: ClassifyConfig) -> str | None:
        """What becomes of n-grams that cannot be used; None if there is nothing to say."""


def start_of(request: Any, tell: Callable[[str], Any]) -> Start | None:
    """What a request says that training starts from; ``tell`` is called with each note on it.

    Raises
    ------
    InputError   if a file cannot be read, or be gone on from
    """
    start: Start
    if isinstance(request.old, Classifier):
        start = FromModel(request.old, "the classifier")
    elif request.old is not None:
        start = FromVectors(request.old)
    elif request.init is not None:
        found = read(request.init)
        check_finite(found.embeddings, found.path)
        name = os.path.basename(found.path)
        start = FromVectors(OldVectors(found.embeddings, name, found.record, found.notes))
    elif request.from_model is not None:
        start = FromModel(read_classifier(request.from_model), request.from_model)
    else:
        return None
    for note in start.notes:
        tell(note)
    return start


class FromVectors:
    """Vectors of words, and n-grams of characters.

    Parameters
    ----------
    old : OldVectors
    """

    option, n_tokens = "init", 0

    def __init__(self, old: OldVectors) -> None:
        self._old = old
        self.name, self.notes = old.name or "the vectors", old.notes

    def settled(self, request: Any) -> Any:
        """The request with the length of these vectors.

        Raises
        ------
        ConfigError   if another one is asked for, or n-grams are to be frozen that have no rows
        """
        dim = self._old.embeddings.dim
        config = request.config
        _check_same("dim", config.dim, dim, request.chosen, field("init"), self.name)
        config = replace(config, dim=dim)
        if config.freeze and config.n_buckets and not self._has_ngrams_of(config):
            raise ConfigError(
                f"{field('freeze')}: {self.name} has no vectors of such n-grams, and nothing would "
                f"teach them; leave n-grams out, or give {field('embedding_lr_scale', 0)}, with "
                "which they learn and words stay"
            )
        return replace(request, config=config)

    def _has_ngrams_of(self, config):
        subwords = self._old.embeddings.subwords
        return (
            bool(subwords)
            and config.word_ngrams == 1
            and has_same_ngrams(subwords, ngrams_of(config))
        )

    def known(self, config: ClassifyConfig, in_text: bool) -> Known:
        """Its words; if these are frozen, no other word can be one but those made of n-grams."""
        rows = self._rows(config)
        select = (lambda words: rows.made(words)[0]) if config.freeze else None
        return Known(self.name, self._old.words, (), select)

    def _rows(self, config):
        return OldRows.of_vectors(self._old.embeddings, ngrams_of(config))

    def joined(self, documents: LabelledDocuments, loss: str) -> LabelledDocuments:
        """The documents as they are."""
        return documents

    def join(self, documents: Any, buckets: np.ndarray, config: ClassifyConfig) -> Join:
        """See `Start`."""
        vocabulary = documents.vocabulary
        return Join(
            self._rows(config),
            vocabulary.words,
            vocabulary.counts,
            buckets,
            config.n_buckets,
            prefix=config.label_prefix,
        )

    def fill_outputs(self, outputs: np.ndarray, labels: list[str]) -> None:
        """Nothing is known of labels."""

    def digest(self) -> str:
        """See `Start`."""
        return self._old.digest

    def origin(self) -> dict[str, Any]:
        """See `Start`."""
        return {"digest": self.digest(), "provenance": self._old.provenance}

    def ngrams_note(self, config: ClassifyConfig) -> str | None:
        """What becomes of the n-grams of a model; None if it has none, or they are used."""
        subwords = self._old.embeddings.subwords
        if not subwords or has_same_ngrams(subwords, ngrams_of(config)):
            return None
        ngrams = subwords.ngrams
        if subwords.own is None or subwords.is_pruned:
            return (
                f"{self.name}: words that it lacks are made of its n-grams, which have no place in "
                "a classifier themselves"
            )
        return (
            f"{self.name}: words that it lacks are made of its n-grams; "
            f"{field('min_n', ngrams.min_n)}, {field('max_n', ngrams.max_n)} and "
            f"{field('buckets', ngrams.n_buckets)} would make these part of the classifier"
        )


class FromModel:
    """A classifier that is to learn from more documents.

    Parameters
    ----------
    classifier : Classifier
    path : str   of its file

    Raises
    ------
    InputError   if it is quantized, or holds a number that is not finite
    """

    option = "from_model"

    def __init__(self, classifier: Classifier, path: str) -> None:
        self._classifier, self._labels = classifier, classifier.labels
        self.name, self.notes = os.path.basename(path), classifier.notes
        self.n_tokens = classifier.n_tokens
        if classifier.is_pruned or isinstance(classifier.inputs, QuantizedRows):
            raise InputError(
                f"{path}: is quantized, and what is left of its rows cannot be trained; go on from "
                "the model that it was made of"
            )
        for rows in (classifier.inputs, classifier.outputs):
            if first_not_finite(rows) is not None:
                raise InputError(
                    f"{path}: holds NaN or infinity: it is damaged; get or make it again"
                )

    def settled(self, request: Any) -> Any:
        """The request with the settings of this model.

        Raises
        ------
        ConfigError   if others are asked for
        """
        model, config, text = self._classifier, request.config, request.text
        ngrams = model.ngrams
        settings = {
            "dim": model.dim,
            "loss": model.loss,
            "word_ngrams": model.word_ngrams,
            "min_n": ngrams.min_n if ngrams.max_n else 0,
            "max_n": ngrams.max_n,
            "buckets": ngrams.n_buckets or config.buckets,
        }
        texts = {name: getattr(model.text, name) for name in TEXT_OPTIONS}
        for name, value in (settings | texts).items():
            asked = getattr(config if name in settings else text, name)
            _check_same(name, asked, value, request.chosen, field("from_model"), self.name)
        if model.label_prefix and "label_prefix" not in request.chosen:
            settings["label_prefix"] = model.label_prefix
        return replace(request, config=replace(config, **settings), text=replace(text, **texts))

    def known(self, config: ClassifyConfig, in_text: bool) -> Known:
        """Its words and labels; frozen, it takes no other words."""
        self._labels = self._labels_as(config.label_prefix if in_text else "")
        select = (lambda words: np.zeros(len(words), dtype=bool)) if config.freeze else None
        index = {word: row for row, word in enumerate(self._classifier.words)}
        return Known(self.name, index, self._labels, select)

    def _labels_as(self, prefix):
        """Labels as they stand in the documents: with a prefix, or by themselves."""
        old = self._classifier.label_prefix
        bare = [label.removeprefix(old) for label in self._classifier.labels]
        return [prefix + label for label in bare]

    def joined(self, documents: LabelledDocuments, loss: str) -> LabelledDocuments:
        """The documents with all labels, old ones and new ones, the most frequent first.

        Raises
        ------
        InputError   if there are new ones, and the loss has no place for them
        """
        old = self._labels
        new = [label for label in documents.labels if label not in set(old)]
        if new and loss == "hs":
            raise InputError(
                f"{self.name}: has a tree of its labels ({field('loss', 'hs')}), in which there is "
                f"no place for another one, such as {new[0]}; train a new model on all documents"
            )
        labels = [*old, *new]
        number = {label: place for place, label in enumerate(labels)}
        places = np.array([number[label] for label in documents.labels], dtype=np.int64)
        counts = np.zeros(len(labels), dtype=np.int64)
        counts[: len(old)] = self._classifier.label_counts
        order = np.arange(len(labels))
        if loss != "hs":  # else another tree would come of it
            counts[places] += documents.label_counts
            order = np.argsort(-counts, kind="stable")
        place_of = np.empty(len(labels), dtype=np.int32)
        place_of[order] = np.arange(len(labels), dtype=np.int32)
        return replace(
            documents,
            labels=[labels[place] for place in order.tolist()],
            label_counts=counts[order],
            label_ids=place_of[places[documents.label_ids]],
        )

    def join(self, documents: Any, buckets: np.ndarray, config: ClassifyConfig) -> Join:
        """See `Start`."""
        vocabulary, model = documents.vocabulary, self._classifier
        return Join(
            OldRows.of_classifier(model),
            vocabulary.words,
            vocabulary.counts,
            buckets,
            config.n_buckets,
            model.counts,
        )

    def fill_outputs(self, outputs: np.ndarray, labels: list[str]) -> None:
        """See `Start`; what there is of a tree is the same nodes."""
        old = np.asarray(self._classifier.outputs[:])
        if self._classifier.loss == "hs":
            outputs[: len(old)] = old
            return
        number = {label: place for place, label in enumerate(labels)}
        outputs[[number[label] for label in self._labels]] = old

    def digest(self) -> str:
        """See `Start`."""
        model = self._classifier
        digest = hashlib.sha256()
        for names in (model.words, model.labels):
            digest.update("\n".join(names).encode(errors="replace") + b"\0")
        for numbers in (model.counts, model.label_counts):
            digest.update(np.ascontiguousarray(numbers, dtype="<i8").data)
        for matrix in (model.inputs, model.outputs):
            for rows in row_blocks(matrix.shape[0]):
                digest.update(np.ascontiguousarray(matrix[rows], dtype="<f4").data)
        return digest.hexdigest()

    def origin(self) -> dict[str, Any]:
        """See `Start`."""
        return {"digest": self.digest(), "provenance": self._classifier.provenance}

    def ngrams_note(self, config: ClassifyConfig) -> str | None:
        """Nothing: it has the n-grams that the documents have."""
        return None


def _check_same(name, asked, value, chosen, option, file):
    """Raise ConfigError if something else is asked for than what a file has."""
    if name in chosen and asked != value:
        raise ConfigError(
            f"{field(name, asked)} does not fit {option} {file}, which has {value}; leave it out"
        )
