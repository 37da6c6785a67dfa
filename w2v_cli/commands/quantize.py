"""``w2v quantize``: word vectors and classifiers in an eighth of their bytes and less."""

from functools import partial

import click

from ..config import QUANTIZE_RANGES, QuantizeConfig
from ..labelled.config import DEFAULTS
from ..terminal.command import Command, default_threads, exclusive
from ..terminal.help.completion import FILE
from ..terminal.help.headings import Heading, add_options, option
from ..terminal.options.conversion import LIMIT_OPTION, SENTENCE_END_OPTION, SKIP_ROWS_OPTION
from ..terminal.options.vectors import (
    compose_option,
    provenance_option,
    reading_options,
    threads_option,
)
from ..terminal.progress.options import progress_options

RETRAINING_EPOCHS = DEFAULTS["epochs"]
EXAMPLES = """
  w2v quantize cc.en.300.bin small.ftz
  w2v quantize cc.en.300.bin smaller.ftz --keep 100000 --dsub 4
  w2v quantize vectors.bin v.ftz --questions questions-words.txt --pairs men.txt
  w2v quantize model.bin model.ftz --max-size 2M --test test.txt"""

QUANTIZE_OPTIONS = [
    option(
        "--dsub",
        heading=Heading.MODEL,
        type=int,
        metavar="N",
        default=QuantizeConfig.dsub,
        show_default=True,
        help=f"Numbers that share a byte, 1 to {QUANTIZE_RANGES['dsub'][1]}: 2 is close to the "
        "vectors, 4 half as large and rough.",
    ),
    option(
        "--qnorm/--no-qnorm",
        heading=Heading.MODEL,
        default=QuantizeConfig.qnorm,
        help="Quantize directions and lengths apart: a byte more a row, and closer.  [default: do]",
    ),
    option(
        "--keep",
        heading=Heading.WORDS,
        type=int,
        metavar="N",
        help="Keep N rows: the first words, at most half of the rows while there are n-grams to "
        "fill the others, and those n-grams that change the vectors of words most; of a classifier "
        "the longest, of words and n-grams alike.",
    ),
    option(
        "--max-size",
        heading=Heading.WORDS,
        metavar="SIZE",
        help="Of a classifier: as many rows as a file of this size has room for, such as 500k or "
        "2M (2,000,000 bytes); its outputs are quantized from 256 labels on.",
    ),
    LIMIT_OPTION,
    SENTENCE_END_OPTION,
    SKIP_ROWS_OPTION,
    option(
        "--keep-context",
        heading=Heading.MODEL,
        is_flag=True,
        help="Quantize the output matrix, too, which is left out else.",
    ),
    option(
        "--qout",
        heading=Heading.MODEL,
        is_flag=True,
        help="Quantize the outputs of a classifier, too, which stay as they are else: for "
        "thousands of labels.",
    ),
    option(
        "--retrain",
        heading=Heading.TRAINING,
        type=FILE,
        multiple=True,
        help="Train the rows of a classifier that stay on, before they are quantized, on the "
        "documents that it was trained on; may be repeated.",
    ),
    option(
        "-e",
        "--epochs",
        heading=Heading.TRAINING,
        type=click.IntRange(min=1),
        metavar="N",
        default=RETRAINING_EPOCHS,
        show_default=True,
        help="With --retrain: passes over the documents.",
    ),
    option(
        "--lr",
        heading=Heading.TRAINING,
        type=float,
        metavar="X",
        help="With --retrain: learning rate at the start.  [default: that of the training]",
    ),
    option(
        "--questions",
        heading=Heading.SCORE,
        type=FILE,
        multiple=True,
        help="Analogy questions to score IN and OUT on, side by side; may be repeated.",
    ),
    option(
        "--pairs",
        heading=Heading.SCORE,
        type=FILE,
        multiple=True,
        help="Word pairs that people scored, likewise.",
    ),
    option(
        "--test",
        heading=Heading.SCORE,
        type=FILE,
        multiple=True,
        help="Documents with labels to score a classifier on, before and after; may be repeated.",
    ),
    option(
        "--text",
        heading=Heading.SCORE,
        multiple=True,
        metavar="COL",
        help="The column of a table of --test or --retrain that has the text, as for w2v classify.",
    ),
    option(
        "--label",
        heading=Heading.SCORE,
        multiple=True,
        metavar="COL",
        help="Likewise the column that has the label.",
    ),
    compose_option(Heading.SCORE),
    option(
        "--json",
        heading=Heading.OUTPUT,
        is_flag=True,
        help="Print sizes, errors and scores as one JSON object.",
    ),
    option(
        "--seed",
        heading=Heading.RESOURCES,
        type=int,
        metavar="N",
        default=QuantizeConfig.seed,
        show_default=True,
        help="Start of the random draws; the same seed makes the same file.",
    ),
    threads_option(),
]


def quantize_options(command):
    """Add them to the command."""
    return add_options(command, QUANTIZE_OPTIONS)


@click.command(
    cls=Command,
    examples=EXAMPLES,
    has_headings=True,
    short_help="Make vectors or a classifier many times smaller (fastText's .ftz).",
)
@click.argument("source", type=FILE, metavar="IN")
@click.argument("target", type=FILE, metavar="OUT")
@quantize_options
@provenance_option
@partial(reading_options, has_limit=False)
@progress_options
@exclusive("--keep", "--max-size")
def quantize(source, target, **options):
    """Write word vectors, with the n-grams that they may have, or a classifier, as a quantized
    model of fastText (.ftz): a byte for two numbers or more, where there were four for each.

    IN is what convert takes; OUT is a model that fastText and every command here read. Vectors are
    cut into parts of --dsub numbers, and each part becomes the nearest of 256 (product
    quantization). N-grams that no word of IN has are left out. What words lose by their n-grams
    their own rows make up for. Sizes are told before, errors after: the length of what was lost, as
    a share of that of the vectors. With --questions and --pairs scores of IN and OUT are printed.
    - is standard input or output.

    Where IN is a classifier, so is OUT. N-grams that no document of the training had are left out;
    --keep and --max-size leave out the shortest rows, and with --retrain the others learn to do
    without; --test prints scores of IN and OUT.
    """
    from ..terminal.quantizing import run_quantize

    config = QuantizeConfig(
        dsub=options["dsub"],
        keep=options["keep"],
        qnorm=options["qnorm"],
        keep_context=options["keep_context"],
        qout=options["qout"],
        seed=options["seed"],
    )
    run_quantize(
        source, target, config, {**options, "threads": default_threads(options["threads"])}
    )
