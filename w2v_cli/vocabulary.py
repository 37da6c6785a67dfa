"""The vocabulary: distinct words with their counts, most frequent first, and its file."""

import numpy as np

from .errors import InputError
from .inputs import open_input
from .outputs import atomic_output
from .paths import display_name


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
    def from_counts(cls, words, counts, min_count, max_vocab=None):
        """The words that occur often enough, most frequent first, ties in the given order.

        Parameters
        ----------
        words : list of str                     distinct
        counts : ndarray of int64, (n_words,)
        min_count : int                         keep words with at least this count
        max_vocab : int or None                 and of those the first so many

        Raises
        ------
        InputError   if no word is left; the message gives the highest count
        """
        order = np.argsort(-counts, kind="stable")
        order = order[: np.count_nonzero(counts >= min_count)][:max_vocab]
        if len(order) == 0:
            raise InputError(
                f"no word occurs at least {min_count} times, the highest count is "
                f"{counts.max()}: give a lower --min-count or more text"
            )
        return cls([words[position] for position in order], counts[order])

    @classmethod
    def load(cls, path):
        """Read ``word count`` lines, keeping their order.

        Raises
        ------
        InputError   naming the file and line: no count, a count below 1, a word twice
        """
        name = display_name(path)
        counts = {}
        with open_input(path) as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    word, count = _parse_line(line, f"{name}:{number}")
                    if word in counts:
                        raise InputError(f"{name}:{number}: {word!r} is in the file twice")
                    counts[word] = count
        if not counts:
            raise InputError(f"{name}: there are no words in it; lines must read 'word count'")
        return cls(list(counts), list(counts.values()))

    def save(self, path):
        """Write ``word count`` lines (UTF-8), whole or not at all."""
        with atomic_output(path) as stream:
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


def _parse_line(line, place):
    parts = line.rstrip(b"\r\n").rsplit(None, 1)
    if len(parts) != 2 or not parts[1].isdigit() or int(parts[1]) < 1:
        raise InputError(f"{place}: expected 'word count' with a count of at least 1")
    word, count = parts
    if int(count) >= 2**62:
        raise InputError(f"{place}: the count {int(count)} is too large")
    try:
        return word.decode(), int(count)
    except UnicodeDecodeError as error:
        raise InputError(f"{place}: the word is not UTF-8 ({error.reason})") from error
