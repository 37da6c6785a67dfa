"""Commands in groups, of which none is imported before it is run."""

from importlib import import_module

import click

from .help.layout import ExamplesFirst


class LazyGroup(ExamplesFirst, click.Group):
    """A group that imports the command that is run and no other.

    ``names`` are those of its commands, each a function in a module of its name in ``package``.
    """

    def __init__(self, *args, names=(), package="", **kwargs):
        super().__init__(*args, **kwargs)
        self._names, self._package = names, package

    def list_commands(self, ctx):
        """The names in the order of the help."""
        return list(self._names)

    def get_command(self, ctx, cmd_name):
        """A command by name; None if there is none."""
        if cmd_name not in self._names:
            return None
        name = cmd_name.replace("-", "_")
        return getattr(import_module(f".{name}", self._package), name)

    def resolve_command(self, ctx, args):
        """As click does; of a command that there is not, what may have been meant."""
        if args[0] not in self._names and args[0][:1].isalnum():
            from .help.hints import no_such_command

            ctx.fail(no_such_command(args, self._names))
        return super().resolve_command(ctx, args)
