"""The options of every command that reads word vectors."""

import click


def encoding_option(command):
    """Add --encoding-errors to a command: what to do about words that are not UTF-8."""
    option = click.option(
        "--encoding-errors",
        type=click.Choice(("replace", "strict")),
        default="replace",
        show_default=True,
        help="Words that are not UTF-8: replace such bytes by U+FFFD and say so, or stop.",
    )
    return option(command)
