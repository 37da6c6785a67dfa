"""``w2v evaluate-translation``: how well words find their translations among vectors."""

from functools import partial

import click

from ..alignment.config import DIRECTIONS
from ..errors import W2VError
from ..files.paths import STDIO
from ..terminal.checks import check_outputs, check_standard_input
from ..terminal.command import Command, exclusive
from ..terminal.forms import TABLE, form_asked, form_options
from ..terminal.help.completion import FILE
from ..terminal.help.headings import Heading, option
from ..terminal.options.languages import (
    case_option,
    check_lengths,
    csls_option,
    limit_option,
    read_two,
    two_languages,
)
from ..terminal.options.vectors import reading_options, threads_option
from ..terminal.progress.options import progress_options, reporter_for
from ..terminal.scoring import read_each, short_names, tell, threshold_option, write_results
from ..terminal.tables import field_of, formatted, formatted_interval, json_text
from ..terminal.warnings import warn

FIGURES = ("p1", "p5", "p10", "mrr")
ROW_COLUMNS = (
    "dictionary", "direction", "retrieval", "words", "asked", "coverage", *FIGURES,
    *(f"{name}_all" for name in FIGURES), "p1_low", "p1_high", "p1_all_low", "p1_all_high",
)  # fmt: skip


EXAMPLES = """
  w2v evaluate-translation en-in-de.bin de.bin en-de.5000-6500.txt
  w2v evaluate-translation en-in-de.bin de.bin en-de.tsv --direction both
  w2v evaluate-translation en-in-de.bin de.bin freedict-eng-deu.index
  w2v evaluate-translation a.w2v b.w2v d.txt --json | jq '.files[0].csls.p1'"""


@click.command(
    "evaluate-translation",
    cls=Command,
    examples=EXAMPLES,
    has_headings=True,
    short_help="Score vectors of two languages on a dictionary.",
)
@two_languages
@click.argument("dictionaries", type=FILE, metavar="DICT...", nargs=-1, required=True)
@csls_option(Heading.SCORE)
@option(
    "--direction",
    heading=Heading.SCORE,
    type=click.Choice(list(DIRECTIONS)),
    default="forward",
    show_default=True,
    help="Translate words of SRC, words of TGT, or both.",
)
@case_option(Heading.SCORE)
@threshold_option(
    "--min-p1",
    0,
    "Exit with code 1 if P@1, by CSLS where that is asked for, is below X for a dictionary.",
)
@limit_option(Heading.WORDS)
@option(
    "--tsv",
    heading=Heading.OUTPUT,
    is_flag=True,
    help="Print rows with tabs: dictionary, direction, retrieval, figures.",
)
@option("--json", heading=Heading.OUTPUT, is_flag=True, help="Print one JSON object.")
@form_options
@threads_option()
@partial(reading_options, has_limit=False)
@progress_options
@exclusive("--tsv", "--csv", "--json")
def evaluate_translation(source, target, dictionaries, **options):
    """Score the vectors of two languages, SRC and TGT, on dictionaries.

    P@k is the share of source words that have one of their translations among the k nearest words
    of TGT; all of these compete. MRR is the mean of 1 / rank of the best translation. A word with
    several translations counts once. NN is by cosine, CSLS as w2v translate has it.

    Words that have no vector, or no translation that has one, are left out, as MUSE and VecMap do:
    a smaller vocabulary scores better so. "All" counts them as wrong; coverage is the share of
    words that could be asked. Intervals are 95 % percentile bootstraps over the words, always with
    the same seed.

    DICT has a word and a translation a line, separated by blanks (as MUSE's), tabs, semicolons or
    commas; or is the .index or .dict.dz of a dictionary of dictd, as FreeDict's are. For the blanks
    of a phrase, vectors may have _. SRC and TGT are files of word vectors in one space.
    """
    inputs = {"the vectors": [source, target], "a dictionary": list(dictionaries)}
    if [*inputs["the vectors"], *dictionaries].count(STDIO) > 1:
        raise click.UsageError("standard input can be read only once; name files")
    check_standard_input(inputs)
    check_outputs([options["output"]], inputs, options["log_json"])
    form_asked(options, TABLE)
    from ..evaluation.dictionary import read_dictionary

    failures = []
    known = read_each(dictionaries, read_dictionary, failures)
    results = _scored(source, target, known, options)
    write_results(
        options,
        ROW_COLUMNS,
        rows=lambda: _rows(results),
        objects=lambda: [
            json_text(
                {
                    "files": [score.as_dict() for score in results],
                    "source": source,
                    "target": target,
                    "csls_neighbors": options["csls"],
                }
            )
        ],
        table=lambda: _table(results),
    )
    _judge(results, options["min_p1"])
    tell(failures)


def _scored(source, target, dictionaries, options):
    from ..evaluation.translation import evaluate_translation

    with reporter_for(options) as report:
        report("load", 0, None)
        found = read_two(source, target, options)
        check_lengths(found)
        report("score", 0, None)
        results = evaluate_translation(
            *(each.embeddings for each in found),
            dictionaries,
            options["csls"],
            DIRECTIONS[options["direction"]],
            options["ignore_case"],
            options["threads"],
        )
        names = short_names([score.name for score in results])
        for name, score in zip(names, results, strict=True):
            report.say(_told(name, score))
    return results


def _told(name, score):
    phrases = f"; {score.phrases:,} pairs have phrases" if score.phrases else ""
    return (
        f"{name}, {score.direction}: {score.asked:,} of {score.words:,} words asked; "
        f"{score.unknown_source:,} have no vector, {score.unknown_target:,} no translation that "
        f"has one{phrases}"
    )


def _judge(results, min_p1):
    for score in results:
        best = (score.csls or score.nn).precision[1].value
        if best is None:
            message = f"{score.name}, {score.direction}: not one word could be asked"
            if min_p1 is not None:
                raise W2VError(f"{message}; --min-p1 {min_p1:g} is not reached")
            warn(message)
        elif min_p1 is not None and best < min_p1:
            raise W2VError(
                f"{score.name}, {score.direction}: P@1 {best:.6g} is below --min-p1 {min_p1:g}"
            )


def _figures(retrieval):
    return [*retrieval.precision.values(), retrieval.mrr]


def _rows(results):
    for score in results:
        for name, retrieval in score.retrievals.items():
            figures, first = _figures(retrieval), retrieval.precision[1]
            yield (
                *(score.name, score.direction, name, score.words, score.asked),
                *(field_of(score.coverage), *(field_of(figure.value) for figure in figures)),
                *(field_of(figure.of_all) for figure in figures),
                *map(field_of, first.interval or (None, None)),
                *map(field_of, first.interval_of_all),
            )


def _table(results):
    yield [
        *("dictionary", "direction", "by", "asked", "words", "P@1", "P@5", "P@10", "MRR"),
        *("95 % interval (P@1)", "P@1 of all"),
    ]
    names = short_names([score.name for score in results])
    for dictionary, score in zip(names, results, strict=True):
        for name, retrieval in score.retrievals.items():
            first = retrieval.precision[1]
            percents = [formatted(each.value, ".1%") for each in retrieval.precision.values()]
            yield [
                *(dictionary, score.direction, name.upper(), f"{score.asked:,}"),
                *(f"{score.words:,}", *percents, formatted(retrieval.mrr.value, ".3f")),
                *(formatted_interval(first.interval, ".1%"), formatted(first.of_all, ".1%")),
            ]
