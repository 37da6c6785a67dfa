"""``w2v compare``: what has become of words from one text, period or training to another."""

from __future__ import annotations

import os
from typing import Any

import click

from ..files.outputs import atomic_output
from ..files.paths import STDIO
from ..terminal.checks import check_outputs, note_terminal
from ..terminal.command import Command, exclusive
from ..terminal.forms import TABLE, form_asked, form_options
from ..terminal.help.completion import FILE
from ..terminal.help.headings import Heading, option
from ..terminal.options.vectors import read_with_record, reading_options
from ..terminal.pictures import picture_format
from ..terminal.progress.options import progress_options, reporter_for
from ..terminal.scoring import short_names
from ..terminal.spaces import split_name
from ..terminal.warnings import warn

ORDERS = ("change", "net", "overlap")
LEAST_FILES = 2
TOP = 20

EXAMPLES = """
  w2v compare 1900.w2v 2000.w2v --min-count 50
  w2v compare 1900.w2v 2000.w2v gay awful broadcast
  w2v compare a1.w2v b1.w2v --runs-a a2.w2v --runs-b b2.w2v --by net
  w2v compare early.w2v late.w2v --aligned -n 1000 --csv > changes.csv
  w2v compare 1900=a.w2v 1950=b.w2v 2000=c.w2v gay --plot gay.svg"""


@click.command(
    cls=Command,
    has_headings=True,
    examples=EXAMPLES,
    short_help="Print which words have changed between texts or periods.",
)
@click.argument("named", type=FILE, metavar="A B [VECTORS]... [WORD]...", nargs=-1, required=True)
@option(
    "-n",
    "--top",
    heading=Heading.WORDS,
    type=click.IntRange(min=1),
    default=TOP,
    show_default=True,
    metavar="N",
    help="Without WORD: print the N most changed words.",
)
@option(
    "--by",
    heading=Heading.WORDS,
    type=click.Choice(ORDERS),
    default=ORDERS[0],
    show_default=True,
    help="Which those are: by their change, by what of it is not noise, or by the fewest shared "
    "neighbors, which takes longer.",
)
@option(
    "--min-count",
    heading=Heading.WORDS,
    type=click.IntRange(min=1),
    metavar="N",
    help="Compare words that each file has seen at least N times: rare ones are noise; needs "
    "counts.",
)
@option(
    "-k",
    "--neighbors",
    heading=Heading.WORDS,
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="K",
    help="Nearest words on each side, of which the overlap is told.",
)
@option(
    "--aligned",
    heading=Heading.QUESTION,
    is_flag=True,
    help="The files share a space already (w2v train --freeze outputs, w2v align): rotate nothing.",
)
@option(
    "--runs-a",
    heading=Heading.QUESTION,
    multiple=True,
    type=FILE,
    help="Another training of the text of A, with another --seed: so noise is told, and an "
    "interval; may be repeated.",
)
@option(
    "--runs-b",
    heading=Heading.QUESTION,
    multiple=True,
    type=FILE,
    help="Likewise of the text of B.",
)
@option(
    "--plot",
    heading=Heading.OUTPUT,
    type=FILE,
    help="Draw the way of one WORD through all files too: .png, .svg or .pdf.",
)
@option("--tsv", heading=Heading.OUTPUT, is_flag=True, help="Print rows with tabs between fields.")
@option("--json", heading=Heading.OUTPUT, is_flag=True, help="Print one JSON object.")
@form_options
@reading_options
@progress_options
@exclusive("--tsv", "--csv", "--json")
@click.pass_context
def compare(ctx, named, plot, **options):
    """Print which words have changed from A to B, most changed first.

    A and B are files of word vectors in any format, trained on two texts: of two periods, two
    fields, two newspapers. A is rotated onto B by the words that both have (orthogonal Procrustes,
    after centering), and the change of a word is 1 - the cosine of its two vectors. Beside it: how
    many of its nearest words are the same (Jaccard's index), and how often each text has it, where
    that is known.

    Two trainings of one text differ too, rare words most. Give several of each side: the change is
    the mean over all pairs then, low and high are the least and the greatest of them, and noise is
    the change between trainings of the same side.

    More files than two are periods in the order of time, and the way of each WORD through them is
    printed: its change from the one before and from the first. NAME=VECTORS gives a file a name.
    An argument behind the second is a file if there is one of that name, and else a word.
    A word that is unknown is a warning, and exit code 1 at the end.
    """
    files, words = _files_and_words(named)
    form = form_asked(options, TABLE)
    _check(files, words, plot, options)
    with reporter_for(options) as report:
        report("load", 0, None)
        records: list[dict[str, Any] | None] = []
        names = [name for name, _ in files]
        spaces = [_read(path, options, records) for _, path in files]
        if len(files) == LEAST_FILES:
            unknown = _compare(names, spaces, words, options, form, report, records)
        else:
            unknown = _follow(names, spaces, words, options, form, report)
        _hint_at_compass(records, options)
        if plot and not unknown:
            _draw(plot, _periods(names, spaces, options), words[0], options, report)
    for word in unknown:
        warn(f"unknown word {word!r:.60}: {_where(files)} it")
    if unknown:
        ctx.exit(1)


def _where(files):
    return "not both files have" if len(files) == LEAST_FILES else "fewer than two files have"


