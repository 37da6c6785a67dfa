"""A terminal that goes away while a program runs, as when a connection by ssh breaks."""

import errno
import io
import sys


def outlast_terminal():
    """Let standard error drop what is written to it once its terminal has gone.

    The program goes on to save what it has: a line that nobody can read must not end it.
    """
    stream = sys.stderr
    if stream is None or not stream.isatty():
        return
    raw = _Lasting(stream.fileno(), "wb", closefd=False)
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=True,
        write_through=True,
    )


class _Lasting(io.FileIO):
    """A terminal, and after its end nothing."""

    def write(self, data):
        """As any file does; all is well where there is no terminal any more."""
        try:
            return super().write(data)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return len(data)
