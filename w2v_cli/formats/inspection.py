"""What is in a file of word vectors, and what is wrong with it."""

import os
from collections import Counter

import numpy as np

from ..embeddings.blocks import row_blocks
from ..embeddings.table import lengths
from ..files.paths import STDIO
from ..wording.marks import SENTENCE_END_WORD
from .reading import read
from .unknown import unknown_row
from .w2v_language_model import model_facts
from .wordrules import WHITE_SPACE

FIRST_WORDS = 5


def inspect(
    path,
    encoding_errors="replace",
    limit=None,
    encoding=None,
    glove_parameters=None,
    vocabulary=None,
    *,
    tensor=None,
):
    """Look at every row of a file of word vectors.

    Parameters
    ----------
    path : str             ``-`` is standard input
    encoding_errors : str
    limit : int or None    look at the first rows only
    encoding, glove_parameters, vocabulary, tensor   see `formats.reading.read`

    Returns
    -------
    dict   of what JSON can hold:
           ``file``, ``format``, ``compression`` (or None), ``bytes`` (size of the file, or None),
           ``rows``, ``dim``, ``first_words``,
           ``norms`` (``min``, ``mean``, ``max`` of the vectors that are finite; None without any),
           ``zero_rows``, ``not_finite_rows``,
           ``repeated_words``, ``repeated_vectors`` (rows that equal one before; zeros not counted),
           ``words_not_utf8``, ``words_with_white_space``, ``sentence_end`` (whether ``</s>`` is
           there), ``unknown_word`` (of ``<unk>``: ``row``, and ``mean_of``, how many rows before
           it has the mean of, or None; None without that word), ``counts`` (``total``, ``min``,
           ``max``; or None),
           ``subwords`` (``buckets``, ``min_n``, ``max_n``; or None), ``context`` (whether the
           output matrix is there), ``classifier`` (see `Source`; or None), ``language_model``
           (``kind``, ``loss``, ``activation``, ``history``, ``hidden``, ``n_lines``,
           ``ns_exponent``, ``text``; or None),
           ``provenance`` (from the file, or that beside it), ``notes``

    Raises
    ------
    InputError   if it cannot be read; rows that are not finite or are there twice are no error
    """
    found = read(
        path,
        encoding_errors,
        limit,
        keep_faults=True,
        encoding=encoding,
        glove_parameters=glove_parameters,
        vocabulary=vocabulary,
        tensor=tensor,
    )
    embeddings = found.embeddings
    words = embeddings.words
    repeats = Counter(words)
    return {
        "file": found.name,
        "format": found.format.name,
        "compression": found.compression,
        "bytes": _size(found.path),
        "rows": len(embeddings),
        "dim": embeddings.dim,
        "first_words": list(words[:FIRST_WORDS]),
        **_lengths(embeddings.vectors),
        "repeated_words": len(words) - len(repeats),
        "repeated_vectors": _n_repeated_vectors(embeddings.vectors),
        "words_not_utf8": found.n_undecodable,
        "words_with_white_space": sum(1 for word in words if WHITE_SPACE.search(word)),
        "sentence_end": SENTENCE_END_WORD in repeats,
        "unknown_word": unknown_row(embeddings),
        "counts": _counts(embeddings.counts),
        "subwords": _subwords(embeddings.subwords),
        "context": embeddings.context is not None,
        "classifier": found.classifier,
        "language_model": _language_model(embeddings.language_model),
        "provenance": found.record,
        "notes": found.notes,
    }


def _size(path):
    return os.path.getsize(path) if str(path) != STDIO and os.path.isfile(path) else None


def _lengths(vectors):
    """Lengths of the rows, computed in float64, and how many have none or are no numbers."""
    norms = np.empty(len(vectors))
    for rows in row_blocks(len(vectors)):
        norms[rows] = lengths(vectors[rows])
    finite = norms[np.isfinite(norms)]
    found = None
    if len(finite):
        found = {
            "min": float(finite.min()),
            "mean": float(finite.mean()),
            "max": float(finite.max()),
        }
    return {
        "norms": found,
        "zero_rows": int(np.count_nonzero(norms == 0)),
        "not_finite_rows": len(norms) - len(finite),
    }


def _n_repeated_vectors(vectors):
    """Rows that equal one before, told by 64-bit hashes of their bytes; zeros are not counted."""
    zero = np.zeros(vectors.shape[1], dtype=vectors.dtype).tobytes()
    hashes = (hash(data) for row in vectors if (data := row.tobytes()) != zero)
    unique, numbers = np.unique(np.fromiter(hashes, np.int64), return_counts=True)
    return int(numbers.sum()) - len(unique)


def _counts(counts):
    if counts is None:
        return None
    return {"total": int(counts.sum()), "min": int(counts.min()), "max": int(counts.max())}


def _language_model(model):
    return None if model is None else model_facts(model)


def _subwords(subwords):
    if not subwords:
        return None
    ngrams, trained = subwords.ngrams, subwords.trained
    return {
        "buckets": ngrams.n_buckets,
        "min_n": max(ngrams.min_n, 1),
        "max_n": ngrams.max_n,
        "hash": ngrams.hash,
        "hashes": ngrams.n_hashes,
        "rows": len(subwords.rows),
        "trained": len(subwords.rows) if trained is None else int(np.count_nonzero(trained)),
    }
