"""The ``w2v`` command: the group, and the one place where errors and signals become exit codes."""

import atexit
import gc
import os
import signal
import sys
from contextlib import suppress

import click

from . import __version__
from .errors import W2VError
from .machine import job
from .machine.hangup import outlast_terminal
from .machine.signals import BASE_CODE, catch_signals
from .terminal.group import LazyGroup
from .terminal.spelling import on_command_line

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = BASE_CODE + signal.SIGINT
EXIT_CLOSED_PIPE = BASE_CODE + signal.SIGPIPE
EXIT_TERMINATED = BASE_CODE + signal.SIGTERM
EXIT_HUNG_UP = BASE_CODE + signal.SIGHUP


class Interrupted(Exception):  # noqa: N818 - not an error
    """Ctrl-C, under a name for which click prints nothing of its own."""


COMMANDS = (
    "train",
    "tune",
    "vocab",
    "encode",
    "cooccur",
    "phrases",
    "neighbors",
    "vectors",
    "embed",
    "score",
    "generate",
    "classify",
    "index",
    "evaluate-analogies",
    "evaluate-similarity",
    "evaluate-sessions",
    "align",
    "translate",
    "evaluate-translation",
    "compare",
    "plot",
    "explore",
    "convert",
    "distill",
    "refine",
    "quantize",
    "info",
    "fetch",
    "compat-word2phrase",
    "compat-word2vec",
    "completion",
    "man",
)
"""Each is a function in a file, or a folder, of its name in ``commands/``."""


EXAMPLES = """
w2v fetch text8
w2v train text8 -o vectors.bin
w2v neighbors vectors.bin "king - man + woman"
w2v evaluate-analogies vectors.bin questions-words.txt"""


class Group(LazyGroup):
    """All commands. It ends quietly when the reader of its output has gone."""

    def parse_args(self, ctx, args):
        # ``w2v help train`` is what many type first.
        if args[:1] == ["help"]:
            args = [*args[1:2], "--help"]
        return super().parse_args(ctx, args)

    def invoke(self, ctx):
        # click would make exit code 1 of a closed pipe; `w2v ... | head` did nothing wrong.
        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
        except KeyboardInterrupt:
            raise Interrupted from None
        except BrokenPipeError:
            _discard_stdout()
            ctx.exit(EXIT_CLOSED_PIPE)
        return result


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "W2V"},
    epilog="Try: w2v COMMAND --help, or w2v man COMMAND",
    examples=EXAMPLES,
    names=COMMANDS,
    package=f"{__package__}.commands",
)
@click.version_option(__version__, prog_name="w2v")
def cli():
    """Train word vectors on text, ask for neighbors, score analogies."""


def main(args=None):
    """Run ``w2v`` and exit. ``args`` are the words after the program's name."""
    catch_signals()
    outlast_terminal()
    # The first to be registered is the last to be called. Python would then collect all that numba
    # made, which takes longer than the rest of a short command.
    atexit.register(gc.freeze)
    if _wants_no_color():
        os.environ.setdefault("NO_COLOR", "1")
    args = sys.argv[1:] if args is None else list(args)
    debug = ["--debug"] if "--debug" in args else []
    if "--distributed" in args and job.launched_processes() > 1:
        _join_job()
    try:
        code = _run(args, debug)
    except SystemExit as ended:  # which signals raise
        if ended.code not in (EXIT_TERMINATED, EXIT_HUNG_UP):
            raise
        code = _report_signal(ended.code, debug)
    _flush_stdout()
    if code:
        job.end_all(code)
    sys.exit(code)


def _join_job():
    """Have errors that come before this process has met the others end all of them, too."""

    def meet():
        from .distributed.mpi import meet

        meet()

    def end(status):
        from .distributed.mpi import end_all

        end_all(status)

    job.join(job.launched_rank(), end, meet)


def _run(args, debug):
    """``debug``: a list; if it is not empty, print the traceback. A command may append to it."""
    try:
        return cli.main(args=args, prog_name="w2v", standalone_mode=False, obj=debug) or 0
    except click.exceptions.NoArgsIsHelpError as error:
        return _tell_usage(error.ctx, debug)
    except click.UsageError as error:
        from .terminal.help.hints import usage_message

        named = [arg for arg in args[:1] if arg in COMMANDS]
        command = error.ctx.command_path if error.ctx else " ".join(["w2v", *named])
        return _report(f"{usage_message(error, args)} (see '{command} --help')", EXIT_USAGE, debug)
    except click.ClickException as error:
        return _report(error.format_message(), error.exit_code, debug)
    except W2VError as error:
        return _report(on_command_line(error.message), error.exit_code, debug)
    except (Interrupted, KeyboardInterrupt, click.Abort):
        if sys.stderr is not None and sys.stderr.isatty():
            click.echo(err=True)  # ends the line on which the terminal showed ^C
        return _report("interrupted", EXIT_INTERRUPTED, debug)
    except MemoryError:
        return _report("out of memory", EXIT_FAILED, debug)
    except Exception as error:  # noqa: BLE001 - the contract: one line, a traceback on request
        kind = type(error).__name__
        message = f"unexpected {kind}: {error} (run again with --debug for the traceback)"
        return _report(message, EXIT_FAILED, debug)


def _tell_usage(ctx, debug):
    """What to do if nothing but a command is given: its first example; for ``w2v``, its help."""
    if ctx.parent is None:
        click.echo(ctx.get_help(), err=True)
        return EXIT_USAGE
    from .terminal.help.hints import nothing_given

    return _report(nothing_given(ctx), EXIT_USAGE, debug)


def _report_signal(exit_code, debug):
    if exit_code == EXIT_TERMINATED:
        return _report("ended by SIGTERM", exit_code, debug)
    return _report(
        "ended by SIGHUP: the terminal has gone; nohup and tmux outlast it", exit_code, debug
    )


def _report(message, exit_code, debug):
    """Print one line on standard error, whatever the message holds."""
    if debug:
        import traceback

        traceback.print_exc()
    message = job.before_error() + " ".join(message.split())
    with suppress(OSError):
        click.echo("w2v: error: " + message, err=True)
    return exit_code


def _flush_stdout():
    """Write what is left; where that fails, an error was reported already."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        _discard_stdout()


def _discard_stdout():
    """Let the interpreter's last flush of a closed pipe go nowhere instead of failing."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _wants_no_color():
    return os.environ.get("TERM") == "dumb"
