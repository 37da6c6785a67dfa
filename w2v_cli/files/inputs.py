"""Inputs: files and standard input, decompressed by their content."""

import io
import os
import stat
import sys
from contextlib import contextmanager
from gzip import BadGzipFile

from ..config import UTF_8, canonical_encoding
from ..errors import InputError
from ..wording.marks import BYTE_ORDER_MARK, LONGEST_MARK, marked_encoding
from .compression import (
    DAMAGE_ERRORS,
    MAGIC_LENGTH,
    READ_SIZE,
    compression_of,
    decompressor,
    may_be_compressed,
)
from .encodings import ToUTF8
from .paths import STDIO, display_name, reason

LOOKED_AT = 1 << 16
"""How many of the first bytes of a file `open_text` shows."""
FREE_BYTES = 64 << 20
MOST_EXPANSION = 200
"""What is kept in memory may be that many times as large as it is compressed, or FREE_BYTES. Text
and vectors are 2 to 10 times as large."""


class InputStream(io.BufferedReader):
    """What `open_input` yields: bytes to read in order, not seekable.

    Attributes
    ----------
    compression : str or None   how the file was compressed: gzip, bzip2, xz or zstd
    size : int or None   bytes of a regular file that is not compressed; None if that is not known
    encoding : str   how the text in the file is encoded; what is read is UTF-8
    """

    compression = None
    size = None
    encoding = UTF_8
    decoder = None

    @property
    def is_decoded(self):
        """Whether the bytes were made UTF-8 out of something else."""
        return self.decoder is not None

    @property
    def n_unknown(self):
        """How many characters so far stand for bytes that mean nothing in the encoding."""
        return self.decoder.n_unknown if self.decoder else 0

    @property
    def is_compressed(self):
        """Whether the bytes are not those of the file."""
        return self.compression is not None

    def blocks(self, size=READ_SIZE):
        """Yield all that is left, in blocks of ``size`` bytes but for the last one.

        They are those that were read or decompressed, where those are as large: not copied by a
        buffer. So nothing else should be read from the stream any more.
        """
        head = self.read1(READ_SIZE)
        source = _Rejoined(head, self.raw)  # the buffer is empty now
        parts, left = [], size
        while head and (more := source.read1(left)):
            parts.append(more)
            left -= len(more)
            if not left:
                yield b"".join(parts)
                parts, left = [], size
        if parts:
            yield b"".join(parts)


@contextmanager
def open_input(path, start=0, keep_in_memory=True, encoding=None):
    """Open a file for reading bytes, decompressed if it is gzip, bzip2, xz or zstd.

    Parameters
    ----------
    path : str or Path      ``-`` is standard input
    start : int             byte to begin at, in a plain file; what is there is not looked at
    keep_in_memory : bool   much of what is read will be: refuse decompression bombs
    encoding : str or None  make UTF-8 out of this encoding of text; None: hand over the bytes as
                            they are

    Yields
    ------
    InputStream   positioned at the first decompressed byte

    Raises
    ------
    ConfigError  if there is no such encoding
    InputError   if the file cannot be opened or read, or its compressed data is damaged; reading
                 from the stream raises it too
    """
    name = display_name(path)
    if str(path) == STDIO:
        if sys.stdin is None:
            raise InputError("standard input is closed; name a file")
        # Not sys.stdin.buffer: a thread that waits in it would hold its lock at the end of Python.
        with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as file:
            yield _decoded(_decompressed(file, name, keep_in_memory), name, encoding)
        return
    try:
        file = open(path, "rb", buffering=0)
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: cannot be opened: {reason(error)}") from error
    with file:
        if start:
            file.seek(start)
            yield InputStream(_Stream(file.read, name), READ_SIZE)
        else:
            stream = _decompressed(file, name, keep_in_memory)
            status = os.fstat(file.fileno())
            if stat.S_ISREG(status.st_mode) and not stream.is_compressed:
                stream.size = status.st_size
            yield _decoded(stream, name, encoding)


@contextmanager
def open_text(path, encoding=UTF_8, keep_in_memory=True, keep_mark=False, look=None):
    """Open a file of text for reading it as UTF-8, whatever it was.

    A byte-order mark says what the text is, whatever ``encoding`` does, and is no part of it.
    Bytes of UTF-8 are handed over as they are, sound or not.

    Parameters
    ----------
    path : str or Path      ``-`` is standard input
    encoding : str          of text without a mark
    keep_in_memory : bool   see `open_input`
    keep_mark : bool        hand over the mark of UTF-8, for somebody who counts them
    look : callable         called as look(head, encoding) with the first LOOKED_AT bytes of the
        or None             file, decompressed, and their encoding, before anything is decoded

    Yields
    ------
    InputStream   its ``encoding`` is what was found

    Raises
    ------
    ConfigError, InputError   as `open_input`
    """
    name = display_name(path)
    with open_input(path, keep_in_memory=keep_in_memory) as opened:
        head, stream = _looked_at(opened, name, LOOKED_AT if look else LONGEST_MARK)
        mark = marked_encoding(head)
        if look:
            look(head, mark or canonical_encoding(encoding))
        if mark == UTF_8 and not keep_mark:
            stream.read(len(BYTE_ORDER_MARK))
        yield _decoded(stream, name, mark or encoding)


