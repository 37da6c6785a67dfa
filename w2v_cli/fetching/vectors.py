"""Published vectors from a fetched file: as they are, taken out of an archive, or the first rows.

They stay the bytes that were published. What is told of them, their length and how many there are,
is held against them on the way; of a file without a known checksum that is what there is to hold.
"""

import re

from ..errors import InputError
from ..files.compression import compressed
from ..files.inputs import READ_SIZE, open_input
from ..files.paths import COMPRESSIONS, split_compression
from .beginning import open_beginning
from .unpack import AGAIN, unpacked

HEADER = re.compile(rb"(\d{1,12}) (\d{1,6})[ \r]*")
"""Of word2vec's text: how many rows, and how many numbers in each."""
MODEL_START = (793712314).to_bytes(4, "little")
"""Of every model of fastText."""
HEAD_SIZE = 1 << 16
SHOWN = 60


def write_vectors(path, corpus, stream, output, limit, report, *, is_beginning=False):
    """Write the vectors that are in a fetched file.

    The output is compressed if its name says so, whatever the fetched file is; where both are in
    the same way, it has the same bytes.

    Parameters
    ----------
    path : str or Path       of the file, or of its beginning
    corpus : entries.Corpus
    stream : binary stream   to write to
    output : str             its name
    limit : int or None      write the first rows only
    report : object          has ``say(line)``; called as report("unpack", done, None), in bytes
    is_beginning : bool      that is what the file is, and it has the rows that are wanted

    Returns
    -------
    int   rows written; of a model with n-grams, bytes

    Raises
    ------
    InputError   if the file is damaged, or not what it should be
    """
    counter = _Rows(corpus, limit, path, report)
    if limit is None and _is_as_wanted(path, output):
        with unpacked(path, corpus) as source:
            for _ in counter.pieces(source):  # what is read is checked
                pass
        _copy(path, stream)
    else:
        opened = open_beginning(path) if is_beginning else unpacked(path, corpus)
        with opened as source, compressed(stream, output) as packed:
            for piece in counter.pieces(source):
                packed.write(piece)
    counter.check()
    return counter.n_bytes if corpus.recipe == "model" else counter.n_rows


def _is_as_wanted(path, output):
    """Whether a file is compressed, and in the way that the name of the output says."""
    wanted = COMPRESSIONS.get(split_compression(output)[1].lower())
    with open_input(path) as stream:
        return stream.is_compressed and stream.compression == wanted


def _copy(path, stream):
    with open(path, "rb") as file:
        while block := file.read(READ_SIZE):
            stream.write(block)


class _Rows:
    """The rows of a file, as pieces of it, counted and held against what is told of them."""

    def __init__(self, corpus, limit, path, report):
        self._corpus, self._limit, self._path, self._progress = corpus, limit, path, report
        self._n_told = None
        self._n_header = 0
        self._n_lines = 0
        self._is_ended = True
        self.n_bytes = 0

    @property
    def n_rows(self):
        """How many there were so far, without the header."""
        return self._n_lines + (not self._is_ended) - self._n_header

    def pieces(self, source):
        """The bytes of the file; of a text the first rows, as many as are wanted."""
        head = source.read(HEAD_SIZE)
        piece = self._looked_at(head)
        while piece:
            if self._limit is not None:
                piece = self._cut(piece)
            self._n_lines += piece.count(b"\n")
            self._is_ended = piece.endswith(b"\n")
            self.n_bytes += len(piece)
            self._progress("unpack", self.n_bytes, None)
            yield piece
            if self._limit is not None and self.n_rows >= self._limit and self._is_ended:
                return
            piece = source.read(READ_SIZE)

    def check(self):
        """Say so if there are not as many rows as the header told."""
        if self._n_told not in (None, self.n_rows):
            self._progress.say(
                f"{self._path}: line 1 says {self._n_told} vectors, but {self.n_rows} are there"
            )

    def _looked_at(self, head):
        """The head as it is to be written; InputError if it is not that of such a file."""
        corpus = self._corpus
        if corpus.recipe == "model":
            if not head.startswith(MODEL_START):
                raise self._other(head, "a model of fastText")
            return head
        line, end, rest = head.partition(b"\n")
        header = HEADER.fullmatch(line)
        if header and corpus.dim in (None, int(header[2])):
            self._n_header, self._n_told = 1, int(header[1])
            if self._limit is not None and self._limit < self._n_told:
                self._n_told = self._limit
                return b"%d %s%s%s" % (self._limit, header[2], end, rest)
            return head
        # The word itself may hold spaces, as some of GloVe's do.
        if corpus.dim is not None and (corpus.has_header or len(line.split(b" ")) <= corpus.dim):
            raise self._other(head, f"vectors of {corpus.dim} numbers")
        return head

    def _cut(self, piece):
        """Of the next bytes what belongs to rows that are wanted."""
        wanted = self._limit + self._n_header - self._n_lines
        if piece.count(b"\n") < wanted:
            return piece
        at = 0
        for _ in range(wanted):
            at = piece.index(b"\n", at) + 1
        return piece[:at]

    def _other(self, head, what):
        shown = " ".join(head[:SHOWN].decode(errors="replace").split())
        return InputError(
            f"{self._path}: is not {what}: it begins with {shown!r}; is that the right address? "
            f"{AGAIN}"
        )
