"""What a shell offers for a value that is not written out yet."""

import click
from click.shell_completion import CompletionItem


class PathText(click.types.StringParamType):
    """A path, taken as it is; a shell completes it."""

    def __init__(self, metavar, kind):
        self._metavar, self._kind = metavar, kind

    def convert(self, value, param, ctx):
        """The path; an empty one is what an unset variable of a shell leaves."""
        if value == "":
            self.fail("the name is empty; give one, or leave the option out", param, ctx)
        return super().convert(value, param, ctx)

    def get_metavar(self, param, ctx):
        """What help shows in its place."""
        return self._metavar

    def shell_complete(self, ctx, param, incomplete):
        """What may stand here, as click passes it on to the shell."""
        return [CompletionItem(incomplete, type=self._kind)]


FILE, FOLDER = PathText("FILE", "file"), PathText("DIR", "dir")


class Names(click.types.StringParamType):
    """One of some names, or another one: who takes it says what is wrong with that."""

    def __init__(self, *names):
        self._names = names

    def get_metavar(self, param, ctx):
        """What help shows in its place."""
        return "|".join(self._names)

    def shell_complete(self, ctx, param, incomplete):
        """What may stand here, as click passes it on to the shell."""
        return [CompletionItem(name) for name in self._names if name.startswith(incomplete)]


class NamesOrSwitch(Names):
    """One of some names; what turns on a flag stands for the first, what turns it off for none."""

    def convert(self, value, param, ctx):
        """The name, or None."""
        if value in self._names:
            return value
        try:
            is_on = click.BOOL.convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is none of {', '.join(self._names)}", param, ctx)
        return self._names[0] if is_on else None

    def is_name(self, text):
        """Whether an argument behind the option is its value."""
        return text in self._names


class NumberOrWord(click.types.IntParamType):
    """A whole number, or one word that stands for a number that is not known yet."""

    def __init__(self, word):
        self._word = word

    def convert(self, value, param, ctx):
        """The number, or the word."""
        try:
            return value if value == self._word else int(value)
        except ValueError:
            self.fail(f"{value!r} is neither a whole number nor {self._word!r}.", param, ctx)

    def get_metavar(self, param, ctx):
        """What help shows in its place."""
        return f"N|{self._word}"

    def shell_complete(self, ctx, param, incomplete):
        """The word; numbers are for the user."""
        return [CompletionItem(self._word)] if self._word.startswith(incomplete) else []


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
