"""``w2v align``: the vectors of two languages brought into one space."""

from functools import partial

import click

from ..alignment.config import BEST_STEPS, METHODS, MOST_ROUNDS, AlignConfig, steps_of
from ..files.paths import STDIO
from ..formats.registry import FORMATS
from ..terminal.checks import check_outputs, check_standard_input
from ..terminal.command import Command, exclusive
from ..terminal.help.completion import FILE, Names
from ..terminal.help.headings import Heading, option
from ..terminal.options.languages import (
    case_option,
    csls_option,
    limit_option,
    read_two,
    two_languages,
)
from ..terminal.options.vectors import provenance_option, reading_options, threads_option
from ..terminal.progress.options import progress_options, reporter_for
from ..terminal.warnings import warn

EXAMPLES = """
  w2v align en.bin de.bin -d en-de.0-5000.txt -o en-in-de.bin
  w2v align en.bin de.bin -d en-de.txt -o en2.bin --target-output de2.bin
  w2v align en.w2v de.w2v -d d.txt -o a.w2v --target-output b.w2v --refine 5
  w2v align 1990.w2v 2020.w2v --identical -o 1990-in-2020.w2v
  w2v align en.bin de.bin -d freedict-eng-deu.index -o en-in-de.bin"""


@click.command(
    cls=Command,
    examples=EXAMPLES,
    has_headings=True,
    short_help="Bring the vectors of two languages into one space.",
)
@two_languages
@option(
    "-d",
    "--dictionary",
    heading=Heading.WHAT,
    type=FILE,
    help="Pairs to learn from, a word of SRC and its translation a line; or a dictionary of dictd.",
)
@option(
    "--identical",
    heading=Heading.WHAT,
    is_flag=True,
    help="Learn from the words that SRC and TGT both have: names, numbers; two periods of a "
    "language.",
)
@option("-o", "--output", heading=Heading.WHAT, required=True, type=FILE, help="SRC, mapped.")
@option(
    "--target-output",
    heading=Heading.WHAT,
    type=FILE,
    help="TGT, normalised and mapped too: translations are better so. Without it TGT stays as it "
    "is, and SRC is laid into its space.",
)
@option(
    "--method",
    heading=Heading.WHAT,
    type=click.Choice(METHODS),
    default=METHODS[0],
    show_default=True,
    help="procrustes: a rotation, which keeps all cosines within SRC; vecmap: whitening, rotation "
    "and weighting of both languages; lstsq: least squares.",
)
@option(
    "--refine",
    heading=Heading.WHAT,
    type=click.IntRange(0, MOST_ROUNDS),
    default=0,
    show_default=True,
    metavar="N",
    help="Learn again N times, from frequent words that are each other's nearest: for small "
    "dictionaries.",
)
@csls_option(Heading.WHAT)
@option(
    "--normalize",
    heading=Heading.WHAT,
    default=",".join(BEST_STEPS),
    show_default=True,
    metavar="STEPS",
    help="What is done to both before: unit (scale to length 1), center (subtract the mean), in "
    "this order; or none.",
)
@option(
    "--project",
    heading=Heading.WHAT,
    is_flag=True,
    help="Where lengths of vectors differ, cut the longer by PCA.",
)
@case_option(Heading.WORDS)
@limit_option(Heading.WORDS)
@option(
    "--format",
    heading=Heading.OUTPUT,
    type=Names(*FORMATS),
    metavar="NAME",
    help=f"Format to write, whatever the names of the outputs: {', '.join(FORMATS)}.",
)
@option("--json", heading=Heading.OUTPUT, is_flag=True, help="Print one JSON object of the facts.")
@provenance_option
@threads_option()
@partial(reading_options, has_limit=False)
@progress_options
@exclusive("--dictionary", "--identical")
def align(source, target, dictionary, identical, output, target_output, **options):
    """Map the vectors of SRC into the space of TGT, so that words with one meaning are near.

    SRC and TGT are files of word vectors in any format that w2v convert reads, each trained on its
    own. A map is learned from pairs of words, a few thousand for two languages. One of ten is held
    out first, and how many of those are then found is told (P@1); the map that is written is
    learned from all.

    Told are the pairs used, words that have no vector, and the mean cosine of the pairs. Two files
    in one space are what w2v translate and evaluate-translation take.
    """
    if not (dictionary or identical):
        raise click.UsageError("nothing to learn from; give --dictionary FILE or --identical")
    config = AlignConfig(
        options["method"],
        options["refine"],
        options["csls"],
        steps_of(options["normalize"]),
        options["project"],
    )
    writers = _check(source, target, dictionary, output, target_output, options)
    from ..evaluation.dictionary import read_dictionary
    from ..library.aligning import align_embeddings, identical_words

    with reporter_for(options) as report:
        report("load", 0, None)
        known = None if identical else read_dictionary(dictionary)
        found = read_two(source, target, options, with_record=True)
        vectors = [each.embeddings for each in found]
        report("align", 0, None)
        done = align_embeddings(
            *vectors,
            known or identical_words(*vectors),
            config,
            target_output is not None,
            options["ignore_case"],
            options["threads"],
        )
        for note in done.notes:
            warn(note)
        report("write", 0, None)
        _write(done, found, writers, options)
        for line in _told(done):
            report.say(line)
        for path, _, made in zip(*writers, (done.source, done.target), strict=False):
            report.say(f"wrote {len(made):,} vectors of length {made.dim} to {path}")
    if options["json"]:
        from ..terminal.forms import JSON, Form
        from ..terminal.tables import json_text

        Form(JSON).write_lines([json_text(done.as_dict())])


