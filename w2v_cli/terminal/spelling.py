"""How the command line spells what messages name by `errors.field`: ``--loss ns``."""

from contextlib import contextmanager

from ..errors import W2VError, spelled
from ..wording.plaintext import printable


def option_name(name):
    """The option of a field: ``min_count`` -> ``--min-count``."""
    return "--" + name.replace("_", "-")


def command_name(ctx):
    """The name of a command that a click.Context is of, as it is typed: ``classify train``."""
    names = [ctx.info_name or ""]
    while ctx.parent is not None and ctx.parent.parent is not None:
        ctx = ctx.parent
        names.insert(0, ctx.info_name or "")
    return " ".join(names)


def with_value(name, value):
    """An option as one types it: with its value, unless that is None or True."""
    if value is None or value is True:
        return name
    import shlex

    return f"{name} {shlex.quote(printable(str(value)))}"


def spelled_option(name, value):
    """The option of a field, with the value that it is to have; of a flag, what turns it off."""
    return option_name(f"no_{name}") if value is False else with_value(option_name(name), value)


_spellers = [spelled_option]
"""The last one is that of the command that runs."""


def on_command_line(message):
    """A message with the options as the command that runs calls them."""
    return spelled(message, _spellers[-1])


@contextmanager
def options_spelled(spell):
    """Within the block ``spell(name, value)`` spells options, in errors that leave it too."""
    _spellers.append(spell)
    try:
        yield
    except W2VError as error:
        error.message = on_command_line(error.message)
        raise
    finally:
        _spellers.pop()
