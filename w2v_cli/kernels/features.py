"""The rows that make a document: those of its words, of their n-grams, and of n-grams of words."""

from typing import NamedTuple

import numpy as np
from numba import njit

from .backend import WIDTH, mean_of_list
from .options import INLINE, KERNEL

HASH_START, HASH_FACTOR = np.uint32(2166136261), np.uint32(16777619)
"""FNV-1a with 32 bits."""
NGRAM_FACTOR = np.uint64(116049371)
"""What hashes of words are multiplied by, word by word (fastText, dictionary.cc)."""
NO_ROW, MISSING = -1, -2


class Features(NamedTuple):
    """What words, and words that follow one another, are as rows of a matrix.

    Attributes
    ----------
    starts : int64, (n_words + 1,)   word i has entries starts[i] to starts[i + 1] - 1, or none
    rows : int32, (n_entries,)       itself and its n-grams of characters
    hashes : int32, (n_words,)       see `hashes_of`; unused where n-grams have one word
    longest : int                    of n-grams of words
    row_of_bucket : int32, (n_buckets,)   NO_ROW: n-grams in that bucket are no feature
    """

    starts: np.ndarray
    rows: np.ndarray
    hashes: np.ndarray
    longest: int
    row_of_bucket: np.ndarray


@njit(**KERNEL)
def hashes_of(data, offsets):
    """The hash of each word, which lies in ``data`` (int8) from offsets[i] to offsets[i + 1].

    FNV-1a of 32 bits over bytes with their sign (fastText, dictionary.cc). Returns int32: hashes
    of words are taken with their sign where n-grams of words are made of them.
    """
    found = np.empty(len(offsets) - 1, dtype=np.int32)
    for i in range(len(found)):
        hashed = HASH_START
        for place in range(offsets[i], offsets[i + 1]):
            hashed = np.uint32((hashed ^ np.uint32(np.int32(data[place]))) * HASH_FACTOR)
        found[i] = np.int32(hashed)
    return found


@njit(**KERNEL)
def count_ngrams(words, starts, hashes, longest, uses):
    """Count the n-grams of words in each bucket; *in place:* ``uses`` (int64, (n_buckets,)).

    Parameters
    ----------
    words : ndarray of int32         those of all documents
    starts : ndarray of int64, (n_documents + 1,)
    hashes : ndarray of int32        of each word that there is
    longest : int                    of an n-gram, in words
    uses : ndarray of int64, (n_buckets,)
    """
    n_buckets = np.uint64(len(uses))
    for document in range(len(starts) - 1):
        stop = starts[document + 1]
        for first in range(starts[document], stop):
            hashed = np.uint64(np.int64(hashes[words[first]]))
            for last in range(first + 1, min(first + longest, stop)):
                hashed = hashed * NGRAM_FACTOR + np.uint64(np.int64(hashes[words[last]]))
                uses[np.int64(hashed % n_buckets)] += 1


@njit(**KERNEL)
def lay_ngrams(words, starts, first, last, hashes, longest, row_of_bucket, into):
    """Write the rows of the n-grams of words of documents ``first`` to ``last`` - 1.

    All of them have rows. *In place:* ``into`` (int32), from its beginning; with room for all.
    """
    n_buckets, position = np.uint64(len(row_of_bucket)), 0
    for document in range(first, last):
        stop = starts[document + 1]
        for place in range(starts[document], stop):
            hashed = np.uint64(np.int64(hashes[words[place]]))
            for other in range(place + 1, min(place + longest, stop)):
                hashed = hashed * NGRAM_FACTOR + np.uint64(np.int64(hashes[words[other]]))
                into[position] = row_of_bucket[np.int64(hashed % n_buckets)]
                position += 1


