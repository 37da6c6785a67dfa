"""Outputs: files that appear whole or not at all, and standard output."""

import os
import stat
import sys
from contextlib import contextmanager, suppress

from .errors import OutputError
from .paths import STDIO, is_special, reason


def check_output(path):
    """Raise OutputError now if ``path`` could not be written later.

    Raises
    ------
    OutputError   if the folder is missing or read-only, or the path is a folder
    """
    if str(path) == STDIO:
        return
    if is_special(path):
        if not os.access(path, os.W_OK):
            raise OutputError(f"{path}: cannot be written: permission denied")
        return
    with _output_errors(path):
        temporary, stream = _create_beside(os.path.realpath(path))
        stream.close()
        os.unlink(temporary)


@contextmanager
def atomic_output(path):
    """A binary stream whose bytes become the file ``path`` when the block ends well.

    The bytes go to a temporary file beside, are flushed to disk, and then take the name. If the
    block raises, the temporary file is removed and an old file of that name stays as it was.
    ``-`` is standard output; pipes and devices are written directly.

    Raises
    ------
    OutputError   if anything cannot be written
    """
    if str(path) == STDIO:
        with _output_errors("standard output"):
            if sys.stdout is None:
                raise OutputError("standard output is closed")
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
    elif is_special(path):
        with _output_errors(path), open(path, "wb") as stream:
            yield stream
    else:
        with _output_errors(path), _replacing(os.path.realpath(path)) as stream:
            yield stream


@contextmanager
def _replacing(path):
    temporary, stream = _create_beside(path)
    try:
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if os.path.exists(path):
            os.chmod(temporary, stat.S_IMODE(os.stat(path).st_mode))
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _create_beside(path):
    """A new file in the folder of ``path``: (its name, an open stream)."""
    if os.path.isdir(path):
        raise OutputError(f"{path}: is a folder; name a file")
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{os.urandom(6).hex()}.tmp")
    return temporary, open(temporary, "xb")


@contextmanager
def _output_errors(name):
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"{name}: cannot be written: {reason(error)}") from error
