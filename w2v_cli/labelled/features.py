"""The rows of a model that documents are made of, as those of a training set use them.

Of the buckets that n-grams are hashed to, only those have rows that some document uses, the most
used first. A word that is not in the vocabulary has no row of its own, but n-grams of characters,
and is part of n-grams of words.
"""

from typing import NamedTuple

import numpy as np

from ..embeddings.ngrams import Ngrams, blocks_of_words
from ..kernels import NO_ROW, Features, count_features, count_ngrams, hashes_of
from ..wording.marks import SENTENCE_END_WORD


class FeatureTable(NamedTuple):
    """What makes the documents of a training set.

    Attributes
    ----------
    features : Features
    buckets : ndarray of int64, (n_rows,)   the bucket of each row of an n-gram
    uses : ndarray of float64, (n_words + n_rows,)   how often an epoch uses each row, about
    sizes : ndarray of int64, (n_documents,)   features of each document
    """

    features: Features
    buckets: np.ndarray
    uses: np.ndarray
    sizes: np.ndarray


def word_hashes(words):
    """The hashes of words (list of str): ndarray of int32; see `kernels.features.hashes_of`."""
    raw = [word.encode(errors="replace") for word in words]
    offsets = np.zeros(len(raw) + 1, dtype=np.int64)
    np.cumsum([len(word) for word in raw], out=offsets[1:])
    data = np.frombuffer(b"".join(raw) + b"\0", dtype=np.int8)
    return hashes_of(data, offsets)


def character_buckets(words, ngrams):
    """The buckets of the n-grams of characters of words; ``</s>`` has none.

    Returns
    -------
    buckets : ndarray of int64
    counts : ndarray of int64, (n_words,)   how many each word has
    """
    raw = [b"" if word == SENTENCE_END_WORD else word.encode(errors="replace") for word in words]
    parts = [ngrams.buckets(block) for block in blocks_of_words(raw)] if ngrams else []
    if not parts:
        return np.zeros(0, dtype=np.int64), np.zeros(len(words), dtype=np.int64)
    buckets, counts = zip(*parts, strict=True)
    return np.concatenate(buckets), np.concatenate(counts)


def ngrams_of(config):
    """The n-grams of characters that a ClassifyConfig asks for: `Ngrams`."""
    return Ngrams(config.n_buckets, config.min_n, config.max_n)


def feature_table(documents, config):
    """The `FeatureTable` of documents.

    Parameters
    ----------
    documents : LabelledDocuments
    config : ClassifyConfig
    """
    words = [*documents.vocabulary.words, *documents.others]
    n_words, n_buckets = len(documents.vocabulary), config.n_buckets
    of_words = documents.words
    occurrences = np.bincount(of_words, minlength=len(words))
    buckets, counts = character_buckets(words, config.max_n and ngrams_of(config))
    uses = np.zeros(n_buckets, dtype=np.int64)
    np.add.at(uses, buckets, np.repeat(occurrences, counts))
    hashes = word_hashes(words) if config.word_ngrams > 1 else np.zeros(0, dtype=np.int32)
    if config.word_ngrams > 1:
        count_ngrams(of_words, documents.starts, hashes, config.word_ngrams, uses)
    used = np.flatnonzero(uses)
    used = used[np.argsort(-uses[used], kind="stable")]
    row_of_bucket = np.full(n_buckets, NO_ROW, dtype=np.int32)
    row_of_bucket[used] = np.arange(n_words, n_words + len(used), dtype=np.int32)
    starts, rows = lists_of(n_words, len(words), row_of_bucket[buckets], counts)
    features = Features(starts, rows, hashes, config.word_ngrams, row_of_bucket)
    return FeatureTable(
        features=features,
        buckets=used,
        uses=np.concatenate([occurrences[:n_words], uses[used]]).astype(np.float64),
        sizes=count_features(of_words, documents.starts, features),
    )


def lists_of(n_known, n_words, ngram_rows, counts):
    """The rows of each word: its own, which is its number, if it is among the first; its n-grams.

    Parameters
    ----------
    n_known, n_words : int                words with rows of their own, and all
    ngram_rows : ndarray of int32         of one word after the other
    counts : ndarray of int64, (n_words,)   how many each has

    Returns
    -------
    starts : ndarray of int64, (n_words + 1,)
    rows : ndarray of int32
    """
    sizes = counts + (np.arange(n_words) < n_known)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    rows = np.empty(starts[-1], dtype=np.int32)
    is_own = np.zeros(len(rows), dtype=bool)
    is_own[starts[:n_known]] = True
    rows[is_own] = np.arange(n_known, dtype=np.int32)
    rows[~is_own] = ngram_rows
    return starts, rows
