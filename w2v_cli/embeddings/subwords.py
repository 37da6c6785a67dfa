"""Vectors of words from their character n-grams, as fastText makes them (1607.04606)."""

from typing import NamedTuple

import numpy as np

from ..errors import InputError
from .blocks import LazyRows, first_not_finite
from .ngrams import blocks_of_words

BLOCK_BYTES = 1 << 19
"""Rows of n-grams gathered at a time: they are added up while the processor's cache has them."""
COMPILED_FROM = 12_500_000
"""Numbers of words' vectors from which on it is worth the time to load Numba, where a word counts
WORD_NUMBERS more: its n-grams are hashed, however few numbers they have."""
WORD_NUMBERS = 200


class Composed(NamedTuple):
    """Vectors of words made of their n-grams alone.

    Attributes
    ----------
    vectors : ndarray of float32, shape (n, dim)   zeros where there is none
    is_made : ndarray of bool, shape (n,)          whether there is one: an n-gram has a row
    n_ngrams : ndarray of int64, shape (n,)        how many n-grams each word has; with several
                                                   hashes, each of them counts
    n_trained : ndarray of int64, shape (n,)       how many of them some word of the model has, so
                                                   that training has changed their rows
    """

    vectors: np.ndarray
    is_made: np.ndarray
    n_ngrams: np.ndarray
    n_trained: np.ndarray

    def made_of(self, words):
        """Of how many n-grams each of the words is made: list of MadeOf."""
        numbers = zip(words, self.n_ngrams.tolist(), self.n_trained.tolist(), strict=True)
        return [MadeOf(*facts) for facts in numbers]


class MadeOf(NamedTuple):
    """Of how many n-grams a word was made that has no vector of its own.

    Attributes
    ----------
    word : str
    n_ngrams : int    that it has; with several hashes, each of them counts
    n_trained : int   of these, those that words have which training has seen
    """

    word: str
    n_ngrams: int
    n_trained: int

    def note(self):
        """What a user should know of it."""
        return (
            f"unknown word {self.word!r:.60}: made of its n-grams, {self.n_trained:,} of "
            f"{self.n_ngrams:,} of which were trained"
        )


