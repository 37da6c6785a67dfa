"""Ids of tokens in files: written once, mapped into memory a window at a time.

So memory does not grow with the corpus. A spool has no name in its folder: it vanishes with the
process, however that ends.
"""

import mmap
import os
import shutil
import tempfile

import numpy as np

from ..errors import OutputError, field
from ..files.paths import reason

NOT_A_WORD = -2
"""In an id map: this provisional id is not in the vocabulary."""

ID_BYTES = 4
BLOCK_IDS = 1 << 20
ENCODED = "the encoded corpus"
ROOMIER = f"name a folder with room in {field('tmpdir')}"


class IdFile:
    """Ids (int32) that lie one behind the other in an open file.

    Attributes
    ----------
    length : int       how many
    disk_bytes : int   of a file that is there for this alone
    """

    disk_bytes = 0

    def __init__(self, file, first_byte, length):
        """The ids begin at ``first_byte``, a multiple of 4. The file is closed by `close`."""
        self._file = file
        self._first_byte = first_byte
        self.length = length

    def window(self, start, stop):
        """The ids from position ``start`` up to ``stop``: an int32 array over mapped memory."""
        if start == stop:
            return np.zeros(0, dtype=np.int32)
        first = self._first_byte + start * ID_BYTES
        # A map starts at a page; a private one gives the array type that the kernels expect.
        offset = first // mmap.ALLOCATIONGRANULARITY * mmap.ALLOCATIONGRANULARITY
        size = self._first_byte + stop * ID_BYTES - offset
        memory = mmap.mmap(self._file.fileno(), size, access=mmap.ACCESS_COPY, offset=offset)
        return np.frombuffer(memory, dtype=np.int32, offset=first - offset)

    def blocks(self):
        """All ids, as windows one behind the other."""
        for start in range(0, self.length, BLOCK_IDS):
            yield self.window(start, min(start + BLOCK_IDS, self.length))

    def close(self):
        """Close the file; the disk space of a spool is free again."""
        self._file.close()


class Spool(IdFile):
    """An unnamed temporary file of ids, written at its end and read anywhere.

    Parameters
    ----------
    folder : str   where the file lies; must exist
    what : str     that is in it, for messages

    Raises
    ------
    OutputError   if the folder cannot be written to, or the disk is full
    """

    def __init__(self, folder, what=ENCODED):
        self._folder = folder
        self._what = what
        with DiskErrors(folder, what):
            file = tempfile.TemporaryFile(dir=folder, buffering=0)
        super().__init__(file, 0, 0)

    @property
    def disk_bytes(self):
        """What it takes on its disk."""
        return self.length * ID_BYTES

    def append(self, ids):
        """Write ids (ndarray of int32) behind the others."""
        self.length = self._write(ids, self.length)

    def rewrite(self, transform):
        """Replace all ids, block by block, by ``transform(block)``, which may only shorten it."""
        written = 0
        for block in self.blocks():
            written = self._write(transform(block), written)
        self.length = written
        with DiskErrors(self._folder, self._what):
            self._file.truncate(written * ID_BYTES)

    def _write(self, ids, position):
        data = memoryview(np.ascontiguousarray(ids, dtype=np.int32)).cast("B")
        with DiskErrors(self._folder, self._what):
            offset = position * ID_BYTES
            while data:
                done = os.pwrite(self._file.fileno(), data, offset)
                data, offset = data[done:], offset + done
        return position + len(ids)


def check_free_space(folder, needed):
    """Raise OutputError if a folder has not room for so many bytes."""
    with DiskErrors(folder):
        free = shutil.disk_usage(folder).free
    if free < needed:
        raise OutputError(
            f"{folder}: the encoded corpus needs about {needed / 2**20:,.0f} MiB, and "
            f"{free / 2**20:,.0f} MiB are free; {ROOMIER}"
        )


class DiskErrors:
    """Errors of the operating system, told as what they mean for the user."""

    def __init__(self, folder, what=ENCODED):
        self._folder = folder
        self._what = what

    def __enter__(self):
        return self

    def __exit__(self, _kind, error, _traceback):
        if isinstance(error, OSError):
            raise OutputError(
                f"{self._folder}: {self._what} cannot be written there: {reason(error)}; " + ROOMIER
            ) from error
