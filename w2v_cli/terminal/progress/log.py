"""``--log-json FILE``: what a command does, one JSON object a line, while it does it."""

import json
import os
import stat
import sys
import threading
import time
from datetime import datetime, timezone

from ...errors import OutputError
from ...files.paths import STDIO, is_special, reason

LOG_SECONDS = 1.0
"""Between two records of progress. Those of other events are written when they happen."""


class NoLog:
    """Writes nothing."""

    is_written = False

    def event(self, event, **fields):
        """Take note of an event."""

    def progress(self, meter):
        """Take note of progress."""

    def close(self):
        """End the log."""


class JsonLog(NoLog):
    """Appends records to a file, or to standard output; each is there when `event` returns.

    A record that cannot be written is told once, and the work goes on: no log is worth that.

    Parameters
    ----------
    path : str        ``-`` is standard output
    warn : callable   told, in words, of the first record that could not be written

    Raises
    ------
    OutputError   if the file cannot be opened, or holds something that is no log
    """

    is_written = True

    def __init__(self, path, warn):
        self._name = "standard output" if path == STDIO else path
        self._warn = warn
        self._has_failed = False
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self._progress_at = None
        self._stream, self._at_line_start = _open(path)

    def event(self, event, **fields):
        """Write a record; any thread may."""
        record = {
            "time": _time_of_day(),
            "event": event,
            "seconds": round(time.monotonic() - self._started, 3),
            **fields,
        }
        line = json.dumps(record, default=str, allow_nan=False).encode() + b"\n"
        with self._lock:
            failure = self._write(line)
        if failure and not self._has_failed:
            self._has_failed = True
            self._warn(
                f"{self._name}: the log cannot be written: {failure}; the work goes on, and the "
                "log too once that is put right"
            )

    def progress(self, meter):
        """Write a record of progress if it is time to: at the first report of a stage, then once
        an interval, and at the end of one whose end is known.
        """
        now = time.monotonic()
        stage, at, was_whole = self._progress_at or (None, 0.0, False)
        is_whole = meter.share is not None and meter.share >= 1
        if stage != meter.stage or now - at >= LOG_SECONDS or (is_whole and not was_whole):
            self._progress_at = (meter.stage, now, is_whole)
            self.event("progress", **meter.facts())

    def close(self):
        """Close the file; standard output stays open."""
        if self._stream is not None and self._name != "standard output":
            self._stream.close()
        self._stream = None

    def _write(self, line):
        """Write a line; returns what went wrong, in words, or None."""
        if self._stream is None:
            return None
        if not self._at_line_start:  # a write that failed may have left half a line
            line = b"\n" + line
        try:
            self._at_line_start = False
            left = memoryview(line)
            while left:
                left = left[self._stream.write(left) or 0 :]
            self._at_line_start = True
        except BrokenPipeError:
            self._stream = None  # who read it has gone, and nobody else will come
            return None if self._name == "standard output" else "its reader has gone"
        except OSError as error:
            return reason(error)
        return None


def _open(path):
    """(a stream without a buffer, whether it is at the start of a line)."""
    if path == STDIO:
        if sys.stdout is None:
            raise OutputError("standard output is closed; name a file for --log-json")
        return getattr(sys.stdout.buffer, "raw", sys.stdout.buffer), True
    try:
        stream = open(path, "ab", buffering=0)
        if is_special(path) or not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            return stream, True
        with open(path, "rb") as file:
            head, size = file.read(1), file.seek(0, os.SEEK_END)
            file.seek(max(size - 1, 0))
            tail = file.read(1)
    except OSError as error:
        raise OutputError(
            f"--log-json {path}: cannot be written: {reason(error)}; name another file"
        ) from error
    if head not in (b"", b"{"):
        stream.close()
        raise OutputError(
            f"--log-json {path}: holds something that is no log, which would be appended to; "
            "name another file"
        )
    return stream, tail in (b"", b"\n")


def _time_of_day():
    now = datetime.now(timezone.utc)
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
