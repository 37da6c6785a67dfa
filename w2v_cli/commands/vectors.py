"""``w2v vectors``: the vectors of some words, a row each."""

import click

from ..files.outputs import atomic_output
from ..files.paths import STDIO
from ..terminal.checks import check_outputs, note_terminal
from ..terminal.command import Command, exclusive
from ..terminal.forms import CSV, JSON, TSV, form_asked
from ..terminal.help.completion import FILE
from ..terminal.options.vectors import compose_option, read_vectors, reading_options
from ..terminal.printing import composed_object
from ..terminal.standard_input import batches, piped_lines
from ..terminal.tables import csv_line, json_text
from ..terminal.warnings import warn
from ..wording.plaintext import one_field

TEXT = "text"
LARGEST_BATCH = 1024
"""Words looked up at a time."""
DIGITS = ".9g"
"""Enough to restore every float32, as in files of text."""

EXAMPLES = """
  w2v vectors vectors.bin king queen
  cut -f1 words.tsv | w2v vectors vectors.bin > rows.txt
  w2v vectors cc.en.300.bin unseenword --json"""


@click.command(cls=Command, examples=EXAMPLES, short_help="Print the vectors of words.")
@click.argument("vectors", type=FILE, metavar="VECTORS")
@click.argument("words", metavar="[WORD]...", nargs=-1)
@click.option(
    "--ignore-case",
    is_flag=True,
    help="For an unknown word take the first one that differs in case only, and say so.",
)
@click.option(
    "--header",
    is_flag=True,
    help="Begin with a line 'rows numbers', as word2vec text has it; rows come at the end.",
)
@click.option(
    "-o",
    "--output",
    default=STDIO,
    type=FILE,
    help="Where the rows go; a name in .csv, .tsv or .json says in which form.  "
    "[default: standard output]",
)
@click.option("--tsv", is_flag=True, help="Separate word and numbers by tabs.")
@click.option("--json", is_flag=True, help="Print one JSON object a word.")
@compose_option()
@reading_options
@exclusive("--header", "--tsv", "--json")
@click.pass_context
def vectors(ctx, vectors, words, ignore_case, header, output, tsv, json, **options):
    """Print the vector of each WORD: the word and its numbers, a row each.

    Without WORD, words are read from standard input, one a line. Rows are those of word2vec text
    without its header, and numbers restore every float32; blanks within a word become _ there. An
    unknown word is a warning and, at the end, exit code 1. Where VECTORS has n-grams, as fastText
    models have, an unknown word is made of its own, and that is told; in JSON it has ngrams, how
    many, and trained, how many of these were.

    VECTORS is as for w2v neighbors; - is standard input.
    """
    if vectors == STDIO and not words:
        raise click.UsageError("VECTORS is standard input, so give the words as arguments")
    form = form_asked({"output": output, "bom": False, "tsv": tsv, "json": json}, TEXT).name
    if header and form != TEXT:
        raise click.UsageError("--header is for word2vec text; leave it out, or name another file")
    check_outputs([output], {"the file of vectors": [vectors]})
    from ..embeddings.queries import WordFinder

    finder = WordFinder(read_vectors(vectors, **options), ignore_case)
    if not words:
        note_terminal("words, one a line,", [STDIO])
    line_of = {JSON: _json_line, TSV: _tsv_line, CSV: _csv_line, TEXT: _text_line}[form]
    missing = []
    lines = (
        line_of(*found)
        for batch in batches([words] if words else piped_lines(), LARGEST_BATCH)
        for found in _found(finder, batch, missing)
    )
    if header:
        rows = list(lines)
        lines = [f"{len(rows)} {finder.embeddings.dim}\n", *rows]
    with atomic_output(output) as stream:
        if form == CSV:
            stream.write(_csv_row(["word", *range(1, finder.embeddings.dim + 1)]).encode())
        for line in lines:
            stream.write(line.encode(errors="replace"))
            stream.flush()
    if missing:
        ctx.exit(1)


def _found(finder, words, missing):
    """(word, its vector as a list of float, MadeOf or None) of each that has one; the others are
    warned of.
    """
    from ..embeddings.table import UnknownWordError

    for word in words:
        try:
            query = finder.combine(word, [(1.0, word)])
        except UnknownWordError as error:
            missing.append(word)
            warn(error.message)
            continue
        for asked, used in query.replaced:
            warn(f"unknown word {asked!r}: {used!r} is taken for it")
        [row] = query.rows
        vector = query.made[0] if row < 0 else finder.embeddings.vectors[row]
        made_of = query.made_of[0] if query.made_of else None
        if made_of:
            warn(made_of.note())
        yield word, vector.tolist(), made_of


def _text_line(word, numbers, _made_of):
    """As word2vec text has it."""
    return " ".join(["_".join(word.split()), *_digits(numbers)]) + "\n"


def _tsv_line(word, numbers, _made_of):
    return "\t".join([one_field(word), *_digits(numbers)]) + "\n"


def _csv_line(word, numbers, _made_of):
    return _csv_row([word, *_digits(numbers)])


def _csv_row(fields):
    return csv_line(fields) + "\r\n"


def _json_line(word, numbers, made_of):
    vector = [float(digits) for digits in _digits(numbers)]
    composed = composed_object(*made_of) if made_of else {}
    return json_text({"word": word, "vector": vector} | composed) + "\n"


def _digits(numbers):
    return [format(number, DIGITS) for number in numbers]
