"""Progress on standard error: a live line on a terminal, plain lines now and then elsewhere, and
the log that ``--log-json`` asks for.
"""

import os
import sys
import time

import click

from ... import __version__
from .. import warnings

FIRST_LINE_SECONDS, LAST_LINE_SECONDS = 10, 600
LINE_SHARE = 20
"""Plain lines come so much further apart the longer a stage takes: a twentieth of that time."""
COMPILING = "compiling, which takes some seconds; kept for later runs if the cache can be written"
NO = ("", "0", "false", "no", "off")
"""Values of the environment variable CI that say that it is none."""


def progress_options(command):
    """Add -q, -v and --log-json to a command: ``quiet``, ``verbose`` and ``log_json``."""
    options = [
        click.option(
            "--log-json",
            metavar="FILE",
            help="Append what is done to FILE while it is, one JSON object a line; - is stdout.",
        ),
        click.option("-q", "--quiet", is_flag=True, help="No progress, only warnings and errors."),
        click.option(
            "-v", "--verbose", is_flag=True, help="Say more: settings, times of stages, kernels."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def reporter(quiet, verbose=False, log_json=None):
    """The Reporter that suits standard error: silent, live, or plain lines.

    Raises
    ------
    OutputError         if the log cannot be written
    click.UsageError    if it is to be both quiet and verbose
    """
    from .log import JsonLog, NoLog

    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose contradict each other; give one of them")
    log = JsonLog(log_json, warnings.warn) if log_json else NoLog()
    return Reporter(_view(quiet), log, verbose)


def reporter_for(options):
    """The `reporter` that the options (dict) of a command ask for."""
    return reporter(options["quiet"], options["verbose"], options["log_json"])


def _view(quiet):
    if quiet or sys.stderr is None:
        return SilentView()
    is_ci = os.environ.get("CI", "").lower() not in NO
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not is_ci:
        from .live import LiveView

        return LiveView()
    return LineView()


class Reporter:
    """What commands tell of their work, and where that is shown.

    Called as ``report(stage, done, total, **details)`` by whatever does the work: see
    `meter.Meter`. As a context it ends the last stage, and the log.

    Attributes
    ----------
    wants_details : bool   whether `detail` has an effect
    """

    def __init__(self, view, log, is_verbose=False):
        self._view, self._log = view, log
        self._is_verbose = is_verbose
        self.wants_details = is_verbose or log.is_written
        self._meter = None
        self._line_wanted = False

    def __enter__(self):
        warnings.listeners.append(self._warned)
        self._log.event("start", **_start())
        return self

    def __exit__(self, kind, error, traceback):
        self._end_stage()
        warnings.listeners.remove(self._warned)
        event, fields = _end(error)
        self._log.event(event, **fields)
        self._log.close()

    def __call__(self, stage, done, total, **details):
        """Take note of ``done`` out of ``total`` words (None: nobody knows)."""
        now = time.monotonic()
        if self._meter is None or stage != self._meter.stage:
            self._begin_stage(stage, done, now)
        self._meter.update(done, total, details, now)
        self._view.show(self._meter)
        if stage != "compile":
            self._log.progress(self._meter, now)
        if self._line_wanted:
            self._line_wanted = False
            self._view.print(line(self._meter))

    def request_line(self):
        """Print a line at the next step, even if quiet; safe in a signal."""
        self._line_wanted = True

    def say(self, message):
        """Print one line of information, which ends the stage under way."""
        self._end_stage()
        self._view.say(message)
        self._log.event("message", message=message)

    def detail(self, message):
        """Print one line if the user wants to know more; the log has it in any case."""
        if self._is_verbose:
            self._view.print(message)
        self._log.event("message", message=message)

    def warn(self, message):
        """Print a warning; the log has it too."""
        warnings.warn(message)

    def checkpoint(self, path, tokens):
        """Tell of a checkpoint that was written after so many words."""
        if self._is_verbose:
            self._view.print(f"wrote {path} after {tokens:,} words")
        self._log.event("checkpoint", path=path, done=tokens)

    def _begin_stage(self, stage, done, now):
        from .meter import Meter

        self._end_stage()
        self._meter = Meter(stage, done, now)
        if stage == "compile":
            self._log.event("compile")
        self._view.begin(self._meter)

    def _end_stage(self):
        if self._meter is None:
            return
        meter, self._meter = self._meter, None
        self._view.end()
        if self._is_verbose:
            self._view.print(f"{meter.title} took {meter.seconds():,.1f} s")

    def _warned(self, message):
        self._log.event("warning", message=message)


class SilentView:
    """Shows nothing but what was asked for."""

    def begin(self, meter):
        """Show that a stage begins."""

    def show(self, meter):
        """Show how far it is, if it is time to."""

    def end(self):
        """Show that it has ended."""

    def say(self, message):
        """Print a line of information."""

    def print(self, message):
        """Print a line that was asked for."""
        click.echo(f"w2v: {message}", err=True)


class LineView(SilentView):
    """A plain line now and then, for logs."""

    def say(self, message):
        """Print a line of information."""
        self.print(message)

    def begin(self, meter):
        """Say before it that compiling will take a while."""
        self._at = 0.0
        if meter.stage == "compile":
            self.print(COMPILING)

    def show(self, meter):
        """Print a line every ten seconds, and less often once work has taken long."""
        seconds = meter.seconds()
        wait = min(max(FIRST_LINE_SECONDS, seconds / LINE_SHARE), LAST_LINE_SECONDS)
        if seconds - self._at >= wait:
            self._at = seconds
            self.print(line(meter))


def line(meter):
    """What is known of a stage, in one line of text."""
    from ...wording.amounts import shown_bytes
    from .meter import shown_time

    details, left = meter.details, meter.eta_seconds
    epochs = f" of {details['epochs']}" if "epochs" in details else ""
    parts = [
        f"{meter.share:.0%}" if meter.share is not None else "",
        f"epoch {details['epoch']}{epochs}" if "epoch" in details else "",
        f"{meter.done:,} words" if meter.done else "",
        f"{meter.words_per_second:,.0f} words/s" if meter.words_per_second else "",
        f"lr {details['lr']:.5f}" if "lr" in details else "",
        f"loss {details['loss']:.4f}" if "loss" in details else "",
        f"{shown_time(left)} left" if left is not None else f"{shown_time(meter.seconds())} so far",
        shown_bytes(_memory()),
    ]
    return f"{meter.title}: " + ", ".join(part for part in parts if part)


def _memory():
    from ...machine.system import memory_bytes

    return memory_bytes()


def _start():
    """The facts of a record that a command starts."""
    context = click.get_current_context(silent=True)
    params = {} if context is None else context.params
    name = None if context is None else context.info_name
    return {"command": name, "version": __version__, "pid": os.getpid(), "options": params}


def _end(error):
    """The event that ends a log, and its fields."""
    from ...errors import TrainingStopped
    from ...machine.system import peak_memory_bytes

    stops = (TrainingStopped, KeyboardInterrupt, SystemExit, BrokenPipeError)
    if error is None:
        return "done", {"peak_memory_bytes": peak_memory_bytes()}
    message = " ".join(str(error).split()) or type(error).__name__
    return "stopped" if isinstance(error, stops) else "failed", {"message": message}
