"""``w2v classify tune``: documents with labels in, the settings that suit them and a model out."""

import shlex

import click

from ...config import parse_file_size
from ...files.paths import STDIO
from ...labelled.config import DEFAULTS, LABEL_PREFIX
from ...terminal.checks import CORPUS, check_outputs, check_standard_input, note_terminal
from ...terminal.command import Command, exclusive, memory_option
from ...terminal.help.completion import FILE
from ...terminal.help.headings import add_options
from ...terminal.options.classify import (
    THREADS_OF_TRAINING,
    TMPDIR_OPTION,
    classify_config,
    column_options,
    fresh_classifier_options,
    output_option,
    prefix_option,
    text_of,
    text_options,
    weight_option,
)
from ...terminal.options.searching import search_options
from ...terminal.options.vectors import provenance_option, threads_option
from ...terminal.progress.options import progress_options, reporter_for
from ...terminal.scoring import write_lines
from ...terminal.settings.sources import settings_of
from ...terminal.spelling import on_command_line, option_name, with_value
from ...terminal.tables import aligned_lines, formatted, formatted_interval, json_text, tsv_line

EXAMPLES = r"""
  w2v classify tune reviews.txt -o model.bin --trials 5
  w2v classify tune reviews.txt -o model.bin --time 5m --trials 3
  w2v classify tune reviews.txt -o model.bin --trials 4 --validation test.txt
  w2v classify tune reviews.csv --text review --label stars -o model.bin \
    --trials 3 --folds 4 --dim 20"""

COMMON = (
    "output", "time_budget", "trials", "objective", "validation", "folds", "final", "text", "label",
    "threads",
)  # fmt: skip
REPEATED = frozenset(
    {*DEFAULTS, "tokenize", "lowercase", "digits", "encoding", "text", "label", "weight", "glob"}
)
"""Options of training that are part of the command, if they were given."""


@click.command(
    cls=Command,
    has_headings=True,
    common=COMMON,
    examples=EXAMPLES,
    short_help="Find settings by trials, and train.",
    needs_less="a smaller --dim, fewer --word-ngrams, or fewer --threads, need less",
)
@click.argument("corpus", nargs=-1, required=True, type=FILE, metavar="FILE...")
@search_options
@fresh_classifier_options
@column_options("The column that has the label; may be repeated.")
@weight_option
@prefix_option(LABEL_PREFIX)
@text_options
@lambda command: add_options(
    command, [output_option(required=True), provenance_option, TMPDIR_OPTION]
)
@threads_option(THREADS_OF_TRAINING)
@memory_option
@progress_options
@exclusive("--tsv", "--json")
@exclusive("--validation", "--folds", "--held-out")
@click.pass_context
def tune(ctx, corpus, **options):
    """Find the settings with which a model tells labels best, and hand over that model.

    Trials vary epochs, learning rate, dim, n-grams of words and of characters, and buckets; what is
    given by hand stays. First come the defaults and what often helps, then draws: changes of the
    best settings so far, and new ones. A trial that is hopeless at a quarter or half of its
    training is stopped there. Documents that trials are scored by are not trained on.

    Everything ends in the time given. After Ctrl-C the best model so far is written. The score of
    the best trial flatters it, as it was chosen by that: w2v classify test on other documents
    tells how good the model is.
    """
    request = _request(ctx, corpus, options)
    _check_files(request, options)

    from ...terminal.stopping import StopSignals
    from ...tuning.classifiers.session import ClassifierSession

    session = ClassifierSession(request)
    with reporter_for(options) as report:
        try:
            session.run(report, StopSignals())
        finally:
            _tell(ctx, session, request, options, report)


def _request(ctx, corpus, options):
    config = classify_config(options)

    from ...classifying.request import ClassifyRequest
    from ...labelled.columns import columns_of
    from ...training.request import TimeBudget
    from ...tuning.classifiers import DEFAULT_TIME
    from ...tuning.classifiers.objectives import Objective
    from ...tuning.classifiers.request import TuneRequest

    seconds = options["time_budget"]
    if seconds is None and options["trials"] is None:
        seconds = DEFAULT_TIME
    training = ClassifyRequest(
        config=config,
        paths=corpus,
        text=text_of(options),
        glob=options["glob"],
        columns=columns_of(options["text"], options["label"], options["weight"]),
        output=options["output"],
        provenance=options["provenance"],
        tmpdir=options["tmpdir"],
    )
    settings = settings_of(ctx)
    return TuneRequest(
        training=training,
        chosen=frozenset(name for name in DEFAULTS if settings.is_chosen(name)),
        objective=Objective.parse(options["objective"]),
        validation=options["validation"],
        folds=options["folds"],
        held_out=options["held_out"],
        time_budget=None if seconds is None else TimeBudget(seconds),
        n_trials=options["trials"],
        final=options["final"],
        max_bytes=options["max_size"] and parse_file_size(options["max_size"]),
    )


