"""The options that say which pairs of words are counted, and how much each counts."""

import click

from ...config import DISTANCE_WEIGHTS
from ...cooccurrence.settings import CountRule
from ..help.headings import Heading, add_options, option

PAIR_OPTIONS = [
    option(
        "-w",
        "--window",
        heading=Heading.WHAT,
        type=int,
        default=CountRule.window,
        show_default=True,
        metavar="N",
        help="Words on each side that count as near. Words outside the vocabulary do not count.",
    ),
    option(
        "--symmetric/--no-symmetric",
        " /--left",
        heading=Heading.WHAT,
        default=CountRule.symmetric,
        show_default=True,
        help="Words near on both sides, so that (a, b) is (b, a); or only those to the left, which "
        "are rows.",
    ),
    option(
        "--distance-weight",
        heading=Heading.WHAT,
        type=click.Choice(DISTANCE_WEIGHTS),
        default=CountRule.distance_weight,
        show_default=True,
        help="A pair at distance d counts 1/d, or 1.",
    ),
]


def pair_options(command):
    """Add to a command which pairs are counted: --window, --symmetric, --distance-weight."""
    return add_options(command, PAIR_OPTIONS)


def count_rule(options):
    """The CountRule that a command's options (dict) stand for."""
    return CountRule(options["window"], options["symmetric"], options["distance_weight"])
