"""Warnings: a line on standard error, and whoever listens."""

from collections.abc import Callable

import click

from .spelling import on_command_line

listeners: list[Callable[[str], None]] = []
"""Called with every warning: a log has them too."""

_silenced: list[bool] = []


def silence():
    """Warn of nothing any more: another process tells it."""
    _silenced.append(True)


def warn(message):
    """Tell the user something on standard error, in one line, and whoever listens."""
    if _silenced:
        return
    message = " ".join(on_command_line(message).split())
    click.echo("w2v: warning: " + message, err=True)
    for listener in listeners:
        listener(message)
