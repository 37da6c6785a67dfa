"""``w2v tune``: which settings score best on a sample of a corpus, and whether that is noise."""

from dataclasses import asdict

import click

from .. import __version__
from ..errors import W2VError
from ..evaluation.formulas import METRICS
from ..files.outputs import atomic_output
from ..terminal.checks import CORPUS, check_outputs, check_standard_input, note_terminal
from ..terminal.command import Command, exclusive, memory_option, require_given
from ..terminal.help.completion import FILE, FOLDER
from ..terminal.help.headings import Heading, add_options, option
from ..terminal.options.sessions import session_options
from ..terminal.options.text import text_config, text_options
from ..terminal.options.train import model_options
from ..terminal.progress.options import progress_options, reporter_for
from ..terminal.scoring import column_options, write_lines
from ..terminal.settings.presets import preset_option
from ..terminal.spelling import on_command_line, option_name
from ..terminal.tables import aligned_lines, formatted, formatted_interval, json_text, tsv_line
from ..terminal.training.asking import train_config
from ..terminal.warnings import warn
from ..training.request import Request, TimeBudget
from ..tuning import GRID, ITEM_GRID, LEAST_WORDS, MOST_SEEDS, SAMPLE_WORDS
from ..tuning.grid import configs_of, parse_grid

EXAMPLES = r"""
  w2v tune corpus.txt --questions questions-words.txt
  w2v tune corpus.txt --pairs men.txt --grid "dim=50,100 window=5,10"
  w2v tune corpus.txt --questions questions-words.txt --save best.toml \
    --grid "model=skipgram,cbow epochs=5,15"
  w2v tune sessions.txt --next-item --grid "ns-exponent=-0.5,0.75"
  w2v train corpus.txt --config best.toml -o vectors.bin"""

OF_TEST = (
    "questions", "pairs", "sessions", "next_item", "word_columns", "score_column", "measure",
    "topn", "session_history",
)  # fmt: skip
"""Options that say what is scored by."""


class GridText(click.types.StringParamType):
    """A grid, which has spaces in it; in the environment it is one, too."""

    def split_envvar_value(self, rv):
        """The one grid that a variable holds; click would cut it at each space."""
        return [rv]


@click.command(
    cls=Command,
    is_trainer=True,
    has_headings=True,
    examples=EXAMPLES,
    short_help="Find settings by measurement.",
    needs_less="a smaller dim in --grid needs less",
)
@click.argument("corpus", nargs=-1, type=FILE, metavar="CORPUS...")
@option(
    "--questions",
    heading=Heading.SCORE,
    type=FILE,
    multiple=True,
    help="Score by these analogy questions; may be repeated.",
)
@option(
    "--pairs",
    heading=Heading.SCORE,
    type=FILE,
    help="Score by these word pairs with similarities.",
)
@column_options
@option(
    "--sessions",
    heading=Heading.SCORE,
    type=FILE,
    multiple=True,
    help="Score by the last items of these sessions, one a line; may be repeated.",
)
@option(
    "--next-item",
    heading=Heading.SCORE,
    is_flag=True,
    help="Score by the last items of lines of CORPUS, which are not trained on.",
)
@option(
    "--measure",
    heading=Heading.SCORE,
    type=click.Choice([name.replace("_", "-") for name in METRICS]),
    help="What counts for sessions.  [default: hit-rate]",
)
@lambda command: add_options(command, session_options(None, None, "--session-history"))
@option(
    "--grid",
    heading=Heading.TRIALS,
    type=GridText(),
    multiple=True,
    metavar="TEXT",
    help="Options with the values to try, all combinations; may be repeated.  "
    f"[default: {GRID}; for sessions {ITEM_GRID}]",
)
@option(
    "--sample-words",
    heading=Heading.TRIALS,
    type=click.IntRange(min=LEAST_WORDS),
    metavar="N",
    help=f"Train on about so many words.  [default: {SAMPLE_WORDS:,}]",
)
@option(
    "--seeds",
    heading=Heading.TRIALS,
    type=click.IntRange(1, MOST_SEEDS),
    default=1,
    show_default=True,
    metavar="N",
    help="Train each setting N times, with --seed and the numbers after it; the mean counts.",
)
@option(
    "--time-budget",
    heading=Heading.TRIALS,
    metavar="TIME",
    help="Take a sample for which all trials together take about so long (90s, 10m, 2h).",
)
@option(
    "--save", heading=Heading.OUTPUT, type=FILE, help="Write the best settings as a --config file."
)
@option(
    "--save-all",
    heading=Heading.OUTPUT,
    is_flag=True,
    help="Save what may suit the sample alone, too.",
)
@option("--json", heading=Heading.OUTPUT, is_flag=True, help="Print one JSON object.")
@option("--tsv", heading=Heading.OUTPUT, is_flag=True, help="Print rows with tabs.")
@model_options
@text_options
@preset_option
@option(
    "--tmpdir",
    heading=Heading.RESOURCES,
    type=FOLDER,
    help="For the encoded corpus.  [default: that of the system]",
)
@memory_option
@progress_options
@exclusive("--tsv", "--json")
@exclusive("--sample-words", "--time-budget")
@click.pass_context
def tune(ctx, **options):
    """Try settings on a sample of CORPUS, and print how well each scores.

    The sample is whole lines from places all over the corpus, the same ones for all trials and
    every time. What the grid does not name is as given, or as in w2v train. The score is the
    accuracy of all questions, unknown words being wrong answers; Spearman's correlation; or, for
    items in sessions, the share of last items that are found (see w2v evaluate-sessions).

    "alike" stands beside settings that cannot be told from the best: the 95 % interval of the
    difference, a paired bootstrap over the lines of the test, has 0 in it. Other seeds make a
    difference too: with --seeds 3 a setting is worse only if it is with each of the seeds.

    Which dim, epochs, lr, sample, negative, min-count and max-vocab are best depends on the size of
    the text. Of a sample with less than half of it, --save leaves out those that may suit the
    sample alone, and says why; --save-all keeps them.
    """
    require_given(ctx, "corpus")
    _check(options)
    session = _session(options)

    from ..terminal.stopping import StopSignals

    try:
        with reporter_for(options) as report:
            session.run(report, StopSignals())
    finally:
        _print(session, options)
    best = session.best()
    if best is None:
        raise W2VError(
            "no trial has a score: the words of the test are not those of the sample; look at the "
            "case of letters (--lowercase), or give a larger --sample-words"
        )
    if options["save"]:
        _save(options, best, session)


