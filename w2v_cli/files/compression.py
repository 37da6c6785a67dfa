"""Compressed streams: recognised by their first bytes, what damage to them raises; and writing."""

import bz2
import gzip
import lzma
import zlib
from contextlib import contextmanager

import zstandard

from .paths import COMPRESSIONS, split_compression

try:
    # Three times as fast as zlib; it has no wheels for some processors.
    from isal.igzip import IGzipFile as GzipReader
    from isal.isal_zlib import IsalError
except ImportError:
    GzipReader, IsalError = gzip.GzipFile, zlib.error

READ_SIZE = 1 << 20
"""Larger blocks leave the cache, and take new memory from the system each time."""
ZSTD_PIECE = 1 << 10
"""Compressed bytes taken at a time: they become 32 MB at most."""
MOST_XZ_MEMORY = 256 << 20
"""Bytes. A file can ask for 4 GB in its first line; xz -9 asks for 65 MB."""
MAGIC_LENGTH = 6
"""The bytes that are needed to tell."""

DAMAGE_ERRORS = (
    gzip.BadGzipFile,
    IsalError,
    lzma.LZMAError,
    zlib.error,
    zstandard.ZstdError,
)
"""What reading damaged data raises; bz2 raises a plain OSError, and a cut stream an EOFError."""


def is_compressed(head):
    """Whether the first bytes of a file (MAGIC_LENGTH of them, if there are) tell compression."""
    return head.startswith(tuple(READERS))


def may_be_compressed(head):
    """Whether a file may be compressed of which only these bytes are known so far."""
    return any(start.startswith(head[: len(start)]) for start in READERS)


def compression_of(head):
    """How a file is compressed that begins with these bytes: gzip, bzip2, xz, zstd, or None."""
    for start, name in NAMES.items():
        if head.startswith(start):
            return name
    return None


def decompressor(stream):
    """The ``read1`` method of a reader that decompresses a stream, or None if it is not compressed.

    Parameters
    ----------
    stream : io.BufferedReader   at its start; ``peek`` must show MAGIC_LENGTH bytes if it has them
    """
    magic = stream.peek(MAGIC_LENGTH)
    for start, reader in READERS.items():
        if magic.startswith(start):
            return reader(stream).read1
    return None


def _gzip_reader(stream):
    return GzipReader(fileobj=stream, mode="rb")


class _ZstdReader:
    """All frames of a zstd stream; a stream that stops inside a frame is an error."""

    def __init__(self, raw):
        self._new_frame = zstandard.ZstdDecompressor().decompressobj
        self._raw = raw
        self._frame = self._new_frame()
        self._ready = b""

    def read1(self, size):
        while not self._ready:
            if self._frame.eof:
                data = self._frame.unused_data or self._raw.read1(ZSTD_PIECE)
                if not data:
                    return b""
                self._frame = self._new_frame()
            else:
                data = self._raw.read1(ZSTD_PIECE)
                if not data:
                    raise EOFError
            self._ready = memoryview(self._frame.decompress(data))
        data, self._ready = self._ready[:size], self._ready[size:]
        return data


class _XzReader:
    """All streams of an xz file, with a limit to the memory that a file may ask for."""

    def __init__(self, raw):
        self._raw = raw
        self._stream = _new_xz_stream()

    def read1(self, size):
        while True:
            data = b""
            if self._stream.eof:
                data = self._after_stream()
                if not data:
                    return b""
                self._stream = _new_xz_stream()
            elif self._stream.needs_input:
                data = self._raw.read1(READ_SIZE)
                if not data:
                    raise EOFError
            plain = self._stream.decompress(data, size)
            if plain:
                return plain

    def _after_stream(self):
        """The first bytes of the next stream; zeros may lie between."""
        data = self._stream.unused_data.lstrip(b"\0")
        while not data:
            more = self._raw.read1(READ_SIZE)
            if not more:
                break
            data = more.lstrip(b"\0")
        return data


def _new_xz_stream():
    return lzma.LZMADecompressor(memlimit=MOST_XZ_MEMORY)


READERS = {
    b"\x1f\x8b": _gzip_reader,
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": _XzReader,
    b"\x28\xb5\x2f\xfd": _ZstdReader,
}
NAMES = dict(zip(READERS, ("gzip", "bzip2", "xz", "zstd"), strict=True))


@contextmanager
def compressed(stream, path):
    """A stream to write to that compresses as the extension of a path says, if it does.

    Vectors hardly get smaller by trying harder: levels are low, and so are times. The same bytes
    give the same bytes.

    Parameters
    ----------
    stream : object with ``write``   takes what is compressed; it is not closed
    path : str

    Yields
    ------
    object with ``write``   ``stream`` itself where nothing is to be compressed
    """
    _, extension = split_compression(path)
    if not extension:
        yield stream
        return
    with WRITERS[COMPRESSIONS[extension.lower()]](stream) as packed:
        yield packed


def _gzip_writer(stream):
    return gzip.GzipFile("", "wb", 1, stream, mtime=0)


def _bzip2_writer(stream):
    return bz2.BZ2File(stream, "wb")


def _xz_writer(stream):
    return lzma.LZMAFile(stream, "wb", preset=1)


def _zstd_writer(stream):
    compressor = zstandard.ZstdCompressor(write_checksum=True)
    return compressor.stream_writer(stream, closefd=False)


WRITERS = {
    "gzip": _gzip_writer,
    "bzip2": _bzip2_writer,
    "xz": _xz_writer,
    "zstd": _zstd_writer,
}