def _looked_at(stream, name, size):
    """(so many of the first bytes, a stream that begins with them)."""
    head = stream.peek(size)
    if len(head) >= size:
        return head[:size], stream
    # A pipe or a decompressor may hand over less than was asked for, and the buffer takes no more.
    head = stream.read(size)
    return head, _like(stream, _Rejoined(head, stream).read1, name)


def _decoded(stream, name, encoding):
    """The stream itself, or one that makes UTF-8 of it."""
    encoding = canonical_encoding(encoding or UTF_8)
    if encoding == UTF_8:
        return stream
    decoder = ToUTF8(stream.read1, encoding)
    decoded = _like(stream, decoder.read1, name)
    decoded.encoding, decoded.decoder, decoded.size = encoding, decoder, None
    return decoded


def decoded_stream(head, stream, name, encoding):
    """A stream of UTF-8, made of ``head`` and of what is left in a stream in that encoding."""
    return _decoded(_like(stream, _Rejoined(head, stream).read1, name), name, encoding)


def _like(stream, read1, name):
    """A stream over a ``read1`` function, with what is known of another one."""
    new = InputStream(_Stream(read1, name), READ_SIZE)
    new.compression, new.size = stream.compression, stream.size
    return new


def inner_stream(file, name):
    """An InputStream of bytes that lie within another file, decompressed likewise.

    Parameters
    ----------
    file : object with ``read(size)``
    name : str   for messages
    """
    return _decompressed(file, name, keep_in_memory=True)


def expanded_error(name):
    """The InputError for compressed data that might fill the memory."""
    return InputError(
        f"{name}: its compressed data becomes more than {MOST_EXPANSION} times as "
        "large and might fill the memory; decompress it first if that is meant to be so"
    )


def _decompressed(file, name, keep_in_memory):
    source = _Rejoined(_head(file, name), file)
    raw = InputStream(_Stream(source.read1, name), READ_SIZE)
    compression = compression_of(raw.peek(MAGIC_LENGTH))
    read1 = decompressor(raw)
    if read1 is None:
        return raw
    if keep_in_memory:
        read1 = _Bounded(read1, source, name).read1
    stream = InputStream(_Stream(read1, name), READ_SIZE)
    stream.compression = compression
    return stream


def _head(file, name):
    """The bytes that tell the compression: a pipe may hand them over one at a time.

    No more is waited for than needed: whoever asks through a pipe may send a short line first.
    """
    head = b""
    while len(head) < MAGIC_LENGTH and may_be_compressed(head):
        # All that is there: whoever looks at what comes first sees more than a few bytes.
        more = _Stream(file.read, name).read(LOOKED_AT)
        if not more:
            break
        head += more
    return head


class _Stream(io.RawIOBase):
    """A raw stream over a ``read1`` function, whose errors name the file."""

    def __init__(self, read1, name):
        self._read1 = read1
        self._name = name
        self._has_begun = False

    def readable(self):
        return True

    def readinto(self, buffer):
        data = self._taken(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read(self, size=-1):
        return bytes(self._taken(size)) if size >= 0 else self.readall()

    def _taken(self, size):
        try:
            data = self._read1(size)
        except EOFError:
            raise InputError(
                f"{self._name}: the compressed data is cut short; get or make the file again"
            ) from None
        except DAMAGE_ERRORS as error:
            if self._has_begun or isinstance(error, BadGzipFile):
                raise InputError(
                    f"{self._name}: the compressed data is damaged, or something else follows it: "
                    f"{error}; get or make the file again, or cut off what follows"
                ) from error
            raise InputError(
                f"{self._name}: the compressed data is damaged: {error}; get or make the file again"
            ) from error
        except OSError as error:
            # bz2 reports damaged data as an OSError without a number.
            raise InputError(f"{self._name}: cannot be read: {reason(error)}") from error
        self._has_begun = True
        return data


class _Rejoined:
    """A stream from which a few bytes were taken to look at, with those bytes put back."""

    def __init__(self, head, file):
        self._head = head
        self._file = file
        self.n_read = 0

    def read1(self, size):
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
        else:
            data = self._file.read(size)
        self.n_read += len(data)
        return data


class _Bounded:
    """A decompressor that stops where there is far more than can have been compressed to that."""

    def __init__(self, read1, source, name):
        self._read1 = read1
        self._source = source
        self._name = name
        self._n_bytes = 0

    def read1(self, size):
        data = self._read1(size)
        self._n_bytes += len(data)
        if self._n_bytes > max(FREE_BYTES, MOST_EXPANSION * self._source.n_read):
            raise expanded_error(self._name)
        return data
