"""Warnings: a line on standard error, and whoever listens."""

from collections.abc import Callable

import click

listeners: list[Callable[[str], None]] = []
"""Called with every warning: a log has them too."""


def warn(message):
    """Tell the user something on standard error, in one line, and whoever listens."""
    message = " ".join(message.split())
    click.echo("w2v: warning: " + message, err=True)
    for listener in listeners:
        listener(message)
