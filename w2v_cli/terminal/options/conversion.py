"""The options of commands that read vectors and write them otherwise: convert and refine."""

import click

from ...config import READOUTS
from ...files.paths import COMPRESSIONS
from ...formats.registry import COMPRESSED, FORMATS, UNKNOWN_ROWS, WRITTEN, formats_with
from ..command import exclusive
from ..help.completion import FILE, FOLDER, Names
from ..help.headings import Heading, add_options, option
from ..progress.options import progress_options
from .vectors import (
    compose_option,
    glove_parameters_option,
    provenance_option,
    reading_options,
)

FORMATS_TOLD = "\b\nFormats to write, by the extension of OUT or --format:\n" + "\n".join(
    f"  {each.name:<13} {' '.join(filter(None, each.extensions)):<14} {each.about}"
    for each in WRITTEN
)
FORMATS_TOLD += f"""

\b
{" ".join(COMPRESSIONS)} behind the name compresses
{", ".join(COMPRESSED)}."""

LIMIT_OPTION = option(
    "--limit",
    heading=Heading.WORDS,
    type=click.IntRange(min=1),
    metavar="N",
    help="Take the first N words only.",
)
SENTENCE_END_OPTION = option(
    "--keep-sentence-end",
    heading=Heading.WORDS,
    is_flag=True,
    help="Keep the row of </s>, which word2vec.c writes and other tools take for a word.",
)
SKIP_ROWS_OPTION = option(
    "--skip-bad-rows",
    heading=Heading.WORDS,
    is_flag=True,
    help="Leave out rows that are damaged, and say how many; else the first one is an error.",
)
WORDS_OPTIONS = [
    LIMIT_OPTION,
    option(
        "--words",
        heading=Heading.WORDS,
        type=FILE,
        help="Take only the words in FILE, one a line, in the order of IN; behind them those that "
        "are made of n-grams, where IN has some. Words that have no vector are told.",
    ),
    option(
        "--vocab",
        heading=Heading.WORDS,
        type=FILE,
        help="Give the words their counts from a file of 'word count' lines. It names the words of "
        "GloVe's vectors.bin, which has none.",
    ),
    SENTENCE_END_OPTION,
    option(
        "--unk",
        heading=Heading.WORDS,
        type=click.Choice(UNKNOWN_ROWS),
        default=UNKNOWN_ROWS[0],
        show_default=True,
        help="The row of <unk>, GloVe's vector of unknown words: keep it if it is there, drop it, "
        "or write one as the last row, the mean of the 100 before it.",
    ),
    SKIP_ROWS_OPTION,
    glove_parameters_option(Heading.VECTORS),
    compose_option(Heading.WORDS),
]
OUTPUT_OPTIONS = [
    option(
        "--format",
        heading=Heading.OUTPUT,
        type=Names(*FORMATS),
        help="Format to write, whatever the name of OUT.",
    ),
    option(
        "--float16",
        heading=Heading.OUTPUT,
        is_flag=True,
        help=f"Write numbers of two bytes ({', '.join(formats_with('float16'))}).",
    ),
    option(
        "--int8",
        heading=Heading.OUTPUT,
        is_flag=True,
        help="Write numbers of one byte, and a scale for each vector "
        f"({', '.join(formats_with('int8'))}).",
    ),
    option(
        "--whitespace",
        heading=Heading.OUTPUT,
        type=click.Choice(("replace", "error")),
        default="replace",
        show_default=True,
        help="White space inside words, of any Unicode class: write _ and say so, or stop.",
    ),
    option(
        "--tmpdir",
        heading=Heading.RESOURCES,
        type=FOLDER,
        help="For vectors that do not fit into memory.  [default: the folder of OUT]",
    ),
]


def readout_option(heading):
    """The option that says what is taken of rows of two matrices."""
    return option(
        "--vectors",
        heading=heading,
        type=click.Choice(READOUTS),
        default="input",
        show_default=True,
        help="Of a .w2v file with its output matrix: input rows w, the sum w + c with output rows, "
        "both, [w; c], balanced: both centered and of length 1, and then w + c / 2; or output "
        "rows, context.",
    )


def keep_context_option(command):
    """Add the option that takes the output matrix along."""
    add = option(
        "--keep-context",
        heading=Heading.OUTPUT,
        is_flag=True,
        help="Keep the output matrix too, in a .w2v file; fastText's models always have it.",
    )
    return add(command)


def normalize_option(heading):
    """The option that scales vectors."""
    return option(
        "--normalize", heading=heading, is_flag=True, help="Scale all vectors to length 1."
    )


def conversion_options(command):
    """Add what both commands have: IN, OUT, and all but what is done to the vectors."""
    command = exclusive("--float16", "--int8")(command)
    command = reading_options(provenance_option(progress_options(command)), has_limit=False)
    command = add_options(command, WORDS_OPTIONS + OUTPUT_OPTIONS)
    command = click.argument("target", type=FILE, metavar="OUT")(command)
    return click.argument("source", type=FILE, metavar="IN")(command)
