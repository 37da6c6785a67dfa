"""The rows of a model that documents are made of, as those of a training set use them.

Of the buckets that n-grams are hashed to, only those have rows that some document uses, the most
used first. A word that is not in the vocabulary has no row of its own, but n-grams of characters,
and is part of n-grams of words.

Of n-grams of words, a third and more are there only once. Those of a document get the same change
in each step, so training needs their sum alone: one row, which is the document's own.
"""

from typing import NamedTuple

import numpy as np

from ..corpus.spool import Spool
from ..embeddings.ngrams import Ngrams, blocks_of_words
from ..kernels import (
    NO_ROW,
    SINGLE,
    Documents,
    Features,
    count_features,
    count_ngrams,
    hashes_of,
    part_ngrams,
)
from ..wording.marks import SENTENCE_END_WORD

AT_ONCE = 1 << 20
"""N-grams that are written at a time."""


class FeatureTable(NamedTuple):
    """What makes the documents of a training set.

    Attributes
    ----------
    features : Features
    buckets : ndarray of int64, (n_rows,)   the bucket of each row of an n-gram; behind the others
                                            those of n-grams that are single, by document
    sizes : ndarray of int64, (n_documents,)   features of each document
    ngrams : Spool or None                  int32: the rows of n-grams of words that are not single,
                                            to be closed; None: there are none
    ngram_starts : ndarray of int64, (n_documents + 1,)   where those of documents start; or empty
    single_starts : ndarray of int64, (n_documents + 1,)   likewise of single ones, among these
    """

    features: Features
    buckets: np.ndarray
    sizes: np.ndarray
    ngrams: Spool | None
    ngram_starts: np.ndarray
    single_starts: np.ndarray

    @property
    def own_sizes(self):
        """How many single n-grams those documents have that have any: ndarray of int64."""
        sizes = np.diff(self.single_starts)
        return sizes[sizes > 0]

    @property
    def n_trained(self):
        """Rows of n-grams that are trained: with one, in the place of all single ones, a document.

        Returns
        -------
        int
        """
        own_sizes = self.own_sizes
        return len(self.buckets) - int(own_sizes.sum()) + len(own_sizes)

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
            own_rows=self._own_rows(len(documents.vocabulary)),
        )

    def _own_rows(self, n_words):
        has_own = np.diff(self.single_starts) > 0
        if not has_own.any():
            return np.zeros(0, dtype=np.int32)
        first = n_words + self.n_trained - np.count_nonzero(has_own)
        return np.where(has_own, first - 1 + np.cumsum(has_own), NO_ROW).astype(np.int32)


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


def feature_table(documents, config, folder, kept=None, *, joins_single=True):
    """The `FeatureTable` of documents.

    Parameters
    ----------
    documents : LabelledDocuments
    config : ClassifyConfig
    folder : str          for a temporary file
    kept : ndarray of int64, or None   buckets whose n-grams are features; None: all
    joins_single : bool   single n-grams of a document have one row in training; else, and where
                          only some n-grams are kept, all their own

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
    is_single = np.zeros(n_buckets, dtype=bool)
    if config.word_ngrams > 1:
        is_unused = uses == 0
        count_ngrams(of_words, documents.starts, hashes, config.word_ngrams, uses)
        is_single = is_unused & (uses == 1) & (joins_single and kept is None)
    if kept is not None:
        is_kept = np.zeros(n_buckets, dtype=bool)
        is_kept[kept] = True
        uses *= is_kept
    used = np.flatnonzero(uses * ~is_single)
    used = used[np.argsort(-uses[used], kind="stable")]
    row_of_bucket = np.full(n_buckets, NO_ROW, dtype=np.int32)
    row_of_bucket[used] = np.arange(n_words, n_words + len(used), dtype=np.int32)
    row_of_bucket[is_single] = SINGLE
    starts, rows = lists_of(n_words, len(words), *_with_rows(row_of_bucket[buckets], counts))
    features = Features(starts, rows, hashes, config.word_ngrams, row_of_bucket)
    singles = np.zeros(int(np.count_nonzero(is_single)), dtype=np.int64)
    ngrams, ngram_starts, single_starts = _ngram_rows(
        documents, features, n_words + len(used), singles, folder
    )
    return FeatureTable(
        features=features,
        buckets=np.concatenate([used, singles]),
        sizes=count_features(of_words, documents.starts, features),
        ngrams=ngrams,
        ngram_starts=ngram_starts,
        single_starts=single_starts,
    )


def _with_rows(rows, counts):
    """(the rows that are some, how many of them each word has), given those of all n-grams."""
    is_row = rows != NO_ROW
    if is_row.all():
        return rows, counts
    words = np.repeat(np.arange(len(counts)), counts)
    return rows[is_row], np.bincount(words[is_row], minlength=len(counts))


def _ngram_rows(documents, features, first_single, singles, folder):
    """(Spool of the rows of n-grams of words, where those of documents start, where single ones).

    *In place:* ``singles``, the buckets of these, whose rows begin at ``first_single``.
    """
    n = len(documents)
    single_starts = np.zeros(n + 1, dtype=np.int64)
    if features.longest == 1:
        return None, np.zeros(0, dtype=np.int64), single_starts
    # A document of m words has m - 1 pairs, m - 2 triples...
    lengths = np.diff(documents.starts)
    counts = sum(np.maximum(lengths - less, 0) for less in range(1, features.longest))
    bounds = np.concatenate([[0], np.cumsum(counts)])
    starts = np.zeros(n + 1, dtype=np.int64)
    spool = Spool(folder, "the n-grams of documents")
    try:
        first = n_singles = 0
        while first < n:
            last = int(np.searchsorted(bounds, bounds[first] + AT_ONCE, side="right")) - 1
            last = max(last, first + 1)
            rows = np.empty(bounds[last] - bounds[first], dtype=np.int32)
            ends = starts[first + 1 : last + 1]
            n_singles = part_ngrams(
                documents.words, documents.starts, first, last, features.hashes, features.longest,
                features.row_of_bucket, rows, ends, singles, single_starts[1:], first_single,
                n_singles,
            )  # fmt: skip
            spool.append(rows[: ends[-1]])
            ends += starts[first]
            first = last
    except BaseException:
        spool.close()
        raise
    return spool, starts, single_starts


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
