"""What a classifier knows of the words of a text, word by word as they are met."""

import threading

import numpy as np

from ..corpus.wordtable import WordTable
from ..kernels import MISSING, NO_ROW, Features, Places, place_documents
from ..labelled.features import character_buckets, word_hashes
from ..wording.marks import SENTENCE_END_WORD

FIRST_ROOM = 1 << 12


class Growing:
    """An array that more is put behind; what was there stays as it is for those who hold it.

    Parameters
    ----------
    dtype : str
    """

    def __init__(self, dtype):
        self._array = np.empty(FIRST_ROOM, dtype=dtype)
        self._length = 0

    def append(self, numbers):
        """Put an array behind the others."""
        stop = self._length + len(numbers)
        if stop > len(self._array):
            longer = np.empty(2 * stop, dtype=self._array.dtype)
            longer[: self._length] = self._array[: self._length]
            self._array = longer
        self._array[self._length : stop] = numbers
        self._length = stop

    @property
    def array(self):
        """All that is there: a view."""
        return self._array[: self._length]


class Lookup:
    """The features of words, for a Classifier. Number 0 is the end of a document.

    Parameters
    ----------
    classifier : Classifier
    label_prefix : str   what labels in text begin with, for ``is_label``; empty: nothing is one
    keep_names : bool    words are kept as text, for `name`

    Attributes
    ----------
    table : WordTable   in which words have these numbers, but for the end of a document
    """

    def __init__(self, classifier, label_prefix="", keep_names=False):
        self._classifier, self._label_prefix = classifier, label_prefix
        self._keep_names = keep_names
        self._row_of = {word: row for row, word in enumerate(classifier.words)}
        self._n_words = len(classifier.words)
        self._row_of_bucket = _row_of_bucket(classifier)
        self.forget()

    def forget(self):
        """Begin anew, with no word but the end of a document."""
        self.table = WordTable()
        self._starts, self._rows = Growing("int64"), Growing("int32")
        self._hashes, self._known = Growing("int32"), Growing("bool")
        self._is_label, self._names = Growing("bool"), []
        self._starts.append([0])
        self.add([SENTENCE_END_WORD])

    def add(self, words):
        """Look up words (list of str), which get the next numbers."""
        classifier = self._classifier
        if self._keep_names:
            self._names += words
        own = np.fromiter((self._row_of.get(word, NO_ROW) for word in words), np.int32, len(words))
        buckets, counts = character_buckets(words, classifier.ngrams)
        of_ngrams = self._row_of_bucket[buckets]
        is_feature = of_ngrams != NO_ROW
        word_of = np.repeat(np.arange(len(words)), counts)[is_feature]
        counts = np.bincount(word_of, minlength=len(words))
        sizes = counts + (own != NO_ROW)
        starts = np.cumsum(sizes) - sizes
        rows = np.empty(int(sizes.sum()), dtype=np.int32)
        is_own = np.zeros(len(rows), dtype=bool)
        is_own[starts[own != NO_ROW]] = True
        rows[is_own] = own[own != NO_ROW]
        rows[~is_own] = of_ngrams[is_feature]
        self._starts.append(self._starts.array[-1] + np.cumsum(sizes))
        self._rows.append(rows)
        prefix = self._label_prefix or "\n"  # which no word has
        self._is_label.append([word.startswith(prefix) for word in words])
        # Words that only have n-grams of characters are known by these.
        self._known.append(sizes > 0)
        hashed = classifier.word_ngrams > 1
        self._hashes.append(word_hashes(words) if hashed else np.zeros(len(words), np.int32))

    def __len__(self):
        """How many words there are so far."""
        return len(self._known.array)

    def name(self, number):
        """The word of a number: str."""
        return self._names[number]

    def has_row(self, word):
        """Whether a word (str) has a row of its own."""
        return word in self._row_of

    def bucket_has_row(self, buckets):
        """Which buckets (ndarray of int64) are features: ndarray of bool."""
        return self._row_of_bucket[buckets] != NO_ROW

    def most_rows(self, words):
        """The most features that documents of these words (ndarray of int32) can have: int."""
        n_ngrams = (self._classifier.word_ngrams - 1) * len(words)
        if not self._classifier.ngrams:
            return len(words) + n_ngrams
        return int(np.diff(self._starts.array)[words].sum()) + n_ngrams

    @property
    def known(self):
        """Which words are known, bool: an array that stays as it is."""
        return self._known.array

    @property
    def is_label(self):
        """Which words are labels: likewise."""
        return self._is_label.array

    @property
    def features(self):
        """The `Features` of all words so far; they stay as they are."""
        return Features(
            self._starts.array,
            self._rows.array,
            self._hashes.array,
            self._classifier.word_ngrams,
            self._row_of_bucket,
        )


