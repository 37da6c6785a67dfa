"""fastText's ``.bin``: vectors of words and of the character n-grams that they are made of.

Layout as fastText writes it (args.cc, dictionary.cc, densematrix.cc): magic, version, settings,
words with counts, then the input matrix, one row a word and after those one row a bucket of
n-grams, and the output matrix. The vector of a word is the mean of its own row and those of its
n-grams (1607.04606, section 3.2; fastText's ``getWordVector``). floret's ``.bin`` has two more
settings, the mode and the number of hashes; a quantized ``.ftz`` has codes for the matrix, and
perhaps few n-grams.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from ..config import FNV, MURMUR
from ..embeddings.blocks import LazyRows
from ..embeddings.ngrams import Ngrams
from ..embeddings.subwords import Subwords
from ..embeddings.table import lengths
from ..errors import InputError
from ..quantization.rows import QuantizedRows
from ..wording.marks import SENTENCE_END_WORD
from .arrays import join_words
from .binaryreader import BinaryReader
from .fasttext_header import FLORET, MODELS, SHAPE, SIZES, SUPERVISED, read_settings
from .quantized import read_quantized
from .wordrules import decode_words

MAX_WORD = 1 << 16
BEHIND_WORD = np.dtype([("count", "<i8"), ("kind", "i1")])
BARE = SENTENCE_END_WORD.encode()
"""The word that fastText makes no n-grams of."""


@dataclass(frozen=True)
class _Dictionary:
    """Words (bytes) and their counts, and those of labels.

    ``kept`` has the bucket and the row of each n-gram that pruning kept, int64, shape (n, 2); None
    if nothing was pruned.
    """

    words: list
    counts: np.ndarray
    labels: list
    label_counts: np.ndarray
    n_tokens: int
    kept: np.ndarray | None = None


def read(source):
    """The Embeddings of a model: words, counts, outputs, and what makes vectors of other words."""
    settings, dictionary, matrix, outputs = read_parts(source)
    n_words = len(dictionary.words)
    if settings["model"] == MODELS[SUPERVISED]:
        outputs = None  # of labels
        source.classifier = _classifier_facts(settings, dictionary, matrix)
    raw_words = dictionary.words[: source.limit]
    others = dictionary.words[len(raw_words) :]
    subwords = _subwords(matrix, settings, dictionary)
    vectors, norms, subwords = _composed(subwords, matrix, raw_words, others)
    source.provenance = {
        "program": "fastText",
        "options": settings,
        "tokens": dictionary.n_tokens,
    }
    if isinstance(matrix, QuantizedRows):
        source.provenance["quantized"] = True
    is_tree = settings["loss"] == "hs"
    return join_words(
        decode_words(raw_words, source),
        vectors,
        source,
        dictionary.counts[: source.limit],
        subwords,
        context=None if is_tree or outputs is None else outputs,
        nodes=StoredNodes(outputs) if is_tree and outputs is not None and n_words > 1 else None,
        norms=norms,
    )


def _classifier_facts(settings, dictionary, matrix):
    """What makes a model a classifier, as JSON holds it; see `Source`."""
    names = [label.decode(errors="replace") for label in dictionary.labels]
    counts = zip(names, dictionary.label_counts.tolist(), strict=True)
    return {
        "labels": dict(counts),
        **{name: settings[name] for name in ("loss", "word_ngrams", "min_n", "max_n", "buckets")},
        "quantized": isinstance(matrix, QuantizedRows),
        "pruned": dictionary.kept is not None,
    }


def read_parts(source):
    """What stands in the file of a model, one behind the other.

    Parameters
    ----------
    source : Source

    Returns
    -------
    settings : dict         see `fasttext_header.read_settings`
    dictionary : object     with ``words``, ``labels`` (bytes), ``counts``, ``label_counts``,
                            ``n_tokens``, and ``kept``, the buckets of n-grams and their rows
    matrix : ndarray of float32, or QuantizedRows   of inputs
    outputs : the same, or None

    Raises
    ------
    InputError   if it is damaged
    """
    with BinaryReader(source, "fastText model") as reader:
        settings = read_settings(reader, source.name)
        dictionary = _dictionary(reader, source.name)
        is_quantized = _flag(reader, source.name)
        matrix = _matrix(reader, settings, dictionary, is_quantized, source.name)
        outputs = _outputs(reader, settings, dictionary, is_quantized, source.name)
        reader.check_end()
    return settings, dictionary, matrix, outputs


def _subwords(matrix, settings, dictionary):
    """The n-grams of a model: as fastText has them, or floret, whose words are hashed too."""
    n_words = len(dictionary.words)
    rows, own, buckets = _part(matrix, n_words, None), _part(matrix, 0, n_words), None
    sizes = settings["buckets"], settings["min_n"], settings["max_n"]
    if settings.get("mode") == FLORET:
        ngrams, own = Ngrams(*sizes, MURMUR, settings["hashes"]), None
    else:
        ngrams = Ngrams(*sizes, FNV)
    if dictionary.kept is not None:
        order = np.argsort(dictionary.kept[:, 0], kind="stable")
        buckets, places = dictionary.kept[order].T
        rows = _part(matrix, n_words + places, None)
    if not len(rows):
        return None
    return Subwords(ngrams, rows, buckets, own, dictionary.kept is not None)


def _composed(subwords, matrix, raw_words, others):
    """The vectors of words, and the n-grams of a model that knows which rows were trained.

    Parameters
    ----------
    subwords : Subwords or None
    matrix : rows of float32         those of words first
    raw_words, others : list of bytes   words that are wanted, and those behind them

    Returns
    -------
    vectors : ndarray of float32, shape (len(raw_words), dim)
    norms : ndarray of float64, shape (len(raw_words),), or None   their lengths, where known
    subwords : Subwords or None
    """
    if not subwords:
        return np.asarray(_part(matrix, 0, len(raw_words))[:]), None, subwords
    marks = np.zeros(len(subwords.rows), dtype=bool)
    vectors, norms = subwords.word_vectors_and_norms(raw_words, BARE, marks)
    if subwords.own is None and raw_words:
        # floret: the first word's own row counts too; no other word has one.
        _, [n_ngrams] = subwords.ngrams.buckets([b"" if raw_words[0] == BARE else raw_words[0]])
        vectors[0] = (vectors[0] * n_ngrams + matrix[:1][0]) / (n_ngrams + 1)
        if norms is not None:
            norms[:1] = lengths(vectors[:1])
    trained = partial(subwords.mark_trained, others, BARE, marks) if others else marks
    return vectors, norms, subwords.with_trained(trained)


def _part(matrix, start, stop):
    """Rows of a matrix of floats or codes, from one to another or of these numbers; not decoded."""
    rows = slice(start, stop) if isinstance(start, int) else start
    return matrix[rows] if isinstance(matrix, np.ndarray) else matrix.part(rows)


class StoredNodes(LazyRows):
    """The inner nodes of a tree, as `methods.huffman` numbers them, from the root.

    fastText numbers them in the order in which they were made, and learns the code bit where
    word2vec.c learns 1 - bit; its last row is none.

    Attributes
    ----------
    stored : rows of float32, shape (n_nodes + 1, dim)   as fastText numbers them
    """

    def __init__(self, stored):
        super().__init__(len(stored) - 1, stored.shape[1], self._nodes)
        self.stored = stored

    def _nodes(self, rows):
        start, stop, step = rows.indices(len(self))
        places = len(self) - 1 - np.arange(start, stop, step)
        return -np.asarray(self.stored[places], dtype=np.float32)


def _dictionary(reader, name):
    """Words come before labels, and those before the n-grams that pruning kept, if it did."""
    size, n_words, n_labels, n_tokens, n_pruned = reader.unpack(SIZES)
    if min(n_words, n_labels) < 0 or size != n_words + n_labels:
        raise InputError(
            f"{name}: is damaged: {size} entries, {n_words} words, {n_labels} labels; "
            "get or make the file again"
        )
    names, numbers = reader.entries(size, MAX_WORD, BEHIND_WORD)
    is_other = numbers["kind"] != (np.arange(size) >= n_words)
    if is_other.any():
        raise InputError(
            f"{name}: is damaged: entry {is_other.argmax() + 1} is of an unknown kind; "
            "get or make the file again"
        )
    counts = numbers["count"].astype(np.int64)
    entries = names[:n_words], counts[:n_words], names[n_words:], counts[n_words:]
    if n_pruned < 0:
        return _Dictionary(*entries, n_tokens)
    kept = np.frombuffer(reader.bytes_of(8 * n_pruned), "<i4").reshape(-1, 2).astype(np.int64)
    return _Dictionary(*entries, n_tokens, kept)


def _flag(reader, name):
    """Whether a byte is 1; InputError if it is neither 0 nor 1."""
    value = reader.take(1)[0]
    if value > 1:
        raise InputError(
            f"{name}: is damaged: {value} where 1 or 0 says whether a matrix is quantized; "
            "get or make the file again"
        )
    return value == 1


def _matrix(reader, settings, dictionary, is_quantized, name):
    """The input matrix, words before buckets: float32, mapped where possible, or quantized."""
    n_words, kept = len(dictionary.words), dictionary.kept
    n_buckets = settings["buckets"] if kept is None else len(kept)
    if is_quantized:
        matrix = read_quantized(reader, name)
        rows, dim = matrix.shape
    else:
        rows, dim = reader.unpack(SHAPE)
    if dim != settings["dim"] or rows != n_words + n_buckets or not _is_one_each(kept, settings):
        raise InputError(
            f"{name}: is damaged: a matrix of {rows} x {dim} for {n_words} words, "
            f"{n_buckets} buckets and {settings['dim']} dimensions; get or make the file again"
        )
    return matrix if is_quantized else reader.floats(rows, dim)


def _is_one_each(kept, settings):
    """Whether each n-gram that pruning kept has a bucket and a row of its own."""
    if kept is None or not len(kept):
        return True
    buckets, rows = np.sort(kept, axis=0).T
    return (
        buckets[0] >= 0
        and buckets[-1] < settings["buckets"]
        and bool((np.diff(buckets) > 0).all())
        and bool((rows == np.arange(len(rows))).all())
    )


def _outputs(reader, settings, dictionary, is_quantized, name):
    """The output matrix, a row a word or a label, or None: left out, as other programs do."""
    is_supervised = settings["model"] == MODELS[SUPERVISED]
    n_rows = len(dictionary.labels) if is_supervised else len(dictionary.words)
    if _flag(reader, name) and is_quantized:
        matrix = read_quantized(reader, name)
        rows, dim = matrix.shape
    else:
        rows, dim = reader.unpack(SHAPE)
        is_left_out = rows == 0 and dim in (0, settings["dim"])
        matrix = None
        if is_left_out or (rows, dim) == (n_rows, settings["dim"]):
            matrix = reader.floats(rows, dim)
        if is_left_out:
            return None
    if (rows, dim) != (n_rows, settings["dim"]):
        raise InputError(
            f"{name}: is damaged: an output matrix of {rows} x {dim} for {n_rows} "
            f"{'labels' if is_supervised else 'words'} and {settings['dim']} dimensions; "
            "get or make the file again"
        )
    return matrix
