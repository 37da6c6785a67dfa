"""fastText's ``.bin``: vectors of words and of the character n-grams that they are made of.

Layout as fastText writes it (args.cc, dictionary.cc, densematrix.cc): magic, version, settings,
words with counts, then the input matrix, one row a word and after those one row a bucket of
n-grams. The vector of a word is the mean of its own row and those of its n-grams (1607.04606,
section 3.2; fastText's ``getWordVector``). floret's ``.bin`` has two more settings, the mode and
the number of hashes; a quantized ``.ftz`` has codes for the matrix, and perhaps few n-grams.
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
SETTINGS = struct.Struct("<13i")
LAST_SETTINGS = struct.Struct("<id")
HALF, HALVES_JOINED = struct.Struct("<i"), struct.Struct("<d")
FASTTEXT, FLORET = "fasttext", "floret"
MODES = {1: FASTTEXT, 2: FLORET}
FLORET_HASHES = range(1, 5)
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
    """Words (bytes) and their counts, without labels.

    ``kept`` has the bucket and the row of each n-gram that pruning kept, int64, shape (n, 2); None
    if nothing was pruned.
    """

    words: list
    counts: list
    kept: np.ndarray | None = None


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

    def bytes_of(self, n_bytes):
        """So many bytes; memory is taken as they come, since a size may be damaged."""
        data = bytearray()
        while len(data) < n_bytes:
            more = self._take_some(n_bytes - len(data))
            if not more:
                raise self._cut_short()
            self._source.take_memory(len(more))
            data += more
        self.offset += n_bytes
        return data

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
    if reader.take(1) == b"\0":
        matrix = _matrix(reader, settings, len(dictionary.words), source)
        buckets, kept = matrix[len(dictionary.words) :], None
    else:
        matrix = _quantized(reader, settings, dictionary, source.name)
        buckets, kept = matrix.from_row(len(dictionary.words)), dictionary.kept
    raw_words = dictionary.words[: source.limit]
    subwords = _subwords(buckets, settings, kept)
    vectors = subwords.word_vectors(raw_words, matrix, SENTENCE_END_WORD.encode())
    words = decode_words(raw_words, source)
    source.provenance = {"program": "fastText", "options": settings}
    counts = dictionary.counts[: source.limit]
    return join_words(words, vectors, source, counts, subwords if subwords else None)


def _subwords(buckets, settings, kept):
    """What makes vectors of n-grams: as fastText does, or floret, whose words are hashed too."""
    lengths = settings["buckets"], settings["min_n"], settings["max_n"]
    if settings.get("mode") == FLORET:
        from ..embeddings.floret import FloretSubwords

        return FloretSubwords(buckets, *lengths, settings["hashes"])
    if kept is None or not len(kept):
        return Subwords(buckets if kept is None else buckets[:0], *lengths)
    kept = kept[np.argsort(kept[:, 0])]
    return Subwords(buckets, *lengths, (kept[:, 0], kept[:, 1]))


def _settings(reader, name):
    reader.take(len(MAGIC))
    (version,) = reader.unpack(struct.Struct("<i"))
    if version not in VERSIONS:
        raise InputError(f"{name}: is a fastText model of version {version}; 11 and 12 can be read")
    numbers = reader.unpack(SETTINGS)
    own = {}
    if numbers[-2] in MODES and numbers[-1] in FLORET_HASHES:
        # floret has two more, where fastText has the rate and half of a fraction.
        own = {"mode": MODES[numbers[-2]], "hashes": numbers[-1]}
        rate, sample = reader.unpack(LAST_SETTINGS)
    else:
        rate = numbers[-2]
        (sample,) = HALVES_JOINED.unpack(HALF.pack(numbers[-1]) + reader.take(HALF.size))
    settings = dict(zip(SETTING_NAMES, (*numbers[:-2], rate, sample), strict=True)) | own
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
    """Words come before labels, and those before the n-grams that pruning kept, if it did."""
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
    if n_pruned < 0:
        return _Dictionary(words, counts)
    kept = np.frombuffer(reader.bytes_of(8 * n_pruned), "<i4").reshape(-1, 2).astype(np.int64)
    return _Dictionary(words, counts, kept)


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
        return np.frombuffer(reader.bytes_of(4 * rows * dim), "<f4").reshape(rows, dim)
    try:
        return np.memmap(source.path, "<f4", "r", offset=reader.offset, shape=(rows, dim))
    except ValueError:
        raise reader._cut_short() from None


def _quantized(reader, settings, dictionary, name):
    """The input matrix of a quantized model: QuantizedRows, words before buckets."""
    from .quantized import read_quantized

    matrix = read_quantized(reader, name)
    n_words, kept = len(dictionary.words), dictionary.kept
    n_buckets = settings["buckets"] if kept is None else len(kept)
    n_rows = matrix.shape[0]
    is_whole = n_rows in (n_words, n_words + n_buckets) and matrix.shape[1] == settings["dim"]
    if kept is not None and len(kept):
        lowest, highest = kept.min(axis=0), kept.max(axis=0)
        is_whole &= lowest.min() >= 0 and highest[0] < settings["buckets"]
        is_whole &= highest[1] < n_rows - n_words
    if not is_whole:
        raise InputError(
            f"{name}: is damaged: a quantized matrix of {n_rows} x {matrix.shape[1]} for {n_words} "
            f"words and {n_buckets} n-grams; get or make the file again"
        )
    return matrix
