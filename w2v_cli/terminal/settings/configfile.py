"""``--config FILE``: options from a TOML file, checked as if they stood on the command line."""

import click

from ...errors import ConfigError, InputError
from ...files.paths import reason
from ...wording.marks import BYTE_ORDER_MARK
from ...wording.nearnames import closest, did_you_mean
from ..help.headings import Heading, Option
from ..spelling import command_name
from .sources import Source, as_written, settings_of

ARGUMENTS = frozenset({"corpus"})
"""Arguments that may stand in a file as well."""
NEVER = frozenset({"config", "help", "print_config"})
"""Options that make no sense there."""


def config_option():
    """The option of every command."""
    return Option(
        ["--config"],
        heading=Heading.GENERAL,
        type=click.Path(dir_okay=False),
        metavar="FILE",
        is_eager=True,
        expose_value=False,
        callback=_load,
        help="Read options from a TOML file; the command line and environment win.",
    )


def key_of(param):
    """How a parameter is spelled in a file: ``min-count``."""
    return param.name.replace("_", "-")


def parameters(command):
    """The parameters of a command that may stand in a file: dict by name."""
    return {
        param.name: param
        for param in command.params
        if param.name in ARGUMENTS or (isinstance(param, click.Option) and param.name not in NEVER)
    }


def takes_list(param):
    """Whether a parameter may have several values."""
    return param.nargs == -1 or getattr(param, "multiple", False)


def _load(ctx, _param, path):
    """Make the options in a TOML file the defaults: flat keys, or a table named as the command."""
    if path is None:
        return
    values = _read_toml(path)
    settings_of(ctx).files.append(path)
    own = _own_table(ctx, values, path)
    flat = {}
    for key, value in values.items():
        if isinstance(value, dict):
            _check_table(ctx, key, path)
        else:
            flat[key] = value
    # What stands in the table of the command wins.
    chosen = {**_by_parameter(ctx, flat, path), **_by_parameter(ctx, own, path)}
    settings_of(ctx).offer(chosen, Source.FILE, path)


def _own_table(ctx, values, path):
    """The table of the command: ``[train]``, or within that of its group ``[classify.train]``.

    *In place:* ``values`` are without it; other tables of its group are of other commands.
    """
    words = command_name(ctx).split()
    for number, word in enumerate(words, 1):
        own = values.pop(word, {})
        if not isinstance(own, dict):
            table = ".".join(words[:number])
            raise ConfigError(
                f"{path}: {table!r} must be a table; write [{table}] on a line of its own, and its "
                "options below"
            )
        if number > 1:
            for key in values:
                _check_table(ctx.parent, key, path)
        values = own
    return own


def _check_table(ctx, name, path):
    """A table is of another command; a name that is none is a mistake."""
    group = ctx.command if isinstance(ctx.command, click.Group) else None
    if group is None and ctx.parent:
        ctx = ctx.find_root()
        group = ctx.command
    commands = group.list_commands(ctx) if group else [name]
    if name not in commands:
        near = closest(name, commands)
        hint = f"did you mean [{near[0]}]?" if near else "'w2v --help' lists all commands"
        raise ConfigError(f"{path}: [{name}] is the name of no command of w2v; {hint}")


def _by_parameter(ctx, values, path):
    """Values by the names of parameters, as they would stand on the command line."""
    known = parameters(ctx.command)
    chosen = {}
    for key, value in values.items():
        name = key.replace("-", "_")
        if name not in known:
            hint = _home(ctx, name) or did_you_mean(key, map(key_of, known.values()))
            hint = hint or f"see 'w2v {command_name(ctx)} --help'"
            raise ConfigError(f"{path}: w2v {command_name(ctx)} has no option {key!r}; {hint}")
        if name in chosen:
            raise ConfigError(f"{path}: {key} is there twice, with - and with _; remove one")
        where = f"{path}: {key}"
        if takes_list(known[name]):
            items = value if isinstance(value, list) else [value]
            chosen[name] = [_text_of(item, where) for item in items]
        else:
            chosen[name] = _text_of(value, where)
    return chosen


def _home(ctx, name):
    """Where an option belongs that is one of other commands; empty if it is of none."""
    group = ctx.parent.command if ctx.parent else None
    for other in group.list_commands(ctx.parent) if group else ():
        if name in parameters(group.get_command(ctx.parent, other)):
            words = [*command_name(ctx).split()[:-1], other]
            return f"w2v {' '.join(words)} has; put it below [{'.'.join(words)}]"
    return ""


def _text_of(value, where):
    text = as_written(value)
    if text is None:
        raise ConfigError(
            f"{where}: a text, a number, true or false is needed, not {_kind_of(value)}"
        )
    return text


def _kind_of(value):
    kinds = {dict: "a table", list: "a list", int: "a number of so many digits"}
    return kinds.get(type(value), "a date or time")


def _read_toml(path):
    try:
        import tomllib
    except ImportError:  # Python 3.10
        import tomli as tomllib
    try:
        with open(path, "rb") as file:
            # Editors on Windows put a mark first, which is no part of TOML.
            return tomllib.loads(file.read().removeprefix(BYTE_ORDER_MARK).decode())
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {reason(error)}") from error
    # All that it raises of bad content is a ValueError, but for what is nested too deeply.
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not TOML: {error}") from error
