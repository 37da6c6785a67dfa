"""``w2v info``: what a file is, and what is in it."""

from functools import partial

import click

from ..errors import InputError
from ..files.outputs import atomic_output
from ..files.paths import STDIO
from ..terminal.checks import check_standard_input, note_terminal
from ..terminal.command import Command
from ..terminal.help.completion import FILE
from ..terminal.options.vectors import glove_parameters_option, reading_options, tensor_option
from ..terminal.spelling import on_command_line
from ..terminal.tables import aligned_lines, json_text
from ..terminal.warnings import warn
from ..wording.marks import SENTENCE_END_WORD, UNKNOWN_WORD

LABEL_WIDTH = 16
MOST_LABELS = 30
"""Labels that are shown, the most frequent; JSON has all."""
LONGEST_LIST = 8
"""Values of a list that are shown; of longer ones the first, and the last after dots."""

EXAMPLES = """
  w2v info vectors.bin
  w2v info *.bin corpus.w2vc saved/
  w2v info vectors.bin --json | jq .rows"""


@click.command(
    cls=Command, examples=EXAMPLES, short_help="Print what a file is, and what is in it."
)
@click.argument("files", type=FILE, metavar="FILE...", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Look at N rows only.")
@click.option("--json", is_flag=True, help="Print one JSON object; of several files one a line.")
@click.option(
    "--vocab",
    type=FILE,
    help="The words of GloVe's vectors.bin, which has none: its file of 'word count' lines.",
)
@glove_parameters_option()
@tensor_option()
@partial(reading_options, has_limit=False)
@click.pass_context
def info(ctx, files, limit, json, vocab, glove_parameters, tensor, encoding_errors, encoding):
    """Print what is in a file of word vectors: size, format, lengths, and what is wrong.

    FILE is word2vec text or binary, GloVe text, fastText .vec or .bin, safetensors or NumPy .npy
    with the words beside it; plain, compressed or in a ZIP archive; - is standard input. Rows that
    are there twice, zero or not finite are counted, and no error. Of the folder of a transformer
    it tells the family, the tensor of input embeddings, tokens, and which of them are words.

    It may also be an encoded corpus, counts of pairs, a checkpoint or a folder of them, an index, a
    file of counts, or text, of which the beginning is looked at.
    """
    from ..terminal.filefacts import facts_of

    note_terminal("vectors", files)
    check_standard_input({"the vectors": files, "the --vocab counts": [vocab]})
    vocabulary = None
    if vocab is not None:
        from ..corpus.countfiles import read_counts

        vocabulary = read_counts([vocab])
    n_failed = 0
    with atomic_output(STDIO) as stream:
        for number, path in enumerate(files):
            try:
                found = facts_of(
                    path,
                    encoding_errors,
                    limit,
                    encoding,
                    glove_parameters,
                    vocabulary,
                    tensor=tensor,
                )
            except InputError as error:
                if len(files) == 1:
                    raise
                warn(error.message)
                n_failed += 1
                continue
            form = _as_json if json else _as_table
            stream.write(form(found, len(files), number).encode(errors="replace"))
    if n_failed:
        ctx.exit(1)


def _as_json(found, n_files, _number):
    if "notes" in found:
        found["notes"] = [on_command_line(note) for note in found["notes"]]
    return json_text(found, indent=2 if n_files == 1 else None) + "\n"


def _as_table(found, _n_files, number):
    """Lines of a table for people, with a blank one between those of two files."""
    for note in found.get("notes", ()):
        warn(note)
    return "\n" * (number > 0) + "".join(_lines(found))


def _lines(found):
    """Lines of the table."""
    rows = _rows_of_vectors(found) if "norms" in found else _rows(found)
    for line in aligned_lines(list(rows), "<", least=(LABEL_WIDTH,)):
        yield line + "\n"


def _rows_of_vectors(found):
    """Rows of what there is to know of vectors, and its value."""
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
    if found["classifier"]:
        yield from _rows_of_classifier(found["classifier"])
    if found["language_model"]:
        yield ["language model", _of_model(**found["language_model"])]
    yield [SENTENCE_END_WORD, "there" if found["sentence_end"] else "not there"]
    if found["unknown_word"]:
        yield [UNKNOWN_WORD, _of_unknown(**found["unknown_word"])]
    yield ["faults", ", ".join(_faults(found)) or "none"]
    yield from _rows_of(found["provenance"] or {})


def _rows_of_classifier(facts):
    yield ["classifier", _classifier_told(**facts)]
    counts = sorted(facts["labels"].items(), key=lambda label: -label[1])
    yield from ([f" {label}", f"{count:,}"] for label, count in counts[:MOST_LABELS])
    if len(counts) > MOST_LABELS:
        yield [" ...", f"{len(counts) - MOST_LABELS:,} more"]


def _classifier_told(labels, loss, word_ngrams, buckets, quantized, pruned, **_):
    text = f"{len(labels):,} labels, loss {loss}"
    if word_ngrams > 1:
        text += f", n-grams of up to {word_ngrams} words in {buckets:,} buckets"
    return text + ", quantized" * quantized + ", with few of its n-grams" * pruned


def _of_model(kind, loss, activation, history, hidden, n_lines, **_):
    words = f"{history} words before, " if history else ""
    return f"{kind}: {words}{hidden} units of {activation}, {loss}; trained on {n_lines:,} lines"


def _of_unknown(row, mean_of):
    told = "" if mean_of is None else f", the mean of the {mean_of:,} rows before it"
    return f"row {row + 1:,}{told}"


def _rows(found):
    """Likewise of any other file."""
    yield ["file", found["file"] + _size(found["bytes"])]
    yield from _rows_of({key: found[key] for key in found if key not in ("file", "bytes")})


def _rows_of(facts, indent=""):
    """Rows of facts by name: a line each, those of an object indented below its name."""
    for key, value in facts.items():
        label = indent + key.replace("_", " ")
        if key == "labels" and isinstance(value, dict):
            yield [label, f"{len(value):,}"]
        elif isinstance(value, dict) and any(value.values()):
            yield [label, ""]
            yield from _rows_of(value, indent + " ")
        elif isinstance(value, dict):
            yield [label, "none"]
        elif value is not None:
            yield [label, str(value) if key == "seed" else _shown(value)]


def _shown(value):
    """A value for people: rounded, grouped, long lists cut."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 10000 else f"{value:.4g}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        shown = [_shown(each) for each in value]
        if len(shown) > LONGEST_LIST:
            shown[LONGEST_LIST - 2 : -1] = ["..."]
        return " ".join(shown)
    return str(value)


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
