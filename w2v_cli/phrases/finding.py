"""Phrases found in ids, pass by pass: pairs are counted, scored, chosen and joined."""

from dataclasses import dataclass

import numpy as np

from . import scores
from .counting import count_pairs
from .joining import Joiner
from .pairs import BLOCKED, CONNECTOR, UNIT


@dataclass(frozen=True)
class Found:
    """A phrase, in ids of words and of phrases found before.

    Attributes
    ----------
    id : int                       several rows have the same if their words are the same
    left, right : int
    between : tuple of int         connectors
    count : int                    how often the two stood behind each other
    left_count, right_count : int  how often each occurred then
    score : float
    number : int                   of the pass, from 1 on
    """

    id: int
    left: int
    between: tuple
    right: int
    count: int
    left_count: int
    right_count: int
    score: float
    number: int


class Finder:
    """Finds phrases in a text that is there as ids, and joins them there.

    Parameters
    ----------
    spool : `Spool`                      ids, and SENTENCE_END between sentences; *changed in
                                         place* by `passes`
    counts : ndarray of int64, (n,)      how often each id occurs
    kinds : ndarray of uint8, (n,)       UNIT, CONNECTOR or BLOCKED of `pairs`
    config : PhraseConfig
    threads : int
    progress : callable or None          see `count_pairs`

    Attributes
    ----------
    counts : ndarray of int64   how often each id occurs now, those of phrases behind those of words
    words_of : list of tuple    for each phrase, by id from n on, the ids of its words
    """

    def __init__(self, spool, counts, kinds, config, threads=1, progress=None):
        self.counts, self.words_of = counts, []
        self._spool, self._kinds, self._config = spool, kinds, config
        self._threads, self._progress = threads, progress
        self._n_words, self._n_tokens = len(counts), max(int(counts.sum()), 1)
        self._id_of = {}
        with np.errstate(divide="ignore"):
            self._log_p = np.log(counts / self._n_tokens)
        self._lengths = np.ones(len(counts), dtype=np.int64)

    def passes(self, joins_last=True):
        """Find and join, and yield for each pass the list of its `Found`, the better first.

        It ends early if nothing is found any more. What the last pass finds need not be joined if
        only the phrases are wanted.
        """
        thresholds = self._config.threshold_of_passes
        for number, threshold in enumerate(thresholds, 1):
            found = self._found(number, threshold)
            if not found:
                return
            if joins_last or number < len(thresholds):
                self._join(found)
            yield found

    def _found(self, number, threshold):
        config = self._config
        needs_all = number == 1 or config.all_pairs
        counts_types = config.score == "gensim"
        pairs = count_pairs(
            self._spool,
            self._kinds,
            config.min_count,
            0 if needs_all or counts_types else self._n_words,
            threads=self._threads,
            progress=self._progress,
        )
        score = self._scores(pairs)
        chosen = (score > threshold) & (pairs.n >= config.min_count)
        if not needs_all:
            chosen &= (pairs.left >= self._n_words) | (pairs.right >= self._n_words)
        chosen = np.flatnonzero(chosen)
        chosen = chosen[np.lexsort((chosen, -pairs.n[chosen], -score[chosen]))]
        return [self._row(pairs, place, float(score[place]), number) for place in chosen.tolist()]

    def _scores(self, pairs):
        config, (left, right) = self._config, (pairs.left, pairs.right)
        n_a, n_b, n_tokens = self.counts[left], self.counts[right], int(self.counts.sum())
        n_types = pairs.n_distinct + int(
            np.count_nonzero((self.counts > 0) & (self._kinds != CONNECTOR))
        )
        factor = n_types if config.score == "gensim" else n_tokens
        if config.score_long == "words":
            log_product = self._log_p[left] + self._log_p[right]
            parts = pairs.n, log_product, self._lengths[left] + self._lengths[right]
            if config.score == "npmi":
                return scores.npmi_of_words(*parts, self._n_tokens)
            factor = n_types if config.score == "gensim" else self._n_tokens
            return scores.ratio_of_words(*parts, self._n_tokens, config.min_count, factor)
        if config.score == "npmi":
            return scores.npmi(pairs.n, n_a, n_b, n_tokens)
        return scores.word2phrase(pairs.n, n_a, n_b, factor, config.min_count)

    def _row(self, pairs, place, score, number):
        left, right = int(pairs.left[place]), int(pairs.right[place])
        between = pairs.links[pairs.link[place]]
        words = (*self.words(left), *between, *self.words(right))
        if words not in self._id_of:
            self._id_of[words] = self._n_words + len(self.words_of)
            self.words_of.append(words)
        return Found(
            self._id_of[words],
            left,
            between,
            right,
            int(pairs.n[place]),
            int(self.counts[left]),
            int(self.counts[right]),
            score,
            number,
        )

    def words(self, id_):
        """The ids of the words of a unit: tuple."""
        return (id_,) if id_ < self._n_words else self.words_of[id_ - self._n_words]

    def _join(self, found):
        n_ids = self._n_words + len(self.words_of)
        joiner = Joiner(n_ids, rows_of(found), self._config.prefer == "best")
        self._spool.rewrite(joiner.feed)
        self._spool.append(joiner.finish())
        self.counts = joiner.counts
        n_new = n_ids - len(self._kinds)
        self._kinds = np.append(self._kinds, np.full(n_new, UNIT, dtype=np.uint8))
        self._log_p, self._lengths = np.resize(self._log_p, n_ids), np.resize(self._lengths, n_ids)
        for row in found:
            self._log_p[row.id] = self._log_p[row.left] + self._log_p[row.right]
            self._lengths[row.id] = self._lengths[row.left] + self._lengths[row.right]


def rows_of(found):
    """What a `Joiner` wants to know of phrases (list of Found)."""
    return [(each.left, each.between, each.right, each.id) for each in found]


def least_count(config):
    """How often a word occurs that has any part in finding phrases: rarer ones are in none.

    But for gensim's score each pair of words counts.
    """
    return 1 if config.score == "gensim" else config.min_count


def kinds_of(words, counts, config):
    """What each word may be in a phrase.

    Parameters
    ----------
    words : sequence of str
    counts : ndarray of int64, (n_words,)
    config : PhraseConfig

    Returns
    -------
    ndarray of uint8, (n_words,)   UNIT, CONNECTOR or BLOCKED of `pairs`
    """
    kinds = np.where(counts >= least_count(config), UNIT, BLOCKED).astype(np.uint8)
    for place, word in enumerate(words):
        if word in config.stop:
            kinds[place] = BLOCKED
        elif word in config.connectors:
            kinds[place] = CONNECTOR
        elif kinds[place] == UNIT and not _is_member(word, config.members):
            kinds[place] = BLOCKED
    return kinds


def _is_member(word, members):
    """Whether the rule ``members`` of PhraseConfig lets a word into phrases."""
    if members == "any" or (members == "words" and word.isalnum()):
        return True
    if members == "letters":
        return any(map(str.isalpha, word)) and not any(map(str.isnumeric, word))
    return any(map(str.isalnum, word))
