"""Where progress is shown: a live line on a terminal or in a notebook, or plain lines."""

import builtins
import os
import sys

from ..machine.system import memory_bytes
from ..wording.amounts import shown_bytes, shown_time

FIRST_LINE_SECONDS, LAST_LINE_SECONDS = 10, 600
LINE_SHARE = 20
"""Plain lines come so much further apart the longer a stage takes: a twentieth of that time."""
COMPILING = "compiling for this processor: some seconds to a minute, once if the code can be kept"
NO = ("", "0", "false", "no", "off")
"""Values of the environment variable CI that say that it is none."""


def choose_view(quiet=False):
    """The view that suits standard error: silent, live, or plain lines."""
    if quiet or sys.stderr is None:
        return SilentView()
    if display := _display_of_notebook():
        from .live import NotebookView

        return NotebookView(display)
    if sys.stderr.isatty() and not _is_plain():
        from .live import LiveView

        return LiveView()
    return LineView()


def _is_plain():
    is_ci = os.environ.get("CI", "").lower() not in NO
    return is_ci or os.environ.get("TERM") == "dumb" or _is_cell_of_notebook()


def _is_cell_of_notebook():
    """Whether this is ``!w2v ...`` in a notebook: a terminal whose cursor nobody can move."""
    if "JPY_PARENT_PID" in os.environ:  # which whoever starts kernels tells them
        return True
    # What IPython's kernel sets for all that it starts, in editors that have kernels of their own.
    set_by_kernel = {"TERM": "xterm-color", "PAGER": "cat", "GIT_PAGER": "cat"}
    return all(os.environ.get(name) == value for name, value in set_by_kernel.items())


def _display_of_notebook():
    """IPython's function that displays things, if this is a notebook; else None."""
    if not hasattr(builtins, "get_ipython"):  # which IPython puts there
        return None
    from rich.console import Console

    if not Console(stderr=True).is_jupyter:
        return None
    from IPython.display import display

    return display


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
        if sys.stderr is not None:
            sys.stderr.write(f"w2v: {message}\n")
            sys.stderr.flush()


def print_line(message):
    """Print a line that was asked for, where no progress is shown."""
    SilentView().print(message)


class LineView(SilentView):
    """A plain line now and then, for logs."""

    _has_compiled = False

    def say(self, message):
        """Print a line of information."""
        self.print(message)

    def begin(self, meter):
        """Say before it that compiling will take a while."""
        self._at = 0.0
        if meter.stage == "compile" and not self._has_compiled:
            self._has_compiled = True
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
    details, left, unit = meter.details, meter.eta_seconds, meter.unit
    epochs = f" of {details['epochs']}" if "epochs" in details else ""
    parts = [
        f"{meter.share:.0%}" if meter.share is not None else "",
        f"epoch {details['epoch']}{epochs}" if "epoch" in details else "",
        unit.exact(meter.done) if meter.done else "",
        f"{unit.exact(meter.rate)}/s" if meter.rate else "",
        f"lr {details['lr']:.5f}" if "lr" in details else "",
        f"loss {details['loss']:.4f}" if "loss" in details else "",
        f"{details['communication']:.0%} communication" if "communication" in details else "",
        f"{shown_time(left)} left" if left is not None else f"{shown_time(meter.seconds())} so far",
        f"{shown_bytes(memory_bytes())} of memory",
    ]
    return f"{meter.title}: " + ", ".join(part for part in parts if part)
