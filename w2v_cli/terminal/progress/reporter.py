"""What commands tell of their work: progress, lines, and the log that ``--log-json`` asks for."""

import os

import click

from ... import __version__
from ...errors import TrainingStopped, W2VError
from ...machine.system import peak_memory_bytes
from ...progress.codecache import why_not_kept
from ...progress.stages import Stages
from ...progress.views import line
from ...wording.amounts import shown_time
from .. import warnings
from ..spelling import command_name, on_command_line


class Reporter(Stages):
    """Shows the stages of a command and what it says, and keeps a log of both.

    As a context it ends the last stage, and the log.

    Attributes
    ----------
    wants_details : bool   whether `detail` has an effect
    """

    def __init__(self, view, log, is_verbose=False):
        super().__init__(view)
        self._log = log
        self._is_verbose = is_verbose
        self.wants_details = is_verbose or log.is_written
        self._line_wanted = False
        self._is_cache_looked_at = False

    def __enter__(self):
        warnings.listeners.append(self._log_warning)
        self._log.event("start", **_start())
        return self

    def __exit__(self, kind, error, traceback):
        self._end_stage()
        warnings.listeners.remove(self._log_warning)
        event, fields = _end(error)
        self._log.event(event, **fields)
        self._log.close()

    def __call__(self, stage, done, total, **details):
        """Take note of ``done`` out of ``total`` words or bytes (None: nobody knows)."""
        super().__call__(stage, done, total, **details)
        if stage != "compile":
            self._log.progress(self._meter)
        if self._line_wanted:
            self._line_wanted = False
            self._view.print(line(self._meter))

    def request_line(self):
        """Print a line at the next step, even if quiet; safe in a signal."""
        self._line_wanted = True

    def say(self, message):
        """Print one line of information, which ends the stage under way."""
        message = on_command_line(message)
        super().say(message)
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
        super()._begin_stage(stage, done, now)
        if stage == "compile":
            self._log.event("compile")
            self._warn_of_cache()

    def _warn_of_cache(self):
        """Say once if what is compiled cannot be kept."""
        if self._is_cache_looked_at:
            return
        self._is_cache_looked_at = True
        note = why_not_kept()
        if note:
            warnings.warn(note)

    def _end_stage(self):
        meter = super()._end_stage()
        if meter and self._is_verbose:
            self._view.print(f"{meter.title} took {shown_time(meter.seconds())}")

    def _log_warning(self, message):
        self._log.event("warning", message=message)


def _start():
    """The facts of a record that a command starts."""
    context = click.get_current_context(silent=True)
    params = {} if context is None else context.params
    name = None if context is None else command_name(context)
    return {"command": name, "version": __version__, "pid": os.getpid(), "options": params}


def _end(error):
    """The event that ends a log, and its fields."""
    stops = (TrainingStopped, KeyboardInterrupt, SystemExit, BrokenPipeError)
    if error is None:
        return "done", {"peak_memory_bytes": peak_memory_bytes()}
    said = on_command_line(error.message) if isinstance(error, W2VError) else str(error)
    message = " ".join(said.split()) or type(error).__name__
    return "stopped" if isinstance(error, stops) else "failed", {"message": message}
