"""A sample of an encoded corpus in memory: whole lines, from places spread evenly over it."""

import itertools

import numpy as np

from .encoded import EncodedCorpus
from .marks import SENTENCE_END
from .spool import NOT_A_WORD

PLACES = 1000
"""From how many places lines are taken: a book has all its chapters in it, and reading is quick."""


class MemoryIds:
    """Ids in memory, in the place of a file of them.

    Attributes
    ----------
    length : int
    """

    def __init__(self, ids):
        """``ids`` is an ndarray of int32, which is not changed."""
        self._ids = ids
        self.length = len(ids)

    def window(self, start, stop):
        """The ids from position ``start`` up to ``stop``."""
        return self._ids[start:stop]

    def blocks(self):
        """All ids."""
        yield self._ids

    def close(self):
        """Nothing is open."""


def sample_lines(corpus, n_words, max_line):
    """Take about so many words from a corpus, always the same ones.

    Parameters
    ----------
    corpus : EncodedCorpus
    n_words : int
    max_line : int   a longer line may be cut

    Returns
    -------
    ndarray of int32   ids with SENTENCE_END after each line; all there are, if there are no more
    """
    if corpus.n_tokens <= n_words:
        return np.concatenate([np.zeros(0, dtype=np.int32), *corpus.ids.blocks()])
    n_places = max(min(PLACES, n_words // (2 * max_line)), 1)
    # Counted in ids, of which some are ends of lines.
    size = n_words / corpus.n_tokens * corpus.length / n_places
    starts = np.linspace(0, corpus.length, n_places + 1).astype(int)
    parts, stop = [], 0
    for place, following in itertools.pairwise(starts):
        start = _line_start(corpus, max(int(place), stop), max_line)
        stop = _line_start(corpus, min(start + round(size), int(following)), max_line)
        if start < stop:
            part = corpus.window(start, stop)
            parts.append(part)
            if part[-1] != SENTENCE_END:
                parts.append(np.array([SENTENCE_END], dtype=np.int32))
    return np.concatenate(parts)


def choose_words(ids, n_words, min_count, max_vocab=None):
    """The words of a sample that occur often enough, and the sample with nothing but these.

    Parameters
    ----------
    ids : ndarray of int32     with SENTENCE_END after each line
    n_words : int              ids are below
    min_count : int
    max_vocab : int or None    at most so many, the most frequent

    Returns
    -------
    corpus : EncodedCorpus                         in memory
    words : ndarray of int64, (n_chosen,)          ids there were, the most frequent first
    counts : ndarray of int64, (n_chosen,)
    """
    counts = np.bincount(ids[ids >= 0], minlength=n_words)
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] >= max(min_count, 1)][:max_vocab]
    new_ids = np.full(n_words + 1, NOT_A_WORD, dtype=np.int32)
    new_ids[order] = np.arange(len(order), dtype=np.int32)
    new_ids[SENTENCE_END] = SENTENCE_END  # -1: the last
    chosen = new_ids[ids]
    chosen = chosen[chosen != NOT_A_WORD]
    is_end = chosen == SENTENCE_END
    # A line of which no word is left is no sentence.
    chosen = chosen[~(is_end & np.concatenate([[True], is_end[:-1]]))] if len(chosen) else chosen
    n_ends = int(np.count_nonzero(chosen == SENTENCE_END))
    corpus = EncodedCorpus(MemoryIds(chosen), len(chosen) - n_ends, n_ends)
    return corpus, order, counts[order]


def _line_start(corpus, position, max_line):
    """The first start of a line from a position on; the position itself inside a long line."""
    if position == 0 or position >= corpus.length:
        return min(position, corpus.length)
    ids = corpus.window(position - 1, min(position + max_line, corpus.length))
    ends = np.flatnonzero(ids == SENTENCE_END)
    return position + int(ends[0]) if len(ends) else position
