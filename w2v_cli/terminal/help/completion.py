"""What a shell offers for a value that is not written out yet, known by how help shows it."""

import re

import click
from click.shell_completion import CompletionItem

FILE = re.compile(r"\b(FILE|CORPUS|VECTORS|QUESTIONS|PAIRS|IN|OUT)\b")
FOLDER = re.compile(r"\bDIR\b")
ALTERNATIVES = re.compile(r"[a-z0-9_-]+(\|[a-z0-9_-]+)+")


class Written(click.types.StringParamType):
    """Text, taken as it is; a shell completes it as a file, a folder, or one of some names."""

    def __init__(self, metavar):
        self._metavar = metavar

    def shell_complete(self, ctx, param, incomplete):
        """What may stand here, as click passes it on to the shell."""
        if ALTERNATIVES.fullmatch(self._metavar):
            names = self._metavar.split("|")
            return [CompletionItem(name) for name in names if name.startswith(incomplete)]
        if FILE.search(self._metavar):
            return [CompletionItem(incomplete, type="file")]
        if FOLDER.search(self._metavar):
            return [CompletionItem(incomplete, type="dir")]
        return []


def make_completable(params):
    """Have options and arguments that take plain text complete as their metavar says."""
    for param in params:
        if param.type is click.STRING and param.metavar:
            param.type = Written(param.metavar)


class QuietParsing:
    """For click commands: while a shell asks how a line goes on, no option reads a file."""

    def parse_args(self, ctx, args):
        """As click does; callbacks wait for a line that is complete."""
        if not ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        callbacks = [(param, param.callback) for param in self.params]
        for param, _ in callbacks:
            param.callback = None
        try:
            return super().parse_args(ctx, args)
        finally:
            for param, callback in callbacks:
                param.callback = callback
