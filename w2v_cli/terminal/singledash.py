"""Commands that take the options of word2vec.c's programs: one dash, and a value each."""

from itertools import islice

import click

from ..wording.nearnames import closest
from .command import Command
from .warnings import warn


class SingleDashCommand(Command):
    """A command whose options have one dash and a value each, as word2vec.c reads them."""

    def parse_args(self, ctx, args):
        """Read the command line; a name that is none is an error, unlike in word2vec.c.

        Of an option that is given twice the first counts, as there.
        """
        known = {name: param for param in self.get_params(ctx) for name in param.opts}
        first, kept = {}, []
        words = iter(args)
        for word in words:
            if word not in known:
                raise _no_option(ctx, word, [name for name in known if not name.startswith("--")])
            value = [] if known[word].is_flag else list(islice(words, 1))
            if value and word in first:
                warn(
                    f"{word} {value[0]} is ignored: the first one counts, {first[word]}, as in "
                    "word2vec.c"
                )
                continue
            first[word] = "".join(value)
            kept += [word, *value]
        return super().parse_args(ctx, kept)


def _no_option(ctx, word, known):
    if word.startswith("-"):
        return click.NoSuchOption(word, possibilities=closest(word, known), ctx=ctx)
    return click.UsageError(
        f"{word!r} is no option; each is a name such as -size with a value", ctx
    )


def c_option(name, **kwargs):
    """An option of a C program, such as -size, with a value; -debug sets ``verbosity``."""
    kwargs.setdefault("show_default", "default" in kwargs)
    kwargs.setdefault("metavar", {int: "N", float: "X"}.get(kwargs.get("type"), "FILE"))
    param = {"-debug": "verbosity"}.get(name, name[1:].replace("-", "_"))
    return click.option(name, param, **kwargs)