def _check(options):
    pairs = [options["pairs"]] if options["pairs"] else []
    tests = [*options["questions"], *pairs, *options["sessions"]]
    if options["save_all"] and not options["save"]:
        raise click.UsageError("--save-all needs --save, which names the file")
    outputs = [options["save"]] if options["save"] else []
    inputs = {CORPUS: options["corpus"], "the test": tests}
    check_outputs(outputs, inputs, options["log_json"], options["glob"])
    check_standard_input({"the corpus": options["corpus"], "the test": tests})
    note_terminal("the corpus", options["corpus"])


def _session(options):
    from ..tuning.measures import check_held_out, read_test
    from ..tuning.session import Session

    base = train_config(options)
    by_items = options["sessions"] or options["next_item"]
    grids = options["grid"] or [ITEM_GRID if by_items else GRID]
    names, configs = configs_of([parse_grid(text) for text in grids], base)
    request = Request(
        config=base,
        paths=options["corpus"],
        text=text_config(options, base.threads),
        glob=options["glob"],
        tmpdir=options["tmpdir"],
        time_budget=None if options["time_budget"] is None else TimeBudget(options["time_budget"]),
    )
    check_held_out(options["sessions"], options["corpus"])
    asked = {name: options[name] for name in OF_TEST}
    test = read_test(**asked, threads=base.threads, text=request.text)
    return Session(request, names, configs, test, options["sample_words"], options["seeds"])


def _print(session, options):
    """Print what is known on standard output."""
    if not session.trials:
        return
    found = session.result(on_command_line)
    if options["json"]:
        lines = [_json(found)]
    elif options["tsv"]:
        lines = [tsv_line(row) for row in _rows(found, ".6f")]
    else:
        lines = aligned_lines(_rows(found, ".4f", intervals_together=True))
    write_lines(lines)


def _rows(found, form, intervals_together=False):
    ends = ["95 % interval"] if intervals_together else ["low", "high"]
    of_best = ["below the best by"] if intervals_together else ["better_low", "better_high"]
    names = [option_name(name)[2:] for name in found.trials[0].options]
    yield [*names, found.measure, *ends, *of_best, "", "asked", "skipped", "seconds"]
    for trial in found.trials:
        cells = [
            cell
            for interval in (trial.interval, trial.best_is_better_by)
            for cell in _interval_cells(interval, form, intervals_together)
        ]
        yield [
            *map(_shown, trial.options.values()), formatted(trial.score, form), *cells,
            trial.verdict or "-", str(trial.asked), str(trial.skipped), f"{trial.seconds:.1f}",
        ]  # fmt: skip


def _json(found):
    facts = asdict(found)
    for trial in facts["trials"] + facts["checks"]:
        del trial["config"], trial["details"], trial["runs"]
    return json_text(facts)


def _interval_cells(interval, form, together):
    if together:
        return [formatted_interval(interval, form)]
    return [formatted(end, form) for end in interval or (None, None)]


def _shown(value):
    return str(value).lower() if isinstance(value, bool) else "-" if value is None else str(value)


def _save(options, trial, session):
    """Write the settings of a trial; those of the machine, and what is not set, are left out.

    So is what a sample cannot settle, which a comment has.
    """
    from ..terminal.settings.printconfig import toml_value

    text = asdict(text_config(options, trial.config.threads))
    values = {**text, **asdict(trial.config)}
    values = {name: value for name, value in values.items() if value is not None}
    values.pop("threads")
    low, high = trial.interval
    written = {
        name: f"{option_name(name)[2:]} = {toml_value(value)}" for name, value in values.items()
    }
    lines = [
        f"# the best of a w2v tune {__version__}: {session.test.measure} {trial.score:.4f}, "
        f"95 % interval {low:.4f} to {high:.4f}",
        f"# in {session.sample.n_tokens:,} of {session.n_all:,} words",
        "[train]",
    ]
    for name, line in written.items():
        reason = on_command_line(session.unsettled.get(name, ""))
        if reason and not options["save_all"]:
            warn(
                f"{options['save']} leaves out {line}: {reason}; give it for all of the text, or "
                "--save-all"
            )
        lines += [f"# {line}: {reason}"] if reason else []
        lines += [line] if options["save_all"] or not reason else []
    with atomic_output(options["save"]) as stream:
        stream.write("".join(line + "\n" for line in lines).encode())
