"""``w2v train``: text in, word vectors out."""

import os
import time
from contextlib import contextmanager

import click

from ..config import (
    DEFAULT_LR,
    DEFAULTS,
    LOSSES,
    MODELS,
    Spacing,
    TrainConfig,
    option_name,
)
from ..errors import ConfigError, OutputError, TrainingStopped
from ..outputs import atomic_output
from ..paths import STDIO, is_special
from .checks import check_outputs, check_standard_input, mention_unused_cuts, note_terminal
from .common import Command, default_threads, memory_option, warn
from .progress import progress_options, reporter_for
from .repetition import like_option, repeated_run
from .starting import old_vectors, tell_join, with_dim_of
from .textoptions import mention_pruning, text_config, text_options
from .vectoroptions import provenance_option

OUTPUT_OPTIONS = ("output", "save_vocab", "save_context", "stats")


def _config_option(*names, field, help, **kwargs):
    """An option whose default is that of TrainConfig, which also checks its range."""
    default = DEFAULTS[field]
    kwargs.setdefault("type", type(default))
    kwargs.setdefault("metavar", {int: "N", float: "X"}.get(kwargs["type"]))
    return click.option(
        *names, default=default, show_default=default is not None, help=help, **kwargs
    )


@click.command(
    cls=Command,
    epilog="Example: zcat corpus.gz | w2v train - -o vectors.bin -d 300",
    needs_less="a smaller --dim or --max-vocab, or fewer --threads, need less",
)
@click.argument("corpus", nargs=-1, required=True, metavar="CORPUS...")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    help="Where the vectors go: .txt and .vec are text, .bin is binary, .w2v is mapped when read, "
    "- is standard output.",
)
@click.option(
    "--format", metavar="text|binary|w2v", help="Format of the vectors, whatever their name."
)
@_config_option("-m", "--model", field="model", type=click.Choice(MODELS), help="Architecture.")
@_config_option(
    "--loss",
    field="loss",
    type=click.Choice(LOSSES),
    help="Negative sampling, hierarchical softmax, or (small vocabularies) the full softmax.",
)
@_config_option("-d", "--dim", field="dim", help="Length of a vector.")
@_config_option(
    "-w", "--window", field="window", help="Largest half-width; each center draws 1 to N."
)
@_config_option(
    "--fixed-window", field="fixed_window", is_flag=True, help="Always use the whole window."
)
@_config_option("-n", "--negative", field="negative", help="Negative samples a center.")
@_config_option(
    "--ns-exponent", field="ns_exponent", help="Negatives are drawn by count to this power."
)
@_config_option(
    "--share-negatives",
    field="share_negatives",
    help="Use a negative for so many centers; 0: every pair is trained alone, with its own.",
)
@_config_option("-t", "--sample", field="sample", help="Subsampling threshold; 0 keeps every word.")
@_config_option("-e", "--epochs", field="epochs", help="Passes over the corpus.")
@_config_option(
    "--lr",
    field="lr",
    type=float,
    help="Learning rate at the start.  [default: "
    + ", ".join(f"{lr} {model}" for model, lr in DEFAULT_LR.items())
    + "]",
)
@_config_option("--min-count", field="min_count", help="Leave out words that are rarer.")
@_config_option(
    "--max-vocab", field="max_vocab", type=int, help="Keep only the N most frequent words."
)
@click.option(
    "-j",
    "--threads",
    type=int,
    metavar="N",
    help="Training threads.  [default: the CPUs available]",
)
@_config_option("--seed", field="seed", help="Start of all random numbers.")
@_config_option(
    "--max-sentence", field="max_sentence", help="Lines with more words are cut to pieces."
)
@text_options
@click.option("--vocab", metavar="FILE", help="Use this vocabulary ('word count' lines) as it is.")
@click.option("--save-vocab", metavar="FILE", help="Write the vocabulary, 'word count' lines.")
@click.option("--save-context", metavar="FILE", help="Write the output matrix, like the vectors.")
@click.option(
    "--keep-context", is_flag=True, help="Keep the output matrix in the .w2v file, for --init."
)
@like_option
@click.option(
    "--init",
    metavar="FILE",
    help="Go on from these vectors of any format: their words and those of the text are joined.",
)
@click.option("--freeze", is_flag=True, help="With --init: leave the vectors of old words alone.")
@provenance_option
@click.option("--stats", metavar="FILE", help="Write what was done as one JSON object.")
@click.option(
    "--tmpdir",
    metavar="DIR",
    help="For the encoded corpus: 4 bytes a word.  [default: the folder of the output]",
)
@click.option("--checkpoint", metavar="DIR", help="Write checkpoints to a folder now and then.")
@click.option(
    "--checkpoint-every",
    default="10m",
    show_default=True,
    metavar="TIME",
    help="How far apart: a time (30s, 10m, 2h), a share of all (5%), or epochs (1e).",
)
@click.option(
    "--resume",
    metavar="DIR",
    help="Go on from the newest checkpoint there; all else on the command line stays the same.",
)
@memory_option
@progress_options
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
    _check_files(ctx, options)

    from ..formats import check_format, format_for
    from ..pipeline import read_corpus
    from ..vocabulary import Vocabulary
    from .details import tell_settings
    from .room import check_room
    from .signals import status_on_request
    from .watch import Watch

    format_ = format_for(options["output"], options["format"])
    for path in (options["output"], options["save_context"]):
        check_format(path, format_)
    _check_kept_facts(options, format_)
    old = old_vectors(options, format_) if options["init"] else None
    if old:
        config = with_dim_of(ctx, config, old)
        if repeated:
            repeated.check_start(old)
    tmpdir = _folder_for_ids(options)
    vocabulary = Vocabulary.load(options["vocab"]) if options["vocab"] else None
    with reporter_for(options) as report, status_on_request(report):
        tell_settings(report, config)
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
        _train(run, options, watch, report)
        report.say(_training_summary(run))
        started = time.perf_counter()
        with _failure_told(options["checkpoint"]):
            _write(run, options, format_, report)
        report.say(
            f"wrote {len(run.words):,} vectors of length {config.dim} to "
            f"{'standard output' if options['output'] == STDIO else options['output']}"
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


def _train(run, options, watch, report):
    """Train, with checkpoints if they are wanted; a signal ends it in order."""
    from .signals import StopSignals

    checkpoints = None
    if options["checkpoint"]:
        checkpoints = run.checkpoints(options["checkpoint"], options["checkpoint_every"], warn)
        checkpoints.tell = report.checkpoint
    signals = StopSignals()
    try:
        with signals.caught():
            run.train(watch, checkpoints, options["resume"] is not None, signals.requested)
    except TrainingStopped as stopped:
        stopped.exit_code = signals.exit_code
        raise


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


def _check_files(ctx, options):
    corpus = options["corpus"]
    outputs = [options[name] for name in OUTPUT_OPTIONS if options[name]]
    inputs = {"a corpus": corpus}
    for name, what in (("init", "the vectors to go on from"), ("like", "the run to repeat")):
        inputs[what] = [options[name]] if options[name] else []
    check_outputs(outputs, inputs, options["log_json"])
    for name in ("save_context", "keep_context"):
        if options[name] and options["loss"] == "hs":
            raise click.UsageError(
                f"{option_name(name)} needs --loss ns or softmax: the outputs of the hierarchical "
                "softmax are nodes of a tree, not words"
            )
    if options["freeze"] and not options["init"]:
        raise click.UsageError("--freeze needs --init: there are no old words without")
    check_standard_input(
        {
            "the corpus": corpus,
            "the vocabulary": [options["vocab"]],
            "the vectors to go on from": [options["init"]],
        }
    )
    if options["vocab"]:
        mention_unused_cuts(ctx, "--vocab is used as it is")
    note_terminal("the corpus", corpus)
    _check_checkpoints(options)


def _check_kept_facts(options, format_):
    """What is to be kept with the vectors, or beside them, must find its place."""
    from ..formats import format_named
    from ..provenance import check_beside, path_beside

    chosen = format_named(format_)
    if options["keep_context"] and not chosen.keeps_context:
        raise click.UsageError(
            f"--keep-context needs the format of w2v (-o NAME.w2v): {chosen.title} has no place "
            "for the output matrix; --save-context writes it to a file of its own"
        )
    if options["provenance"] and not chosen.keeps_provenance:
        vectors = [options[name] for name in ("output", "save_context") if options[name]]
        for path in vectors:
            check_beside(path)
        beside = [path for path in map(path_beside, vectors) if path]
        outputs = [options[name] for name in OUTPUT_OPTIONS if options[name]]
        check_outputs([*outputs, *beside], {})


def _check_checkpoints(options):
    """What is resumed goes on writing its checkpoints to the same folder."""
    from ..checkpoint import prepare_folder

    folder, resumed = options["checkpoint"], options["resume"]
    options["checkpoint_every"] = Spacing.parse(options["checkpoint_every"])
    if resumed and folder and os.path.realpath(folder) != os.path.realpath(resumed):
        raise ConfigError(
            f"--resume {resumed} and --checkpoint {folder} must be the same folder; "
            "leave out --checkpoint"
        )
    options["checkpoint"] = folder or resumed
    if options["checkpoint"]:
        prepare_folder(options["checkpoint"], resumed is not None)


def _folder_for_ids(options):
    """Where the encoded corpus lies while training: --tmpdir, or the folder of the output."""
    from tempfile import gettempdir

    output = options["output"]
    if options["tmpdir"]:
        return options["tmpdir"]
    if output == STDIO or is_special(output):
        return gettempdir()
    return os.path.dirname(os.path.realpath(output))


def _corpus_summary(run):
    return (
        f"{run.tokens_read:,} words read, {run.corpus.n_tokens:,} of them in the vocabulary "
        f"of {len(run.vocabulary):,}"
    )


def _training_summary(run):
    from ..footprint import shown_bytes
    from ..resources import peak_memory_bytes

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
