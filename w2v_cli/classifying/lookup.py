"""What a classifier knows of the words of a text, word by word as they are met."""

import numpy as np

from ..corpus.wordtable import WordTable
from ..kernels import NO_ROW, Features, find_missing, to_places
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
    keep_names : bool   words are kept as text, for `name`

    Attributes
    ----------
    table : WordTable   in which words have these numbers, but for the end of a document
    """

    def __init__(self, classifier, keep_names=False):
        self._classifier, self._keep_names = classifier, keep_names
        self._row_of = {word: row for row, word in enumerate(classifier.words)}
        self._n_words = len(classifier.words)
        self._row_of_bucket = _row_of_bucket(classifier)
        self.forget()

    def forget(self):
        """Begin anew, with no word but the end of a document."""
        self.table = WordTable()
        self._starts, self._rows = Growing("int64"), Growing("int32")
        self._hashes, self._known = Growing("int32"), Growing("bool")
        self._names = []
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
        sizes = np.diff(self._starts.array)
        longest = self._classifier.word_ngrams
        return int(sizes[words].sum()) + (longest - 1) * len(words)

    @property
    def known(self):
        """Which words are known, bool: an array that stays as it is."""
        return self._known.array

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
    """The rows of inputs that were used so far, as the kernels want them.

    A model may be gigabytes in a file, or quantized; a text uses some of its rows.

    Parameters
    ----------
    classifier : Classifier
    """

    def __init__(self, classifier):
        from ..machine.aligned import padded_zeros

        self._make = padded_zeros
        self._inputs, self._dim = classifier.inputs, classifier.dim
        # One behind the last is zero.
        self._place = np.full(classifier.n_rows + 1, NO_ROW, dtype=np.int32)
        self._length = 0
        self.matrix = padded_zeros(FIRST_ROOM, self._dim)

    def places(self, rows):
        """Make rows the places where they start in ``matrix``, in floats; *in place.*

        ``rows`` is an ndarray of int64; the matrix gets those that are missing.
        """
        missing = np.empty(len(rows), dtype=np.int64)
        n_missing = find_missing(rows, self._place, missing)
        if n_missing:
            self._take(np.sort(missing[:n_missing]))
        to_places(rows, self._place, self.matrix.shape[1])

    def _take(self, rows):
        stop = self._length + len(rows)
        if stop > len(self.matrix):
            longer = self._make(min(2 * stop, max(len(self._place), stop)), self._dim)
            longer[: self._length] = self.matrix[: self._length]
            self.matrix = longer
        is_there = rows < len(self._place) - 1
        taken = self.matrix[self._length : stop]
        taken[is_there, : self._dim] = self._inputs[rows[is_there]]
        self._place[rows] = np.arange(self._length, stop, dtype=np.int32)
        self._length = stop
