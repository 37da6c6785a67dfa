"""The options of commands that read vectors and write them otherwise: convert and refine."""

import click

from ...config import DIGITS, READOUTS, SIF_A, TOKENIZE
from ...files.paths import COMPRESSIONS
from ...formats.registry import (
    COMPRESSED,
    FORMATS,
    ROW_WEIGHTS,
    UNKNOWN_ROWS,
    WRITTEN,
    formats_with,
)
from ..command import exclusive
from ..help.completion import FILE, FOLDER, Names
from ..help.headings import Heading, add_options, option
from ..progress.options import progress_options
from ..ranges import FloatRange
from .vectors import (
    compose_option,
    glove_parameters_option,
    provenance_option,
    reading_options,
    tensor_option,
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
        "are made of n-grams, or of the tokens of a transformer. Words without a vector are told.",
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
    tensor_option(Heading.VECTORS),
    option(
        "--whole-words/--all-tokens",
        heading=Heading.WORDS,
        default=True,
        help="Of a transformer, take the tokens that are words, without marks, or all as they are "
        "written (##ing).  [default: whole words]",
    ),
    compose_option(Heading.WORDS),
]
OUTPUT_OPTIONS = [
    option(
        "--format",
        heading=Heading.OUTPUT,
        type=Names(*FORMATS),
        metavar="NAME",
        help=f"Format to write, whatever the name of OUT: {', '.join(FORMATS)}.",
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


POOLED = {
    "weighting": "weighting",
    "sif_a": "a",
    "tokenize": "tokenize",
    "lowercase": "lowercase",
    "digits": "digits",
}
"""Options of how words become vectors of texts -> fields of `formats.pooled.Pooled`."""
AS_TRAINED = "[default: as for the vectors, where that is known]"
POOLED_OPTIONS = [
    option(
        "--weighting",
        heading=Heading.POOLED,
        type=click.Choice(ROW_WEIGHTS),
        help="What vectors of words are multiplied by: a / (a + p), where p is how frequent the "
        "word is; or nothing.  [default: sif where counts are known]",
    ),
    option(
        "--sif-a",
        heading=Heading.POOLED,
        type=FloatRange(0, min_open=True),
        metavar="X",
        help=f"That a of sif; 1e-4 to 1e-3 is usual.  [default: {SIF_A:g}]",
    ),
    option(
        "--tokenize",
        heading=Heading.POOLED,
        type=click.Choice(TOKENIZE),
        help=f"What is a word in texts, as for w2v train.  {AS_TRAINED}",
    ),
    option(
        "--lowercase/--no-lowercase",
        heading=Heading.POOLED,
        default=None,
        help=f"Lower-case all letters of texts.  {AS_TRAINED}",
    ),
    option(
        "--digits",
        heading=Heading.POOLED,
        type=click.Choice(DIGITS),
        help=f"Keep digits of texts, or make each one a zero.  {AS_TRAINED}",
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
    command = add_options(command, WORDS_OPTIONS + OUTPUT_OPTIONS + POOLED_OPTIONS)
    command = click.argument("target", type=FILE, metavar="OUT")(command)
    return click.argument("source", type=FILE, metavar="IN")(command)
