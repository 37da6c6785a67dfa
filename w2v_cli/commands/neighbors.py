"""``w2v neighbors``: the words nearest to a word or an expression."""

import os
import sys

import click

from ..errors import InputError
from ..outputs import atomic_output
from ..paths import STDIO
from .common import Command, warn

PIPE_READ = 1 << 16
ANSWERS_HELD = 1 << 18
"""Neighbors held at a time, for all queries together."""
PROMPT = "w2v> "

EPILOG = """\b
Examples:
  w2v neighbors vectors.bin king "king - man + woman"
  cut -f1 words.tsv | w2v neighbors vectors.bin --tsv -k 5"""


@click.command(cls=Command, epilog=EPILOG)
@click.argument("vectors", metavar="VECTORS")
@click.argument("queries", metavar="[QUERY]...", nargs=-1)
@click.option(
    "-k",
    "--topn",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="N",
    help="Neighbors of each query.",
)
@click.option(
    "--restrict-vocab",
    type=click.IntRange(min=1),
    metavar="N",
    help="Answer with the first N words of the file only.  [default: all]",
)
@click.option(
    "--tsv",
    is_flag=True,
    help="Print query, rank, word, score; the default when output is not a terminal.",
)
@click.option("--json", is_flag=True, help="Print one JSON object a query.")
@click.pass_context
def neighbors(ctx, vectors, queries, topn, restrict_vocab, tsv, json):
    """Print the words nearest to each QUERY by cosine.

    A QUERY is a word, or an expression such as "king - man + woman"; its own words are left out of
    the answer. Without QUERY, queries are read from standard input, one a line.

    VECTORS is a file of word vectors: word2vec text or binary, or GloVe text; plain or compressed;
    - is standard input.
    """
    if tsv and json:
        raise click.UsageError("--tsv and --json exclude each other")
    if vectors == STDIO and not queries:
        raise click.UsageError("VECTORS is standard input, so give the queries as arguments")
    from ..formats import read_embeddings

    embeddings = read_embeddings(vectors)
    for note in embeddings.notes:
        warn(note)
    form = _format_for_output(tsv, json)
    all_answered = True
    with atomic_output(STDIO) as stream:
        for texts in _batches(queries, max(1, ANSWERS_HELD // min(topn, len(embeddings)))):
            answers = _answers(embeddings, texts, topn, restrict_vocab)
            all_answered &= len(answers) == len(texts)
            lines = [line for text, found in answers for line in form(text, found)]
            stream.write("".join(lines).encode(errors="replace"))
            stream.flush()
    if not all_answered:
        ctx.exit(1)


def _answers(embeddings, texts, topn, n_rows):
    """(text, [(word, score), ...]) of each query that has an answer; a warning for the others."""
    import numpy as np

    from ..embeddings import QueryError

    asked, vectors, own_rows = [], [], []
    for text in texts:
        try:
            vector, rows = embeddings.query(text)
        except QueryError as error:
            warn(str(error))
            continue
        asked.append(text)
        vectors.append(vector)
        own_rows.append(rows)
    ids, scores = embeddings.nearest(np.array(vectors), topn, own_rows, n_rows)
    return [
        (text, [(embeddings.words[row], score) for row, score in found if row >= 0])
        for text, *found in _zipped(asked, ids.tolist(), scores.tolist())
    ]


def _zipped(asked, ids, scores):
    for text, rows, row_scores in zip(asked, ids, scores, strict=True):
        yield text, *zip(rows, row_scores, strict=True)


def _batches(queries, largest):
    """Lists of queries, not blank, of at most ``largest`` each, as soon as they can be had."""
    if queries:
        sources = [queries]
    elif sys.stdin is None:
        raise InputError("standard input is closed; give the queries as arguments")
    elif sys.stdin.isatty():
        sources = _prompted()
    else:
        sources = _piped()
    for source in sources:
        texts = [text.strip() for text in source if text.strip()]
        for start in range(0, len(texts), largest):
            yield texts[start : start + largest]


def _piped():
    """Whole lines of standard input, as many as are there: a program may wait for each answer."""
    unended = []
    while data := _read_pipe():
        lines, newline, rest = data.rpartition(b"\n")
        if newline:
            yield b"".join([*unended, lines]).decode(errors="replace").split("\n")
            unended = []
        unended.append(rest)
    yield [b"".join(unended).decode(errors="replace")]


def _read_pipe():
    try:
        return sys.stdin.buffer.read1(PIPE_READ)
    except OSError as error:
        raise InputError(f"standard input: cannot be read: {error.strerror}") from error


def _prompted():
    """Lines typed at a prompt on standard error, until Ctrl-D."""
    click.echo("Type a word or an expression such as king - man + woman; Ctrl-D ends.", err=True)
    while True:
        click.echo(PROMPT, nl=False, err=True)
        line = sys.stdin.buffer.readline()
        if not line:
            click.echo(err=True)
            return
        yield [line.decode(errors="replace")]


def _format_for_output(tsv, json):
    """The function that turns a query and its answer into lines of output."""
    if json:
        return _json_line
    if tsv or sys.stdout is None or not sys.stdout.isatty():
        return _tsv_lines
    return _table_lines


def _json_line(text, found):
    from json import dumps

    rows = [{"word": word, "score": round(score, 6)} for word, score in found]
    yield dumps({"query": text, "neighbors": rows}, ensure_ascii=False) + "\n"


def _tsv_lines(text, found):
    text = _one_field(text)
    for rank, (word, score) in enumerate(found, 1):
        yield f"{text}\t{rank}\t{_one_field(word)}\t{score:.6f}\n"


def _one_field(text):
    """Text without the characters that end a field or a row."""
    return text.replace("\t", " ").replace("\n", " ").replace("\r", " ")


def _table_lines(text, found):
    # The word comes last, so that columns stay straight whatever its width on the screen.
    yield _bold(_printable(text)) + "\n"
    for rank, (word, score) in enumerate(found, 1):
        yield f"{rank:6d}  {score:7.4f}  {_printable(word)}\n"


def _bold(text):
    return text if "NO_COLOR" in os.environ else click.style(text, bold=True)


def _printable(text):
    """Text that cannot steer a terminal, whatever a file of vectors holds."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
