"""The rows that make a document: those of its words, of their n-grams, and of n-grams of words."""

from typing import NamedTuple

import numpy as np
from numba import njit

from .backend import WIDTH, mean_of_places
from .options import INLINE, KERNEL
from .sentences import SENTENCE_END

HASH_START, HASH_FACTOR = np.uint32(2166136261), np.uint32(16777619)
"""FNV-1a with 32 bits."""
NGRAM_FACTOR = np.uint64(116049371)
"""What hashes of words are multiplied by, word by word (fastText, dictionary.cc)."""
NO_ROW, MISSING, SINGLE = -1, -2, -3


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


class Places(NamedTuple):
    """Where rows lie in a matrix that has some of them.

    Attributes
    ----------
    of_words : int32, (n_entries,)     of the rows of words, in the order of ``Features.rows``
    of_buckets : int32, (n_buckets,)   of n-grams of words; NO_ROW: they are no feature; MISSING:
                                       their row is not there yet
    known : bool, (n_words,)           which words are known
    """

    of_words: np.ndarray
    of_buckets: np.ndarray
    known: np.ndarray


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

    *In place:* ``into`` (int32), from its beginning, with room for all; NO_ROW: no feature.
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
def part_ngrams(
    words, starts, first, last, hashes, longest, row_of_bucket, rows, ends, singles, single_ends,
    first_single, n_singles,
):  # fmt: skip
    """As `lay_ngrams`, but n-grams that there is only one of get rows of their own, in this order.

    Parameters
    ----------
    words, starts, first, last, hashes, longest
    row_of_bucket : ndarray of int32   SINGLE: there is one such n-gram in all documents; *in
                                       place:* which get the next rows
    rows : ndarray of int32            *in place:* those of the other n-grams, from its beginning;
                                       none for those without
    ends : ndarray of int64            *in place:* where each document ends there
    singles : ndarray of int64         *in place:* buckets of n-grams that there is one of
    single_ends : ndarray of int64, (n_documents,)   *in place:* where each document ends there
    first_single, n_singles : int      the first of such rows, and how many there are so far

    Returns
    -------
    int   how many there are now
    """
    n_buckets, position = np.uint64(len(row_of_bucket)), 0
    for document in range(first, last):
        stop = starts[document + 1]
        for place in range(starts[document], stop):
            hashed = np.uint64(np.int64(hashes[words[place]]))
            for other in range(place + 1, min(place + longest, stop)):
                hashed = hashed * NGRAM_FACTOR + np.uint64(np.int64(hashes[words[other]]))
                bucket = np.int64(hashed % n_buckets)
                row = row_of_bucket[bucket]
                if row == SINGLE:
                    singles[n_singles] = bucket
                    row_of_bucket[bucket] = first_single + n_singles
                    n_singles += 1
                elif row != NO_ROW:
                    rows[position] = row
                    position += 1
        ends[document - first] = position
        single_ends[document] = n_singles
    return n_singles


@njit(**KERNEL)
def count_features(words, starts, features):
    """How many features each document has: int64, (n_documents,); see `lay_documents`."""
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


@njit(**KERNEL)
def lay_documents(words, starts, features, rows, ends):
    """Write the rows of several documents, one behind the other.

    First, word by word, a word's own row and its n-grams of characters; then for each place the
    n-grams of words that begin there, unknown words included.

    Parameters
    ----------
    words : ndarray of int32
    starts : ndarray of int64, (n + 1,)
    features : Features
    rows : ndarray of int64         *in place*; with room for all
    ends : ndarray of int64, (n,)   *in place:* where each document ends in ``rows``
    """
    of_words, of_buckets = features.rows, features.row_of_bucket
    position = np.int64(0)
    for document in range(len(ends)):
        start, stop = starts[document], starts[document + 1]
        for place in range(start, stop):
            word = words[place]
            for entry in range(features.starts[word], features.starts[word + 1]):
                rows[position] = of_words[entry]
                position += 1
        if features.longest > 1:
            position = _lay_ngrams(
                words, start, stop, features.hashes, features.longest, of_buckets, rows, position
            )
        ends[document] = position


@njit(**INLINE)
def _lay_ngrams(words, start, stop, hashes, longest, row_of_bucket, rows, position):
    """Write the rows of the n-grams of words of a document; returns where they end."""
    n_buckets = np.uint64(len(row_of_bucket))
    for first in range(start, stop):
        hashed = np.uint64(np.int64(hashes[words[first]]))
        for last in range(first + 1, min(first + longest, stop)):
            hashed = hashed * NGRAM_FACTOR + np.uint64(np.int64(hashes[words[last]]))
            row = row_of_bucket[np.int64(hashed % n_buckets)]
            if row != NO_ROW:
                rows[position] = row
                position += 1
    return position


