"""fastText's ``.bin``: vectors of words and of the character n-grams that they are made of.

Layout as fastText writes it (args.cc, dictionary.cc, densematrix.cc): magic, version, settings,
words with counts, then the input matrix, one row a word and after those one row a bucket of
n-grams. The vector of a word is the mean of its own row and those of its n-grams (1607.04606,
section 3.2; fastText's ``getWordVector``).
"""

import struct
from dataclasses import dataclass

import numpy as np

from ..embeddings.subwords import Subwords
from ..errors import InputError
from ..files.inputs import READ_SIZE
from ..wording.marks import SENTENCE_END_WORD
from .arrays import join_words
from .wordrules import decode_words

MAGIC = struct.pack("<i", 793712314)
VERSIONS = (11, 12)
SUPERVISED = 3
MODELS = {1: "cbow", 2: "skipgram", SUPERVISED: "supervised"}
LOSSES = {1: "hs", 2: "ns", 3: "softmax", 4: "ova"}
SETTINGS = struct.Struct("<12id")
SETTING_NAMES = (
    *("dim", "window", "epochs", "min_count", "negative", "word_ngrams", "loss", "model"),
    *("buckets", "min_n", "max_n", "lr_update_rate", "sample"),
)
SIZES = struct.Struct("<iiiqq")
ENTRY = struct.Struct("<qb")
SHAPE = struct.Struct("<qq")
MAX_WORD = 1 << 16
LIMITS = {"dim": (1, 1 << 24), "buckets": (0, 1 << 31), "max_n": (0, 100)}


@dataclass(frozen=True)
class _Dictionary:
    """Words (bytes) and their counts, without labels; how many rows of n-grams there may be."""

    words: list
    counts: list


class _Reader:
    """Bytes of a source in order, and how many were read: the matrix is mapped from there."""

    def __init__(self, source):
        self._source = source
        self._data = b""
        self._position = 0
        self.offset = 0

    def take(self, size):
        """Exactly so many bytes."""
        self._fill(size)
        data = self._data[self._position : self._position + size]
        if len(data) < size:
            raise self._cut_short()
        self._advance(size)
        return data

    def unpack(self, layout):
        """The numbers of a struct."""
        return layout.unpack(self.take(layout.size))

    def entries(self, number):
        """So many words of the dictionary: (bytes up to a NUL, count, kind) of each."""
        for row in range(number):
            end = self._data.find(b"\0", self._position)
            if end < 0 or end + 1 + ENTRY.size > len(self._data):
                self._fill(MAX_WORD)
                end = self._data.find(b"\0", self._position)
                if end < 0:
                    raise InputError(f"{self._source.name}: word {row + 1} does not end")
                if end + 1 + ENTRY.size > len(self._data):
                    raise self._cut_short()
            yield self._data[self._position : end], *ENTRY.unpack_from(self._data, end + 1)
            self._advance(end + 1 + ENTRY.size - self._position)

    def rest_of(self, n_bytes):
        """A float32 array of so many bytes; grows as they come, since a size may be damaged."""
        data = bytearray()
        while len(data) < n_bytes:
            more = self._take_some(n_bytes - len(data))
            if not more:
                raise self._cut_short()
            self._source.take_memory(len(more))
            data += more
        self.offset += n_bytes
        return np.frombuffer(data, dtype="<f4")

    def skip(self, n_bytes):
        """Leave out so many bytes; that number may be damaged."""
        self.offset += n_bytes
        while n_bytes:
            left_out = len(self._take_some(n_bytes))
            if not left_out:
                raise self._cut_short()
            n_bytes -= left_out

    def _take_some(self, size):
        self._fill(1)
        data = self._data[self._position : self._position + size]
        self._position += len(data)
        return data

    def _fill(self, size):
        if len(self._data) - self._position < size:
            self._data = self._data[self._position :] + self._source.read(max(READ_SIZE, size))
            self._position = 0

    def _advance(self, size):
        self._position += size
        self.offset += size

    def _cut_short(self):
        return InputError(
            f"{self._source.name}: is cut short; it is not a whole fastText model; "
            "get or make the file again"
        )


def recognises(head):
    """Whether a file that begins with these bytes is a fastText model."""
    return head.startswith(MAGIC)


def read(source):
    """The Embeddings of a model: words, counts, and what makes vectors for other words."""
    reader = _Reader(source)
    settings = _settings(reader, source.name)
    dictionary = _dictionary(reader, source.name)
    if reader.take(1) != b"\0":
        raise InputError(
            f"{source.name}: is a quantized fastText model, whose vectors are not kept; "
            "the model before quantizing is needed"
        )
    matrix = _matrix(reader, settings, len(dictionary.words), source)
    raw_words = dictionary.words[: source.limit]
    subwords = Subwords(
        matrix[len(dictionary.words) :], settings["buckets"], settings["min_n"], settings["max_n"]
    )
    vectors = subwords.word_vectors(raw_words, matrix, SENTENCE_END_WORD.encode())
    words = decode_words(raw_words, source)
    source.provenance = {"program": "fastText", "options": settings}
    counts = dictionary.counts[: source.limit]
    return join_words(words, vectors, source, counts, subwords if subwords else None)


def _settings(reader, name):
    reader.take(len(MAGIC))
    (version,) = reader.unpack(struct.Struct("<i"))
    if version not in VERSIONS:
        raise InputError(f"{name}: is a fastText model of version {version}; 11 and 12 can be read")
    settings = dict(zip(SETTING_NAMES, reader.unpack(SETTINGS), strict=True))
    for key, (low, high) in LIMITS.items():
        if not low <= settings[key] <= high:
            raise InputError(
                f"{name}: is damaged: {key} is {settings[key]}; get or make the file again"
            )
    if version == 11 and settings["model"] == SUPERVISED:
        settings["max_n"] = 0  # such models were trained without n-grams, whatever they say
    settings["model"] = MODELS.get(settings["model"], str(settings["model"]))
    settings["loss"] = LOSSES.get(settings["loss"], str(settings["loss"]))
    return settings


def _dictionary(reader, name):
    """Words come before labels; the n-grams that pruning kept are of quantized models only."""
    size, n_words, n_labels, _tokens, n_pruned = reader.unpack(SIZES)
    if min(n_words, n_labels) < 0 or size != n_words + n_labels:
        raise InputError(
            f"{name}: is damaged: {size} entries, {n_words} words, {n_labels} labels; "
            "get or make the file again"
        )
    words, counts = [], []
    for row, (word, count, kind) in enumerate(reader.entries(size)):
        if kind != (row >= n_words):
            raise InputError(
                f"{name}: is damaged: entry {row + 1} is of an unknown kind; "
                "get or make the file again"
            )
        if row < n_words:
            words.append(word)
            counts.append(count)
    reader.skip(8 * max(n_pruned, 0))
    return _Dictionary(words, counts)


def _matrix(reader, settings, n_words, source):
    """The input matrix: float32, shape (n_words + buckets, dim); mapped where possible."""
    rows, dim = reader.unpack(SHAPE)
    if dim != settings["dim"] or rows not in (n_words, n_words + settings["buckets"]):
        raise InputError(
            f"{source.name}: is damaged: a matrix of {rows} x {dim} for {n_words} words, "
            f"{settings['buckets']} buckets and {settings['dim']} dimensions; "
            "get or make the file again"
        )
    if not source.is_plain_file:
        return reader.rest_of(4 * rows * dim).reshape(rows, dim)
    try:
        return np.memmap(source.path, "<f4", "r", offset=reader.offset, shape=(rows, dim))
    except ValueError:
        raise reader._cut_short() from None