def _check_files(request, options):
    from ...formats.classifier_file import check_plain_name
    from ...formats.provenance import check_beside, path_beside

    training = request.training
    beside = []
    if training.provenance and path_beside(training.output):
        check_beside(training.output)
        beside = [path_beside(training.output)]
    if training.output == STDIO and (options["json"] or options["tsv"]):
        raise click.UsageError(
            "-o - writes the model to standard output, where --json and --tsv print trials; name "
            "a file for the model, or --report"
        )
    inputs = {CORPUS: training.paths, "the documents to score by": request.validation}
    report = [options["report"]] if options["report"] else []
    outputs = [*training.outputs, *report, *beside]
    check_outputs(outputs, inputs, options["log_json"], training.glob)
    if not request.max_bytes:
        check_plain_name(training.output)
    check_standard_input(
        {"the documents": training.paths, "the documents to score by": request.validation}
    )
    note_terminal("documents, one a line,", training.paths)


def _tell(ctx, session, request, options, report):
    """Print what is known, and write the report."""
    found = session.result(on_command_line)
    if not found.trials:
        return
    command = _command(ctx, session, request)
    if options["report"]:
        _write_report(options["report"], found)
    if options["json"]:
        lines = [json_text({**found.facts(), "command": command})]
    elif options["tsv"]:
        lines = [tsv_line(row) for row in _rows(found, ".6f")]
    else:
        lines = aligned_lines(_rows(found, ".4f", intervals_together=True))
    if request.training.output == STDIO:
        for line in lines:
            report.say(line)
    else:
        write_lines(lines)
    if command:
        report.say(f"the same settings again: {command}")


def _write_report(path, found):
    from ...files.outputs import atomic_output

    with atomic_output(path) as stream:
        for trial in found.facts()["trials"]:
            stream.write(json_text(trial).encode() + b"\n")


def _rows(found, form, intervals_together=False):
    from ...tuning.classifiers.result import telling_options

    names = list(found.trials[0].options)
    ends = ["95 % interval"] if intervals_together else ["low", "high"]
    of_best = ["below the best by"] if intervals_together else ["better_low", "better_high"]
    sized = ["bytes"] if any(trial.bytes for trial in found.trials) else []
    yield [
        "trial", *(option_name(name)[2:] for name in names), found.objective, *ends, *of_best, "",
        *sized, "epochs done", "seconds",
    ]  # fmt: skip
    for trial in found.trials:
        told = telling_options(trial)
        cells = [
            cell
            for interval in (trial.interval, trial.best_is_better_by)
            for cell in _interval_cells(interval, form, intervals_together)
        ]
        score = trial.last_score if trial.score is None else trial.score
        yield [
            str(trial.number), *(_shown(told.get(name)) for name in names), formatted(score, form),
            *cells, trial.verdict or trial.stopped or "failed",
            *([formatted(trial.bytes, ",")] if sized else []), f"{trial.epochs_done:.3g}",
            f"{trial.seconds:.1f}",
        ]  # fmt: skip


def _interval_cells(interval, form, together):
    if together:
        return [formatted_interval(interval, form)]
    return [formatted(end, form) for end in interval or (None, None)]


def _shown(value):
    return "-" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _command(ctx, session, request):
    """The command that trains the best settings; None without any."""
    best = session.best
    if best is None:
        return None
    from ...tuning.classifiers.result import telling_options

    settings, varied = settings_of(ctx), telling_options(best)
    output = request.training.output
    plain = f"{output.removesuffix('.ftz')}.plain.bin" if request.max_bytes else output
    words = ["w2v classify train", *map(shlex.quote, request.training.paths)]
    words.append(with_value("-o", plain))
    for param in ctx.command.params:
        name = param.name
        if name in varied:
            words.append(_word(name, varied[name]))
        elif name in REPEATED and settings.is_chosen(name):
            values = ctx.params[name] if param.multiple else [ctx.params[name]]
            words += [_word(name, value) for value in values if value is not False]
    if request.max_bytes:
        words += ["&& w2v quantize", *map(shlex.quote, (plain, output))]
        words.append(_word("max_size", ctx.params["max_size"]))
    return " ".join(words)


def _word(name, value):
    return with_value(option_name(name), value)
