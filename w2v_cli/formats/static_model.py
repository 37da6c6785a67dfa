"""The vectors of static models kept as tensors: model2vec, staticvectors, sentence-transformers.

=================== ==================================================================
``embeddings``      model2vec: float or int8, (n_rows, dim); int8 has no scale but ``weights``,
                    where these are there
``mapping``         its row of each token, int, (n_tokens,); without it, a row each
``weights``         float, (n_tokens,): a token's vector is its row times that
``vectors``         staticvectors: float, (n_rows, dim); or uint8, (n_rows, M), with
``codewords``       float, (M, 256, dim / M): part m of a row is codeword ``vectors[row, m]``
=================== ==================================================================

staticvectors keeps fastText models too: ``config.json`` says how many buckets of n-grams lie behind
the words, and a word's vector is the mean of its own row and those of its n-grams; that holds for
``</s>`` too, which fastText makes none of.
"""

import json
import os

import numpy as np

from ..embeddings.ngrams import Ngrams
from ..embeddings.subwords import Subwords
from ..errors import InputError, field
from .arrays import check_lengths

MATRICES = ("vectors", "embeddings", "embedding.weight", "emb_layer.weight")
"""What NeuML staticvectors, model2vec and sentence-transformers call the matrix."""
FLOATS = ("F16", "F32", "F64")
BYTES, SIGNED_BYTES = "U8", "I8"
CODES = "codewords"
SPECIAL_KEY = "special_tokens"
"""Of config.json in folders that are written here: the first tokens, which are no words."""
LARGEST_CONFIG = 1 << 20


def chosen_matrix(shapes, name):
    """The name of the matrix among tensors: one of the known names, or the only one.

    Parameters
    ----------
    shapes : dict of str to (str, list of int)   the type (``F32``...) and shape of each tensor
    name : str                                   of the file

    Raises
    ------
    InputError   if there is none, or it cannot be told which
    """
    types = (*FLOATS, SIGNED_BYTES, *([BYTES] if CODES in shapes else []))
    matrices = [key for key, (dtype, shape) in shapes.items() if len(shape) == 2 and dtype in types]
    known = [key for key in MATRICES if key in matrices]
    if len(matrices) == 1 or known:
        return (known or matrices)[0]
    found = ", ".join(f"{key} {dtype} {list(shape)}" for key, (dtype, shape) in shapes.items())
    raise InputError(
        f"{name}: no single matrix of {', '.join(FLOATS)}, nor one named "
        f"{' or '.join(MATRICES)}; {field('tensor')} names one; it holds: "
        f"{found[:500] or 'nothing'}"
    )


def vectors_of(tensors, words, source):
    """The vectors of the words of a model.

    Parameters
    ----------
    tensors : object        ``shapes`` as `chosen_matrix` has them, and ``get(name)`` -> ndarray
    words : list of str     of all tokens
    source : Source

    Returns
    -------
    vectors : ndarray of a float type, shape (n_words or source.limit, dim)
    subwords : Subwords or None

    Raises
    ------
    InputError   if tensors do not belong together
    """
    chosen = chosen_matrix(tensors.shapes, source.name)
    n_rows = tensors.shapes[chosen][1][0]
    n_buckets, min_n, max_n = _ngrams(source)
    if n_buckets and n_rows == len(words) + n_buckets:
        matrix = _matrix(tensors, chosen, source, None).astype(np.float32, copy=False)
        ngrams = Ngrams(n_buckets, min_n, max_n)
        subwords = Subwords(ngrams, matrix[len(words) :], own=matrix[: len(words)])
        raw_words = [word.encode(errors="replace") for word in words[: source.limit]]
        marks = np.zeros(n_buckets, dtype=bool)
        vectors = subwords.word_vectors(raw_words, mark=marks)
        subwords = subwords.with_trained(marks) if source.limit is None else subwords
        return vectors, subwords if subwords else None
    mapping = _numbers_of_tokens(tensors, "mapping", len(words), source)
    if mapping is None:
        check_lengths(words, n_rows, source.name)
        vectors = _matrix(tensors, chosen, source, source.limit)
    else:
        vectors = _mapped(_matrix(tensors, chosen, source, None), mapping, source)
    weights = _numbers_of_tokens(tensors, "weights", len(words), source)
    if weights is not None:
        # float32 holds the product of a stored number and a weight; float16 need not.
        some = weights[: source.limit, np.newaxis]
        vectors = vectors.astype(np.float32) * some.astype(np.float32)
    return vectors, None


