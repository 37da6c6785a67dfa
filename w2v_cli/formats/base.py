"""What the reader and the writer of a format are given."""

import io
import os
import stat
from dataclasses import dataclass, field
from typing import NamedTuple

from ..files.compression import compressed
from ..files.outputs import atomic_output
from ..files.paths import STDIO
from ..machine.limits import FEWER_WORDS, require_memory
from .pooled import Pooled
from .provenance import Checksum

READ_SIZE = 1 << 24


class Opened(NamedTuple):
    """A file of vectors that was found and opened.

    Attributes
    ----------
    path : str            in a folder, that of the file there
    name : str            for messages
    stream : InputStream
    head : bytes          the first decompressed bytes, or all there are
    is_member : bool      it is within an archive, and no other file lies beside it
    """

    path: str
    name: str
    stream: object
    head: bytes
    is_member: bool = False


@dataclass
class Source:
    """A file of vectors that is being read.

    Attributes
    ----------
    path : str
    name : str                for messages
    stream : InputStream      decompressed bytes, behind ``head``
    head : bytes              the first decompressed bytes, or all there are
    encoding_errors : str     ``replace``: bytes that are not UTF-8 become U+FFFD; ``strict``: they
                              are an error
    limit : int or None       rows wanted at most; no more of the file need be read
    keep_faults : bool        rows that are not finite, or whose word was there before, stay
    notes : list of str       what was noticed and repaired so far
    provenance : dict or None   where the vectors come from, as JSON holds it
    layout : Layout or None   of word2vec text and binary
    encoding : str or None    of words that stand in the file as bytes; None: UTF-8
    skip_bad_rows : bool      rows that are damaged are left out, and counted
    n_bad_rows : int          how many of them there were so far
    first_bad_row : str       what was wrong with the first one
    largest : float or None   the largest number, in absolute value; None where nobody looked
    undecodable : int         words so far with bytes that are not of the encoding
    undecodable_words : list of bytes   the first of them
    is_memory_noted : bool    there is a note on memory that is scarce
    glove_parameters : str or None   the file has all parameters of GloVe, and this of
                              `registry.GLOVE_PARTS` is taken
    vocabulary : (list of str, ndarray of int64) or None   words with their counts, for a file that
                              has none
    classifier : dict or None   of a model that tells labels: ``labels`` with their counts,
                              ``loss``, ``word_ngrams``, ``min_n``, ``max_n``, ``buckets``,
                              ``quantized``, and ``pruned``, whether n-grams are missing
    tmpdir : str or None      folder for rows that do not fit into memory; None: that is an error
    tensor : str or None      of the input embeddings of a transformer; None: found by its name
    all_tokens : bool         of a transformer all tokens are taken, not only whole words
    wanted : list of str or None   words that are to be there: those that are no tokens of a
                              transformer are made of their pieces
    """

    path: str
    name: str
    stream: object
    head: bytes
    encoding_errors: str = "replace"
    limit: int | None = None
    keep_faults: bool = False
    notes: list = field(default_factory=list)
    provenance: dict | None = None
    layout: object = None
    encoding: str | None = None
    skip_bad_rows: bool = False
    n_bad_rows: int = 0
    first_bad_row: str = ""
    largest: float | None = None
    undecodable: int = 0
    undecodable_words: list = field(default_factory=list)
    is_memory_noted: bool = False
    classifier: dict | None = None
    tmpdir: str | None = None
    glove_parameters: str | None = None
    vocabulary: tuple | None = None
    tensor: str | None = None
    all_tokens: bool = False
    wanted: list | None = None

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

    def leave_out(self, error, number=1):
        """Leave out rows that are damaged as a BadRowError says; raise it if they must not be."""
        if not self.skip_bad_rows:
            raise error
        self.n_bad_rows += number
        self.first_bad_row = self.first_bad_row or error.message

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
    dtype : str                          ``float32``; ``float16``, ``int8`` in formats that have it
    counts : ndarray of int64 or None    how often each word was seen
    provenance : dict or None            where the vectors come from, in formats that keep it
    context : rows of float32, shape (n_words, dim), or None   likewise the output matrix
    subwords : Subwords or None          with the own rows of these words, in formats that keep it
    nodes : rows of float32, shape (n_words - 1, dim), or None   see `Embeddings`; likewise
    language_model : LanguageModel or None   of these words; likewise
    settings : dict                      of training, by their names in `TrainConfig`, and
                                         ``tokens``, for headers that tell of it
    pooled : Pooled                      how words become vectors of texts, where a format has that
    checksum : Checksum or None          of what went through `sum_up`
    """

    path: str
    dtype: str = "float32"
    counts: object = None
    provenance: dict | None = None
    context: object = None
    subwords: object = None
    nodes: object = None
    language_model: object = None
    settings: dict = field(default_factory=dict)
    pooled: Pooled = field(default_factory=Pooled)
    checksum: Checksum | None = None

    def sum_up(self, stream):
        """The stream to write to instead of ``stream``: ``checksum`` tells what went through."""
        self.checksum = Checksum(stream)
        return self.checksum


def _smaller(_n_bytes):
    return f"{FEWER_WORDS}; files of .w2v are mapped, not read"


def stream_writer(write):
    """A format's writer out of ``write(stream, words, vectors)``, for formats of one file.

    The file is compressed if its name says so; what is summed up are its bytes as they lie there.
    """

    def write_file(target, words, vectors):
        with (
            atomic_output(target.path) as file,
            compressed(target.sum_up(file), target.path) as stream,
        ):
            write(stream, words, vectors)

    return write_file
