"""A process beside this one: a fork that does some work, and is gone when this one is."""

import ctypes
import os
import signal
import sys
import threading
import time
import warnings
from contextlib import suppress

from .system import available_cpus

PATIENCE = 120
"""Seconds after which nobody waits for it any longer: it may have been stopped."""
POLL_SECONDS = 0.005
PR_SET_PDEATHSIG = 1
"""Of Linux's prctl: the signal that a process gets when its parent has ended."""
STANDARD_FILES = (0, 1, 2)


def can_work_beside():
    """Whether a fork is safe in this process, and has a core for itself: bool.

    Of several threads, only one lives on in a fork, and locks of the others stay locked. On macOS
    libraries of the system forbid it.
    """
    return sys.platform == "linux" and threading.active_count() == 1 and available_cpus() > 1


class Beside:
    """Work that a fork of this process does, with what is in memory now.

    Parameters
    ----------
    work : callable   without arguments; what it returns, raises and prints is lost, so that it
                      has to leave what it does in files

    Raises
    ------
    OSError   if there can be no further process
    """

    def __init__(self, work):
        parent = os.getpid()
        with warnings.catch_warnings():  # of threads, which are those of BLAS
            warnings.simplefilter("ignore", DeprecationWarning)
            self._pid = os.fork()
        if self._pid == 0:
            _work(work, parent)

    def is_working(self):
        """Whether it has not ended yet."""
        if self._pid is not None:
            with suppress(InterruptedError):
                try:
                    if os.waitpid(self._pid, os.WNOHANG) != (0, 0):
                        self._pid = None
                except ChildProcessError:  # somebody else has been told of its end
                    self._pid = None
        return self._pid is not None

    def wait(self, is_enough):
        """Wait until is_enough() says so, or it has ended, but not for ever."""
        give_up = time.monotonic() + PATIENCE
        while not is_enough() and self.is_working():
            if time.monotonic() > give_up:
                self.end()
            time.sleep(POLL_SECONDS)

    def end(self):
        """Let it end now, whatever it does."""
        if self.is_working():
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(self._pid, 0)
            self._pid = None


def _work(work, parent):
    """What the fork does: it has no terminal, no files and no handlers of signals."""
    status = 1
    try:
        # Ctrl-C reaches all processes of a terminal, but this one belongs to its parent.
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:  # else it ended before that was said
            _let_go_of_files()
            work()
            status = 0
    finally:
        os._exit(status)


def _let_go_of_files():
    """Leave all files to the parent: who reads a pipe waits until all writers have closed it."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in map(int, os.listdir("/proc/self/fd")):
        if number in STANDARD_FILES:
            os.dup2(nowhere, number)
        else:
            with suppress(OSError):
                os.close(number)
