"""All commands of w2v, those of groups too, by the words that one types."""

import click

from w2v_cli.cli import cli


def _below(group, words=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*words, name), command
        if isinstance(command, click.Group):
            yield from _below(command, (*words, name))


EVERY = {" ".join(words): command for words, command in _below(cli)}
"""``classify train`` -> the command."""


def context_around(name):
    """A new context of the group that a command is in, within that of ``w2v``."""
    context = click.Context(cli, info_name="w2v", auto_envvar_prefix="W2V")
    for word in name.split()[:-1]:
        command = context.command.get_command(context, word)
        context = click.Context(command, info_name=word, parent=context)
    return context
