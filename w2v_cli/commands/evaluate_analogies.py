"""``w2v evaluate-analogies``: how many analogy questions the vectors answer."""

import click

from ..errors import W2VError
from ..evaluation.formulas import METHODS
from ..terminal.command import Command, default_threads
from ..terminal.help.completion import FILE
from ..terminal.scoring import (
    check_usage,
    json_line,
    score_each,
    scoring_options,
    short_names,
    threshold_option,
    write_results,
)
from ..terminal.tables import field_of, formatted, formatted_interval
from ..terminal.warnings import warn

COLUMNS = ("section", "correct", "asked", "skipped", "accuracy")
ROW_COLUMNS = (*COLUMNS, "accuracy_of_all", "interval_low", "interval_high", "vectors")

EXAMPLES = """
  w2v evaluate-analogies vectors.bin questions-words.txt
  w2v evaluate-analogies vectors.bin questions-words.txt --json | jq .total
  w2v evaluate-analogies old.bin new.bin questions-words.txt
  w2v evaluate-analogies *.bin --questions questions-words.txt --tsv"""


@click.command("evaluate-analogies", cls=Command, examples=EXAMPLES)
@click.argument("files", type=FILE, metavar="VECTORS... [QUESTIONS]", nargs=-1, required=True)
@click.option(
    "--questions",
    type=FILE,
    help="Read the questions from FILE; all arguments are VECTORS then.",
)
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default=METHODS[0],
    show_default=True,
    help="How the answer is found.",
)
@scoring_options(ROW_COLUMNS)
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

    QUESTIONS is a file in the questions-words format: lines of four words, and ": section" lines.
    The last of two files or more is QUESTIONS, unless --questions names it; after a single file it
    is standard input. Several VECTORS are put side by side. Files may be compressed, and one may
    be -, standard input.

    A section is syntactic if its name begins with "gram", or is one of BATS's I and D or of MSR's
    (JJ_JJR), else semantic; "[semantic]" or "[syntactic]" at the end of its line says otherwise.

    Questions with unknown words are skipped; accuracy is of those asked, and "of all" counts the
    skipped as wrong. The words of a question are no answers. Of equally good words, and of words
    that are there twice or differ only in case, the first is meant. The interval is a 95 %
    percentile bootstrap over the questions asked, within sections, always with the same seed.
    """
    vectors, tests = _arguments(files, questions)
    [path] = check_usage(vectors, tests, "QUESTIONS", options)
    from ..evaluation.analogies import evaluate_analogies

    sections = _sections(path, was_guessed=questions is None and len(files) > 1)
    threads = default_threads(options["threads"])
    case, rows = options["ignore_case"], options["restrict_vocab"]
    results = score_each(
        vectors,
        lambda embeddings: evaluate_analogies(
            embeddings, sections, options["method"], rows, case, threads
        ),
        options,
    )
    about = {"questions": path, "method": options["method"]}
    write_results(
        options,
        ROW_COLUMNS,
        rows=lambda: _rows(results),
        objects=lambda: [json_line(name, scores, **about) for name, scores in results],
        table=lambda: _table(*results) if len(results) == 1 else _side_by_side(results),
    )
    for name, scores in results:
        _judge(scores.total, options["min_accuracy"], f"{name}: " if len(results) > 1 else "")


def _arguments(files, questions):
    """(VECTORS, QUESTIONS), each a list of paths."""
    if questions is not None:
        return list(files), [questions]
    return (list(files[:-1]), [files[-1]]) if len(files) > 1 else (list(files), [])


def _sections(path, was_guessed):
    from ..evaluation.questions import NotQuestionsError, read_questions

    try:
        return read_questions(path)
    except NotQuestionsError as error:
        if not was_guessed:
            raise
        hint = "the last file is taken for QUESTIONS unless --questions names it"
        raise NotQuestionsError(f"{error.message}; {hint}") from error


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


def _rows(results):
    for path, scores in results:
        for name, score in scores.rows():
            shares = (score.accuracy, score.accuracy_all, *(score.interval or (None, None)))
            counts = (score.correct, score.asked, score.skipped)
            yield (name, *counts, *map(field_of, shares), path)


def _table(result):
    yield [*COLUMNS, "95 % interval", "of all"]
    for name, score in result[1].rows():
        counts = map(str, (score.correct, score.asked, score.skipped))
        of_all = formatted(score.accuracy_all, ".2%")
        yield [name, *counts, formatted(score.accuracy, ".2%"), _interval(score), of_all]


def _side_by_side(results):
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
    for name, cells in below.items():
        yield [f"  {name}", *(part for cell in cells for part in (cell, ""))]


def _interval(score):
    return formatted_interval(score.interval, ".1%")
