"""What a format of word vectors is, and what its reader and writer are given."""

import io
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field

from ..errors import ConfigError
from ..files.outputs import atomic_output
from ..files.paths import STDIO, is_special
from ..machine.limits import require_memory
from .provenance import Checksum

ENCODING_ERRORS = ("replace", "strict")
READ_SIZE = 1 << 24


@dataclass(frozen=True)
class Format:
    """One format of word vectors.

    Attributes
    ----------
    name : str                    as ``--format`` spells it
    title : str                   as messages name it
    extensions : tuple of str     that mean this format when a file is written
    recognises : callable or None   recognises(head) -> whether a file that begins with these bytes
                                  has this format; None if the format is told otherwise
    read : callable or None       read(source) -> Embeddings; sets what else the source tells
    write : callable or None      write(target, words, vectors); OutputError if a word or number
                                  cannot stand in such a file
    side_files : callable         side_files(path) -> paths that are written beside ``path``
    spaces : bool                 words may hold white space
    half : bool                   numbers may be float16
    needs_file : bool             it cannot be written to a pipe
    keeps_provenance : bool       it has a place for it; for others it is written beside
    keeps_context : bool          it has a place for the output matrix
    """

    name: str
    title: str
    extensions: tuple = ()
    recognises: "Callable | None" = None
    read: "Callable | None" = None
    write: "Callable | None" = None
    side_files: Callable = lambda path: []
    spaces: bool = False
    half: bool = False
    needs_file: bool = False
    keeps_provenance: bool = False
    keeps_context: bool = False


@dataclass
class Source:
    """A file of vectors that is being read.

    Attributes
    ----------
    path : str
    name : str                for messages
    stream : InputStream      decompressed bytes, behind ``head``
    head : bytes              the first decompressed bytes, or all there are
    encoding_errors : str     one of ENCODING_ERRORS: bytes that are not UTF-8 become U+FFFD, or
                              are an error
    limit : int or None       rows wanted at most; no more of the file need be read
    keep_faults : bool        rows that are not finite, or whose word was there before, stay
    notes : list of str       what was noticed and repaired so far
    provenance : dict or None   where the vectors come from, as JSON holds it
    layout : Layout or None   of word2vec text and binary
    undecodable : int         words so far with bytes that are not UTF-8
    is_memory_noted : bool    there is a note on memory that is scarce
    """

    path: str
    name: str
    stream: object
    head: bytes
    encoding_errors: str = "replace"
    limit: "int | None" = None
    keep_faults: bool = False
    notes: list = field(default_factory=list)
    provenance: "dict | None" = None
    layout: object = None
    undecodable: int = 0
    is_memory_noted: bool = False

    @property
    def is_named(self):
        """Whether it has a name, beside which other files can be looked for."""
        return self.path != STDIO

    @property
    def is_plain_file(self):
        """Whether the file can be mapped: no pipe, not compressed."""
        if not self.is_named or self.stream.is_compressed:
            return False
        return stat.S_ISREG(os.stat(self.path).st_mode)

    def read(self, size):
        """The next bytes, from the head first; fewer than ``size`` at the end only."""
        data, self.head = self.head[:size], self.head[size:]
        missing = size - len(data)
        return data + self.stream.read(missing) if missing else data

    def read_all(self):
        """All bytes that are left; MemoryShortageError if they are more than memory can take."""
        data = io.BytesIO()
        while block := self.read(READ_SIZE):
            self.take_memory(len(block))
            data.write(block)
        return data.getvalue()

    def take_memory(self, n_bytes):
        """Say that a reader is about to take memory; MemoryShortageError if there is not enough."""
        warning = require_memory(n_bytes, f"reading {self.name}", _smaller)
        if warning is not None and not self.is_memory_noted:
            self.is_memory_noted = True
            self.notes.append(warning)


@dataclass
class Target:
    """A file of vectors that is being written.

    Attributes
    ----------
    path : str
    dtype : str                          ``float32``, or ``float16`` in formats that have it
    counts : ndarray of int64 or None    how often each word was seen
    provenance : dict or None            where the vectors come from, in formats that keep it
    context : ndarray of float32, shape (n_words, dim), or None   likewise the output matrix
    checksum : Checksum or None          of what went through `summed`
    """

    path: str
    dtype: str = "float32"
    counts: object = None
    provenance: "dict | None" = None
    context: object = None
    checksum: "Checksum | None" = None

    def summed(self, stream):
        """The stream to write to instead of ``stream``: ``checksum`` tells what went through."""
        self.checksum = Checksum(stream)
        return self.checksum


def _smaller(_n_bytes):
    return (
        "w2v convert --limit N takes the first N rows only, and files of .w2v are mapped, not read"
    )


def check_target(format, path, dtype="float32"):
    """Find out before the work whether a format can be written to a path, in a type of numbers.

    Raises
    ------
    ConfigError   if the path is a stream and the format needs a file, or it has no float16
    """
    if format.needs_file and (str(path) == STDIO or is_special(path)):
        raise ConfigError(f"{path}: {format.title} needs a file, not a pipe or a device")
    if dtype != "float32" and not format.half:
        raise ConfigError(f"{format.title} has no float16; npy, safetensors and w2v have")


def stream_writer(write):
    """A format's writer out of ``write(stream, words, vectors)``, for formats of one file."""

    def write_file(target, words, vectors):
        with atomic_output(target.path) as stream:
            write(target.summed(stream), words, vectors)

    return write_file
