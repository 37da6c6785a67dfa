"""The options of every command that reads text: how it becomes tokens, and how it is counted."""

import click

from ...config import DIGITS, TEXT_DEFAULTS, TextConfig
from ..help.headings import Heading, add_options, option


def text_options(command):
    """Add --encoding, --glob, --lowercase, --digits and --max-table to a command."""
    options = [
        option(
            "--encoding",
            heading=Heading.TEXT,
            metavar="NAME",
            default=TextConfig.encoding,
            show_default=True,
            help="Encoding of the text (cp1252, gb18030, utf-16-le...); byte-order marks override.",
        ),
        option(
            "--glob",
            heading=Heading.TEXT,
            multiple=True,
            metavar="PATTERN",
            help="Of folders take files that fit, such as '*.txt'; may be repeated.",
        ),
        option(
            "--lowercase",
            heading=Heading.TEXT,
            is_flag=True,
            help="Lower-case all letters, as Unicode says.",
        ),
        option(
            "--digits",
            heading=Heading.TEXT,
            type=click.Choice(DIGITS),
            default=TextConfig.digits,
            show_default=True,
            help="Keep digits, or make each one a zero: 1984 becomes 0000.",
        ),
        option(
            "--max-table",
            heading=Heading.TEXT,
            type=int,
            metavar="N",
            help="Drop rare words while counting if there are more than N; counts become lower "
            "bounds.",
        ),
    ]
    return add_options(command, options)


def text_config(options, threads):
    """The TextConfig that a command's options (dict) stand for."""
    return TextConfig(**{name: options[name] for name in TEXT_DEFAULTS}, threads=threads)
