"""What every command shares: --config, --debug, warnings, and its own command class."""

import click

from ..errors import ConfigError, InputError


class Command(click.Command):
    """A command that also takes ``--config FILE`` and ``--debug``."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("no_args_is_help", True)
        super().__init__(*args, **kwargs)
        self.params += [
            click.Option(
                ["--config"],
                type=click.Path(dir_okay=False),
                metavar="FILE",
                is_eager=True,
                expose_value=False,
                callback=_load_config,
                help="Read options from a TOML file; the command line and environment win.",
            ),
            click.Option(
                ["--debug"],
                is_flag=True,
                expose_value=False,
                help="Show a traceback with an error.",
            ),
        ]


def default_threads(threads):
    """The number of threads given, or all processors that this process may use."""
    if threads is not None:
        return threads
    from ..resources import available_cpus

    return available_cpus()


def warn(message):
    """Tell the user something on standard error, in one line."""
    click.echo("w2v: warning: " + " ".join(message.split()), err=True)


def _load_config(ctx, _param, path):
    """Make the options in a TOML file the defaults: flat keys, or a table named as the command."""
    if path is None:
        return
    values = _read_toml(path)
    own = values.pop(ctx.info_name, {})
    tables = [key for key, value in values.items() if isinstance(value, dict)]
    flat = {key: value for key, value in values.items() if key not in tables} | own
    options = {param.name for param in ctx.command.params if isinstance(param, click.Option)}
    defaults = {}
    for key, value in flat.items():
        name = key.replace("-", "_")
        if name not in options:
            raise ConfigError(f"{path}: w2v {ctx.info_name} has no option {key!r}")
        defaults[name] = _as_written(value, f"{path}: {key}")
    ctx.default_map = {**(ctx.default_map or {}), **defaults}


def _as_written(value, where):
    """A value as it would stand on the command line, so that it is checked like one from there."""
    try:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, (str, int, float)):
            return str(value)
    except ValueError:  # a number of thousands of digits
        pass
    raise ConfigError(f"{where}: a text, a number, true or false is needed, not {_shown(value)}")


def _shown(value):
    kinds = {dict: "a table", list: "a list", int: "a number of so many digits"}
    return kinds.get(type(value), "a date or time")


def _read_toml(path):
    try:
        import tomllib
    except ImportError:  # Python 3.10
        import tomli as tomllib
    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    # All that it raises of bad content is a ValueError, but for what is nested too deeply.
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not TOML: {error}") from error
