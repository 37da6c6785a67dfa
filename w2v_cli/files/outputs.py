"""Outputs: files that appear whole or not at all, and standard output."""

import errno
import fcntl
import os
import sys
from contextlib import ExitStack, closing, contextmanager, suppress

from ..errors import ConfigError, OutputError
from .atomicfile import NewFile
from .paths import STDIO, is_special, reason


def make_folder(folder):
    """Make a folder for outputs, and those around it, if it is not there.

    Raises
    ------
    OutputError   if it cannot be made
    """
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot be made: {reason(error)}; name another folder"
        ) from error


def check_output(path, in_folder=False):
    """Raise OutputError now if ``path`` could not be written later.

    Parameters
    ----------
    path : str or Path
    in_folder : bool   the folder that it is in is made first, if it is not there

    Raises
    ------
    OutputError   if the folder is missing or read-only, the path is a folder, or what stands there
                  must not be replaced
    """
    if str(path) == STDIO:
        return
    if is_special(path):
        if not os.access(path, os.W_OK):
            raise OutputError(f"{path}: cannot be written: permission denied; name another file")
        return
    if in_folder and not os.path.isdir(os.path.dirname(path)):
        path = os.path.dirname(path)
    with _output_errors(path):
        NewFile(os.path.realpath(path)).close()


def check_apart(output, kind, paths):
    """Refuse an output that is one of the files that are read.

    Parameters
    ----------
    output : str
    kind : str              what is read: "a text"
    paths : iterable of str

    Raises
    ------
    ConfigError
    """
    place = os.path.realpath(output)
    if output != STDIO and place in (os.path.realpath(path) for path in paths if path != STDIO):
        raise ConfigError(
            f"{output} is both {kind} and an output; it would be overwritten; name another file"
        )


@contextmanager
def atomic_output(path):
    """A binary stream whose bytes become the file ``path`` when the block ends well.

    The bytes go to a file without a name, are flushed to disk, and then take the name. If the
    block raises, nothing is left of it and an old file of that name stays as it was.
    ``-`` is standard output; pipes and devices are written directly.

    Raises
    ------
    OutputError   if anything cannot be written
    """
    if str(path) == STDIO:
        with _output_errors("standard output"):
            if sys.stdout is None:
                raise OutputError("standard output is closed; redirect it to a file")
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
    elif is_special(path):
        with _output_errors(path), open(path, "wb") as stream:
            yield stream
    else:
        with atomic_outputs([path]) as [stream]:
            yield stream


@contextmanager
def atomic_outputs(paths):
    """Binary streams whose bytes become files, all of them or none, when the block ends well.

    All are on the disk before the first one gets its name. Runs that write the same files give
    them their names one run after the other, so that files of two runs do not stand together.

    Parameters
    ----------
    paths : list of str or Path   files in one folder; no pipes or devices

    Raises
    ------
    OutputError   if anything cannot be written
    """
    with _output_errors(paths[0]), ExitStack() as stack:
        files = [stack.enter_context(closing(NewFile(os.path.realpath(path)))) for path in paths]
        yield [file.stream for file in files]
        for file in files:
            file.finish()
        with _open_folder(os.path.dirname(files[0].path)) as folder:
            if len(files) > 1:
                with suppress(OSError):  # a file system without locks
                    fcntl.flock(folder, fcntl.LOCK_EX)
            _publish(*files)
            with suppress(OSError):  # the names are there; this is for the power to fail
                os.fsync(folder)


def _publish(first, *others):
    """Give files their names, such that at no moment files of two runs stand together.

    Whoever ends the process by force between two names leaves a file too few, and that is noticed.
    """
    first.prepare()
    try:
        for file in others:
            file.set_aside()
        first.publish()
    except BaseException:
        for file in others:
            file.put_back()
        raise
    for file in others:
        file.publish()


@contextmanager
def _open_folder(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _output_errors(name):
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno == errno.ENOMEM:  # not a matter of the file
            raise
        raise OutputError(f"{name}: cannot be written: {reason(error, str(name))}") from error
