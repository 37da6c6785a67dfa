"""The beginning of a file, of which the first lines are wanted: when it is enough, and its text."""

import zlib
from contextlib import contextmanager

from ..files.compression import NAMES
from .unpack import ZIP_STARTS

GZIP = 31
"""The window of zlib that expects the header of gzip."""
BLOCK = 1 << 18


class Beginning:
    """Counts the lines of a file while it comes, plain or as gzip.

    Of an archive, or of what is compressed otherwise, all is needed.
    """

    def __init__(self, n_lines):
        self._n_wanted = n_lines
        self._start_anew()

    def _start_anew(self):
        self._n_lines = 0
        self._plain = None

    def rewind(self, path, n_bytes):
        """Begin with the first bytes of a file that is there; whether they are enough."""
        self._start_anew()
        is_enough = False
        if n_bytes:
            with open(path, "rb") as file:
                while not is_enough and n_bytes and (block := file.read(min(BLOCK, n_bytes))):
                    n_bytes -= len(block)
                    is_enough = self.take(block)
        return is_enough

    def take(self, block):
        """The next bytes of the file; whether all the lines have come."""
        if self._plain is None:
            self._plain = _Plain(block)
        self._n_lines += self._plain.of(block).count(b"\n")
        return self._n_lines >= self._n_wanted


class _Plain:
    """The decompressed bytes of a file that comes in blocks; of what needs all of it, none."""

    def __init__(self, first_block):
        way = next((way for start, way in NAMES.items() if first_block.startswith(start)), None)
        self._needs_all = way not in (None, "gzip") or first_block.startswith(ZIP_STARTS)
        self._inflater = zlib.decompressobj(GZIP) if way == "gzip" else None

    def of(self, block):
        """Those of the next block."""
        if self._needs_all:
            return b""
        if self._inflater is None:
            return block
        pieces = []
        try:
            while block:
                pieces.append(self._inflater.decompress(block))
                block = self._inflater.unused_data
                if self._inflater.eof:  # of one of several streams behind one another
                    self._inflater = zlib.decompressobj(GZIP)
        except zlib.error:  # who unpacks the whole tells what is wrong
            self._needs_all = True
        return b"".join(pieces)


@contextmanager
def open_beginning(path):
    """The decompressed bytes of a beginning that a `Beginning` found enough.

    Yields
    ------
    object with ``read``   the next ones, of whatever size; none at the end of what is there
    """
    with open(path, "rb") as file:
        yield _Blocks(file)


class _Blocks:
    def __init__(self, file):
        self._file = file
        self._plain = None

    def read(self, _size):
        """The next ones, which may be more than asked for; none at the end."""
        data = b""
        while not data and (block := self._file.read(BLOCK)):
            if self._plain is None:
                self._plain = _Plain(block)
            data = self._plain.of(block)
        return data
