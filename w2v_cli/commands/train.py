"""``w2v train``: text in, word vectors out."""

import time
from contextlib import contextmanager

import click

from ..config import DEFAULTS, TrainConfig
from ..errors import OutputError
from ..files.outputs import atomic_output
from ..files.paths import STDIO
from ..terminal.checks import mention_unused_cuts
from ..terminal.command import Command, default_threads, require_given
from ..terminal.options.text import mention_pruning, text_config, text_options
from ..terminal.options.train import model_options, output_options, run_options
from ..terminal.progress.reporter import reporter_for
from ..terminal.settings.like import repeated_run
from ..terminal.settings.presets import mention_unused_preset, presets_table
from ..terminal.settings.printconfig import config_lines, is_printing
from ..terminal.training.files import OUTPUT_OPTIONS, check_files, check_kept_facts, folder_for_ids
from ..terminal.training.init import old_vectors, tell_join, with_dim_of
from ..terminal.training.timebudget import TimeBudget, left_to_plan, planned_before
from ..terminal.warnings import warn

EXAMPLES = """
  w2v train corpus.txt -o vectors.bin
  zcat corpus.gz | w2v train - -o vectors.bin -d 300
  w2v train news/ wiki.txt.xz -o vectors.w2v -m cbow --epochs 10
  w2v train corpus.txt -o vectors.bin --checkpoint saved/ --stats stats.json"""

EPILOG = f"""\b
{presets_table()}"""


@click.command(
    cls=Command,
    examples=EXAMPLES,
    epilog=EPILOG,
    short_help="Train word vectors on text.",
    needs_less="a smaller --dim or --max-vocab, or fewer --threads, need less",
)
@click.argument("corpus", nargs=-1, metavar="CORPUS...")
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
    if is_printing(ctx):
        _print_config(ctx, options)
        return
    require_given(ctx, "corpus", "output")
    mention_unused_preset(ctx)
    config = _config(options)
    budget = TimeBudget(ctx, options) if options["time_budget"] else None
    repeated = repeated_run(ctx)
    if repeated:
        repeated.check_init(options["init"])
    check_files(ctx, options)
    config, plan = planned_before(ctx, options, config) if options["resume"] else (config, None)
    old, format_ = _start(options)
    if old:
        config = with_dim_of(ctx, config, old)
        if repeated:
            repeated.check_start(old)

    from ..terminal.stopping import status_on_request
    from ..terminal.training.memorywatch import Watch
    from ..terminal.training.verbose import tell_settings

    with reporter_for(options) as report, status_on_request(report):
        tell_settings(report, config)
        watch = Watch(report, [options[name] for name in OUTPUT_OPTIONS if options[name]])
        run = _read(options, config, old, watch)
        _tell_corpus(ctx, run, options, report)
        _plan(run, plan, budget, options, format_, report)
        _run(run, options, format_, report, watch)


def _plan(run, plan, budget, options, format_, report):
    """Choose epochs and dim where there is a budget of time, unless an earlier run did."""
    if plan:
        run.plan = plan
        report.say(f"as planned before: --dim {plan['dim']} --epochs {plan['epochs']}")
    elif budget:
        if run.join:
            budget.fix_dim()
        budget.plan(run, options, format_, report)


def _start(options):
    """(old vectors to go on from or None, format of the results)."""
    from ..formats import check_format, format_for

    format_ = format_for(options["output"], options["format"])
    for path in (options["output"], options["save_context"]):
        check_format(path, format_)
    check_kept_facts(options, format_)
    return old_vectors(options, format_) if options["init"] else None, format_


def _read(options, config, old, watch):
    """The `Run` of a corpus that was read, not trained yet."""
    from ..corpus.vocabulary import Vocabulary
    from ..training.run import read_corpus

    tmpdir = folder_for_ids(options)
    vocabulary = Vocabulary.load(options["vocab"]) if options["vocab"] else None
    text = text_config(options, config.threads)
    return read_corpus(options["corpus"], config, tmpdir, vocabulary, watch, text, old)


def _tell_corpus(ctx, run, options, report):
    """Say what was read, and what of the command line does not go with it."""
    if run.vocabulary_given and not options["vocab"]:
        mention_unused_cuts(ctx, "the corpus was encoded with --vocab, which is used as it is")
    mention_pruning(run.pruned_below, run.text.max_table)
    report.say(_corpus_summary(run))
    repeated = repeated_run(ctx)
    if repeated:
        repeated.check_corpus(run)
    if run.join:
        tell_join(run, options, report)


def _run(run, options, format_, report, watch):
    """Train, and write all that is wanted of it."""
    from ..terminal.training.diskspace import check_room

    check_room(run, options, format_, report)
    if options["save_vocab"]:
        run.vocabulary.save(options["save_vocab"])
    config = run.config
    report.say(f"training with {config.threads} threads, seed {config.seed}")
    _train(run, options, watch, report)
    report.say(_training_summary(run))
    started = time.perf_counter()
    with _failure_told(options["checkpoint"]):
        _write(run, options, format_, report)
    place = "standard output" if options["output"] == STDIO else options["output"]
    report.say(f"wrote {len(run.words):,} vectors of length {config.dim} to {place}")
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


def _train(run, options, watch, report):
    """Train, with checkpoints if they are wanted; a signal ends it in order."""
    from ..terminal.stopping import StopSignals

    checkpoints = None
    if options["checkpoint"]:
        checkpoints = run.checkpoints(options["checkpoint"], options["checkpoint_every"], warn)
        checkpoints.tell = report.checkpoint
    signals = StopSignals()
    with signals.caught():
        resume = options["resume"] is not None
        run.train(signals.heeding(watch), checkpoints, resume, signals.requested)


def _write(run, options, format_, report):
    """Write the vectors, and the output matrix where it is wanted."""
    from ..formats import write_embeddings

    if STDIO not in (options["output"], options["save_context"]):
        report("write", 0, None)  # two writers on one terminal would mix their lines
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


def _print_config(ctx, options):
    threads = options["threads"]
    config = _config(options)  # which checks it
    options["threads"] = threads
    computed = {
        "lr": (config.start_lr, f"default of {config.model}"),
        "threads": (config.threads, "default, the CPUs available"),
    }
    for line in config_lines(ctx, computed, ("preset", "like"), left_to_plan(ctx)):
        click.echo(line)


def _corpus_summary(run):
    return (
        f"{run.tokens_read:,} words read, {run.corpus.n_tokens:,} of them in the vocabulary "
        f"of {len(run.vocabulary):,}"
    )


def _training_summary(run):
    from ..machine.system import peak_memory_bytes
    from ..wording.amounts import shown_bytes

    training = run.training
    speed = training.tokens_processed / max(training.seconds_train, 1e-9)
    first, last = training.losses[0], training.losses[-1]
    loss = f"{first:.4f}" if len(training.losses) == 1 else f"{first:.4f} at first, {last:.4f} now"
    return (
        f"{training.tokens_processed:,} words trained in {training.seconds_train:,.1f} s, "
        f"{speed:,.0f} words/s; loss {loss}; at most {shown_bytes(peak_memory_bytes())} of memory"
    )


def _write_json(path, content):
    import json

    with atomic_output(path) as stream:
        stream.write(json.dumps(content, indent=2).encode() + b"\n")
