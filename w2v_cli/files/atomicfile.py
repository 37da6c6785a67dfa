"""Files that appear under their name only when they are whole.

Where the system can do it (O_TMPFILE: Linux, nearly all file systems), a new file has no name until
it is given its own, and vanishes with the process, kill -9 included. Where something stands under
that name already, a hidden name is in between, for microseconds: a link cannot replace a file.
Elsewhere the file has the hidden name ``.NAME.HEX.tmp`` from the start. A hidden name that a
process left when it was killed is removed by the next one that writes the same file: as long as
its process lives, a file is locked.
"""

import errno
import fcntl
import os
import re
import shutil
import stat
from contextlib import suppress

from ..errors import OutputError

CANNOT_BE_UNNAMED = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT)
"""What systems say that do not know O_TMPFILE; ENOENT too, if the folder is there."""
CANNOT_BE_LINKED = (errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.EXDEV, errno.EMLINK)
TOKEN_BYTES = 6


class NewFile:
    """A file that is being written.

    Parameters
    ----------
    path : str   where it will be, free of symbolic links

    Attributes
    ----------
    path : str
    stream : binary stream   open for writing

    Raises
    ------
    OSError       if it cannot be made, or what stands there must not be replaced
    OutputError   if a folder stands there
    """

    def __init__(self, path):
        self.path = path
        self._hidden = self._aside = None
        _check_replaceable(path)
        _remove_abandoned(path)
        self.stream = self._unnamed() or self._named()

    def finish(self):
        """Have all bytes on the disk, and the access rights of the file that is replaced."""
        self.stream.flush()
        with suppress(FileNotFoundError):
            os.fchmod(self.stream.fileno(), stat.S_IMODE(os.stat(self.path).st_mode))
        os.fsync(self.stream.fileno())

    def prepare(self):
        """Do now what need not be done in the moment when the file gets its name."""
        if self._hidden is None and os.path.exists(self.path):
            self._hidden = hidden_name(self.path)
            self._link(self._hidden)

    def publish(self):
        """Give the file its name; what stood there is gone."""
        if self._hidden is None:
            try:
                self._link(self.path)
            except FileExistsError:
                self.prepare()
        if self._hidden is not None:
            os.replace(self._hidden, self.path)
            self._hidden = None

    def set_aside(self):
        """Take the name from the file that stands there, until `put_back` or `close`."""
        with suppress(FileNotFoundError):
            aside = hidden_name(self.path)
            os.rename(self.path, aside)
            self._aside = aside

    def put_back(self):
        """Give the name back to what was set aside."""
        aside, self._aside = self._aside, None
        if aside is not None:
            os.rename(aside, self.path)

    def close(self):
        """Close the file; unless it has got its name, nothing is left of it."""
        for hidden in (self._hidden, self._aside):
            if hidden is not None:
                with suppress(OSError):
                    os.unlink(hidden)
        self._hidden = self._aside = None
        # What could not be written is tried again when closing, and there is no use in that.
        with suppress(OSError):
            self.stream.close()

    def _unnamed(self):
        """A stream to a file without a name; None where there is no such thing."""
        if not hasattr(os, "O_TMPFILE"):
            return None
        folder = os.path.dirname(self.path)
        try:
            descriptor = os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o666)
        except OSError as error:
            if error.errno in CANNOT_BE_UNNAMED and os.path.isdir(folder):
                return None
            raise
        _lock(descriptor)
        stream = open(descriptor, "wb")
        if not os.path.exists(_handle(stream)):  # no /proc to link it by
            stream.close()
            return None
        return stream

    def _named(self):
        while True:
            self._hidden = hidden_name(self.path)
            stream = open(self._hidden, "xb")
            _lock(stream.fileno())
            if os.path.exists(self._hidden):
                return stream
            # Another process took it for abandoned before it was locked.
            stream.close()

    def _link(self, path):
        try:
            # The descriptor is there for Python to follow the link; the path is absolute.
            os.link(_handle(self.stream), path, src_dir_fd=self.stream.fileno())
        except OSError as error:
            if error.errno not in CANNOT_BE_LINKED:
                raise
            self._copy()

    def _copy(self):
        """Go on with a file that has a name from the start: this place knows no links."""
        unnamed = self.stream
        self.stream = self._named()
        with unnamed, open(_handle(unnamed), "rb") as source:
            shutil.copyfileobj(source, self.stream)
        self.finish()


def hidden_name(path):
    """A name beside ``path`` that no other file has."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.{os.urandom(TOKEN_BYTES).hex()}.tmp")


def _check_replaceable(path):
    """A rename would replace what its owner protected, and what is not there for that."""
    if os.path.isdir(path):
        raise OutputError(f"{os.path.basename(path)}: is a folder; name a file")
    if os.path.islink(path):  # all links are resolved but those that lead nowhere
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    with suppress(FileNotFoundError):
        os.close(os.open(path, os.O_WRONLY))


def _remove_abandoned(path):
    """Remove hidden files of killed processes that were to become ``path``."""
    folder, name = os.path.split(path)
    pattern = re.compile(rf"\.{re.escape(name)}\.[0-9a-f]{{{2 * TOKEN_BYTES}}}\.tmp")
    for found in os.listdir(folder):
        if pattern.fullmatch(found):
            # Who cannot open or lock it has no business with it.
            with suppress(OSError), open(os.path.join(folder, found), "rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(os.path.join(folder, found))


def _lock(descriptor):
    """Mark a file as one that a living process writes, where there are locks.

    Whoever looks for abandoned files may hold the lock for a moment, before the file is gone.
    """
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _handle(stream):
    """A path to an open file that has none."""
    return f"/proc/self/fd/{stream.fileno()}"
