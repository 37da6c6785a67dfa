"""``w2v classify train``: documents with labels in, a model that tells labels out."""

import click

from ...labelled.config import DEFAULTS, LABEL_PREFIX
from ...terminal.checks import CORPUS, check_outputs, check_standard_input, note_terminal
from ...terminal.command import Command, require_given
from ...terminal.help.completion import FILE
from ...terminal.options.classify import (
    classifier_options,
    classify_config,
    column_options,
    prefix_option,
    run_options,
    text_of,
    text_options,
    weight_option,
)
from ...terminal.progress.options import reporter_for
from ...terminal.settings.printconfig import config_lines
from ...terminal.settings.sources import Source, settings_of
from ...terminal.spelling import option_name
from ...terminal.warnings import warn

EXAMPLES = """
  w2v classify train reviews.txt -o model.bin
  w2v classify train reviews.txt -o model.bin --word-ngrams 2 --dim 20
  w2v classify train reviews.csv --text review --label stars -o model.bin
  w2v classify train names.txt -o model.bin --min-n 2 --max-n 4 -e 20
  w2v classify train reviews.txt -o model.bin --init vectors.w2v --freeze
  w2v classify train new.txt -o newer.bin --from-model model.bin"""

OF_STEPS = ("lr", "epochs", "seed", "negative", "ns_exponent")
"""Options of a training that goes step by step."""
CHECKED = (*DEFAULTS, "tokenize", "lowercase", "digits")
"""Options that what training starts from may decide."""
COMMON = (
    "output", "word_ngrams", "dim", "epochs", "lr", "loss", "text", "label", "lowercase", "threads",
)  # fmt: skip


@click.command(
    cls=Command,
    has_headings=True,
    common=COMMON,
    examples=EXAMPLES,
    short_help="Train a model that tells labels.",
    needs_less="a smaller --dim, fewer --word-ngrams, or fewer --threads, need less",
)
@click.argument("corpus", nargs=-1, type=FILE, metavar="FILE...")
@classifier_options
@column_options("The column that has the label; may be repeated.")
@weight_option
@prefix_option(LABEL_PREFIX)
@text_options
@run_options
@click.pass_context
def train(ctx, corpus, **options):
    """Train a model on documents: files, folders, or - for standard input.

    A document is a line, with its labels in it, such as __label__good, at any place; several if it
    has several. Or it is a row of a TSV, CSV or JSONL table whose columns --text and --label name.

    With --init it starts from vectors of words, which may stay as they are (--freeze) or go on
    learning. With --from-model a classifier learns from more documents.

    The documents are shuffled in each epoch. The model is a file that fastText reads, too; how
    text becomes words, for which that has no place, is in the record beside it.
    """
    config = classify_config(options)
    if settings_of(ctx).is_printing:
        _print_config(ctx, config)
        return
    require_given(ctx, "corpus", "output")
    repeated = settings_of(ctx).repeated
    if repeated:
        repeated.check_start(options)

    from ...classifying.request import ClassifyRequest
    from ...labelled.columns import columns_of
    from ...training.request import Saving, TimeBudget

    request = ClassifyRequest(
        config=config,
        paths=corpus,
        text=text_of(options),
        glob=options["glob"],
        columns=columns_of(options["text"], options["label"], options["weight"]),
        output=options["output"],
        stats=options["stats"],
        provenance=options["provenance"],
        saving=Saving.asked(options["checkpoint"], options["checkpoint_every"], options["resume"]),
        tmpdir=options["tmpdir"],
        init=options["init"],
        from_model=options["from_model"],
        time_budget=options["time_budget"] and TimeBudget(options["time_budget"]),
        chosen=frozenset(filter(settings_of(ctx).is_chosen, CHECKED)),
    )
    _check_files(ctx, request, options)

    from ...classifying.training import train_classifier
    from ...terminal.stopping import StopSignals, status_on_request

    with reporter_for(options) as report, status_on_request(report):
        check = repeated.check_documents if repeated else None
        train_classifier(request, report, StopSignals(), check=check)


def _print_config(ctx, config):
    from ...training.request import TimeBudget

    open_ = {}
    if ctx.params["time_budget"]:
        TimeBudget(ctx.params["time_budget"])  # which checks it
        if not settings_of(ctx).is_chosen("epochs"):
            open_ = {"epochs": "chosen by --time-budget"}
    computed = {"threads": (config.threads, "default, the CPUs available")}
    for line in config_lines(ctx, computed, ("like",), open_):
        click.echo(line)


def _check_files(ctx, request, options):
    from ...formats.classifier_file import check_plain_name
    from ...formats.containers import files_of
    from ...formats.provenance import check_beside, path_beside

    beside = []
    if request.provenance and path_beside(request.output):
        check_beside(request.output)
        beside = [path_beside(request.output)]
    starts = {
        "the file of --init": files_of(request.init) if request.init else [],
        "the model to go on from": [request.from_model] if request.from_model else [],
    }
    inputs = {CORPUS: request.paths, **starts}
    if request.saving:
        inputs["the folder of checkpoints"] = [request.saving.folder]
    check_outputs([*request.outputs, *beside], inputs, options["log_json"], request.glob)
    check_plain_name(request.output)
    check_standard_input({"the documents": request.paths, **starts})
    note_terminal("documents, one a line,", request.paths)
    spacing = settings_of(ctx).source_of("checkpoint_every")
    if spacing is Source.COMMAND_LINE and request.saving is None:
        warn("--checkpoint-every has no effect: no checkpoint is written without --checkpoint DIR")
    _mention_unused(ctx, request.config.freeze)


def _mention_unused(ctx, is_frozen):
    """Say so if an option is given that does nothing, as rows are frozen, or are not."""
    for name in OF_STEPS if is_frozen else ("l2",):
        if settings_of(ctx).source_of(name) is Source.COMMAND_LINE:
            reason = (
                "with --freeze the optimum is computed" if is_frozen else "it is of --freeze alone"
            )
            warn(f"{option_name(name)} has no effect: {reason}")