def _check(source, target, dictionary, output, target_output, options):
    """The outputs, and the formats that they are written in, checked: two lists."""
    from ..formats.containers import files_of
    from ..formats.provenance import check_beside
    from ..formats.registry import check_target, format_for, format_named

    paths = [path for path in (output, target_output) if path is not None]
    formats = [format_named(format_for(path, options["format"])) for path in paths]
    beside = [each for path, to in zip(paths, formats, strict=True) for each in to.side_files(path)]
    inputs = {
        "the source": files_of(source),
        "the target": files_of(target),
        "the dictionary": [dictionary or STDIO],
    }
    results = [STDIO] if options["json"] else []
    check_outputs([*paths, *beside, *results], inputs, options["log_json"])
    check_standard_input(
        {"the source": [source], "the target": [target], "the dictionary": [dictionary]}
    )
    for path, to in zip(paths, formats, strict=True):
        check_target(to, path, "float32")
        if options["provenance"] and not to.keeps_provenance:
            check_beside(path)
    return paths, formats


def _write(done, found, writers, options):
    """Write both languages, or the source alone, each with how it came about."""
    from ..formats.writing import write_embeddings

    aligned, names = (done.source, done.target), [each.name for each in found]
    for number, (path, to) in enumerate(zip(*writers, strict=True)):
        made, before = aligned[number], found[number]
        record = {
            **done.record(names[1 - number]),
            "source": before.name,
            "source_format": before.format.name,
            "source_provenance": before.record,
        }
        write_embeddings(
            path,
            made.words,
            made.vectors,
            to.name,
            made.counts,
            record if options["provenance"] else None,
            beside=options["provenance"],
        )


def _told(done):
    """What there is to tell of an alignment, a line each."""
    yield (
        f"{done.dictionary}: {done.rounds[0].pairs:,} pairs of {done.words:,} words used; "
        f"{done.unknown_source:,} words have no vector, {done.unknown_target:,} no translation "
        "that has one"
    )
    for number, each in enumerate(done.rounds):
        of = f"round {number}, {each.pairs:,} pairs" if number else "the pairs"
        yield f"mean cosine of {of}: {each.mean_cosine:.4f}"
    for name, found in done.retrievals.items():
        first = found.precision[1]
        yield (
            f"P@1 of {done.held_out:,} words held out, by {name.upper()}: {first.value:.1%} "
            f"({first.interval[0]:.1%} to {first.interval[1]:.1%})"
        )
    if not done.retrievals:
        yield "the words are too few to hold some out, so nothing is known of how good the map is"
