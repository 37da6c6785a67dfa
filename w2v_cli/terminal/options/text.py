"""The options of every command that reads text: how it becomes tokens, and how it is counted."""

import click

from ...config import DIGITS, TEXT_DEFAULTS, TOKENIZE, TextConfig
from ..help.headings import Heading, add_options, option


def source_options(command):
    """Add --encoding and --glob to a command: which text is read, and how it is encoded."""
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
    ]
    return add_options(command, options)


def text_options(command):
    """Add the options of text to a command: --encoding, --tokenize, --lowercase..."""
    options = [
        source_options,
        option(
            "--tokenize",
            heading=Heading.TEXT,
            type=click.Choice(TOKENIZE),
            default=TextConfig.tokenize,
            show_default=True,
            help="What a token is: all between white space; or words, without punctuation and "
            "symbols, or with those as tokens of their own.",
        ),
        option(
            "--sentences",
            heading=Heading.TEXT,
            is_flag=True,
            help="Cut lines where sentences end, at . ! ? and the like.",
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
            "--dedup",
            heading=Heading.TEXT,
            is_flag=True,
            help="Drop lines (or sentences) that were there before, word for word.",
        ),
        option(
            "--max-table",
            heading=Heading.TEXT,
            type=int,
            metavar="N",
            help="Drop rare words while counting if there are more than N; counts get too low.",
        ),
    ]
    return add_options(command, options)


def document_options(as_trained="as for the vectors, where that is known"):
    """Options of how documents become words: those of text, but for those of training.

    Where nothing is asked for, words are what ``as_trained`` says.
    """
    as_trained = f"  [default: {as_trained}]"
    options = [
        source_options,
        option(
            "--tokenize",
            heading=Heading.TEXT,
            type=click.Choice(TOKENIZE),
            help=f"What a word is, as for w2v train.{as_trained}",
        ),
        option(
            "--lowercase/--no-lowercase",
            heading=Heading.TEXT,
            default=None,
            help=f"Lower-case all letters.{as_trained}",
        ),
        option(
            "--digits",
            heading=Heading.TEXT,
            type=click.Choice(DIGITS),
            help=f"Keep digits, or make each one a zero.{as_trained}",
        ),
    ]
    return lambda command: add_options(command, options)


def text_config(options, threads):
    """The TextConfig that a command's options (dict) stand for."""
    return TextConfig(**{name: options[name] for name in TEXT_DEFAULTS}, threads=threads)
