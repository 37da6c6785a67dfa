"""``w2v train``: text in, word vectors out."""

from dataclasses import asdict, replace

import click

from ..config import DEFAULTS, OWN_DEFAULTS
from ..terminal.checks import mention_unused_cuts
from ..terminal.command import Command, exclusive, require_given
from ..terminal.help.completion import FILE
from ..terminal.options.distributed import communicator_of, distributed_options, is_first
from ..terminal.options.text import text_options
from ..terminal.options.train import model_options, output_options, run_options
from ..terminal.progress.options import reporter_for
from ..terminal.settings.presets import mention_unused_preset, presets_tables
from ..terminal.settings.printconfig import config_lines
from ..terminal.settings.sources import settings_of
from ..terminal.training.asking import (
    chosen_options,
    left_to_plan,
    old_vectors,
    request_of,
    train_config,
    with_format,
)
from ..terminal.training.files import check_files, check_kept_facts

EXAMPLES = """
  w2v train corpus.txt -o vectors.bin
  zcat corpus.gz | w2v train - -o vectors.bin -d 300
  w2v train news/ wiki.txt.xz -o vectors.w2v -m cbow --epochs 10
  w2v train corpus.txt -o vectors.bin --checkpoint saved/ --stats stats.json"""

COMMON = (
    "output", "model", "dim", "window", "epochs", "min_count", "tokenize", "lowercase", "threads",
)  # fmt: skip

EPILOG = "\n\n".join(f"\b\n{table}" for table in presets_tables())


@click.command(
    cls=Command,
    is_trainer=True,
    has_headings=True,
    common=COMMON,
    examples=EXAMPLES,
    epilog=EPILOG,
    short_help="Train word vectors on text.",
    needs_less="a smaller --dim or --max-vocab, or fewer --threads, need less",
)
@click.argument("corpus", nargs=-1, type=FILE, metavar="CORPUS...")
@output_options
@model_options
@text_options
@run_options
@distributed_options
@exclusive("--like", "--preset")
@click.pass_context
def train(ctx, **options):
    """Train word vectors on CORPUS: files, folders, or - for standard input.

    One sentence a line, tokens separated by white space. gzip, bzip2, xz and zstd input is
    recognised by its content.
    """
    if settings_of(ctx).is_printing:
        if is_first(options):
            _print_config(ctx, options)
        return
    require_given(ctx, "corpus", "output")
    communicator = communicator_of(options)
    mention_unused_preset(ctx)
    request = _request(ctx, options, communicator)

    from ..terminal.stopping import StopSignals, status_on_request
    from ..terminal.training.verbose import tell_settings
    from ..training.compiling import kernel_compiled_beside
    from ..training.run import run

    stopping = StopSignals()
    with (
        kernel_compiled_beside(request),
        reporter_for(options) as report,
        status_on_request(report, stopping),
    ):
        tell_settings(report, request.config)
        run(_with_words(request, options), report, stopping, _corpus_checks(ctx, options))


def _request(ctx, options, communicator):
    """What is asked for, after all checks that need not read the corpus."""
    repeated = settings_of(ctx).repeated
    if repeated:
        repeated.check_init(options["init"])
        repeated.check_phrases(options["phrases"])
    request = request_of(ctx, options)
    if communicator:
        request = request.by(communicator)
    check_files(ctx, request, options)
    request = with_format(request)
    check_kept_facts(request, options)

    from ..training.run import begin

    request = begin(request, lambda: old_vectors(request))
    if repeated and request.old:
        repeated.check_start(request.old)
    return request


def _with_words(request, options):
    """The request with the files of words that are named."""
    from ..corpus.vocabulary import Vocabulary
    from ..phrases.wanted import phrases_wanted

    return replace(
        request,
        phrases=options["phrases"] and phrases_wanted(options["phrases"]),
        vocabulary=options["vocab"] and Vocabulary.load(options["vocab"]),
    )


def _corpus_checks(ctx, options):
    """What is to be done when the corpus was read: say what does not go with it."""
    repeated = settings_of(ctx).repeated

    def check(prepared):
        if prepared.facts.vocabulary_given and not options["vocab"]:
            mention_unused_cuts(ctx, "the corpus was encoded with --vocab, which is used as it is")
        if repeated:
            repeated.check_corpus(prepared)

    return check


def _print_config(ctx, options):
    config = train_config(options)  # which checks it
    from ..methods.base import readout_of
    from ..methods.registry import method_of

    own = {**asdict(config), "vectors": readout_of(method_of(config), config)}
    computed = {
        **{name: (own[name], f"default of {config.model}") for name in OWN_DEFAULTS[config.model]},
        "threads": (config.threads, "default, the CPUs available"),
    }
    open_ = dict.fromkeys(config.left_to_size, "chosen by the size of the text")
    open_ |= left_to_plan(ctx)
    asked = chosen_options(ctx, config)
    others = [name for name in DEFAULTS if not config.has(name) and name not in asked]
    open_ |= dict.fromkeys(others, f"not of {config.model}")
    if "dim" not in open_:
        config.check_ensemble()
    for line in config_lines(ctx, computed, ("preset", "like"), open_):
        click.echo(line)