def number_of_special(source, words):
    """How many of the first tokens of a source are no words, if it was written here.

    Parameters
    ----------
    source : Source
    words : list of str   of all tokens
    """
    special = _config(source).get(SPECIAL_KEY)
    is_so = isinstance(special, list) and words[: len(special)] == special
    return len(special) if is_so and len(special) < len(words) else 0


def _matrix(tensors, name, source, limit):
    """A matrix, or its first rows, as floating-point numbers."""
    matrix = tensors.get(name, limit)
    if matrix.dtype == np.uint8:
        return _decoded(matrix, tensors.get(CODES), source.name)
    return matrix.astype(np.float32) if matrix.dtype == np.int8 else matrix


def _mapped(matrix, mapping, source):
    """The row that each token has of a matrix."""
    is_whole = mapping.dtype.kind in "iu"
    if not is_whole or mapping.min() < 0 or mapping.max() >= len(matrix):
        raise InputError(
            f"{source.name}: is damaged: a mapping to other rows than 0 to {len(matrix) - 1}; "
            f"get or make the file again"
        )
    return matrix[mapping[: source.limit]]


def _numbers_of_tokens(tensors, key, n_tokens, source):
    """A number for each token; None if there are none. staticvectors has a matrix of that name."""
    _, shape = tensors.shapes.get(key, (None, []))
    if len(shape) != 1:
        return None
    if shape[0] != n_tokens:
        raise InputError(
            f"{source.name}: {key} of {shape[0]} tokens and {n_tokens} words do not belong together"
        )
    return tensors.get(key)


def _decoded(codes, codewords, name):
    """Vectors of a product quantizer: float32, shape (n_rows, n_parts * length of a codeword)."""
    if codewords.ndim != 3 or len(codewords) != codes.shape[1] or codewords.dtype.kind != "f":
        raise InputError(
            f"{name}: is damaged: codewords of shape {codewords.shape} for codes of {codes.shape}; "
            f"get or make the file again"
        )
    if codes.size and codes.max() >= codewords.shape[1]:
        last = codewords.shape[1] - 1
        raise InputError(f"{name}: is damaged: a code beyond {last}; get or make the file again")
    length = codewords.shape[2]
    vectors = np.empty((len(codes), len(codewords) * length), dtype=np.float32)
    for part, words in enumerate(codewords):
        vectors[:, part * length : (part + 1) * length] = words[codes[:, part]]
    return vectors


def _ngrams(source):
    """(buckets, shortest, longest n-gram) of a fastText model kept by staticvectors; or zeros."""
    config = _config(source)
    if config.get("model_type") != "staticvectors":
        return 0, 0, 0
    numbers = [
        config.get(key, default) for key, default in (("bucket", 0), ("minn", 3), ("maxn", 6))
    ]
    if not all(isinstance(number, int) and 0 <= number < 1 << 31 for number in numbers):
        return 0, 0, 0
    n_buckets, min_n, max_n = numbers
    return n_buckets, min_n, max_n if min_n else 0


def _config(source):
    """``config.json`` in the folder of a source: a dict, empty if there is none."""
    path = os.path.join(os.path.dirname(source.path), "config.json")
    try:
        if not source.is_named or os.path.getsize(path) > LARGEST_CONFIG:
            return {}
        with open(path, encoding="utf-8") as file:
            config = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return config if isinstance(config, dict) else {}
