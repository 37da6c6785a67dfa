"""``w2v evaluate-analogies``: how many analogy questions the vectors answer."""

import click

from ..errors import W2VError
from ..evaluation.formulas import METHODS
from ..terminal.command import Command, default_threads
from ..terminal.help.completion import FILE
from ..terminal.scoring import (
    COMMON_COLUMNS,
    check_usage,
    common_option,
    common_words,
    json_line,
    read_each,
    score_each,
    scoring_options,
    short_names,
    sort_files,
    tell,
    threshold_option,
    warn_of_composed,
    write_results,
)
from ..terminal.tables import field_of, formatted, formatted_interval
from ..terminal.warnings import warn

COLUMNS = ("section", "correct", "asked", "skipped", "accuracy")
ROW_COLUMNS = (*COLUMNS, "accuracy_of_all", "interval_low", "interval_high", "vectors", "composed")

EXAMPLES = r"""
  w2v evaluate-analogies vectors.bin questions-words.txt
  w2v evaluate-analogies vectors.bin questions-words.txt --json | jq .total
  w2v evaluate-analogies old.bin new.bin questions-words.txt
  w2v evaluate-analogies *.bin --questions questions-words.txt --tsv
  w2v evaluate-analogies old.bin bert-base/ questions-words.txt --common-vocabulary
  w2v evaluate-analogies vectors.bin BATS_3.0/
  w2v evaluate-analogies vectors.bin german.txt --syntactic '^(nouns|verbs)'"""


@click.command("evaluate-analogies", cls=Command, examples=EXAMPLES)
@click.argument("files", type=FILE, metavar="VECTORS... [QUESTIONS]...", nargs=-1, required=True)
@click.option(
    "--questions",
    type=FILE,
    multiple=True,
    help="A file or folder of questions, may be repeated; all arguments are VECTORS then.",
)
@click.option(
    "--syntactic",
    metavar="PATTERN",
    help="Sections whose names have this regular expression are syntactic, others semantic.",
)
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default=METHODS[0],
    show_default=True,
    help="How the answer is found.",
)
@scoring_options(ROW_COLUMNS)
@common_option
@threshold_option(
    "--min-accuracy",
    0,
    "Exit with code 1 if the total accuracy of the questions asked, from 0 to 1, is below X.",
)
@click.option(
    "-j",
    "--threads",
    type=click.IntRange(1, 1024),
    metavar="N",
    help="Threads.  [default: all processors]",
)
def evaluate_analogies(files, questions, **options):
    """Score word vectors on analogy questions.

    QUESTIONS are files in the questions-words format, lines of four words and ": section" lines;
    or those of BATS, "word TAB answer/answer", a section each, or folders of them. VECTORS and
    QUESTIONS are told apart by what is in them. Without QUESTIONS, standard input is read. Several
    VECTORS are put side by side. Files may be compressed, and one may be -, standard input. Lines
    that begin with #, % or // are comments.

    A section is syntactic if its name begins with "gram", or is one of BATS's I and D or of MSR's
    (JJ_JJR), or as --syntactic says, else semantic; "[semantic]" or "[syntactic]" at the end of
    its line says otherwise. Where no name is known there are no such sums.

    Questions with unknown words are skipped, unless VECTORS has n-grams to make the first three of;
    accuracy is of those asked, and "of all" counts the
    skipped as wrong. Of several answers (animal/pet) each known one is right. The words of a
    question are no answers. Of equally good words, and of words that are there twice or differ
    only in case, the first is meant. The interval is a 95 % percentile bootstrap over the
    questions asked, within sections, always with the same seed.
    """
    vectors, tests = sort_files(files, questions, "questions")
    tests = check_usage(vectors, tests, "QUESTIONS", options)
    from ..evaluation.analogies import evaluate_analogies

    failures = []
    sections, said = _sections(tests, options["syntactic"], failures)
    threads = default_threads(options["threads"])
    common = common_words(vectors, options, failures)
    case, rows = options["ignore_case"], None if common else options["restrict_vocab"]
    results = score_each(
        vectors,
        lambda embeddings: evaluate_analogies(
            embeddings, sections, options["method"], rows, case, threads
        ),
        options,
        failures,
        said,
        common=common,
    )
    questions = tests[0] if len(tests) == 1 else tests
    about = {"questions": questions, "method": options["method"]}
    write_results(
        options,
        ROW_COLUMNS + COMMON_COLUMNS * bool(common),
        rows=lambda: _rows(results, common),
        objects=lambda: [
            json_line(name, scores, **about, **(common.as_dict(name) if common else {}))
            for name, scores in results
        ],
        table=lambda: _table(*results) if len(results) == 1 else _side_by_side(results, common),
    )
    for name, scores in results:
        total = scores.total
        warn_of_composed(name, total.composed, total.asked, "questions")
        _judge(scores.total, options["min_accuracy"], f"{name}: " if len(results) > 1 else "")
    tell(failures)


