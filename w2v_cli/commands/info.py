"""``w2v info``: what is in a file of word vectors."""

import click

from ..files.outputs import atomic_output
from ..files.paths import STDIO
from ..terminal.checks import note_terminal
from ..terminal.command import Command
from ..terminal.help.completion import FILE
from ..terminal.options.vectors import reading_options
from ..terminal.spelling import on_command_line
from ..terminal.tables import aligned_lines, json_text
from ..terminal.warnings import warn
from ..wording.marks import SENTENCE_END_WORD

LABEL_WIDTH = 16

EXAMPLES = """
  w2v info vectors.bin
  w2v info vectors.bin --json | jq .rows"""


@click.command(
    cls=Command, examples=EXAMPLES, short_help="Print what is in a file of word vectors."
)
@click.argument("vectors", type=FILE, metavar="FILE")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Look at N rows only.")
@click.option("--json", is_flag=True, help="Print one JSON object.")
@reading_options
def info(vectors, limit, json, encoding_errors, encoding):
    """Print what is in a file of word vectors: size, format, lengths, and what is wrong.

    FILE is word2vec text or binary, GloVe text, fastText .vec or .bin, safetensors or NumPy .npy
    with the words beside it; plain or compressed; - is standard input. Rows that are there twice,
    zero or not finite are counted, and no error.
    """
    from ..formats.inspection import inspect

    note_terminal("vectors", [vectors])
    found = inspect(vectors, encoding_errors, limit, encoding)
    found["notes"] = [on_command_line(note) for note in found["notes"]]
    if json:
        text = json_text(found, indent=2) + "\n"
    else:
        for note in found["notes"]:
            warn(note)
        text = "".join(_lines(found))
    with atomic_output(STDIO) as stream:
        stream.write(text.encode(errors="replace"))


def _lines(found):
    """Lines of a table for people."""
    for line in aligned_lines(list(_rows(found)), "<", least=(LABEL_WIDTH,)):
        yield line + "\n"


def _rows(found):
    """Rows of what there is to know and its value, for people."""
    yield ["file", found["file"] + _size(found["bytes"])]
    compression = found["compression"]
    yield ["format", found["format"] + (f", {compression}" if compression else "")]
    yield ["vectors", f"{found['rows']:,} of length {found['dim']}"]
    yield ["first words", " ".join(found["first_words"])]
    norms = found["norms"]
    if norms:
        yield ["lengths", "{min:.4g} to {max:.4g}, mean {mean:.4g}".format(**norms)]
    if found["counts"]:
        yield ["counts", "{min:,} to {max:,}, total {total:,}".format(**found["counts"])]
    if found["subwords"]:
        text = "n-grams of {min_n} to {max_n} characters in {buckets:,} buckets"
        yield ["subwords", text.format(**found["subwords"])]
    if found["context"]:
        yield ["output matrix", "there, to go on from with w2v train --init"]
    yield [SENTENCE_END_WORD, "there" if found["sentence_end"] else "not there"]
    yield ["faults", ", ".join(_faults(found)) or "none"]
    for key, value in (found["provenance"] or {}).items():
        if value is not None:
            yield [key.replace("_", " "), value if isinstance(value, str) else json_text(value)]


def _faults(found):
    names = {
        "not_finite_rows": "rows with NaN or infinity",
        "zero_rows": "zero rows",
        "repeated_words": "repeated words",
        "repeated_vectors": "repeated vectors",
        "words_not_utf8": "words not UTF-8",
        "words_with_white_space": "words with white space",
    }
    for key, name in names.items():
        if found[key]:
            yield f"{found[key]:,} {name}"


def _size(n_bytes):
    return "" if n_bytes is None else f" ({n_bytes:,} bytes)"
