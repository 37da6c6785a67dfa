"""The vocabulary: distinct words with their counts, most frequent first."""

import numpy as np

from ..errors import InputError, field
from ..files.compression import compressed
from ..files.outputs import atomic_output
from ..wording.marks import BYTE_ORDER_MARK
from .countfiles import read_counts


class Vocabulary:
    """Words and how often each occurs; a word's id is its position.

    Attributes
    ----------
    words : list of str                      distinct
    counts : ndarray of int64, (n_words,)    all > 0
    """

    def __init__(self, words, counts):
        self.words = list(words)
        self.counts = np.asarray(counts, dtype=np.int64)

    def __len__(self):
        return len(self.words)

    @classmethod
    def from_counts(cls, words, counts, min_count, max_vocab=None, keep=(), stop=()):
        """The words that occur often enough, most frequent first, ties in the given order.

        Parameters
        ----------
        words : list of str                     distinct
        counts : ndarray of int64, (n_words,)   all > 0
        min_count : int                         take words with at least this count
        max_vocab : int or None                 at most so many, the most frequent
        keep : collection of str                take these whatever their count; they fill
                                                ``max_vocab`` first, and alone may exceed it
        stop : collection of str                never take these; no word is in both

        Raises
        ------
        InputError   if no word is left; the message gives the highest count
        """
        kept, stopped = _members(words, keep), _members(words, stop)
        order = np.argsort(-counts, kind="stable")
        order = order[((kept | (counts >= min_count)) & ~stopped)[order]]
        if max_vocab is not None:
            others = ~kept[order]
            room = max(max_vocab - np.count_nonzero(kept), 0)
            order = order[~others | (np.cumsum(others) <= room)]
        if len(order) == 0:
            raise no_word_left(min_count, counts[~stopped].max(initial=0))
        return cls([words[position] for position in order], counts[order])

    @classmethod
    def load(cls, path):
        """Read ``word count`` lines, keeping their order.

        Raises
        ------
        InputError   naming the file and line: no count, a count below 1, a word twice
        """
        return cls(*read_counts([path]))

    def save(self, path):
        """Write ``word count`` lines (UTF-8), whole or not at all; compressed as the name says."""
        with atomic_output(path) as file, compressed(file, path) as stream:
            # Readers drop one at the start of a file.
            if self.words[0].encode().startswith(BYTE_ORDER_MARK):
                stream.write(BYTE_ORDER_MARK)
            for word, count in zip(self.words, self.counts.tolist(), strict=True):
                stream.write(f"{word} {count}\n".encode())

    def ids(self, words):
        """The id of each of ``words``, or ``missing`` where it is not in the vocabulary.

        Returns
        -------
        ndarray of int32   -2 stands for a word that is not here
        """
        index = {word: id_ for id_, word in enumerate(self.words)}
        return np.fromiter((index.get(word, -2) for word in words), np.int32, len(words))


def empty_corpus(name):
    """The error to raise if there is no word in a text, which is called ``name``."""
    return InputError(f"{name}: the corpus is empty, there is no word in it; give text with words")


def no_word_left(min_count, highest):
    """The error to raise if no word is frequent enough.

    Parameters
    ----------
    min_count : int
    highest : int     the highest count of a word that may be taken; 0 if all are stopped
    """
    if highest == 0:
        return InputError(
            f"every word that occurs at least {min_count} times is stopped: "
            f"give a shorter {field('stop')} list or a lower {field('min_count')}"
        )
    return InputError(
        f"no word occurs at least {min_count} times, the highest count is {highest}: "
        f"give a lower {field('min_count')} or more text"
    )


def _members(words, chosen):
    """Which of the words are chosen: ndarray of bool."""
    if not chosen:
        return np.zeros(len(words), dtype=bool)
    chosen = frozenset(chosen)
    return np.fromiter((word in chosen for word in words), bool, len(words))
