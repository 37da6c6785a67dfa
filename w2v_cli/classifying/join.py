"""How the words and n-grams of documents join with those of vectors, or of an older classifier.

What is trained are the rows that the documents use. Those that are old start as they were, the
others at random as always; old rows that no document uses stay where they are, and stand among the
results again. So training takes no more time or memory for millions of old words.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..embeddings.blocks import row_blocks
from ..wording.marks import SENTENCE_END_WORD
from .oldrows import JoinedRows, OldRows


class Table(NamedTuple):
    """The inputs of a classifier, as `labelled.model.Classifier` has them.

    Attributes
    ----------
    words : list of str
    counts : ndarray of int64, (n_words,)
    inputs : rows of float32
    buckets : ndarray of int64 or None
    """

    words: list
    counts: np.ndarray
    inputs: Any
    buckets: np.ndarray | None


class Join:
    """The rows of documents joined with old ones.

    Parameters
    ----------
    old : OldRows
    words : list of str            of the vocabulary of the documents
    counts : ndarray of int64      theirs
    buckets : ndarray of int64     of the rows of n-grams that documents use
    n_buckets : int
    old_counts : ndarray of int64, or None   what old words count in the results, those of the
                                   documents added; None: words that the documents lack count 1
    prefix : str                   old words that begin so would be labels, and are left out; empty:
                                   none would

    Attributes
    ----------
    is_old : ndarray of bool, (n_words + n_rows,)   rows that start from what was learnt before
    n_known, n_made, n_fresh : int   words with an old row; with one that is made of old n-grams;
                                   with none
    n_kept, n_left_out : int       old words beyond the documents'; those that cannot stand there
    """

    def __init__(
        self,
        old: OldRows,
        words: list[str],
        counts: np.ndarray,
        buckets: np.ndarray,
        n_buckets: int,
        old_counts: np.ndarray | None = None,
        prefix: str = "",
    ) -> None:
        self._old, self._words, self._counts = old, words, counts
        self._buckets, self._n_buckets, self._old_counts = buckets, n_buckets, old_counts
        self._rows = old.rows_of_words(words)
        missing = np.flatnonzero(self._rows < 0)
        is_made, self._made = old.made([words[place] for place in missing.tolist()])
        self._made_places = missing[is_made]
        self._bucket_rows = old.rows_of_buckets(buckets)
        self.is_old = np.zeros(len(words) + len(buckets), dtype=bool)
        self.is_old[: len(words)] = self._rows >= 0
        self.is_old[self._made_places] = True
        there = np.flatnonzero(self._bucket_rows >= 0)
        self.is_old[len(words) + there] = old.are_learnt(self._bucket_rows[there])
        self.n_made = len(self._made_places)
        self.n_known, self.n_fresh = len(words) - len(missing), len(missing) - self.n_made
        self._kept = self._old_words_to_keep(prefix)
        self.n_kept = len(self._kept)
        self.n_left_out = len(old.words) - self.n_known - self.n_kept

    def _old_words_to_keep(self, prefix):
        """The rows of old words that the documents lack, and that can stand in the results."""
        taken = np.zeros(len(self._old.words), dtype=bool)
        taken[self._rows[self._rows >= 0]] = True
        index = self._old.index
        return np.fromiter(
            (
                row
                for row, word in enumerate(self._old.words)
                # A word that is there twice has the first of its rows.
                if not taken[row] and index[word] == row and _can_stand(word, prefix)
            ),
            np.int64,
        )

    def fill(self, inputs: np.ndarray) -> None:
        """Let old rows start as they were; *in place:* ``inputs``, the learnt rows."""
        n_words = len(self._words)
        known = np.flatnonzero(self._rows >= 0)
        for block in row_blocks(len(known)):
            inputs[known[block]] = self._old.own[self._rows[known[block]]]
        inputs[self._made_places] = self._made
        if self._old.buckets is not None:  # a model leaves out rows that are zero
            inputs[n_words:] = 0
        there = np.flatnonzero(self._bucket_rows >= 0)
        for block in row_blocks(len(there)):
            some = there[block]
            inputs[n_words + some] = self._old.of_buckets[self._bucket_rows[some]]

    def table(self, inputs: np.ndarray) -> Table:
        """What comes out, given the learnt rows (ndarray of float32) as they are now."""
        old, kept, n_words = self._old, self._kept, len(self._words)
        words = [*self._words, *(old.words[row] for row in kept.tolist())]
        places = np.concatenate([np.arange(n_words), -1 - kept])
        counts = np.concatenate([self._counts, np.ones(len(kept), dtype=np.int64)])
        if self._old_counts is not None:
            known = self._rows >= 0
            counts[:n_words][known] += self._old_counts[self._rows[known]]
            counts[n_words:] = self._old_counts[kept]
            order = np.argsort(-counts, kind="stable")
            words, places = [words[place] for place in order.tolist()], places[order]
            counts = counts[order]
        buckets, bucket_places = self._joined_buckets()
        places = np.concatenate([places, bucket_places])
        return Table(words, counts, JoinedRows(inputs, old.own, old.of_buckets, places), buckets)

    def _joined_buckets(self):
        """(the bucket of each row of n-grams, or None for all; where it is, as in JoinedRows)."""
        old, n_own = self._old, self._old.own.shape[0]
        trained = len(self._words) + np.arange(len(self._buckets))
        if self._n_buckets == 0 or old.of_buckets is None:
            return self._buckets, trained
        if old.buckets is None:
            places = -1 - n_own - np.arange(self._n_buckets)
            places[self._buckets] = trained
            return None, places
        buckets = np.union1d(old.buckets, self._buckets)
        places = -1 - n_own - old.rows_of_buckets(buckets)
        places[np.searchsorted(buckets, self._buckets)] = trained
        return buckets, places

    def coverage(self, occurrences: np.ndarray, names: list[str]) -> tuple[int, int]:
        """(occurrences of words that start from what was learnt, of all words).

        Parameters
        ----------
        occurrences : ndarray of int64   of the words of the documents, those beyond the vocabulary
                                         behind
        names : list of str              of all of these; ends of documents are none
        """
        counted = occurrences.copy()
        counted[[place for place, name in enumerate(names) if name == SENTENCE_END_WORD]] = 0
        is_old = np.flatnonzero(self.is_old[: len(self._words)])
        return int(counted[is_old].sum()), int(counted.sum())


def _can_stand(word, prefix):
    """Whether a word can be one of a classifier's."""
    return bool(word) and "\0" not in word and not (prefix and word.startswith(prefix))
