"""``w2v refine``: word vectors that are there, made better or smaller."""

import click

from ..config import REFINE_RANGES, WEIGHTS, RefineConfig
from ..terminal.command import Command
from ..terminal.help.headings import Heading, add_options, option
from ..terminal.options.conversion import (
    FORMATS_TOLD,
    conversion_options,
    normalize_option,
    readout_option,
)

EXAMPLES = """
  w2v refine vectors.bin centered.bin
  w2v refine glove.txt small.w2v --remove-top 1 --normalize --int8
  w2v refine cbow.w2v better.bin --vectors sum --balance 0.5"""


def _refine_option(*names, help, kind=int, metavar="N"):
    """An option whose range is that of RefineConfig, which also checks it."""
    return option(*names, heading=Heading.REFINING, type=kind, metavar=metavar, help=help)


REFINE_OPTIONS = [
    readout_option(Heading.REFINING),
    _refine_option(
        "--balance",
        kind=float,
        metavar="X",
        help="With --vectors sum or concat: center each matrix, scale its rows to length 1, and "
        "multiply those of the output matrix by X.",
    ),
    option(
        "--center/--no-center",
        heading=Heading.REFINING,
        default=True,
        help="Subtract the mean vector.  [default: do]",
    ),
    _refine_option(
        "--remove-top",
        metavar="D",
        help="Take out the D directions of the largest variance (all but the top); about one for "
        "each hundred numbers of a vector.",
    ),
    _refine_option(
        "-d",
        "--dim",
        metavar="K",
        help="Turn vectors to the K directions of the largest variance, the largest first (PCA).",
    ),
    _refine_option(
        "--whiten",
        kind=float,
        metavar="POWER",
        help="Divide each direction by its standard deviation to this power, from "
        f"{REFINE_RANGES['whiten'][0]:g} to {REFINE_RANGES['whiten'][1]:g}, which is all of it.",
    ),
    option(
        "--weights",
        heading=Heading.REFINING,
        type=click.Choice(WEIGHTS),
        help="What words count in mean and variance: all the same, or by how frequent they are.  "
        "[default: frequency with --whiten, else uniform]",
    ),
    normalize_option(Heading.REFINING),
]


def refine_options(command):
    """Add them to the command."""
    return add_options(command, REFINE_OPTIONS)


@click.command(
    cls=Command,
    examples=EXAMPLES,
    epilog=FORMATS_TOLD,
    has_headings=True,
    short_help="Center word vectors, cut, whiten or shrink them.",
)
@conversion_options
@refine_options
def refine(source, target, balance, center, remove_top, dim, whiten, weights, **options):
    """Make word vectors better or smaller: center them, take out what all have in common, cut,
    whiten, scale, and write them in fewer bytes.

    What is asked for is done in the order of the options below, whatever theirs on the command
    line. Without any, vectors are centered. Another order is had by a pipe from one refine to the
    next. Words and counts stay as they are; IN and OUT are files as convert takes them, and - is
    standard input or output.
    """
    from ..terminal.conversion import run_conversion

    refinement = RefineConfig(
        vectors=options["vectors"],
        balance=balance,
        center=center,
        remove_top=remove_top or 0,
        dim=dim,
        whiten=whiten or 0.0,
        weights=weights,
    )
    run_conversion("refine", source, target, options, refinement)
