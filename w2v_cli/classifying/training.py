"""The road from documents with labels to a classifier: read, trained, written."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from contextlib import closing
from dataclasses import asdict, dataclass, replace

import numpy as np

from .. import __version__
from ..errors import OutputError, field
from ..files.paths import STDIO, is_special
from ..formats.classifier_file import COMMAND, write_classifier
from ..labelled.config import ClassifyConfig
from ..labelled.features import FeatureTable, feature_table, ngrams_of
from ..labelled.model import Classifier
from ..labelled.reading import LabelledDocuments, read_labelled
from ..machine.limits import require_memory
from ..methods.supervised.method import INPUTS, OUTPUTS, Supervised
from ..methods.supervised.schedule import DocumentSchedule
from ..methods.supervised.singles import AllRows, SingleRows
from ..training.checkpoint import prepare_folder
from ..training.prepare import chosen_sources, number_of, tell_reading
from ..training.report import NeverStopping, Silence
from ..training.result import statistics_of, write_statistics
from ..training.run import loss_told
from ..training.state import TrainingState
from ..training.telling import checkpoints_of, learning_told, space_told, threads_told
from ..training.timebudget import with_resumed_plan
from ..training.trainer import Training, train_schedule
from ..training.watch import Watch
from ..wording.amounts import counted, shown_bytes
from ..wording.marks import SENTENCE_END_WORD
from .frozen import frozen_memory, learn_outputs
from .join import Table
from .starting import begun, start_facts, tell_solution, tell_start
from .timebudget import planned_epochs
from .weights import bounded, weights_of

KERNEL_BYTES = 32 << 20
DIGEST_SHOWN = 16
MAY_CHANGE = ("threads", "epochs")
"""Options that may be others when training goes on. Epochs only make it longer."""


@dataclass(frozen=True)
class TrainedClassifier:
    """A classifier, and what came of its training.

    Attributes
    ----------
    classifier : Classifier
    training : Training
    facts : dict   what was done, as statistics and provenance begin
    """

    classifier: Classifier
    training: Training
    facts: dict

    def statistics(self, seconds_write):
        """The facts, and what this process took."""
        return statistics_of(self.facts, seconds_write)


def train_classifier(request, report=None, stopping=None, on_epoch=None, check=None):
    """Train a classifier, and write it.

    Parameters
    ----------
    request : ClassifyRequest
    report : Report or None
    stopping : Stopping or None   who may end training early
    on_epoch : callable or None   called as on_epoch(epoch, loss, classifier) after each epoch (from
                                  1), with its mean loss, and rows that go on learning; True ends
                                  training, and what was trained stays
    check : callable or None      called with the `LabelledDocuments` when they are read

    Returns
    -------
    TrainedClassifier

    Raises
    ------
    InputError, OutputError   if documents cannot be read, teach nothing, or a file cannot be
                              written
    ConfigError               if a checkpoint is of another run
    MemoryShortageError       before training begins
    TrainingError             if the learning rate is too high
    TrainingStopped           if it was stopped
    """
    report = report or Silence()
    if request.saving:
        prepare_folder(request.saving.folder, request.saving.resume)
        if request.saving.resume:
            request = with_resumed_plan(request)
    started = time.perf_counter()
    request, start, known = begun(request, report)
    sources = request.given or chosen_sources(request.paths, request.glob, request.text, report)
    watch = Watch(report, request.outputs)
    documents = read_labelled(
        sources, request.config, request.text, request.folder, request.columns, watch, known
    )
    with closing(documents):
        tell_documents(documents, sources, report)
        if check:
            check(documents)
        if start:
            documents = start.joined(documents, request.config.loss)
        # Single n-grams may start from old rows, and differ then.
        table = feature_table(documents, request.config, request.folder, joins_single=start is None)
        with closing(table):
            run = _Run(request, documents, table, start, time.perf_counter() - started)
            run.tell_start(report)
            run.check_space(report)
            run.fit_into_time(watch)
            trained = run.train(watch, stopping or NeverStopping(), on_epoch)
    write(trained, request, report)
    return trained


def train_on(request, documents, table, report, stopping, on_epoch=None):
    """Train a classifier on documents that were read, as `train_classifier` does.

    Parameters
    ----------
    request : ClassifyRequest
    documents : LabelledDocuments
    table : FeatureTable            of these, with the request's config
    report, stopping, on_epoch      as there

    Returns
    -------
    TrainedClassifier   which is not written: see `write`

    Raises
    ------
    OutputError, MemoryShortageError, TrainingError, TrainingStopped   as there
    """
    run = _Run(request, documents, table, None, 0.0)
    run.check_space(report)
    return run.train(report, stopping, on_epoch)


def tell_documents(documents, sources, report):
    """Say what was read, and what the user should know of it."""
    tell_reading(documents.facts, report)
    for remark in documents.remarks:
        report.warn(remark)
    # Without the ends of lines, which are one word, in the vocabulary or not.
    n_words = documents.facts.tokens_read
    vocabulary, others = documents.vocabulary, documents.others
    chosen = len(vocabulary) - (SENTENCE_END_WORD in vocabulary.words)
    report.say(
        f"{counted(len(documents), 'document')} read{number_of(sources)}, with "
        f"{counted(n_words, 'word')}, {len(vocabulary) + len(others) - 1:,} of them different"
        f"{f' ({chosen:,} in the vocabulary)' if others else ''}, and "
        f"{counted(len(documents.labels), 'label')}"
    )
    if documents.n_unlabelled:
        report.warn(
            f"{documents.n_unlabelled:,} of {len(documents):,} documents have no label, and teach "
            "nothing"
        )


class _Run:
    """The training of a classifier on documents that were read."""

    def __init__(self, request, documents: LabelledDocuments, table: FeatureTable, start, seconds):
        self._request, self._documents, self._table = request, documents, table
        self._start = start
        self._config: ClassifyConfig = request.config
        self._seconds, self._plan = seconds, None
        self._weights, self._note = bounded(weights_of(documents, request.config), request.config)
        self._arrays = table.encoded(documents, self._weights)
        self._method = Supervised(self._arrays, table.n_trained)
        self._n_words, self._n_labels = len(documents.vocabulary), len(documents.labels)
        own_sizes = table.own_sizes
        first_single = self._n_words + table.n_trained - len(own_sizes)
        self._singles = SingleRows(first_single, own_sizes, request.config.seed)
        self._join = start and start.join(documents, table.buckets, request.config)

    def tell_start(self, report):
        """Tell what training starts from, if it is more than chance."""
        if self._start:
            tell_start(self._start, self._join, self._documents, self._config, report)

    def check_space(self, report):
        """Tell what training takes; refuse if there is too little of it."""
        config, request = self._config, self._request
        shapes = self._method.shapes(self._n_words, self._n_labels, config).values()
        needed = sum(shape.nbytes for shape in shapes) + KERNEL_BYTES
        needed += self._method.table_memory(self._n_words, self._n_labels, config)
        if request.saving:
            needed += sum(shape.learnt_nbytes for shape in shapes)
        if len(self._table.own_sizes):
            needed += 4 * config.dim * len(self._table.buckets)
        if config.freeze:
            needed += frozen_memory(len(self._documents), self._n_labels, config)
        warning = require_memory(needed, "training", _advice, config.threads)
        n_words = self._n_words + (self._join.n_kept if self._join else 0)
        on_disk = 4 * config.dim * (n_words + config.n_buckets + self._n_labels)
        _check_disk(request.output, on_disk)
        n_rows = len(self._table.buckets)
        if config.n_buckets:
            report.say(f"{n_rows:,} of {config.n_buckets:,} buckets are of n-grams of these words")
        report.say(space_told(needed, on_disk))
        if warning:
            report.warn(warning)

    def fit_into_time(self, report):
        """Take the epochs that fit, if there is a budget; TrainingError if nothing does."""
        is_old = self._join.is_old if self._join else None
        self._plan = planned_epochs(self._request, self._method, self._documents, report, is_old)
        if self._plan:
            self._config = replace(self._config, epochs=self._plan["epochs"])

    def train(self, report, stopping, on_epoch=None):
        """Train; returns a TrainedClassifier."""
        if self._config.freeze:
            return self._solve(report, stopping)
        config, documents, saving = self._config, self._documents, self._request.saving
        method = self._method
        schedule = DocumentSchedule(
            documents.tokens, config, method.tokens_per_chunk(self._n_labels, config)
        )
        parameters = self._parameters()
        identity = saving and self._identity(schedule)
        checkpoints = checkpoints_of(
            saving, identity, schedule.epoch_tokens, config.epochs, report,
            stopping.checkpoint_wanted,
        )  # fmt: skip
        report.say(f"training with {threads_told(config)}, seed {config.seed}{self._note}")
        try:
            is_resumed = saving is not None and saving.resume
            state = checkpoints.restore(parameters) if is_resumed else TrainingState()
            is_old = self._join.is_old if self._join else None
            engine = method.engine(schedule, parameters, documents.label_counts, config, is_old)
            with stopping.caught():
                training = train_schedule(
                    schedule, engine, state, config.lr,
                    method.untrained_loss(documents.label_counts, config),
                    stopping.heeding(report), checkpoints, stopping.requested,
                    on_epoch and self._with_classifier(on_epoch),
                )  # fmt: skip
        finally:
            if checkpoints:
                checkpoints.close()
        report.say(learning_told(training))
        facts = self._facts(training)
        return TrainedClassifier(self._classifier(parameters, facts), training, facts)

    def _solve(self, report, stopping):
        """Learn outputs alone; returns a TrainedClassifier."""
        parameters = self._parameters()
        report.say(f"solving with {threads_told(self._config)}{self._note}")
        training, solution = learn_outputs(
            self._documents, self._table, self._weights, parameters, self._config, report, stopping
        )
        tell_solution(solution, training, report)
        facts = self._facts(training)
        return TrainedClassifier(self._classifier(parameters, facts), training, facts)

    def _parameters(self):
        """The matrices as they are before training."""
        method = self._method
        parameters = method.allocate(self._n_words, self._n_labels, self._config)
        # What is frozen, and has no row, is zero: as in the model that it is of.
        if not self._config.freeze:
            method.initialise(parameters, self._config.seed)
            self._singles.start(parameters[INPUTS])
        if self._join:
            self._join.fill(parameters[INPUTS])
            self._start.fill_outputs(parameters[OUTPUTS], self._documents.labels)
        return parameters

    def _with_classifier(self, on_epoch):
        return lambda epoch, loss, parameters: on_epoch(
            epoch, loss, self._classifier(parameters, {})
        )

    def _identity(self, schedule):
        """What a checkpoint must be of, without what may change when training goes on."""
        options = {name: value for name, value in self._options().items() if name not in MAY_CHANGE}
        corpus = {
            "tokens": schedule.epoch_tokens,
            "vocabulary": self._n_words,
            "digest": self._digest(),
        }
        if self._start:
            options |= {self._start.option: f"digest {self._start.digest()[:DIGEST_SHOWN]}"}
        return {"version": __version__, "corpus": corpus, "options": options, "plan": self._plan}

    def _digest(self):
        """SHA-256 of the documents, their words and their labels, as hexadecimal digits."""
        documents = self._documents
        digest = hashlib.sha256(documents.digest().encode())
        for block in documents.spool.blocks():
            digest.update(block)
        for numbers in (documents.starts, self._arrays.weights):
            digest.update(np.ascontiguousarray(numbers))
        return digest.hexdigest()

    def _options(self):
        return {**asdict(self._documents.facts.text), **asdict(self._config)}

    def _facts(self, training):
        documents, text = self._documents, self._documents.facts
        n_known = int(np.count_nonzero(documents.words < self._n_words))
        if SENTENCE_END_WORD in documents.vocabulary.words:
            n_known -= len(documents)
        return {
            "documents": len(documents),
            "documents_without_label": documents.n_unlabelled,
            "labels": dict(zip(documents.labels, documents.label_counts.tolist(), strict=True)),
            "tokens_read": text.tokens_read,
            "irregular": text.irregular,
            "tokens_in_vocab": n_known,
            "vocab_size": self._n_words,
            "plan": self._plan,
            **start_facts(self._start, self._join),
            **training.facts(self._config.threads, self._seconds),
            "seed": self._config.seed,
            "version": __version__,
            "options": self._options(),
        }

    def _classifier(self, parameters, facts):
        documents, config, start = self._documents, self._config, self._start
        inputs, outputs = parameters[INPUTS], parameters[OUTPUTS]
        if len(self._table.own_sizes):
            inputs = AllRows(inputs, self._singles)
        columns = self._request.columns
        vocabulary = documents.vocabulary
        made = Table(vocabulary.words, vocabulary.counts, inputs, self._table.buckets)
        if self._join:
            made = self._join.table(inputs)
        in_columns = not self._request.has_labels_in_text
        sources = [os.path.basename(os.path.normpath(path)) for path in self._request.paths]
        n_tokens = int(documents.tokens.sum(dtype=np.int64)) + (start.n_tokens if start else 0)
        record = {
            "command": COMMAND,
            "sources": sources,
            "columns": asdict(columns) if columns else in_columns,
            **({"corpus_digest": documents.digest(), **facts} if facts else {}),
        }
        if start and facts:
            record[start.option] = {**record[start.option], **start.origin()}
        return Classifier(
            words=made.words,
            counts=made.counts,
            labels=documents.labels,
            label_counts=documents.label_counts,
            inputs=made.inputs,
            buckets=made.buckets,
            is_pruned=False,
            outputs=outputs[: self._n_labels - 1] if config.loss == "hs" else outputs,
            ngrams=ngrams_of(config),
            word_ngrams=config.word_ngrams,
            loss=config.loss,
            text=documents.facts.text,
            label_prefix="" if in_columns else config.label_prefix,
            hidden_prefix=config.label_prefix if in_columns else "",
            settings={**asdict(config), "model": "supervised"},
            n_tokens=n_tokens,
            provenance=record,
        )


def _advice(_n_bytes):
    return f"a smaller {field('dim')} or a higher {field('min_count')} needs less"


def _check_disk(output, needed):
    """Raise OutputError if a disk has no room for a model."""
    if output is None or output == STDIO or is_special(output):
        return
    folder = os.path.dirname(os.path.realpath(output))
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return
    if free < needed:
        raise OutputError(
            f"{folder}: the model needs about {shown_bytes(needed)} of disk there, and "
            f"{shown_bytes(free)} are free; name a file on another disk, or give a smaller "
            f"{field('dim')} or fewer {field('buckets')}"
        )


def write(trained, request, report):
    """Write a `TrainedClassifier`, and its statistics, where a ClassifyRequest wants them.

    Raises
    ------
    OutputError   if one cannot be written
    """
    started = time.perf_counter()
    if request.output:
        with loss_told(request.saving):
            if request.output != STDIO:
                report("write", 0, None)
            write_classifier(request.output, trained.classifier, request.provenance)
        place = "standard output" if request.output == STDIO else request.output
        report.say(
            f"wrote a model of {counted(len(trained.classifier.labels), 'label')} to {place}"
        )
    if request.stats:
        write_statistics(request.stats, trained.statistics(time.perf_counter() - started))
