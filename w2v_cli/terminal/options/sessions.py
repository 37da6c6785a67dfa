"""The options of commands that score by the next item of sessions."""

import click

from ...evaluation.formulas import DEFAULT_K, MOST_HISTORY, MOST_K
from ..help.headings import Heading, option


def session_options(default_k=DEFAULT_K, default_history=1, history="--history"):
    """-k/--topn and ``history``, with these defaults or None."""
    is_shown = default_k is not None
    return [
        option(
            "-k",
            "--topn",
            heading=Heading.SCORE,
            type=click.IntRange(1, MOST_K),
            default=default_k,
            show_default=is_shown,
            metavar="N",
            help="How many answers count: the last item of a session is to be among them.",
        ),
        option(
            history,
            heading=Heading.SCORE,
            type=click.IntRange(1, MOST_HISTORY),
            default=default_history,
            show_default=is_shown,
            metavar="N",
            help="Find it by the mean of the N items before it, at most.",
        ),
    ]