def _files_and_words(named):
    """([(name, path)], words) of the arguments.

    Raises
    ------
    click.UsageError   if there are no two files
    """
    if len(named) < LEAST_FILES:
        raise click.UsageError(
            "two files of vectors are needed, such as w2v compare before.w2v after.w2v"
        )
    split = [split_name(argument) for argument in named]
    n_files = LEAST_FILES
    while n_files < len(split) and _is_file(split[n_files][1]):
        n_files += 1
    paths = [path for _, path in split[:n_files]]
    short = short_names(paths)
    names = [name or _stem(short[place]) for place, (name, _) in enumerate(split[:n_files])]
    if len(set(names)) < n_files:
        names = [name or short[place] for place, (name, _) in enumerate(split[:n_files])]
    return list(zip(names, paths, strict=True)), list(named[n_files:])


def _is_file(path):
    return path == STDIO or (os.path.exists(path) and not os.path.isdir(path))


def _stem(name):
    """A name without its extension, as tables call a file."""
    return os.path.splitext(name)[0] or name


def _check(files, words, plot, options):
    """Refuse what cannot be, before anything is read."""
    paths = [path for _, path in files]
    has_runs = bool(options["runs_a"] or options["runs_b"])
    if len(files) > LEAST_FILES and has_runs:
        raise click.UsageError(
            f"--runs-a and --runs-b are for two files, and here are {len(files)}; leave them out, "
            "or compare two"
        )
    if len(files) > LEAST_FILES and options["by"] != ORDERS[0]:
        raise click.UsageError(
            f"--by {options['by']} is for two files, and here are {len(files)}; leave it out"
        )
    if options["by"] == "net" and not has_runs:
        raise click.UsageError(
            "--by net needs --runs-a or --runs-b: another training of a text tells what noise is"
        )
    if plot is not None and len(words) != 1:
        raise click.UsageError(f"--plot draws the way of one word, and here are {len(words)}")
    if plot is not None:
        picture_format(plot)
        from ..maps.drawing.figure import check_matplotlib

        check_matplotlib()
    runs = [*options["runs_a"], *options["runs_b"]]
    if [*paths, *runs].count(STDIO) > 1:
        raise click.UsageError("standard input can be read only once; name files")
    outputs = [options["output"], *([plot] if plot else [])]
    check_outputs(outputs, {"a file of vectors": [*paths, *runs]}, options["log_json"])
    note_terminal("the vectors", paths)


def _read(path, options, records):
    found = read_with_record(path, options["encoding_errors"], options["encoding"])
    records.append(found.record)
    return found.embeddings.without_subwords()


def _compare(names, spaces, words, options, form, report, records):
    """Compare two files; returns the words that are unknown."""
    from ..alignment.comparing import Comparison
    from ..terminal.comparing import write_changes

    first, second = (
        [space, *(_read(path, options, records) for path in options[runs])]
        for space, runs in zip(spaces, ("runs_a", "runs_b"), strict=True)
    )
    report("compare", 0, None)
    comparison = Comparison(first, second, options["min_count"], options["aligned"], tuple(names))
    _tell(comparison, report)
    k = options["neighbors"]
    places, unknown = _places(comparison, words)
    if not words:
        places = comparison.ranked(options["top"], options["by"], k)
    write_changes(form, names, comparison, comparison.told(places, k), unknown)
    return unknown


def _tell(comparison, report):
    found = f"{len(comparison.words):,} words are in all files"
    if comparison.n_anchors:
        found += f"; rotated by {comparison.n_anchors:,} of them"
    report.say(found)
    for note in comparison.warnings():
        warn(note)


def _places(comparison, words):
    """(places of words, those that are unknown)."""
    places = [comparison.index.get(word) for word in words]
    unknown = [word for word, place in zip(words, places, strict=True) if place is None]
    return [place for place in places if place is not None], unknown


def _periods(names, spaces, options):
    from ..alignment.following import Periods

    return Periods(spaces, names, options["min_count"], options["aligned"])


def _follow(names, spaces, words, options, form, report):
    """Follow words through several files; returns the words that are unknown."""
    from ..terminal.comparing import write_ways

    report("compare", 0, None)
    periods = _periods(names, spaces, options)
    _tell(periods.whole, report)
    unknown = [word for word in words if len(periods.has(word)) < LEAST_FILES]
    known = [word for word in words if word not in unknown]
    if not words:
        whole = periods.whole
        known = [whole.words[place] for place in whole.ranked(options["top"])]
    ways = {word: periods.steps(word, options["neighbors"]) for word in known}
    write_ways(form, ways, unknown)
    return unknown


def _draw(plot, periods, word, options, report):
    """Draw the way of a word."""
    from ..maps.drawing.figure import Look, draw
    from ..maps.way import lay_out_way

    wordmap = lay_out_way(periods, word, options["neighbors"])
    with atomic_output(plot) as stream:
        drawing = draw(stream, wordmap, picture_format(plot), Look(title=word).checked())
    for message in drawing.warnings(len(wordmap.words)):
        warn(message)
    report.say(f"wrote the way of {word!r} to {plot}")


def _hint_at_compass(records, options):
    """Say so if files were trained from one compass, and are rotated all the same."""
    if options["aligned"]:
        return
    starts = [(record or {}).get("init") for record in records]
    digests = {
        start.get("digest")
        if isinstance(start, dict) and start.get("freeze") == "outputs"
        else None
        for start in starts
    }
    if len(digests) == 1 and None not in digests:
        warn(
            "all files were trained with the outputs of one model (train --freeze outputs), so "
            "that they share a space: --aligned compares them as they are"
        )
