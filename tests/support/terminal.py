"""Commands on a pseudo-terminal."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress

from conftest import ROOT

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
W2V = [sys.executable, "-m", "w2v_cli"]
COMMAND = [*W2V, "neighbors"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


class Terminal:
    """A command on a pseudo-terminal; standard error and output may be kept apart."""

    def __init__(self, *args, command="neighbors", env=(), stdout=None, stderr=subprocess.PIPE):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [*W2V, command, *map(str, args)],
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


def run_in_terminal(args, width=80, program=("-m", "w2v_cli"), **env):
    """Run a command with standard error on a terminal; returns (exit code, all it showed)."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    process = subprocess.Popen(
        [sys.executable, *program, *map(str, args)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=slave,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "CI": "", **env},
    )
    os.close(slave)
    shown = b""
    while process.poll() is None or select.select([master], [], [], 0)[0]:
        if select.select([master], [], [], 0.1)[0]:
            try:
                shown += os.read(master, 65536)
            except OSError:  # Linux: the other side is closed
                break
    os.close(master)
    assert process.stdout.read() == b""
    process.stdout.close()
    return process.wait(), shown.decode()
