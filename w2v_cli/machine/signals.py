"""Exceptions that a signal raises, and that must not get lost where Python drops exceptions."""

import signal
import sys

from ..compiling.numba_private import CALLED_BACK

RETRY_SECONDS = 0.01
BASE_CODE = 128
"""The exit code of a program that a signal ended is so much more than the signal's number."""


def catch_signals():
    """Let each of `ending_signals` raise its exception, wherever it comes."""
    for number in ending_signals():
        signal.signal(number, raise_signal)
    sys.unraisablehook = _dropped


def ending_signals():
    """The signals that ask a program to end: a list of numbers.

    SIGHUP, which says that the terminal has gone, is one unless nohup has it ignored.
    """
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    return numbers


def raise_signal(number, frame):
    """A handler of signals: SIGINT raises KeyboardInterrupt, others SystemExit with their code."""
    # An exception, not an end at once: temporary files are removed on the way out.
    is_interrupt = number == signal.SIGINT
    raise_from(frame, KeyboardInterrupt() if is_interrupt else SystemExit(BASE_CODE + number))


def raise_from(frame, error):
    """Raise an exception in a signal's handler; a moment later, if it would be dropped now.

    Parameters
    ----------
    frame : frame       that was interrupted, as the handler is told
    error : exception
    """
    while frame is not None:
        if frame.f_code.co_name in CALLED_BACK:
            _raise_later(error)
            return
        frame = frame.f_back
    raise error


def _raise_later(error):
    signal.signal(signal.SIGALRM, lambda _number, frame: raise_from(frame, error))
    signal.setitimer(signal.ITIMER_REAL, RETRY_SECONDS)


def _dropped(lost):
    """What Python calls for an exception that it drops, such as one raised in a finalizer."""
    if issubclass(lost.exc_type, (KeyboardInterrupt, SystemExit)):
        _raise_later(lost.exc_value)
    else:
        sys.__unraisablehook__(lost)
