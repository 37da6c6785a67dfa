"""Warnings: a line on standard error, and whoever listens."""

from collections.abc import Callable

import click

from .spelling import on_command_line

listeners: list[Callable[[str], None]] = []
"""Called with every warning: a log has them too."""


def warn(message):
    """Tell the user something on standard error, in one line, and whoever listens."""
    message = " ".join(on_command_line(message).split())
    click.echo("w2v: warning: " + message, err=True)
    for listener in listeners:
        listener(message)
