"""Signals while a command trains: stop well, tell how far it is."""

import signal
import threading
from contextlib import contextmanager

from ..errors import TrainingStopped
from ..machine.signals import BASE_CODE, ending_signals, raise_signal


class StopSignals:
    """Ctrl-C, SIGTERM and SIGHUP ask training to stop; the second one ends the command at once.

    Attributes
    ----------
    requested : threading.Event   set by the first
    checkpoint_wanted : threading.Event   set by SIGUSR1, in `status_on_request`
    exit_code : int               of the signal that came first
    """

    def __init__(self):
        self.requested = threading.Event()
        self.checkpoint_wanted = threading.Event()
        self.exit_code = BASE_CODE + signal.SIGINT
        self._at_once = False

    def heeding(self, report):
        """A reporter that hands on to another, and knows when there is nothing to wait for.

        While code is compiled nothing is trained yet: the first signal ends the command at once.
        """

        def heeded(stage, *args, **details):
            self._at_once = stage == "compile"
            report(stage, *args, **details)

        return heeded

    @contextmanager
    def caught(self):
        """Within the block; before and behind it signals do what they did.

        Training that is stopped ends with the exit code of the signal that asked for it.
        """
        old = {number: signal.getsignal(number) for number in ending_signals()}
        for number in old:
            signal.signal(number, self._handle)
        try:
            yield
        except TrainingStopped as stopped:
            stopped.exit_code = self.exit_code
            raise
        finally:
            for number, handler in old.items():
                signal.signal(number, handler)

    def _handle(self, number, frame):
        # Nothing is printed here: the signal may have come in the middle of a line.
        if not self.requested.is_set() and not self._at_once:
            self.exit_code = BASE_CODE + number
            self.requested.set()
        else:
            raise_signal(number, frame)


@contextmanager
def status_on_request(report, stopping=None):
    """Let SIGUSR1 make a reporter print a line at its next step, and have a checkpoint written.

    Parameters
    ----------
    report : Reporter
    stopping : StopSignals or None   of a training that may write checkpoints
    """

    def handle(_number, _frame):
        report.request_line()
        if stopping is not None:
            stopping.checkpoint_wanted.set()

    old = signal.signal(signal.SIGUSR1, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGUSR1, old)
