"""Exceptions that a signal raises, and that must not get lost where Python drops exceptions."""

import signal
import sys

from ..compiling.numba_private import CALLED_BACK

RETRY_SECONDS = 0.01


def catch_signals():
    """Let SIGINT raise KeyboardInterrupt, and SIGTERM SystemExit, wherever they come."""
    signal.signal(signal.SIGINT, lambda _number, frame: raise_from(frame, KeyboardInterrupt()))
    # An exception, not an end at once: temporary files are removed on the way out.
    terminated = SystemExit(128 + signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda _number, frame: raise_from(frame, terminated))
    sys.unraisablehook = _dropped


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
