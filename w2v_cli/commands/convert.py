"""``w2v convert``: word vectors from one format to another."""

import click

from ..config import READOUTS
from ..files.paths import COMPRESSIONS, STDIO
from ..formats.registry import COMPRESSED, FORMATS, HALF, WRITTEN
from ..terminal.checks import check_outputs, check_standard_input, note_terminal
from ..terminal.command import Command
from ..terminal.help.completion import FILE, Names
from ..terminal.options.vectors import compose_option, provenance_option, reading_options
from ..terminal.progress.options import progress_options, reporter_for
from ..terminal.warnings import warn

EPILOG = "\b\nFormats to write, by the extension of OUT or --format:\n" + "\n".join(
    f"  {each.name:<13} {' '.join(filter(None, each.extensions)):<14} {each.about}"
    for each in WRITTEN
)
EPILOG += f"""

\b
{" ".join(COMPRESSIONS)} behind the name compresses
{", ".join(COMPRESSED)}."""

SAME_NAMES = (
    "limit", "normalize", "encoding", "encoding_errors", "skip_bad_rows", "keep_sentence_end",
    "provenance", "vectors", "keep_context", "compose",
)  # fmt: skip
"""Options that are fields of a Conversion."""

EXAMPLES = """
  w2v convert GoogleNews.bin.gz google.txt --limit 100000
  w2v convert cc.en.300.bin vectors.safetensors --float16
  w2v convert glove.txt - | w2v neighbors - king"""


@click.command(cls=Command, examples=EXAMPLES, epilog=EPILOG)
@click.argument("source", type=FILE, metavar="IN")
@click.argument("target", type=FILE, metavar="OUT")
@click.option(
    "--format",
    type=Names(*FORMATS),
    help="Format to write, whatever the name of OUT.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Take the first N words only."
)
@click.option(
    "--words",
    type=FILE,
    help="Take only the words in FILE, one a line, in the order of IN; behind them those that are "
    "made of n-grams, where IN has some. Words that have no vector are told.",
)
@click.option(
    "--vocab",
    type=FILE,
    help="Give the words their counts from a file of 'word count' lines.",
)
@click.option(
    "--vectors",
    type=click.Choice(READOUTS),
    default="input",
    show_default=True,
    help="Of a .w2v file with its output matrix: input rows w, the sum w + c with output rows, or "
    "both, [w; c].",
)
@click.option(
    "--keep-context",
    is_flag=True,
    help="Keep the output matrix too, in a .w2v file; fastText's models always have it.",
)
@click.option("--normalize", is_flag=True, help="Scale all vectors to length 1.")
@click.option("--float16", is_flag=True, help=f"Write half-precision numbers ({', '.join(HALF)}).")
@click.option(
    "--whitespace",
    type=click.Choice(("replace", "error")),
    default="replace",
    show_default=True,
    help="White space inside words, of any Unicode class: write _ and say so, or stop.",
)
@click.option(
    "--keep-sentence-end",
    is_flag=True,
    help="Keep the row of </s>, which word2vec.c writes and other tools take for a word.",
)
@click.option(
    "--skip-bad-rows",
    is_flag=True,
    help="Leave out rows that are damaged, and say how many; else the first one is an error.",
)
@compose_option()
@reading_options
@provenance_option
@progress_options
def convert(source, target, format, words, vocab, whitespace, **options):
    """Convert word vectors from one format to another.

    IN is word2vec text or binary, GloVe text, fastText .vec, .bin or .ftz, floret .bin or .floret,
    safetensors or NumPy .npy with the words beside it; plain or compressed, recognised by its
    content. Of a ZIP archive or the folder of a model the file of vectors is taken;
    archive.zip:member names one. - is standard input or output.
    """
    from ..corpus.countfiles import read_word_list
    from ..formats.containers import files_of
    from ..formats.conversion import Conversion
    from ..formats.conversion import convert as convert_file
    from ..formats.provenance import check_beside
    from ..formats.registry import check_target, format_for, format_named

    chosen = format_named(format_for(target, format))
    dtype = "float16" if options["float16"] else "float32"
    check_target(chosen, target, dtype)
    beside = chosen.side_files(target)
    inputs = {"the input": files_of(source), "a list": [words or STDIO, vocab or STDIO]}
    check_outputs([target, *beside], inputs, options["log_json"])
    check_standard_input(
        {"the vectors": [source], "the --words list": [words], "the --vocab counts": [vocab]}
    )
    note_terminal("vectors", [source])
    if options["provenance"] and not chosen.keeps_provenance:
        check_beside(target)
    conversion = Conversion(
        chosen,
        dtype=dtype,
        white_space=whitespace,
        words=None if words is None else read_word_list(words, spaces=True),
        vocab=vocab,
        **{name: options[name] for name in SAME_NAMES},
    )
    with reporter_for(options) as report:
        if target != STDIO:  # two writers on one terminal would mix their lines
            report("convert", 0, None)
        done = convert_file(source, target, conversion)
        for note in done.notes:
            warn(note)
        place = "standard output" if target == STDIO else target
        words = f", their words to {', '.join(beside)}" if beside else ""
        report.say(
            f"wrote {done.n_rows:,} vectors of length {done.dim} to {place} "
            f"({chosen.title}, from {done.source_format.title}){words}"
        )
