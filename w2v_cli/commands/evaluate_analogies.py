"""``w2v evaluate-analogies``: how many analogy questions the vectors answer."""

import math
import sys

import click

from ..errors import W2VError
from ..outputs import atomic_output
from ..paths import STDIO
from .common import Command, warn

METHODS = ("3cosadd", "3cosmul")
HEADER = ("section", "correct", "asked", "skipped", "accuracy")

EPILOG = """\b
Examples:
  w2v evaluate-analogies vectors.bin questions-words.txt
  w2v evaluate-analogies vectors.bin questions-words.txt --json | jq .total.accuracy"""


def _not_nan(_ctx, _param, value):
    # click's range lets NaN pass, and then no accuracy would ever be below it.
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is not in the range 0<=x<=1.")
    return value


@click.command("evaluate-analogies", cls=Command, epilog=EPILOG)
@click.argument("vectors", metavar="VECTORS")
@click.argument("questions", metavar="[QUESTIONS]", required=False)
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default=METHODS[0],
    show_default=True,
    help="How the answer is found.",
)
@click.option(
    "--restrict-vocab",
    type=click.IntRange(min=1),
    metavar="N",
    help="Know the first N words of the file only.  [default: all]",
)
@click.option(
    "--ignore-case/--match-case",
    default=True,
    show_default=True,
    help="Whether words that differ only in case are one word.",
)
@click.option("--json", is_flag=True, help="Print one JSON object.")
@click.option("--tsv", is_flag=True, help="Print section, correct, asked, skipped, accuracy.")
@click.option(
    "--min-accuracy",
    type=click.FloatRange(0, 1),
    callback=_not_nan,
    metavar="X",
    help="Exit with code 1 if the total accuracy, from 0 to 1, is below X.",
)
def evaluate_analogies(
    vectors, questions, method, restrict_vocab, ignore_case, json, tsv, min_accuracy
):
    """Score word vectors on analogy questions.

    QUESTIONS is a file in the questions-words format: lines of four words, and ": section" lines.
    A section is syntactic if its name starts with "gram", else semantic; "[semantic]" or
    "[syntactic]" at the end of its line says otherwise. Questions with unknown words are skipped.

    Either file may be compressed, and one of them may be - for standard input, where QUESTIONS is
    read from if it is not given.
    """
    if tsv and json:
        raise click.UsageError("--tsv and --json exclude each other")
    questions = _questions_path(vectors, questions)
    from ..evaluation.analogies import evaluate_analogies, read_questions
    from ..formats import read_embeddings

    sections = read_questions(questions)
    embeddings = read_embeddings(vectors)
    for note in embeddings.notes:
        warn(note)
    scores = evaluate_analogies(embeddings, sections, method, restrict_vocab, ignore_case)
    if json:
        from json import dumps

        lines = [dumps(scores.as_dict(), ensure_ascii=False)]
    else:
        lines = _tsv_lines(scores) if tsv else _table_lines(scores)
    with atomic_output(STDIO) as stream:
        stream.write("".join(line + "\n" for line in lines).encode(errors="replace"))
    _judge(scores.total, min_accuracy)


def _questions_path(vectors, questions):
    if questions is None and (sys.stdin is None or sys.stdin.isatty()):
        raise click.UsageError("Missing argument 'QUESTIONS', and standard input is no file")
    questions = STDIO if questions is None else questions
    if vectors == questions == STDIO:
        raise click.UsageError("VECTORS and QUESTIONS cannot both be standard input")
    return questions


def _judge(total, min_accuracy):
    if total.asked == 0:
        message = f"no question could be asked: each of {total.skipped} has an unknown word"
        if min_accuracy is not None:
            raise W2VError(f"{message}; --min-accuracy {min_accuracy:g} is not reached")
        warn(message)
    elif min_accuracy is not None and total.accuracy < min_accuracy:
        raise W2VError(
            f"the total accuracy {total.accuracy:.6g} is below --min-accuracy {min_accuracy:g}"
        )


def _tsv_lines(scores):
    for name, score in scores.rows():
        accuracy = "-" if score.accuracy is None else f"{score.accuracy:.6f}"
        yield f"{name}\t{score.correct}\t{score.asked}\t{score.skipped}\t{accuracy}"


def _table_lines(scores):
    rows = [HEADER]
    for name, score in scores.rows():
        accuracy = "-" if score.accuracy is None else f"{score.accuracy:.2%}"
        rows.append((name, str(score.correct), str(score.asked), str(score.skipped), accuracy))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *numbers in rows:
        cells = [cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True)]
        yield "  ".join([name.ljust(widths[0]), *cells])
