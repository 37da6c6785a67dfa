"""A `w2v neighbors` on a pseudo-terminal, for tests."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress

from conftest import ROOT

COMMAND = [sys.executable, "-m", "w2v_cli", "neighbors"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


class Terminal:
    """A process on a pseudo-terminal; standard error and output may be kept apart."""

    def __init__(self, *args, env=(), stdout=None, stderr=subprocess.PIPE):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [*COMMAND, *map(str, args)],
            stdin=slave,
            stdout=slave if stdout is None else stdout,
            stderr=slave if stderr is None else stderr,
            start_new_session=True,
            env={**ENVIRONMENT, "TERM": "xterm", **dict(env)},
        )
        os.close(slave)
        self._unread = ""

    def type(self, keys):
        os.write(self.master, keys)

    def read_until(self, text, seconds=60):
        """What the terminal shows from what was read before on, up to some text."""
        end = time.monotonic() + seconds
        while text not in self._unread:
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            assert ready, f"{text!r} did not appear in {self._unread!r}"
            self._unread += os.read(self.master, 4096).decode(errors="replace")
        before, found, self._unread = self._unread.partition(text)
        return before + found

    def interrupt_until(self, text):
        """Send SIGINT until the terminal shows some text.

        Python looks at signals when a key or a signal wakes it: the first signal is not noticed
        before the next key or signal if it comes between a key's work and that sleep.
        """
        for _ in range(20):
            os.kill(self.process.pid, signal.SIGINT)
            with suppress(AssertionError):
                return self.read_until(text, seconds=5)
        raise AssertionError(f"{text!r} did not appear after any signal")

    def finish(self, keys=b""):
        if keys:
            os.write(self.master, keys)
        errors = (self.process.communicate(timeout=60)[1] or b"").decode()
        os.close(self.master)
        return errors, self.process.returncode
