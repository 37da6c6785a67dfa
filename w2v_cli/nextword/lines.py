"""Text as lines of symbols of a language model, block by block, each as soon as it is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..config import TextConfig
from ..embeddings.words import row_index
from ..errors import field
from ..languagemodels.model import LanguageModel
from ..pooling.marks import END
from ..pooling.reading import DocumentReader
from ..pooling.unknown import Unknown

MOSTLY = 0.5
"""A share of words above which unknown ones are warned of."""
MOST_UNKNOWN = 1 << 18
"""Distinct unknown words that are counted."""


class Lines(NamedTuple):
    """Some lines.

    Attributes
    ----------
    symbols : ndarray of int32       known words, with ``</s>`` behind each line
    tokens : ndarray of int32        all words: unknown ones are negative
    unknown : list of str            these, in their order; empty if they were not to be kept
    sizes : ndarray of int64, (n,)   symbols of each line
    n_unknown : ndarray of int64, (n,)   unknown words of each line
    """

    symbols: np.ndarray
    tokens: np.ndarray
    unknown: list[str]
    sizes: np.ndarray
    n_unknown: np.ndarray


class LineReader:
    """Reads text as the model was trained on it; each of its lines is one, even with sentences.

    Parameters
    ----------
    model : LanguageModel
    text : TextConfig
    keeps_unknown : bool   `Lines.unknown` are wanted
    """

    def __init__(self, model: LanguageModel, text: TextConfig, keeps_unknown: bool = False) -> None:
        self._words = _Words(model)
        self._text, self._keeps_unknown = text, keeps_unknown
        self._end = model.sentence_end
        self._unknown = UnknownWords(self._words.index)
        self._reader: DocumentReader | None = None

    def read(self, sources: Any) -> Iterator[Lines]:
        """The lines of files, after one another; to be gone through once.

        Parameters
        ----------
        sources : Sources
        """
        unused = Unknown(self._words.index)
        self._reader = DocumentReader(self._words, sources, self._text, unused)
        open_tokens: list[np.ndarray] = []
        open_unknown: list[str] = []
        for tokens, names in self._reader.blocks():
            numbers = tokens[tokens > self._end] - (self._end + 1)
            unknown = [names[number] for number in numbers.tolist()]
            self._unknown.add(unknown)
            if self._keeps_unknown:
                open_unknown += unknown
            ends = np.flatnonzero(tokens == END)
            if not len(ends):
                open_tokens.append(tokens)
                continue
            stop = int(ends[-1]) + 1
            whole = np.concatenate([*open_tokens, tokens[:stop]])
            open_tokens = [tokens[stop:]]
            n_left = int(np.count_nonzero(tokens[stop:] > self._end))
            n_whole = max(len(open_unknown) - n_left, 0)
            yield self._lines(whole, open_unknown[:n_whole])
            open_unknown = open_unknown[n_whole:]

    def notes(self) -> list[str]:
        """What a user should know of the text, when all of it was read."""
        notes = self._reader.notes() if self._reader else []
        n_words = self._reader.n_words if self._reader else 0
        return [*notes, *filter(None, [self._unknown.note(n_words)])]

    def _lines(self, tokens, unknown):
        is_end, is_unknown = tokens == END, tokens > self._end
        symbols = np.where(is_end, self._end, tokens)[~is_unknown].astype(np.int32)
        line_of = np.cumsum(is_end) - is_end
        n_lines = int(np.count_nonzero(is_end))
        n_unknown = np.bincount(line_of[is_unknown], minlength=n_lines)
        sizes = np.bincount(line_of[~is_unknown], minlength=n_lines)
        tokens = np.where(is_end, self._end, np.where(is_unknown, -1, tokens))
        return Lines(symbols, tokens.astype(np.int32), unknown, sizes, n_unknown)


class UnknownWords:
    """Counts words that a model does not know."""

    def __init__(self, index):
        self._index = index
        self._counts = Counter()
        self._n_unknown = self._n_lower = 0

    def add(self, words):
        """Count words, of which some are there several times."""
        self._n_unknown += len(words)
        for word, count in Counter(words).items():
            if word in self._counts or len(self._counts) < MOST_UNKNOWN:
                self._counts[word] += count
            if word.lower() in self._index:
                self._n_lower += count

    def note(self, n_words: int) -> str | None:
        """What a user should know of them, if most of the words are unknown."""
        if not self._n_unknown or self._n_unknown <= MOSTLY * n_words:
            return None
        [(word, _)] = self._counts.most_common(1)
        return (
            f"{self._n_unknown / n_words:.0%} of all words are unknown, most often {word!r:.60}, "
            f"and left out; {self._hint()}"
        )

    def _hint(self):
        if self._n_lower > MOSTLY * self._n_unknown:
            return (
                f"{field('lowercase', True)} makes {self._n_lower / self._n_unknown:.0%} of them "
                "known"
            )
        return "words must be split as in the text that the model was trained on"


class _Words:
    """Finds the numbers of words for a DocumentReader: those of unknown words are behind ``</s>``.

    Attributes
    ----------
    rows : list of str   the unknown words, in the order of their numbers
    is_full : bool       of the numbers, which take no memory worth a thought
    """

    is_full = False

    def __init__(self, model):
        self.index = row_index(model.words)
        self._first = model.n_symbols
        self.rows = []

    def find(self, words):
        """The numbers of words: int32, shape (n,)."""
        found = np.fromiter((self.index.get(word, -1) for word in words), np.int32, len(words))
        places = np.flatnonzero(found < 0)
        found[places] = self._first + len(self.rows) + np.arange(len(places), dtype=np.int32)
        self.rows += [words[place] for place in places.tolist()]
        return found

    def forget_made(self):
        """Begin anew with unknown words; who has the list of the old ones keeps it."""
        self.rows = []
