"""What every command shares: --config, --debug, warnings, and its own command class."""

import errno

import click

from ..config import parse_size
from ..errors import ConfigError, InputError, MemoryShortageError
from ..paths import reason
from ..suggestions import did_you_mean
from .hints import unknown_variables

NEEDS_LESS = "fewer words need less: w2v convert --limit N takes the first N rows of a file"

LEAST_ADDRESS_SPACE = 1 << 30
"""Of which most is never touched."""


listeners = []
"""Called with every warning: a log has them too."""


class Command(click.Command):
    """A command that also takes ``--config FILE`` and ``--debug``.

    ``needs_less`` says what a user can do who has not enough memory.
    """

    def __init__(self, *args, needs_less=NEEDS_LESS, **kwargs):
        self._needs_less = needs_less
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

    def invoke(self, ctx):
        """Run the command; memory that the system does not give becomes an error of ours."""
        _check_address_space()
        for message in unknown_variables(ctx):
            warn(message)
        try:
            return super().invoke(ctx)
        except MemoryError as error:
            raise self._out_of_memory(error) from error
        except OSError as error:
            if error.errno != errno.ENOMEM:
                raise
            raise self._out_of_memory(error.strerror) from error

    def _out_of_memory(self, reason):
        from ..budget import limits
        from ..footprint import shown_bytes
        from ..resources import memory_bytes

        told = f"out of memory ({reason})" if str(reason) else "out of memory"
        told += f": {shown_bytes(memory_bytes())} are in use"
        tightest = min(limits(), key=lambda limit: limit.left, default=None)
        if tightest:
            told += f", and {tightest.name} is {shown_bytes(tightest.limit)}"
        return MemoryShortageError(f"{told}; {self._needs_less}")


def _check_address_space():
    """Refuse a limit with which libraries abort or hang before any of our code could notice."""
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < LEAST_ADDRESS_SPACE:
        raise MemoryShortageError(
            f"the limit of address space (ulimit -v) is {limit >> 20} MiB, and w2v needs "
            f"{LEAST_ADDRESS_SPACE >> 20} MiB for its compiler and libraries alone; raise it"
        )


def memory_option(command):
    """Add --max-memory to a command: it refuses what would need more, with the figures."""
    option = click.option(
        "--max-memory",
        metavar="SIZE",
        expose_value=False,
        callback=_limit_memory,
        help="Refuse what needs more memory than this, such as 500M or 8G.  "
        "[default: what the system allows]",
    )
    return option(command)


def _limit_memory(ctx, _param, text):
    if text is not None:
        from ..budget import max_memory

        ctx.with_resource(max_memory(parse_size(text)))


def default_threads(threads):
    """The number of threads given, or all processors that this process may use."""
    if threads is not None:
        return threads
    from ..resources import available_cpus

    return available_cpus()


def warn(message):
    """Tell the user something on standard error, in one line, and whoever listens."""
    message = " ".join(message.split())
    click.echo("w2v: warning: " + message, err=True)
    for listener in listeners:
        listener(message)


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
            hint = did_you_mean(name, options) or f"see 'w2v {ctx.info_name} --help'"
            raise ConfigError(f"{path}: w2v {ctx.info_name} has no option {key!r}; {hint}")
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
        raise InputError(f"{path}: cannot be read: {reason(error)}") from error
    # All that it raises of bad content is a ValueError, but for what is nested too deeply.
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not TOML: {error}") from error
