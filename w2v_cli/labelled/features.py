"""The rows of a model that documents are made of, as those of a training set use them.

Of the buckets that n-grams are hashed to, only those have rows that some document uses, the most
used first. A word that is not in the vocabulary has no row of its own, but n-grams of characters,
and is part of n-grams of words.
"""

from typing import NamedTuple

import numpy as np

from ..corpus.spool import Spool
from ..embeddings.ngrams import Ngrams, blocks_of_words
from ..kernels import (
    NO_ROW,
    Documents,
    Features,
    count_features,
    count_ngrams,
    hashes_of,
    lay_ngrams,
)
from ..wording.marks import SENTENCE_END_WORD

AT_ONCE = 1 << 20
"""N-grams that are written at a time."""


class FeatureTable(NamedTuple):
    """What makes the documents of a training set.

    Attributes
    ----------
    features : Features
    buckets : ndarray of int64, (n_rows,)   the bucket of each row of an n-gram
    sizes : ndarray of int64, (n_documents,)   features of each document
    ngrams : Spool or None                  int32: the rows of n-grams of words, to be closed; None:
                                            there are none
    ngram_starts : ndarray of int64, (n_documents + 1,)   where those of documents start; or empty
    """

    features: Features
    buckets: np.ndarray
    sizes: np.ndarray
    ngrams: Spool | None
    ngram_starts: np.ndarray

    def close(self):
        """Give the disk space back."""
        if self.ngrams is not None:
            self.ngrams.close()

    def encoded(self, documents, weights):
        """The documents as the kernels take them: `kernels.Documents`.

        Parameters
        ----------
        documents : LabelledDocuments
        weights : ndarray of float32   of each document, or empty
        """
        ngrams = np.zeros(0, dtype=np.int32)
        if self.ngrams is not None:
            ngrams = self.ngrams.window(0, self.ngrams.length)
        return Documents(
            words=documents.words,
            starts=documents.starts,
            labels=documents.label_ids,
            label_starts=documents.label_starts,
            tokens=documents.tokens,
            sizes=self.sizes,
            weights=weights,
            word_starts=self.features.starts,
            word_rows=self.features.rows,
            ngrams=ngrams,
            ngram_starts=self.ngram_starts,
        )


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


def feature_table(documents, config, folder, kept=None):
    """The `FeatureTable` of documents.

    Parameters
    ----------
    documents : LabelledDocuments
    config : ClassifyConfig
    folder : str   for a temporary file
    kept : ndarray of int64, or None   buckets whose n-grams are features; None: all

    Raises
    ------
    OutputError   if that cannot be written
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
    if kept is not None:
        is_kept = np.zeros(n_buckets, dtype=bool)
        is_kept[kept] = True
        uses *= is_kept
    used = np.flatnonzero(uses)
    used = used[np.argsort(-uses[used], kind="stable")]
    row_of_bucket = np.full(n_buckets, NO_ROW, dtype=np.int32)
    row_of_bucket[used] = np.arange(n_words, n_words + len(used), dtype=np.int32)
    starts, rows = lists_of(n_words, len(words), *_with_rows(row_of_bucket[buckets], counts))
    features = Features(starts, rows, hashes, config.word_ngrams, row_of_bucket)
    ngrams, ngram_starts = _ngram_rows(documents, features, folder)
    return FeatureTable(
        features=features,
        buckets=used,
        sizes=count_features(of_words, documents.starts, features),
        ngrams=ngrams,
        ngram_starts=ngram_starts,
    )


def _with_rows(rows, counts):
    """(the rows that are some, how many of them each word has), given those of all n-grams."""
    is_row = rows != NO_ROW
    if is_row.all():
        return rows, counts
    words = np.repeat(np.arange(len(counts)), counts)
    return rows[is_row], np.bincount(words[is_row], minlength=len(counts))


def _ngram_rows(documents, features, folder):
    """(Spool of the rows of n-grams of words, where those of documents start)."""
    if features.longest == 1:
        return None, np.zeros(0, dtype=np.int64)
    lengths = np.diff(documents.starts)
    # A document of m words has m - 1 pairs, m - 2 triples...
    counts = sum(np.maximum(lengths - n, 0) for n in range(1, features.longest))
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    words, spool = documents.words, Spool(folder, "the n-grams of documents")
    found = np.zeros(len(documents) + 1, dtype=np.int64)
    try:
        first = 0
        while first < len(documents):
            last = int(np.searchsorted(starts, starts[first] + AT_ONCE, side="right")) - 1
            last = max(last, first + 1)
            rows = np.empty(starts[last] - starts[first], dtype=np.int32)
            lay_ngrams(
                words, documents.starts, first, last, features.hashes, features.longest,
                features.row_of_bucket, rows,
            )  # fmt: skip
            rows, found[first + 1 : last + 1] = _with_rows(rows, counts[first:last])
            spool.append(rows)
            first = last
    except BaseException:
        spool.close()
        raise
    return spool, np.cumsum(found)


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
