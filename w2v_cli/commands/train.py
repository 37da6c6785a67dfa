"""``w2v train``: text in, word vectors out."""

import time
from contextlib import contextmanager

import click

from ..config import DEFAULTS, TrainConfig
from ..errors import OutputError, TrainingStopped
from ..outputs import atomic_output
from .checks import mention_unused_cuts
from .common import Command, default_threads, warn
from .repetition import repeated_run
from .starting import old_vectors, tell_join, with_dim_of
from .textoptions import mention_pruning, text_config, text_options
from .trainchecks import OUTPUT_OPTIONS, check_files, check_kept_facts, folder_for_ids
from .trainoptions import model_options, output_options, run_options


@click.command(
    cls=Command,
    epilog="Example: zcat corpus.gz | w2v train - -o vectors.bin -d 300",
    needs_less="a smaller --dim or --max-vocab, or fewer --threads, need less",
)
@click.argument("corpus", nargs=-1, required=True, metavar="CORPUS...")
@output_options
@model_options
@text_options
@run_options
@click.pass_context
def train(ctx, **options):
    """Train word vectors on CORPUS: files, folders, or - for standard input.

    One sentence a line, tokens separated by white space. gzip, bzip2, xz and zstd input is
    recognised by its content.
    """
    config = _config(options)
    repeated = repeated_run(ctx)
    if repeated:
        repeated.check_init(options["init"])
    check_files(ctx, options)

    from ..formats import check_format, format_for
    from ..pipeline import read_corpus
    from ..vocabulary import Vocabulary
    from .progress import reporter
    from .room import check_room
    from .signals import status_on_request
    from .watch import Watch

    format_ = format_for(options["output"], options["format"])
    for path in (options["output"], options["save_context"]):
        check_format(path, format_)
    check_kept_facts(options, format_)
    old = old_vectors(options, format_) if options["init"] else None
    if old:
        config = with_dim_of(ctx, config, old)
        if repeated:
            repeated.check_start(old)
    tmpdir = folder_for_ids(options)
    vocabulary = Vocabulary.load(options["vocab"]) if options["vocab"] else None
    with reporter(options["quiet"]) as report, status_on_request(report):
        text = text_config(options, config.threads)
        watch = Watch(report, [options[name] for name in OUTPUT_OPTIONS if options[name]])
        run = read_corpus(options["corpus"], config, tmpdir, vocabulary, watch, text, old)
        if run.vocabulary_given and not options["vocab"]:
            mention_unused_cuts(ctx, "the corpus was encoded with --vocab, which is used as it is")
        mention_pruning(run.pruned_below, run.text.max_table)
        report.say(_corpus_summary(run))
        if repeated:
            repeated.check_corpus(run)
        if run.join:
            tell_join(run, options, report)
        check_room(run, options, format_, report)
        if options["save_vocab"]:
            run.vocabulary.save(options["save_vocab"])
        report.say(f"training with {config.threads} threads, seed {config.seed}")
        _train(run, options, watch)
        report.say(_training_summary(run))
        started = time.perf_counter()
        with _failure_told(options["checkpoint"]):
            _write(run, options, format_)
        report.say(
            f"wrote {len(run.words):,} vectors of length {config.dim} to {options['output']}"
        )
        if options["stats"]:
            _write_json(options["stats"], run.statistics(time.perf_counter() - started))


@contextmanager
def _failure_told(folder):
    """Say with an error in writing what was trained whether it is lost."""
    try:
        yield
    except OutputError as error:
        left = (
            f"what was trained is in {folder}: once that is put right, the same command with "
            f"--resume {folder} writes it"
            if folder
            else "what was trained is lost; --checkpoint DIR would have kept it"
        )
        raise OutputError(f"{error}; {left}") from error


def _train(run, options, report):
    """Train, with checkpoints if they are wanted; a signal ends it in order."""
    from .signals import StopSignals

    checkpoints = None
    if options["checkpoint"]:
        checkpoints = run.checkpoints(options["checkpoint"], options["checkpoint_every"], warn)
    signals = StopSignals()
    try:
        with signals.caught():
            run.train(report, checkpoints, options["resume"] is not None, signals.requested)
    except TrainingStopped as stopped:
        stopped.exit_code = signals.exit_code
        raise


def _write(run, options, format_):
    """Write the vectors, and the output matrix where it is wanted."""
    from ..formats import write_embeddings

    provenance = run.provenance() if options["provenance"] else None
    context = run.context_vectors if options["keep_context"] else None
    facts = {"counts": run.counts, "beside": True}
    write_embeddings(
        options["output"],
        run.words,
        run.vectors,
        format_,
        provenance=provenance,
        context=context,
        **facts,
    )
    if options["save_context"]:
        if provenance:
            provenance = {**provenance, "matrix": "outputs"}
        write_embeddings(
            options["save_context"],
            run.words,
            run.context_vectors,
            format_,
            provenance=provenance,
            **facts,
        )


def _config(options):
    options["threads"] = default_threads(options["threads"])
    return TrainConfig(**{name: options[name] for name in DEFAULTS})


def _corpus_summary(run):
    return (
        f"{run.tokens_read:,} words read, {run.corpus.n_tokens:,} of them in the vocabulary "
        f"of {len(run.vocabulary):,}"
    )


def _training_summary(run):
    training = run.training
    speed = training.tokens_processed / max(training.seconds_train, 1e-9)
    return (
        f"{training.tokens_processed:,} words trained in {training.seconds_train:,.1f} s, "
        f"{speed:,.0f} words/s"
    )


def _write_json(path, content):
    import json

    with atomic_output(path) as stream:
        stream.write(json.dumps(content, indent=2).encode() + b"\n")