@njit(**KERNEL)
def divide_documents(ids, is_left_out, words, starts):
    """Make numbers of words, 0 at the end of a document, of ids with SENTENCE_END.

    Parameters
    ----------
    ids : ndarray of int32
    is_left_out : ndarray of bool     by number: what is no word; or empty
    words : ndarray of int32          *in place*; as long as ``ids``
    starts : ndarray of int64         *in place:* where documents begin, and behind them where one
                                      begins that has no end; one longer than ``ids``

    Returns
    -------
    n_words, n_documents : int   numbers written, and documents that have an end
    """
    position = n_documents = 0
    starts[0] = 0
    for id_ in ids:
        word = id_ - SENTENCE_END
        if len(is_left_out) and is_left_out[word]:
            continue
        words[position] = word
        position += 1
        if word == 0:
            n_documents += 1
            starts[n_documents] = position
    return position, n_documents


@njit(**KERNEL)
def place_documents(words, starts, features, places, stride, rows, ends, n_known, missing):
    """As `lay_documents`, but where rows lie in a matrix that has those that were used so far.

    Parameters
    ----------
    words, starts, features
    places : Places
    stride : int                       floats between rows of that matrix
    rows : ndarray of int64            *in place:* where rows start, in floats; with room for all
    ends : ndarray of int64, (n,)      *in place:* where each document ends in ``rows``
    n_known : ndarray of int64, (n,)   *in place:* how many of its words are known, but for its end
    missing : ndarray of int64, (n_rows, 2)   *in place:* buckets whose rows have no place yet, and
                                       where these are to stand in ``rows``

    Returns
    -------
    int   how many are missing
    """
    of_words, of_buckets, known, hashes = (
        places.of_words, places.of_buckets, places.known, features.hashes,
    )  # fmt: skip
    word_starts, longest = features.starts, features.longest
    position, n_missing = np.int64(0), 0
    for document in range(len(ends)):
        start, stop = starts[document], starts[document + 1]
        n_words = 0
        for at in range(start, stop):
            word = words[at]
            n_words += known[word]
            for entry in range(word_starts[word], word_starts[word + 1]):
                rows[position] = np.int64(of_words[entry]) * stride
                position += 1
        # Number 0 is its end.
        n_known[document] = n_words - known[0]
        if longest > 1:
            position, n_missing = _place_ngrams(
                words, start, stop, hashes, longest, of_buckets, stride, rows, position, missing,
                n_missing,
            )  # fmt: skip
        ends[document] = position
    return n_missing


@njit(**INLINE)
def _place_ngrams(
    words, start, stop, hashes, longest, of_buckets, stride, rows, position, missing, n_missing
):
    """The same for the n-grams of words of a document; returns (where they end, how many miss)."""
    n_buckets, end = np.uint64(len(of_buckets)), position
    for first in range(start, stop):
        hashed = np.uint64(np.int64(hashes[words[first]]))
        for last in range(first + 1, min(first + longest, stop)):
            hashed = hashed * NGRAM_FACTOR + np.uint64(np.int64(hashes[words[last]]))
            rows[end] = np.int64(hashed % n_buckets)
            end += 1
    # In a loop of its own, so that many places are on their way at a time.
    for at in range(position, end):
        bucket = rows[at]
        place = of_buckets[bucket]
        if place == MISSING:
            missing[n_missing, 0], missing[n_missing, 1] = bucket, position
            n_missing += 1
        rows[position] = np.int64(place) * stride
        position += place != NO_ROW
    return position, n_missing


@njit(**KERNEL)
def mean_vectors(matrix, rows, ends, vectors):
    """The mean of the rows of each document; zero for a document without any.

    Parameters
    ----------
    matrix : ndarray of float32, (n_rows, stride)   whole vectors of the processor a row
    rows : ndarray of int64         where they start, in floats
    ends : ndarray of int64, (n,)   where the rows of each document end
    vectors : ndarray of float32, (n, stride)   *in place*
    """
    stride = matrix.shape[1]
    flat, means = matrix.reshape(-1), vectors.reshape(-1)
    length = (stride // WIDTH) * WIDTH
    start = np.int64(0)
    for document in range(len(ends)):
        stop = ends[document]
        if stop > start:
            count = stop - start
            mean_of_places(flat, rows, start, count, count, means, document * stride, length)
        start = stop