class Subwords:
    """A model with n-grams: their rows, and those of the words themselves.

    The vector of a word is the mean of its own row, if words have some, and those of its n-grams;
    that of any other word is the mean of its n-grams' rows.

    Parameters
    ----------
    ngrams : Ngrams       which n-grams a word has, and their buckets
    rows : rows of float32, shape (n_rows, dim)   of buckets; may be mapped, or decoded when asked
    buckets : ndarray of int64, shape (n_rows,), or None   the bucket of each row, ascending: a
                          model may have few of them. None: bucket i has row i
    own : rows of float32, shape (n_words, dim), or None   of the words of the vocabulary, in its
                          order; None where words are hashed like n-grams (floret)
    is_pruned : bool      n-grams whose bucket has no row are left out of the mean, as in a pruned
                          model of fastText; otherwise their rows are zero
    trained : ndarray of bool, shape (n_rows,), or callable that gives it, or None   rows that some
                          word of the vocabulary has; None: all of them
    """

    def __init__(self, ngrams, rows, buckets=None, own=None, is_pruned=False, trained=None):
        self.ngrams = ngrams
        self.rows = rows
        self.buckets = buckets
        self.own = own
        self.is_pruned = is_pruned
        self._trained = trained

    def __bool__(self):
        return bool(self.ngrams) and len(self.rows) > 0

    @property
    def trained(self):
        """Rows that some word of the vocabulary has: ndarray of bool, (n_rows,); None: all."""
        if callable(self._trained):
            self._trained = self._trained()
        return self._trained

    @property
    def dim(self):
        """Length of every row."""
        return self.rows.shape[1]

    def with_own(self, own):
        """The same for other words, whose own rows these are."""
        return Subwords(self.ngrams, self.rows, self.buckets, own, self.is_pruned, self._trained)

    def with_trained(self, trained):
        """The same, with what is known of the rows that words have: see ``trained``."""
        return Subwords(self.ngrams, self.rows, self.buckets, self.own, self.is_pruned, trained)

    def all_rows(self):
        """The rows of all buckets, zero where there is none: rows of float32, (n_buckets, dim)."""
        if self.buckets is None:
            return self.rows
        places = self.buckets

        def rows_of(wanted):
            start, stop, _ = wanted.indices(self.ngrams.n_buckets)
            block = np.zeros((max(stop - start, 0), self.dim), dtype=np.float32)
            first, last = np.searchsorted(places, (start, stop))
            block[places[first:last] - start] = self.rows[first:last]
            return block

        return LazyRows(self.ngrams.n_buckets, self.dim, rows_of)

    def vector(self, word):
        """The mean of the vectors of a word's n-grams.

        Parameters
        ----------
        word : str

        Returns
        -------
        ndarray of float32, shape (dim,), or None if it has no n-gram with a row
        """
        made = self.compose([word])
        return made.vectors[0] if made.is_made[0] else None

    def compose(self, words):
        """Vectors of words, whether or not they are in the vocabulary, from their n-grams alone.

        Parameters
        ----------
        words : list of str, or of bytes in UTF-8

        Returns
        -------
        Composed

        Raises
        ------
        InputError   if a number of them is not finite: the model is damaged
        """
        made = Composed(
            np.zeros((len(words), self.dim), dtype=np.float32),
            np.zeros(len(words), dtype=bool),
            np.zeros(len(words), dtype=np.int64),
            np.zeros(len(words), dtype=np.int64),
        )
        raw_words = [
            word if isinstance(word, bytes) else word.encode(errors="replace") for word in words
        ]
        place = 0
        for block in blocks_of_words(raw_words) if self else ():
            self._compose_block(block, Composed(*(column[place:] for column in made)))
            place += len(block)
        if (row := first_not_finite(made.vectors)) is not None:
            raise InputError(
                f"the n-grams of {words[row]!r:.60} hold NaN, infinity or numbers too large for "
                "float32: the model is damaged; get or make it again"
            )
        return made

    def _compose_block(self, raw_words, made):
        """*In place:* the first of ``made`` are those of these words."""
        buckets, counts = self.ngrams.buckets(raw_words)
        rows, trained = self.rows_of_buckets(buckets), self.trained
        made.n_ngrams[: len(raw_words)] = counts
        ends = np.cumsum(counts)
        for word in np.flatnonzero(counts).tolist():
            own = rows[ends[word] - counts[word] : ends[word]]
            own = own[own >= 0]
            if len(own) == 0:
                continue
            made.is_made[word] = True
            made.n_trained[word] = len(own) if trained is None else trained[own].sum()
            # What is not finite in a damaged file is found in the end.
            with np.errstate(over="ignore", invalid="ignore"):
                total = self.rows[own].sum(axis=0, dtype=np.float64)
                made.vectors[word] = total / (len(own) if self.is_pruned else counts[word])

    def rows_of_buckets(self, buckets):
        """The row of each of some buckets: ndarray of int64; -1 for one that has none."""
        if self.buckets is None:
            return buckets
        places = np.minimum(np.searchsorted(self.buckets, buckets), len(self.buckets) - 1)
        return np.where(self.buckets[places] == buckets, places, -1)

    def word_vectors(self, raw_words, bare=b"", mark=None):
        """The vectors of words that have rows of their own: the mean of that and their n-grams.

        Parameters
        ----------
        raw_words : list of bytes    UTF-8; word i has row i of ``own``
        bare : bytes                 a word that is not made of n-grams
        mark : ndarray of bool, shape (n_rows,), or None   *in place:* rows that these words have

        Returns
        -------
        ndarray of float32, shape (len(raw_words), dim)
        """
        return self.word_vectors_and_norms(raw_words, bare, mark)[0]

    def word_vectors_and_norms(self, raw_words, bare=b"", mark=None):
        """Likewise, and their lengths, if these are known.

        Returns
        -------
        vectors : ndarray of float32, shape (len(raw_words), dim)
        norms : ndarray of float64, shape (len(raw_words),), or None
        """
        if self and len(raw_words) * (self.dim + WORD_NUMBERS) >= COMPILED_FROM:
            from .wordvectors import can_be_compiled, compiled_word_vectors

            if can_be_compiled(self.rows) and can_be_compiled(self.own):
                made_of = [b"" if raw == bare else raw for raw in raw_words]
                return compiled_word_vectors(self, made_of, mark)
        return self._added_up(raw_words, bare, mark), None

    def _added_up(self, raw_words, bare, mark):
        """As `word_vectors`, by NumPy: for small models, and rows of any kind."""
        if self.own is None:
            vectors = np.zeros((len(raw_words), self.dim), dtype=np.float32)
        else:
            vectors = np.array(self.own[: len(raw_words)], dtype=np.float32)
        start = 0
        for rows, counts, divisors in self.rows_of_words(raw_words, bare):
            if mark is not None:
                mark[rows] = True
            of_block = vectors[start : start + len(counts)]
            self.add_ngrams(of_block, rows, counts)
            with np.errstate(over="ignore", invalid="ignore"):
                of_block /= np.maximum(divisors, 1)[:, np.newaxis]
            start += len(counts)
        return vectors

    def mark_trained(self, raw_words, bare, mark):
        """*In place:* ``mark``, bool, shape (n_rows,), which is returned: rows of some words."""
        for rows, _, _ in self.rows_of_words(raw_words, bare):
            mark[rows] = True
        return mark

    def rows_of_words(self, raw_words, bare):
        """The n-grams of words, some words at a time; the arguments are as in `word_vectors`.

        Yields
        ------
        rows : ndarray of int64, shape (counts.sum(),)   those of one word after those of another
        counts : ndarray of int64, shape (n,)            how many each word has
        divisors : ndarray of int64, shape (n,)          of how many rows its vector is the mean
        """
        for block in blocks_of_words(raw_words):
            words = [b"" if raw == bare else raw for raw in block]
            found, counts = self.ngrams.buckets(words) if self else (np.empty(0, np.int64), None)
            counts = np.zeros(len(words), dtype=np.int64) if counts is None else counts
            rows, divisors = self.rows_of_buckets(found), counts
            if self.buckets is not None and len(rows):
                is_kept = rows >= 0
                of_word = np.repeat(np.arange(len(words)), counts)[is_kept]
                rows, counts = rows[is_kept], np.bincount(of_word, minlength=len(words))
                divisors = counts if self.is_pruned else divisors
            yield rows, counts, divisors + (self.own is not None)

    def add_ngrams(self, vectors, rows, counts):
        """*In place:* to the vector of each word those of its n-grams, as `rows_of_words` has them.

        ``vectors`` is of float32, shape (n, dim).
        """
        made = np.flatnonzero(counts)
        ends = np.cumsum(counts[made])
        begins = ends - counts[made]
        step = max(1, BLOCK_BYTES // (4 * vectors.shape[1]))
        # What is not finite in a damaged file is found in the end.
        with np.errstate(over="ignore", invalid="ignore"):
            for start in range(0, len(rows), step):
                gathered = self.rows[rows[start : start + step]]
                first, last = np.searchsorted(ends, (start, start + len(gathered) - 1), "right")
                starts = np.maximum(begins[first : last + 1] - start, 0)
                vectors[made[first : last + 1]] += np.add.reduceat(gathered, starts, axis=0)

    def __reduce__(self):
        # Rows may be mapped, or be read when they are asked for.
        own = None if self.own is None else np.asarray(self.own[:])
        arrays = np.asarray(self.rows[:]), self.buckets, own
        return Subwords, (self.ngrams, *arrays, self.is_pruned, self.trained)
