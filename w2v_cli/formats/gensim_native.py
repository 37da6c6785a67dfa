"""gensim's own files, as ``KeyedVectors.save`` and ``Word2Vec.save`` write them.

They are pickles. One is written here that holds nothing but names of gensim's class, of
``numpy.array`` for the counts, and plain lists and numbers; the matrix lies beside it, as gensim
itself puts large ones: ``NAME.kv`` and ``NAME.kv.vectors.npy``.

To be read, nothing of a pickle is run: see `files.plainpickle`. Read are ``KeyedVectors`` of
gensim 4 and 3, and those that are in models (``wv``); of FastText with n-grams.
"""

import math
import os
import pickle
import re

import numpy as np

from ..corpus.marks import LARGEST_COUNT
from ..embeddings.ngrams import Ngrams
from ..embeddings.subwords import Subwords
from ..errors import InputError, OutputError
from ..files.inputs import open_input
from ..files.kinds import is_pickle
from ..files.npyheader import npy_header
from ..files.outputs import atomic_outputs
from ..files.plainpickle import DamagedPickleError, Global, Made, plain_pickle
from .arrays import blocks_of, join_words
from .base import Source
from .numpy_array import read_matrix

CLASS = ("gensim.models.keyedvectors", "KeyedVectors")
BESIDE = ".vectors.npy"
GENSIM = b"gensim."
LOOKED_AT = 1 << 12
PROTOCOL = 3
"""The last one that is a plain row of operations, without frames."""
MATRICES = ("vectors", "syn0")
"""What gensim 1 to 4 call the matrix."""
NGRAMS = "vectors_ngrams"
"""Of FastText, whose words are the means of ``vectors_vocab`` and these."""
WORDS = ("index_to_key", "index2word", "index2entity")
REBUILT = "_reconstruct"
"""What is called for an array in a pickle: of ``numpy.core.multiarray``, or ``numpy._core``."""


def recognises(head):
    """Whether a file that begins with these bytes is a pickle of gensim's."""
    return is_pickle(head) and GENSIM in head[:LOOKED_AT]


def side_files(path):
    """Where the matrix lies."""
    return [str(path) + BESIDE]


def read(source):
    """The Embeddings of a pickle and, where that is so, of arrays beside it."""
    try:
        root = plain_pickle(source.read_all())
    except DamagedPickleError as error:
        raise InputError(
            f"{source.name}: is damaged: {error}; get or make the file again"
        ) from error
    found, place = _keyed_vectors(root, source)
    words, subwords = _words(found, source), None
    if NGRAMS in found or NGRAMS in (found.get("__numpys") or ()):
        vectors, subwords = _with_ngrams(found, place, words, source)
    else:
        vectors = _matrix(found, place, MATRICES, source)[: len(words)]
    return join_words(words, vectors, source, _counts(found, words), subwords)


def _with_ngrams(found, place, words, source):
    """Vectors of words, and the Subwords that they are made of."""
    own = _matrix(found, place, ["vectors_vocab"], source)[: len(words)]
    rows = _matrix(found, place, [NGRAMS], source)
    numbers = [found.get(name) for name in ("bucket", "min_n", "max_n")]
    is_sound = all(isinstance(number, int) and 0 < number < 1 << 31 for number in numbers)
    if not is_sound or numbers[0] != len(rows) or own.shape != (len(words), rows.shape[1]):
        raise _unknown(source)
    own, rows = (np.asarray(matrix, dtype=np.float32) for matrix in (own, rows))
    subwords = Subwords(Ngrams(*numbers), rows, own=own)
    raw_words = [word.encode(errors="replace") for word in words]
    marks = np.zeros(len(rows), dtype=bool)
    vectors = subwords.word_vectors(raw_words, mark=marks)
    return vectors, subwords.with_trained(marks)


def _keyed_vectors(root, source):
    """(the attributes of the vectors, what names of arrays beside the file begin with)."""
    attributes = _attributes(root)
    inner = _attributes(attributes.get("wv"))
    return (inner, ".wv") if inner else (attributes, "")


def _attributes(made):
    is_object = isinstance(made, Made) and isinstance(made.state, dict)
    return made.state if is_object else {}


def _words(found, source):
    for name in WORDS:
        words = found.get(name)
        if isinstance(words, list) and all(isinstance(word, (str, int)) for word in words):
            return list(map(str, words))
    raise _unknown(source)


def _unknown(source):
    return InputError(
        f"{source.name}: is a pickle of gensim without word vectors that can be read here; in "
        "gensim, write them with save_word2vec_format"
    )


def _matrix(found, place, names, source):
    """The first matrix of some names, from the pickle or from the file beside it."""
    for name in names:
        array = _array(found.get(name))
        if array is None and name in (found.get("__numpys") or ()):
            array = _beside(f"{source.path}{place}.{name}.npy", source)
        if array is not None and array.ndim == 2 and array.dtype.kind == "f":
            return array
    raise _unknown(source)


