"""The one road from text to vectors: what was asked for is prepared, trained and written.

A front end makes a `Request`, implements a `Report`, and gets what was `Trained`. Those that want a
part of it take the same steps: `prepare.prepare` to encode or tune, `train` to write otherwise.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

from ..config import AT_ONCE, AUTO, LANGUAGE_MODELS
from ..embeddings.blocks import Rows
from ..errors import ConfigError, OutputError, field
from ..files.paths import STDIO
from ..formats.provenance import settings_of
from ..formats.registry import check_ngrams, format_named
from ..formats.w2v_language_model import dropped_note
from ..formats.writing import write_embeddings
from ..machine.system import peak_memory_bytes
from ..machine.threads import Background
from ..methods.registry import method_of
from ..wording.amounts import shown_bytes
from .checkpoint import prepare_folder, saved_options
from .prepare import Prepared, prepare
from .remarks import high_loss, little_text, no_loss, nothing_learnt
from .report import NeverStopping, Report, Silence, Stopping
from .request import Request, Saving
from .result import Trained, perplexity, write_statistics
from .space import check_space
from .telling import checkpoints_of, learning_told, threads_told
from .timebudget import fit_into_time, with_resumed_plan
from .together import SharedCorpus
from .trainer import train_model
from .watch import Watch

OnEpoch: TypeAlias = Callable[[int, float, Rows], Any]


def begin(request, read_old=None):
    """Look at all but the corpus: the folder of checkpoints, and the vectors to go on from.

    Parameters
    ----------
    request : Request
    read_old : callable or None   returns the `OldVectors` of ``request.init``

    Returns
    -------
    Request   with what was found

    Raises
    ------
    ConfigError, InputError, OutputError   if that does not go with what is asked for
    """
    _check_outputs(request)
    _check_one_model(request)
    request = _with_readout(request)
    if request.saving:
        prepare_folder(request.saving.folder, request.saving.resume)
        if request.saving.resume:
            request = with_resumed_plan(request)
            _check_epochs_of_ensemble(request)
    if request.plan or not request.time_budget or "dim" in request.chosen:
        request.config.check_ensemble()
    if request.init is not None:
        request = request.going_on_from(read_old())
    _check_ngrams(request)
    return request


def _check_ngrams(request):
    """Raise ConfigError if a file has no place for vectors of such n-grams, or for any without."""
    outputs, config = request.outputs, request.config
    if outputs.format is None:
        return
    chosen = format_named(outputs.format)
    if outputs.context:
        check_ngrams(chosen, outputs.context)
    if outputs.vectors and config.has_ngrams:
        shortest = None if config.min_n == AUTO else config.ngram_sizes[0]
        check_ngrams(chosen, outputs.vectors, config.subword_hash, shortest)
    elif outputs.vectors:
        check_ngrams(chosen, outputs.vectors)


def _tell_language_model(request, report):
    """Say so if the model itself has no place in the file of its vectors."""
    outputs, config = request.outputs, request.config
    if config.model not in LANGUAGE_MODELS or not (outputs.vectors and outputs.format):
        return
    chosen = format_named(outputs.format)
    if not chosen.keeps_language_model:
        report.say(
            f"{chosen.title} has a place for vectors alone: {field('format', 'w2v')} keeps the "
            "language model, too, for score and generate"
        )


def _tell_ngrams(request, report):
    """Say so if the n-grams of vectors have no place in their file."""
    outputs = request.outputs
    if not (request.config.has_ngrams and outputs.vectors and outputs.format):
        return
    chosen = format_named(outputs.format)
    if not chosen.keeps_ngrams:
        keeping = "fasttext" if request.config.has_own_rows else "floret"
        report.say(
            f"{chosen.title} has no place for n-grams: words that are not in the text will have "
            f"no vectors; {field('format', 'w2v')} and {keeping} keep them"
        )


def _check_outputs(request):
    """Raise ConfigError if output rows are to be kept as words, and are none."""
    if method_of(request.config).outputs_are_words(request.config):
        return
    outputs = request.outputs
    for name, is_asked in (
        ("save_context", outputs.context),
        ("keep_context", outputs.keep_context),
    ):
        if is_asked:
            _refuse_outputs(name, request.config)
    if "vectors" in request.chosen:  # by no preset
        check_readout(request.config)


def _check_one_model(request):
    """Raise ConfigError if an ensemble is to do what only one model can."""
    n_models, outputs = request.config.ensemble, request.outputs
    if n_models == 1:
        return
    if request.init is not None:
        raise ConfigError(
            f"{field('init')} and {field('ensemble', n_models)} exclude each other: vectors are "
            "where one model starts, and the others would start from the same; leave one of them "
            "out"
        )
    for name, is_asked in (
        ("save_context", outputs.context),
        ("keep_context", outputs.keep_context),
    ):
        if is_asked:
            raise ConfigError(
                f"{field(name)} and {field('ensemble', n_models)} exclude each other: each model "
                "has an output matrix of its own, and none belongs to the vectors of all; leave "
                "one of them out"
            )


def _check_epochs_of_ensemble(request):
    """Raise ConfigError if an ensemble is to go on with another number of epochs."""
    config, folder = request.config, request.saving.folder
    if config.ensemble == 1:
        return
    saved = saved_options(folder)
    begun = saved.get("epochs")  # which only checkpoints of ensembles tell
    if saved.get("ensemble") == config.ensemble and begun not in (None, config.epochs):
        raise ConfigError(
            f"{field('epochs', config.epochs)}: the ensemble in {folder} was begun with {begun}, "
            "and its models are trained one after the other, each to its end; give "
            f"{field('epochs', begun)}"
        )


def check_readout(config):
    """Raise ConfigError if other rows than inputs are to come out, and are no words."""
    is_asked = config.vectors not in (None, "input")
    if is_asked and not method_of(config).outputs_are_words(config):
        _refuse_outputs("vectors", config)


def _refuse_outputs(name, config):
    if config.loss != "hs":
        raise ConfigError(
            f"{field(name)} needs a hidden layer as long as the vectors, "
            f"{field('hidden', config.dim)}: rows of outputs are as long as that, which has "
            f"{config.n_hidden} units"
        )
    raise ConfigError(
        f"{field(name)} needs {field('loss', 'ns')} or softmax: the outputs of the hierarchical "
        "softmax are nodes of a tree, not words"
    )


def _with_readout(request):
    """The request with ``input`` vectors, where others could not be gone on from, or where the
    output matrix is written, too; a default or a preset is no reason against it.

    Raises
    ------
    ConfigError   if others are asked for, and cannot be
    """
    outputs, vectors = request.outputs, request.config.vectors
    if not (outputs.keep_context or outputs.context or request.freeze):
        return request
    if "vectors" in request.chosen and vectors != "input":
        if outputs.keep_context:
            raise ConfigError(
                f"{field('vectors', vectors)} and {field('keep_context')} exclude each other: that "
                "file has both matrices; converting it puts them together"
            )
        if request.freeze == "outputs":
            raise ConfigError(
                f"{field('vectors', vectors)} and {field('freeze', 'outputs')} exclude each other: "
                "the inputs alone are learnt, and are what differs from text to text"
            )
        if request.freeze:
            raise ConfigError(
                f"{field('vectors', vectors)} and {field('freeze')} exclude each other: the "
                "vectors of old words would not stay as they are"
            )
        return request
    return replace(request, config=replace(request.config, vectors="input"))


def run(
    request: Request,
    report: Report | None = None,
    stopping: Stopping | None = None,
    on_prepared: Callable[[Prepared], Any] | None = None,
    on_epoch: OnEpoch | None = None,
) -> Trained:
    """Prepare, train and write.

    Parameters
    ----------
    request : Request                 that went through `begin`
    report : Report or None
    stopping : Stopping or None       who may end training early
    on_prepared : callable or None    called with the `Prepared`, before training
    on_epoch : callable or None       see `train`

    Returns
    -------
    Trained

    Raises
    ------
    InputError, OutputError, ConfigError   as `prepare.prepare`; if an output cannot be written
    MemoryShortageError   naming the largest dim and vocabulary that fit; nothing was begun
    TrainingError         as `trainer.train_model`, or if the time is too short
    TrainingStopped       if it was stopped
    """
    report = report or Silence()
    prepared = prepare(request, report)
    try:
        prepared = prepared.counted(request.folder, Watch(report))
        _tell_join(prepared, report)
        _tell_ngrams(request, report)
        _tell_language_model(request, report)
        if hint := little_text(prepared.corpus.n_tokens, request.config):
            report.say(hint)
        if on_prepared:
            on_prepared(prepared)
        prepared = fit_into_time(request, prepared, report)
        check_space(prepared, request, report)
        if request.outputs.vocabulary:
            prepared.vocabulary.save(request.outputs.vocabulary)
    except BaseException:
        prepared.corpus.close()
        raise
    stopping = stopping or NeverStopping()
    # Of a folder that is there already nothing is known by its name alone.
    watch = Watch(report, [path for path in request.outputs.paths if not os.path.isdir(path)])
    trained = train(prepared, watch, stopping, request.saving, on_epoch)
    write(trained, request, report)
    return trained


def train(
    prepared: Prepared,
    report: Report,
    stopping: Stopping,
    saving: Saving | None = None,
    on_epoch: OnEpoch | None = None,
) -> Trained:
    """Train on a corpus and give its disk space back.

    Parameters
    ----------
    prepared : Prepared
    report : Report
    stopping : Stopping
    saving : Saving or None
    on_epoch : callable or None   called as on_epoch(epoch, loss, vectors) after each epoch (from
                                  1), with its mean loss a pair and rows that may go on changing;
                                  True ends training, and what was trained stays

    Returns
    -------
    Trained
    """
    if saving and saving.resume:
        prepared = _as_begun(prepared, saving.folder)
    config = prepared.settled
    report.say(_settings_told(prepared))
    # One core is busy with it for some seconds in the hours that so much text takes to train.
    hashing = Background(prepared.compute_digests)
    checkpoints = None
    try:
        checkpoints = checkpoints_of(
            saving,
            saving and prepared.identity(),
            prepared.corpus.n_tokens,
            prepared.config.all_epochs,
            report,
            stopping.checkpoint_wanted,
        )
        with stopping.caught():
            training = train_model(
                prepared.corpus,
                prepared.vocabulary.counts,
                config,
                stopping.heeding(report),
                checkpoints,
                saving is not None and saving.resume,
                stopping.requested,
                prepared.join,
                on_epoch and _with_vectors(on_epoch, prepared),
                prepared.lists,
                partial(_tell_perplexity, report),
            )
        hashing.result()
    finally:
        hashing.end()
        if checkpoints:
            checkpoints.close()
        prepared.corpus.close()
    trained = Trained(prepared, training)
    report.say(_training_summary(trained))
    _tell_losses(training.losses, config, trained.prepared.corpus.n_tokens, report)
    if warning := nothing_learnt(training.parameters, config):
        report.warn(warning)
    return trained


def _settings_told(prepared):
    """What one may want to know before training: threads, seed, and a rate that was chosen."""
    config = prepared.settled
    threads = threads_told(config)
    line = f"training with {threads}, seed {config.seed}"
    if config.ensemble > 1:
        last = config.member(config.ensemble - 1)
        line = (
            f"training {config.ensemble} models of {field('dim', last.dim)} one after the other "
            f"with {threads}, seeds {config.seed} to {last.seed}"
        )
    by_size = prepared.config.left_to_size
    if by_size:
        chosen = " ".join(field(name, getattr(config, name)) for name in by_size)
        n_words = len(prepared.vocabulary)
        times = prepared.corpus.n_tokens * config.epochs / n_words
        line += f"; {chosen} for {n_words:,} words, each trained on {times:,.0f} times on average"
    return line


def _as_begun(prepared, folder):
    """What goes by size is as it was when the run was begun, which may have had fewer epochs."""
    saved = saved_options(folder)
    begun = {
        name: saved[name]
        for name in prepared.config.left_to_size
        if isinstance(saved.get(name), float)
    }
    return replace(prepared, config=replace(prepared.config, **begun))


def _tell_losses(losses, config, n_tokens, report):
    if warning := no_loss(losses, n_tokens, config):
        report.warn(warning)
    if hint := high_loss(losses, config):
        report.say(hint)


def _tell_perplexity(report, epoch, loss, held_out_loss):
    """Say how likely the text is after an epoch, and what is held out."""
    report.say(
        f"epoch {epoch}: perplexity {perplexity(loss):,.1f}, "
        f"{perplexity(held_out_loss):,.1f} of the text that is held out"
    )


def _with_vectors(on_epoch, prepared):
    """A function that is called with the vectors of all results, not with parameters."""
    return lambda epoch, loss, parameters: on_epoch(epoch, loss, prepared.vectors(parameters))


def write(trained: Trained, request: Request, report: Report) -> None:
    """Write all that is wanted of what was trained.

    Raises
    ------
    OutputError   that says whether what was trained is lost
    """
    outputs = request.outputs
    started = time.perf_counter()
    with loss_told(request.saving):
        if outputs.vectors:
            _write_vectors(trained, outputs, report)
    if outputs.stats:
        write_statistics(outputs.stats, trained.statistics(time.perf_counter() - started))


def _tell_join(prepared, report):
    """Say how old and new words join, and what the user should know of it."""
    join = prepared.join
    if join is None:
        return
    report.say(join.summary())
    if join.old.embeddings.context is not None and not join.has_context:
        report.say("the outputs are no words (nodes of a tree, say): they start at zero")
    if note := join.note():
        report.warn(note)


def _training_summary(trained):
    training = trained.training
    last = training.losses[-1]
    if trained.prepared.config.model in AT_ONCE:
        return (
            f"{training.pairs_trained:,} pairs decomposed in {training.seconds_train:,.1f} s; "
            f"{1 - last:.1%} of their squares are in the vectors; at most "
            f"{shown_bytes(peak_memory_bytes())} of memory"
        )
    told = learning_told(training)
    if isinstance(trained.prepared.corpus, SharedCorpus):
        told += f"; {_communication_told(trained.prepared.corpus)}"
    return told


def _communication_told(corpus):
    """What it took several processes to put together what they have learnt."""
    spent = corpus.seconds
    waiting, merging = (spent[each] / max(spent["rounds"], 1e-9) for each in ("waiting", "merging"))
    return (
        f"{corpus.communicator.size} processes, {merging:.1%} of the time on merging and "
        f"{waiting:.1%} on waiting for slower ones, {shown_bytes(corpus.communicator.bytes_sent)} "
        "sent by each"
    )


@contextmanager
def loss_told(saving):
    """Say with an error in writing what was trained whether it is lost."""
    try:
        yield
    except OutputError as error:
        left = (
            f"what was trained is in {saving.folder}: once that is put right, the same again "
            f"with {field('resume', saving.folder)} writes it"
            if saving
            else f"what was trained is lost; {field('checkpoint')} would have kept it"
        )
        raise OutputError(f"{error.message}; {left}") from error


def _write_vectors(trained, outputs, report):
    """Write the vectors, and the output matrix where it is wanted."""
    if STDIO not in (outputs.vectors, outputs.context):
        report("write", 0, None)  # two writers on one terminal would mix their lines
    facts = trained.provenance()
    provenance = facts if outputs.provenance else None
    keeps = outputs.keep_context or format_named(str(outputs.format)).has_outputs
    is_input = trained.prepared.readout == "input"
    has_words = method_of(trained.prepared.config).outputs_are_words(trained.prepared.config)
    written = {"format": outputs.format, "counts": trained.counts, "beside": outputs.provenance}
    language_model = trained.language_model
    if trained.prepared.config.model in LANGUAGE_MODELS and language_model is None:
        report.say(dropped_note())
    write_embeddings(
        outputs.vectors,
        trained.words,
        trained.vectors,
        provenance=provenance,
        context=trained.context_vectors if keeps and is_input and has_words else None,
        nodes=trained.nodes if is_input else None,
        subwords=trained.subwords if format_named(str(outputs.format)).keeps_ngrams else None,
        language_model=language_model,
        settings=settings_of(facts),
        **written,
    )
    if outputs.context:
        if provenance:
            provenance = {**provenance, "matrix": "outputs"}
        write_embeddings(
            outputs.context,
            trained.words,
            trained.context_vectors,
            provenance=provenance,
            **written,
        )
    place = "standard output" if outputs.vectors == STDIO else outputs.vectors
    n_words, dim = trained.vectors.shape
    report.say(f"wrote {n_words:,} vectors of length {dim} to {place}{_readout_told(trained)}")


def _readout_told(trained):
    """Of which matrices and models the vectors are, where they are not the inputs of one."""
    what = {
        "sum": "sums of inputs and outputs",
        "concat": "inputs, and outputs behind them",
        "context": "outputs",
        "balanced": "balanced sums of inputs and outputs",
    }
    readout, n_models = trained.prepared.readout, trained.prepared.config.ensemble
    told = [what[readout]] if readout in what else []
    told += [f"{n_models} models side by side"] if n_models > 1 else []
    return f" ({', of '.join(told)})" if told else ""
