"""``--print-config``: what a command would do, as a TOML file that --config takes."""

import json

from ... import __version__
from ...errors import ConfigError
from ..help.headings import Heading, option
from ..spelling import command_name
from .configfile import key_of, parameters
from .sources import settings_of

WRITTEN_OUT = "its values are written out here"


def print_config_option(command):
    """Add --print-config to a command, which asks `Settings.is_printing`."""
    add = option(
        "--print-config",
        heading=Heading.CONFIGURATION,
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_note,
        help="Print all options as a --config file, with where each is from, and do nothing else.",
    )
    return add(command)


def config_lines(ctx, computed, named, open_):
    """Lines of TOML with the value of every option of a command, and where it is from.

    Parameters
    ----------
    ctx : click.Context    with all parameters
    computed : dict        options that are not set -> (value, why), what they will be
    named : tuple of str   options that stand for values of others
    open_ : dict           options that have no value yet, or never -> why, behind "is"
    """
    yield f"# w2v {command_name(ctx)} {__version__}: every option and where its value is from"
    settings = settings_of(ctx)
    values = {**settings.unseen, **ctx.params}
    rows = []
    for name, param in parameters(ctx.command).items():
        value, source, key = values.get(name), settings.where(name), key_of(param)
        if name in open_:
            rows.append((f"# {key} is {open_[name]}", ""))
        elif value in (None, ()) and name in computed:
            value, source = computed[name]
            rows.append((f"# {key} = {toml_value(value)}", source))
        elif value in (None, ()):
            rows.append((f"# {key} is not set", ""))
        elif name in named:
            rows.append((f"# {key} = {toml_value(value)}", f"{source}; {WRITTEN_OUT}"))
        else:
            rows.append((f"{key} = {toml_value(value)}", source))
    width = max(len(text) for text, _ in rows if len(text) <= 40)
    for text, source in rows:
        yield f"{text.ljust(width)}  # {_one_line(source)}" if source else text


def _note(ctx, _param, wanted):
    settings_of(ctx).is_printing = wanted


def toml_value(value):
    """A value as it stands in a TOML file.

    Parameters
    ----------
    value : bool, int, float, str, or a list of these

    Raises
    ------
    ConfigError   if it is text that is not UTF-8
    """
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ConfigError(
            f"{value!r} is not UTF-8 and cannot stand in a TOML file; rename the file, or give "
            "that option on the command line alone"
        ) from error
    # Strings of JSON are strings of TOML, but for one character that JSON does not escape.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text):
    """Text for a comment, which may hold no control character."""
    return (
        "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)
        .encode(errors="replace")
        .decode()
    )