@njit(**KERNEL)
def count_features(words, starts, features):
    """How many features each document has: int64, (n_documents,); see `lay_document`."""
    found = np.zeros(len(starts) - 1, dtype=np.int64)
    n_buckets = np.uint64(len(features.row_of_bucket))
    for document in range(len(found)):
        start, stop = starts[document], starts[document + 1]
        count = np.int64(0)
        for first in range(start, stop):
            word = words[first]
            count += features.starts[word + 1] - features.starts[word]
            if features.longest == 1:
                continue
            hashed = np.uint64(np.int64(features.hashes[word]))
            for last in range(first + 1, min(first + features.longest, stop)):
                hashed = hashed * NGRAM_FACTOR + np.uint64(np.int64(features.hashes[words[last]]))
                count += features.row_of_bucket[np.int64(hashed % n_buckets)] != NO_ROW
        found[document] = count
    return found


@njit(**INLINE)
def lay_document(words, start, stop, starts, rows, hashes, longest, row_of_bucket, into, position):
    """Write the rows of a document from a position on; returns the position behind them.

    First, word by word, a word's own row and its n-grams of characters; then for each place the
    n-grams of words that begin there, unknown words included. *In place:* ``into`` (int64).
    """
    for place in range(start, stop):
        word = words[place]
        for entry in range(starts[word], starts[word + 1]):
            into[position] = rows[entry]
            position += 1
    if longest > 1:
        n_buckets = np.uint64(len(row_of_bucket))
        for first in range(start, stop):
            hashed = np.uint64(np.int64(hashes[words[first]]))
            for last in range(first + 1, min(first + longest, stop)):
                hashed = hashed * NGRAM_FACTOR + np.uint64(np.int64(hashes[words[last]]))
                row = row_of_bucket[np.int64(hashed % n_buckets)]
                if row != NO_ROW:
                    into[position] = row
                    position += 1
    return position


@njit(**KERNEL)
def lay_documents(words, starts, features, ends, into):
    """Write the rows of several documents, one behind the other.

    Parameters
    ----------
    words : ndarray of int32
    starts : ndarray of int64, (n + 1,)
    features : Features
    ends : ndarray of int64, (n,)   *in place:* where each document ends in ``into``
    into : ndarray of int64         *in place*; with room for all
    """
    position = np.int64(0)
    for document in range(len(ends)):
        position = lay_document(
            words, starts[document], starts[document + 1], features.starts, features.rows,
            features.hashes, features.longest, features.row_of_bucket, into, position,
        )  # fmt: skip
        ends[document] = position


@njit(**KERNEL)
def find_missing(rows, places, missing):
    """Note the rows that have no place yet.

    Parameters
    ----------
    rows : ndarray of int64
    places : ndarray of int32     of each row there is; NO_ROW: none. *In place:* those that are
                                  missing are marked, so that each is noted once
    missing : ndarray of int64    *in place:* these rows; as long as ``rows``

    Returns
    -------
    int   how many they are
    """
    n_missing = 0
    for row in rows:
        if places[row] == NO_ROW:
            places[row] = MISSING
            missing[n_missing] = row
            n_missing += 1
    return n_missing


@njit(**KERNEL)
def to_places(rows, places, stride):
    """Make rows the places where they start, in floats; *in place:* ``rows``."""
    for i in range(len(rows)):
        rows[i] = np.int64(places[rows[i]]) * stride


@njit(**KERNEL)
def mean_vectors(matrix, rows, ends, vectors, room):
    """The mean of the rows of each document; zero for a document without any.

    Parameters
    ----------
    matrix : ndarray of float32, (n_rows, stride)   whole vectors of the processor a row
    rows : ndarray of int64         where they start, in floats
    ends : ndarray of int64, (n,)   where the rows of each document end
    vectors : ndarray of float32, (n, stride)   *in place*
    room : ndarray of float32, (n, stride)      to work in
    """
    stride = matrix.shape[1]
    flat, means, work = matrix.reshape(-1), vectors.reshape(-1), room.reshape(-1)
    length = (stride // WIDTH) * WIDTH
    start = np.int64(0)
    for document in range(len(ends)):
        stop = ends[document]
        if stop > start:
            mean_of_list(
                flat, rows[start:stop], stop - start, means, work, document * stride, length
            )
        start = stop