def _beside(path, source):
    if not source.is_named or not os.path.isfile(path):
        raise InputError(
            f"{source.name}: the vectors themselves are not in it, and {os.path.basename(path)}, "
            "which gensim writes beside it, is not there"
        )
    with open_input(path) as stream:
        return read_matrix(Source(path, path, stream, b""))


def _array(made):
    """An array of numbers that is in a pickle; None if it is none."""
    if not isinstance(made, Made) or not isinstance(made.kind, Global):
        return None
    is_rebuilt = made.kind.name == REBUILT and made.kind.module.startswith("numpy.")
    if not is_rebuilt or not isinstance(made.state, tuple) or len(made.state) != 5:
        return None
    _, shape, dtype, is_fortran, data = made.state
    dtype, data = _dtype(dtype), _bytes(data)
    is_shape = isinstance(shape, tuple) and all(isinstance(n, int) and n >= 0 for n in shape)
    if dtype is None or data is None or not is_shape:
        return None
    if math.prod(shape) * dtype.itemsize != len(data):
        return None
    return np.frombuffer(data, dtype).reshape(shape, order="F" if is_fortran else "C")


def _dtype(made):
    """A type of numbers; None of others."""
    if not isinstance(made, Made) or made.kind != Global("numpy", "dtype") or not made.arguments:
        return None
    code, state = made.arguments[0], made.state
    order = state[1] if isinstance(state, tuple) and len(state) > 1 else "|"
    is_number = isinstance(code, str) and re.fullmatch("[fiu][1248]", code)
    return np.dtype(f"{order}{code}") if is_number and order in ("<", ">", "=", "|") else None


def _bytes(data):
    """Bytes as protocols 3 and 4 have them, and as the protocol 2 of Python 3."""
    if isinstance(data, Made) and data.kind == Global("_codecs", "encode"):
        data = data.arguments[0] if data.arguments else None
    if isinstance(data, str):
        try:
            return data.encode("latin-1")
        except UnicodeEncodeError:
            return None
    return data if isinstance(data, bytes) else None


def _counts(found, words):
    """How often each word was seen; None if that is not told."""
    expandos = found.get("expandos")
    array = _array(expandos.get("count")) if isinstance(expandos, dict) else None
    if array is not None and array.shape == (len(words),) and array.dtype.kind in "iu":
        return array.astype(np.int64)
    vocabulary = found.get("vocab")
    if not isinstance(vocabulary, dict):
        return None
    counts = [_attributes(vocabulary.get(word)).get("count") for word in words]
    is_known = all(isinstance(count, int) and 0 <= count < LARGEST_COUNT for count in counts)
    return counts if is_known else None


def write(target, words, vectors):
    """Write the pickle, and the matrix beside it."""
    [beside] = side_files(target.path)
    _check_words(words, target.path)
    content = _pickle(list(words), int(vectors.shape[1]), target.counts)
    header = npy_header(tuple(map(int, vectors.shape)), "<f4")
    with atomic_outputs([target.path, beside]) as [file, matrix]:
        target.sum_up(file).write(content)
        matrix.write(header)
        for block in blocks_of(vectors, "float32"):
            matrix.write(block.data)


def _check_words(words, path):
    if not all(words):
        raise OutputError(f"{path}: not written: a word is empty; leave it out")
    try:
        "".join(words).encode()
    except UnicodeEncodeError as error:
        bad = error.object[error.start : error.end]
        raise OutputError(f"a word with {bad!r} cannot be written as UTF-8") from error


def _pickle(words, dim, counts):
    """The bytes of a KeyedVectors whose ``vectors`` are in a file beside it."""
    state = {
        "vector_size": dim,
        "index_to_key": words,
        "key_to_index": {word: row for row, word in enumerate(words)},
        "next_index": len(words),
        "norms": None,
        "expandos": {},
        "mapfile_path": None,
        "__numpys": ["vectors"],
        "__scipys": [],
        "__ignoreds": [],
        "__recursive_saveloads": [],
    }
    parts = [b"\x80%c" % PROTOCOL, _named(*CLASS), b")\x81", _plain(state), b"b"]
    if counts is not None:
        # Once more, with an array: a list of numbers is made one when it is loaded.
        numbers = [_plain(list(map(int, counts))), _plain("int64")]
        array = [_named("numpy", "array"), b"(", *numbers, b"tR"]
        parts += [b"}", _plain("expandos"), b"}", _plain("count"), *array, b"ssb"]
    return b"".join([*parts, b"."])


def _named(module, name):
    return f"c{module}\n{name}\n".encode()


def _plain(content):
    """The operations that put plain lists, texts and numbers on the stack."""
    return pickle.dumps(content, PROTOCOL)[2:-1]