def _row_of_bucket(classifier):
    """The row of each bucket; a row behind the last, which is zero, for those without."""
    n_words, n_buckets = len(classifier.words), classifier.ngrams.n_buckets
    if classifier.buckets is None:
        return np.arange(n_words, n_words + n_buckets, dtype=np.int32)
    missing = NO_ROW if classifier.is_pruned else classifier.n_rows
    rows = np.full(n_buckets, missing, dtype=np.int32)
    rows[classifier.buckets] = np.arange(n_words, classifier.n_rows, dtype=np.int32)
    return rows


class RowCache:
    """The rows of inputs that were used so far, as the kernels want them; for several threads.

    A model may be gigabytes in a file, or quantized; a text uses some of its rows.

    Parameters
    ----------
    classifier : Classifier
    row_of_bucket : ndarray of int32   see `kernels.features.Features`
    """

    def __init__(self, classifier, row_of_bucket):
        from ..machine.aligned import padded_zeros

        self._make = padded_zeros
        self._inputs, self._dim = classifier.inputs, classifier.dim
        self._row_of_bucket = row_of_bucket
        # One behind the last is zero.
        self._of_rows = np.full(classifier.n_rows + 1, MISSING, dtype=np.int32)
        self._of_buckets = np.full(0, MISSING, dtype=np.int32)
        if classifier.word_ngrams > 1:
            has_row = row_of_bucket != NO_ROW
            self._of_buckets = np.where(has_row, np.int32(MISSING), np.int32(NO_ROW))
        self._of_words = Growing("int32")
        self._length = 0
        self._matrix = padded_zeros(FIRST_ROOM, self._dim)
        self._lock = threading.Lock()

    def forget(self):
        """Begin anew with words, as the lookup does; rows stay."""
        self._of_words = Growing("int32")

    def places(self, features, known):
        """The `Places` of words as a `Lookup` has them by now; by one thread at a time."""
        new = features.rows[len(self._of_words.array) :]
        if len(new):
            with self._lock:
                self._of_words.append(self._places_of(new))
        return Places(self._of_words.array, self._of_buckets, known)

    def placed(self, words, starts, features, places, n_rows):
        """Where the rows of documents lie; by any thread.

        Parameters
        ----------
        words : ndarray of int32
        starts : ndarray of int64, (n + 1,)
        features, places   of these words at least
        n_rows : int       at least as many as all have

        Returns
        -------
        matrix : ndarray of float32, (m, stride)   what the kernels see of the cache
        rows : ndarray of int64            where rows start in it, in floats
        ends : ndarray of int64, (n,)      where each document ends in ``rows``
        n_known : ndarray of int64, (n,)   how many words of each are known
        """
        n = len(starts) - 1
        rows, missing = np.empty(n_rows, dtype=np.int64), np.empty((n_rows, 2), dtype=np.int64)
        ends, n_known = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
        stride = self._matrix.shape[1]
        n_missing = place_documents(
            words, starts, features, places, stride, rows, ends, n_known, missing
        )
        # Another thread may have put rows there since: with the lock all that has a place is there.
        with self._lock:
            if n_missing:
                buckets, where = missing[:n_missing].T
                found = self._places_of(self._row_of_bucket[buckets])
                self._of_buckets[buckets] = found
                rows[where] = found.astype(np.int64) * stride
            return self._matrix, rows[: int(ends[-1])] if n else rows[:0], ends, n_known

    def _places_of(self, rows):
        new = np.unique(rows[self._of_rows[rows] == MISSING])
        if len(new):
            self._put(new)
        return self._of_rows[rows]

    def _put(self, rows):
        stop = self._length + len(rows)
        if stop > len(self._matrix):
            longer = self._make(min(2 * stop, max(len(self._of_rows), stop)), self._dim)
            longer[: self._length] = self._matrix[: self._length]
            self._matrix = longer
        is_there = rows < len(self._of_rows) - 1
        taken = self._matrix[self._length : stop]
        taken[is_there, : self._dim] = self._inputs[rows[is_there]]
        self._of_rows[rows] = np.arange(self._length, stop, dtype=np.int32)
        self._length = stop
