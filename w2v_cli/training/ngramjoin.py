"""Training with n-grams that starts from existing vectors, with n-grams of their own or without.

The words and n-grams of a text that are in the old model start as they were there. From vectors
without n-grams, each n-gram starts as the mean vector of the words that have it, and the row of a
word as what is then missing, so that its vector is the old one.
"""

import numpy as np

from ..embeddings.blocks import LazyRows, row_blocks
from ..embeddings.subwords import Subwords
from ..formats.fasttext_model import BARE
from ..methods.ngramlists import WORDS_AT_ONCE, raw_words


class NgramJoin:
    """The rows of a text joined with those of an old model.

    Parameters
    ----------
    old : Embeddings        what training goes on from
    lists : NgramLists      of the words of the text
    old_rows : ndarray of int64, (n_words,)   their places among the old words, or -1
    """

    def __init__(self, old, lists, old_rows):
        self._old, self._lists, self._old_rows = old, lists, old_rows
        subwords = old.subwords
        self._old_subwords = subwords if subwords else None
        self._order = np.argsort(lists.buckets)
        self._buckets = lists.buckets[self._order]

    def fill(self, inputs):
        """Let old words and n-grams start as they were; *in place:* the learnt rows of inputs."""
        if self._old_subwords is None:
            self._fill_without_ngrams(inputs)
            return
        n_own = self._lists.n_own
        known = np.flatnonzero(self._old_rows >= 0)
        if n_own:
            for block in row_blocks(len(known)):
                some = known[block]
                inputs[some] = self._old_subwords.own[self._old_rows[some]]
        places = self._old_subwords.rows_of_buckets(self._buckets)
        for block in row_blocks(len(places)):
            there = np.flatnonzero(places[block] >= 0)
            rows = n_own + self._order[block][there]
            inputs[rows] = self._old_subwords.rows[places[block][there]]

    def told(self):
        """How many n-grams start as they were, as part of a message."""
        old, n_rows = self._old_subwords, self._lists.n_rows
        if old is None:
            return "; n-grams start as means of words that have them"
        n_known = np.count_nonzero(old.rows_of_buckets(self._buckets) >= 0)
        return f"; {n_known:,} of {n_rows:,} rows of n-grams start as they were"

    def _fill_without_ngrams(self, inputs):
        lists, n_own = self._lists, self._lists.n_own
        known = np.flatnonzero(self._old_rows >= 0)
        sums = np.zeros((lists.n_rows, inputs.shape[1]), dtype=np.float64)
        numbers = np.zeros(lists.n_rows, dtype=np.int64)
        for start in range(0, len(known), WORDS_AT_ONCE):
            self._add_vectors(known[start : start + WORDS_AT_ONCE], sums, numbers)
        found = numbers > 0
        inputs[n_own:][found] = (sums[found] / numbers[found, np.newaxis]).astype(np.float32)
        inputs[known] = 0
        for block in row_blocks(len(known)):
            some = known[block]
            missing = self._old.vectors[self._old_rows[some]] - lists.made(inputs, some)
            sizes = lists.starts[some + 1] - lists.starts[some]
            inputs[some] = sizes[:, np.newaxis] * missing

    def _add_vectors(self, words, sums, numbers):
        """Add old vectors of some words; *in place:* the sums and numbers of their n-grams."""
        rows, sizes = self._lists.rows_of(words)
        ngrams = rows - self._lists.n_own
        of_words = np.repeat(self._old_rows[words], sizes)[ngrams >= 0]
        ngrams = ngrams[ngrams >= 0]
        if not len(ngrams):
            return
        order = np.argsort(ngrams, kind="stable")
        found, begins, times = np.unique(ngrams[order], return_index=True, return_counts=True)
        vectors = self._old.vectors[of_words[order]]
        sums[found] += np.add.reduceat(vectors, begins, axis=0, dtype=np.float64)
        numbers[found] += times

    def subwords(self, inputs, own):
        """The model of the results, as those have it who read it: `Subwords`.

        Parameters
        ----------
        inputs : ndarray of float32   the learnt rows
        own : callable                own(rows of old words, rows of the words of the text) gives
                                      those of the results, or None
        """
        n_own = self._lists.n_own
        trained = inputs[n_own:]
        if self._old_subwords is None:
            rows = LazyRows(
                self._lists.n_rows, inputs.shape[1], lambda wanted: trained[self._order[wanted]]
            )
            made = Subwords(self._lists.ngrams, rows, self._buckets)
            old = LazyRows(
                len(self._old), inputs.shape[1], lambda wanted: self._missing(made, wanted)
            )
        else:
            rows, buckets = self._joined_rows(trained)
            made = Subwords(self._lists.ngrams, rows, buckets)
            old = self._old_subwords.own
        return made.with_own(own(old, inputs[:n_own]) if n_own else None)

    def _missing(self, made, wanted):
        """Own rows with which old words that are not in the text keep their vectors."""
        places = np.arange(len(self._old))[wanted]
        raw = raw_words([self._old.words[place] for place in places], self._lists.ngrams)
        _, counts = self._lists.ngrams.buckets(raw)
        zeros = np.zeros((len(places), made.dim), dtype=np.float32)
        means = made.with_own(zeros).word_vectors(raw)
        return (counts + 1)[:, np.newaxis] * (self._old.vectors[places] - means)

    def _joined_rows(self, trained):
        """(rows of all n-grams, trained or old; their buckets or None)."""
        old = self._old_subwords
        if old.buckets is None:
            return _overlaid(old.rows, self._buckets, self._order, trained), None
        buckets = np.union1d(old.buckets, self._buckets)
        before = np.searchsorted(old.buckets, buckets)
        is_old = np.isin(buckets, old.buckets)

        def rows_of(wanted):
            some = np.arange(len(buckets))[wanted]
            rows = np.zeros((len(some), trained.shape[1]), dtype=np.float32)
            there = is_old[some]
            rows[there] = old.rows[before[some[there]]]
            _replace(rows, buckets[some], self._buckets, self._order, trained)
            return rows

        return LazyRows(len(buckets), trained.shape[1], rows_of), buckets


def _replace(rows, of_buckets, buckets, order, trained):
    """Set rows of buckets that were trained; *in place:* ``rows``."""
    places = np.minimum(np.searchsorted(buckets, of_buckets), len(buckets) - 1)
    is_trained = buckets[places] == of_buckets
    rows[is_trained] = trained[order[places[is_trained]]]


def _overlaid(old, buckets, order, trained):
    """All rows of a table, of which some were trained: `LazyRows`."""

    def rows_of(wanted):
        some = np.arange(len(old))[wanted]
        rows = np.array(old[wanted], dtype=np.float32)
        _replace(rows, some, buckets, order, trained)
        return rows

    return LazyRows(len(old), trained.shape[1], rows_of)


def composed(subwords, words):
    """The vectors of the words of a model: `LazyRows`."""

    def rows_of(wanted):
        raw = raw_words(words[wanted], subwords.ngrams)
        own = None if subwords.own is None else subwords.own[wanted]
        return subwords.with_own(own).word_vectors(raw, BARE)

    return LazyRows(len(words), subwords.dim, rows_of)
