"""The options of every command that places words on a map."""

import click

from ...maps.choices import LARGEST_SEED, METHODS
from ..help.headings import Heading, option


def map_options(command):
    """Add --method and --seed to a command: how words are placed."""
    method = option(
        "--method",
        heading=Heading.MAP,
        type=click.Choice(METHODS),
        default=METHODS[0],
        show_default=True,
        help="How words are placed.",
    )
    seed = option(
        "--seed",
        heading=Heading.MAP,
        type=click.IntRange(0, LARGEST_SEED),
        default=1,
        show_default=True,
        metavar="N",
        help="Of the random numbers of t-SNE and UMAP.",
    )
    return method(seed(command))
