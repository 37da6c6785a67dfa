"""Training on with the rows that stay: what words and n-grams told that are left out, others learn.

No word, n-gram or label joins, and counts stay, as with -retrain of fastText's quantize. Of words
that have no row n-grams of words are still made.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from dataclasses import replace as replaced
from typing import Any

import numpy as np

from ..errors import ConfigError, InputError, field
from ..files.paths import folder_beside
from ..labelled.columns import Columns
from ..labelled.config import DEFAULTS, ClassifyConfig
from ..labelled.features import feature_table
from ..labelled.known import Known
from ..labelled.model import Classifier
from ..labelled.reading import LabelledDocuments, read_labelled
from ..machine.limits import require_memory
from ..methods.supervised.method import INPUTS, OUTPUTS, Supervised
from ..methods.supervised.schedule import DocumentSchedule
from ..training.prepare import chosen_sources, tell_reading
from ..training.report import NeverStopping, Silence
from ..training.state import TrainingState
from ..training.telling import learning_told, threads_told
from ..training.trainer import train_schedule
from ..wording.amounts import counted
from .weights import bounded, weights_of


@dataclass(frozen=True)
class Retraining:
    """How a classifier is to learn on.

    Attributes
    ----------
    paths : tuple of str        files, folders, or ``-``; those that it was trained on
    columns : Columns or None   of tables; None: lines in which labels have a prefix
    epochs : int
    lr : float or None          at the start; None: as in its training, where that is known
    threads, seed : int
    folder : str or None        for the encoded documents; None: that of ``tempfile``
    given : GivenDocuments or None   what a program has of them, in the place of paths
    """

    paths: tuple[str, ...] = ()
    columns: Columns | None = None
    epochs: int = ClassifyConfig.epochs
    lr: float | None = None
    threads: int = 1
    seed: int = 1
    folder: str | None = None
    given: Any = None

    def config(self, classifier: Classifier) -> ClassifyConfig:
        """The ClassifyConfig of a classifier for this.

        Raises
        ------
        ConfigError   if a value is out of range
        """
        ngrams = classifier.ngrams
        named: dict[str, Any] = {"dim": classifier.dim, "loss": classifier.loss}
        named |= {"word_ngrams": classifier.word_ngrams, "max_n": ngrams.max_n}
        named |= {"min_n": ngrams.min_n if ngrams.max_n else 0}
        named |= {"buckets": ngrams.n_buckets or DEFAULTS["buckets"]}
        if classifier.label_prefix:
            named["label_prefix"] = classifier.label_prefix
        for name in ("negative", "ns_exponent"):
            if name in classifier.settings:
                named[name] = classifier.settings[name]
        lr = classifier.settings.get("lr") if self.lr is None else self.lr
        named["lr"] = DEFAULTS["lr"] if lr is None else lr
        named |= {"epochs": self.epochs, "threads": self.threads, "seed": self.seed}
        return ClassifyConfig(**named)


def retrained(
    classifier: Classifier, how: Retraining, report: Any = None
) -> tuple[Classifier, dict[str, Any]]:
    """Train the rows of a classifier on.

    Parameters
    ----------
    classifier : Classifier   not quantized; it stays as it is
    how : Retraining
    report : Report or None

    Returns
    -------
    Classifier   of the same words, n-grams and labels
    facts : dict   how it was trained, and the loss of each epoch, as its record tells

    Raises
    ------
    InputError, OutputError   if documents cannot be read, or none has a label of it
    MemoryShortageError       before training begins
    TrainingError             if the learning rate is too high
    """
    report = report or Silence()
    config = how.config(classifier)
    if how.given is None and how.columns is None and not classifier.label_prefix:
        raise ConfigError(
            f"the labels of the classifier have no prefix in text: name columns of a table with "
            f"{field('text')} and {field('label')}"
        )
    sources = how.given or chosen_sources(how.paths, (), classifier.text, report)
    folder, known = how.folder or folder_beside(None), _known(classifier)
    documents = read_labelled(sources, config, classifier.text, folder, how.columns, report, known)
    with closing(documents):
        tell_reading(documents.facts, report)
        for remark in documents.remarks:
            report.warn(remark)
        documents = _numbered(documents, classifier)
        if not len(documents.label_ids):
            names = classifier.label_names if how.given else classifier.labels
            raise InputError(
                f"{sources.name}: no document has a label of the classifier, such as "
                f"{names[0]}; give the documents that it was trained on"
            )
        if documents.n_unlabelled:
            report.warn(
                f"{documents.n_unlabelled:,} of {counted(len(documents), 'document')} have no "
                "label of the classifier, and teach nothing"
            )
        kept = classifier.buckets if classifier.is_pruned else None
        with closing(feature_table(documents, config, folder, kept, joins_single=False)) as table:
            return _trained(classifier, documents, table, config, report)


def _known(classifier: Classifier) -> Known:
    labels = [*classifier.labels, *classifier.label_names]
    return Known(
        "the classifier",
        frozenset(classifier.words),
        frozenset(labels),
        lambda words: np.zeros(len(words), dtype=bool),
    )


def _numbered(documents: LabelledDocuments, classifier: Classifier) -> LabelledDocuments:
    """The documents with labels as the classifier numbers them, with a prefix or without.

    Other labels are left out.
    """
    number = {label: row for row, label in enumerate(classifier.label_names)}
    number |= {label: row for row, label in enumerate(classifier.labels)}
    places = np.array([number.get(label, -1) for label in documents.labels], dtype=np.int32)
    ids = places[documents.label_ids]
    kept_before = np.concatenate([[0], np.cumsum(ids >= 0)])
    return replaced(
        documents,
        labels=classifier.labels,
        label_counts=np.maximum(classifier.label_counts, 1),
        label_ids=ids[ids >= 0],
        label_starts=kept_before[documents.label_starts],
    )


def _trained(classifier, documents, table, config, report):
    weights, note = bounded(weights_of(documents, config), config)
    method = Supervised(table.encoded(documents, weights), len(table.buckets))
    n_words, n_labels = len(documents.vocabulary), len(classifier.labels)
    shapes = method.shapes(n_words, n_labels, config).values()
    needed = sum(shape.nbytes for shape in shapes)
    needed += method.table_memory(n_words, n_labels, config) + 4 * classifier.n_rows * config.dim
    require_memory(needed, "training", _advice, config.threads)
    parameters = method.allocate(n_words, n_labels, config)
    rows = _rows(classifier, documents.vocabulary.words, table.buckets)
    parameters[INPUTS][:] = classifier.inputs[rows]
    n_outputs = len(classifier.outputs)
    parameters[OUTPUTS][:n_outputs] = classifier.outputs[:]
    schedule = DocumentSchedule(documents.tokens, config, method.tokens_per_chunk(n_labels, config))
    report.say(f"training on with {threads_told(config)}, seed {config.seed}{note}")
    stopping = NeverStopping()
    training = train_schedule(
        schedule, method.engine(schedule, parameters, documents.label_counts, config),
        TrainingState(), config.lr, method.untrained_loss(documents.label_counts, config),
        stopping.heeding(report),
    )  # fmt: skip
    report.say(learning_told(training))
    inputs = np.array(classifier.inputs[np.arange(classifier.n_rows)])
    inputs[rows] = parameters[INPUTS]
    outputs = np.array(parameters[OUTPUTS][:n_outputs])
    facts = {
        "documents": len(documents),
        **{name: getattr(config, name) for name in ("epochs", "lr", "threads", "seed")},
        "loss": training.losses,
    }
    return replaced(classifier, inputs=inputs, outputs=outputs), facts


def _rows(classifier, words, buckets):
    """The rows of the classifier that words (list of str) and buckets have: ndarray of int64."""
    row_of = {word: row for row, word in enumerate(classifier.words)}
    of_words = np.array([row_of[word] for word in words], dtype=np.int64)
    if classifier.buckets is None:
        return np.concatenate([of_words, len(classifier.words) + buckets])
    order = np.argsort(classifier.buckets)
    places = order[np.searchsorted(classifier.buckets, buckets, sorter=order)]
    return np.concatenate([of_words, len(classifier.words) + places])


def _advice(_n_bytes):
    return f"a lower {field('keep')} needs less"
