"""What every command shares: --config, --debug and --max-memory, in a command class of our own."""

import errno
from functools import wraps

import click

from ..config import parse_size
from ..errors import ConfigError, MemoryShortageError, field
from .help.completion import QuietParsing
from .help.headings import Heading, Option, option
from .help.hints import unknown_variables
from .help.layout import ExamplesFirst, GroupedOptions
from .settings.configfile import config_option
from .settings.sources import Source, settings_of
from .spelling import command_name
from .warnings import warn

LEAST_ADDRESS_SPACE = 1 << 30
"""Of which most is never touched."""


class Command(ExamplesFirst, GroupedOptions, QuietParsing, click.Command):
    """A command that also takes ``--config FILE`` and ``--debug``.

    ``examples`` are shown first in its help, a command a line.
    ``needs_less`` says what a user can do who has not enough memory; None: take fewer words.
    ``is_trainer``: options of other programs that train are answered with ours.
    """

    def __init__(self, *args, needs_less=None, is_trainer=False, **kwargs):
        self._needs_less = needs_less
        self._is_trainer = is_trainer
        super().__init__(*args, **kwargs)
        # Before other eager options, which may be in the file.
        place = next((i for i, param in enumerate(self.params) if param.is_eager), len(self.params))
        self.params.insert(place, config_option())
        self.params += [
            Option(
                ["--debug"],
                heading=Heading.GENERAL,
                is_flag=True,
                expose_value=False,
                callback=_note_debug,
                help="Show a traceback with an error.",
            ),
        ]

    def parse_args(self, ctx, args):
        """Read the command line; of a value from elsewhere that cannot be, say where it is from."""
        if ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        if not args and not any(param.resolve_envvar_value(ctx) for param in self.params):
            raise click.exceptions.NoArgsIsHelpError(ctx)
        if self._is_trainer:
            self._refuse_options_of_others(ctx, args)
        args = self._with_bare_values(ctx, args)
        try:
            return super().parse_args(ctx, args)
        except click.BadParameter as error:
            name, settings = error.param and error.param.name, settings_of(ctx)
            if name and settings.source_of(name) not in (Source.COMMAND_LINE, Source.DEFAULT):
                error.message = f"{error.message.rstrip('.')} ({settings.where(name)})."
            raise

    def _with_bare_values(self, ctx, args):
        """The command line with values for options that stand without one, and may.

        Else they would take the argument behind them.
        """
        bare = {name: param for param in self.get_params(ctx) for name in param.opts
                if getattr(param, "bare", None) is not None}  # fmt: skip
        if not bare or not any(arg in bare for arg in args):
            return args
        end = args.index("--") if "--" in args else len(args)
        return [
            f"{arg}={bare[arg].bare}"
            if arg in bare and place < end and not bare[arg].type.is_name(next_arg)
            else arg
            for place, (arg, next_arg) in enumerate(zip(args, [*args[1:], ""], strict=True))
        ]

    def _refuse_options_of_others(self, ctx, args):
        """Raise UsageError, with what to type instead, if options are those of another program."""
        own = {name for param in self.get_params(ctx) for name in param.opts + param.secondary_opts}
        if all(arg.partition("=")[0] in own for arg in args if arg.startswith("-") and arg != "-"):
            return
        from .help.otherprograms import translated

        told = translated(ctx.command_path, args, own)
        if told:
            raise click.UsageError(told, ctx)

    def invoke(self, ctx):
        """Run the command; memory that the system does not give becomes an error of ours."""
        _check_address_space()
        _check_launched(ctx)
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
        from ..machine.limits import FEWER_WORDS, limits
        from ..machine.system import memory_bytes
        from ..wording.amounts import shown_bytes

        message = f"out of memory ({reason})" if str(reason) else "out of memory"
        message += f": {shown_bytes(memory_bytes())} are in use"
        tightest = min(limits(), key=lambda limit: limit.left, default=None)
        if tightest:
            message += f", and {tightest.name} is {shown_bytes(tightest.limit)}"
        return MemoryShortageError(f"{message}; {self._needs_less or FEWER_WORDS}")


def exclusive(*names):
    """Let a command refuse two of these options at once: ``--tsv``, ``--json``.

    An option is there if it has a value other than none, whatever that is from.
    """

    def decorated(function):
        @wraps(function)
        def checked(*args, **kwargs):
            _check_exclusive(click.get_current_context(), names)
            return function(*args, **kwargs)

        return checked

    return decorated


def _check_exclusive(ctx, names):
    values = [ctx.params[name[2:].replace("-", "_")] for name in names]
    if sum(value not in (None, False, ()) for value in values) > 1:
        raise click.UsageError(
            f"{', '.join(names[:-1])} and {names[-1]} exclude each other; give one of them"
        )


def require_given(ctx, *names):
    """Refuse to go on without parameters that other ways of running a command do not need.

    Raises
    ------
    click.MissingParameter   naming the first that is not there
    """
    for param in ctx.command.params:
        if param.name in names and ctx.params[param.name] in (None, ()):
            raise click.MissingParameter(ctx=ctx, param=param)


def _check_address_space():
    """Refuse a limit with which libraries abort or hang before any of our code could notice."""
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < LEAST_ADDRESS_SPACE:
        raise MemoryShortageError(
            f"the limit of address space (ulimit -v) is {limit >> 20} MiB, and w2v needs "
            f"{LEAST_ADDRESS_SPACE >> 20} MiB for its compiler and libraries alone; raise it"
        )


def _check_launched(ctx):
    """Refuse to be one of several processes that would all do the same, and write one file.

    All of them see it, so that the first alone tells.
    """
    from ..machine import job

    n_processes = job.launched_processes()
    if n_processes == 1 or ctx.params.get("distributed"):
        return
    if job.launched_rank() > 0:
        ctx.exit(ConfigError.exit_code)
    if "distributed" in ctx.params:
        raise ConfigError(
            f"this is one of {n_processes} processes that a launcher of MPI has started, and each "
            f"would do all the work and write the same files; {field('distributed')} shares the "
            "work"
        )
    raise ConfigError(
        f"this is one of {n_processes} processes that a launcher of MPI has started, and each "
        f"would do the same; w2v {command_name(ctx)} is work for one: start it without the launcher"
    )


def _note_debug(ctx, _param, wanted):
    settings_of(ctx).unseen["debug"] = wanted
    # From the environment or a file; on the command line it is seen before anything is read.
    if wanted and isinstance(ctx.obj, list):
        ctx.obj.append("--debug")


def memory_option(command, heading=Heading.RESOURCES):
    """Add --max-memory to a command: it refuses what would need more, with the figures."""
    add = option(
        "--max-memory",
        heading=heading,
        metavar="SIZE",
        expose_value=False,
        callback=_limit_memory,
        help="Refuse what needs more memory than this, such as 500M or 8G.  "
        "[default: what the system allows]",
    )
    return add(command)


def _limit_memory(ctx, _param, text):
    if text is not None:
        from ..machine.limits import max_memory

        settings_of(ctx).unseen["max_memory"] = text
        ctx.with_resource(max_memory(parse_size(text)))


def default_threads(threads):
    """The number of threads given, or all processors that this process may use."""
    if threads is not None:
        return threads
    from ..machine.system import available_cpus

    return available_cpus()