def _sections(paths, syntactic, failures):
    """The sections of all files, and lines to tell about them."""
    from ..evaluation.questions import categorize, files_of, read_file

    files = [file for path in paths for file in files_of(path)]
    found = read_each(files, read_file, failures)
    sections = categorize([section for part in found for section in part], syntactic)
    said = [] if len(files) == len(paths) else [f"read {len(found)} files of questions"]
    if not any(section.category for section in sections):
        said.append(
            "no name of a section tells semantic from syntactic ones: no sums of them; "
            "--syntactic PATTERN tells"
        )
    return sections, said


def _judge(total, min_accuracy, name):
    if total.asked == 0:
        message = f"{name}no question could be asked: each of {total.skipped} has an unknown word"
        if min_accuracy is not None:
            raise W2VError(f"{message}; --min-accuracy {min_accuracy:g} is not reached")
        warn(message)
    elif min_accuracy is not None and total.accuracy < min_accuracy:
        raise W2VError(
            f"{name}the total accuracy {total.accuracy:.6g} is below "
            f"--min-accuracy {min_accuracy:g}"
        )


def _rows(results, common):
    for path, scores in results:
        words = common.as_dict(path).values() if common else ()
        for name, score in scores.rows():
            shares = (score.accuracy, score.accuracy_all, *(score.interval or (None, None)))
            counts = (score.correct, score.asked, score.skipped)
            yield (name, *counts, *map(field_of, shares), path, score.composed, *words)


def _table(result):
    yield [*COLUMNS, "95 % interval", "of all"]
    for name, score in result[1].rows():
        counts = map(str, (score.correct, score.asked, score.skipped))
        of_all = formatted(score.accuracy_all, ".2%")
        yield [name, *counts, formatted(score.accuracy, ".2%"), _interval(score), of_all]


def _side_by_side(results, common):
    """Rows with two columns for each file: accuracy, and correct/asked."""
    yield [
        "section",
        *(cell for name in short_names([r[0] for r in results]) for cell in (name, "")),
    ]
    for rows in zip(*(scores.rows() for _, scores in results), strict=True):
        row = [rows[0][0]]
        for _, score in rows:
            row += [formatted(score.accuracy, ".2%"), f"{score.correct}/{score.asked}"]
        yield row
    totals = [scores.total for _, scores in results]
    below = {
        "95 % interval": [_interval(total) for total in totals],
        "of all questions": [formatted(total.accuracy_all, ".2%") for total in totals],
        "skipped": [str(total.skipped) for total in totals],
    }
    if common:
        below["words"] = [f"{common.n_words[path]:,}" for path, _ in results]
        below["words in all"] = [f"{common.n_common:,}"] * len(results)
    for name, cells in below.items():
        yield [f"  {name}", *(part for cell in cells for part in (cell, ""))]


def _interval(score):
    return formatted_interval(score.interval, ".1%")
