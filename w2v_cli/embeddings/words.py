"""The words of a file, kept as bytes and decoded when they are asked for."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from ..errors import InputError

LOOKUPS = 256
"""Words that are searched for in the bytes; more of them are worth a dict of all words."""
NEWLINE = ord("\n")


class MappedWords(Sequence):
    """A read-only list of str over UTF-8 bytes, one word a line.

    Parameters
    ----------
    data : bytes   each word with a newline behind it; no word is empty
    name : str     of the file, for messages

    Raises
    ------
    ValueError    if there is an empty word, or the last one has no newline
    InputError    when a word is asked for that is not UTF-8
    """

    def __init__(self, data, name):
        ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == NEWLINE)
        if not data.endswith(b"\n") or ends[0] == 0 or (np.diff(ends) < 2).any():
            raise ValueError("an empty word, or no newline after the last one")
        self._data = data
        self._ends = ends
        self._name = name

    def __len__(self):
        return len(self._ends)

    def __getitem__(self, place):
        if isinstance(place, slice):
            rows = range(len(self))[place]
            if rows.step != 1 or "_all" in self.__dict__:
                return self._all[place]
            return self._decode(rows.start, rows.stop) if rows else []
        row = range(len(self))[place]
        return self._decode(row, row + 1)[0]

    def __iter__(self):
        return iter(self._all)

    def __reversed__(self):
        return reversed(self._all)

    def __contains__(self, word):
        return word in self.lookup

    def __eq__(self, other):
        if not isinstance(other, (list, MappedWords)):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def lookup(self):
        """The row of each word: a Mapping of str to int; the first one of a repeated word."""
        return _Lookup(self)

    def find(self, word):
        """The row of one word, searched for in the bytes; None if it is not there."""
        if not isinstance(word, str) or not word or "\n" in word:
            return None
        raw = word.encode(errors="surrogatepass") + b"\n"
        if self._data.startswith(raw):
            return 0
        place = self._data.find(b"\n" + raw)
        return None if place < 0 else int(np.searchsorted(self._ends, place)) + 1

    @cached_property
    def _all(self):
        return self._decode(0, len(self))

    def _decode(self, start, stop):
        first = self._ends[start - 1] + 1 if start else 0
        try:
            return self._data[first : self._ends[stop - 1]].decode().split("\n")
        except UnicodeDecodeError as error:
            raise InputError(
                f"{self._name}: word {start + 1} or after is not UTF-8; the file is damaged; "
                "get or make the file again"
            ) from error


class _Lookup(Mapping):
    """Row of each word: a few are searched for, and for more a dict is made."""

    def __init__(self, words):
        self._words = words
        self._found = {}
        self._index = None

    def get(self, word, default=None):
        if self._index is not None:
            return self._index.get(word, default)
        if word not in self._found:
            if len(self._found) == LOOKUPS:
                self._index = row_index(list(self._words))
                return self._index.get(word, default)
            self._found[word] = self._words.find(word)
        row = self._found[word]
        return default if row is None else row

    def __getitem__(self, word):
        row = self.get(word)
        if row is None:
            raise KeyError(word)
        return row

    def __contains__(self, word):
        return self.get(word) is not None

    def __iter__(self):
        return iter(self._words)

    def __len__(self):
        return len(self._words)


def row_index(words):
    """The row of each word: a dict, or a Mapping that needs not decode all words.

    Parameters
    ----------
    words : list of str, or MappedWords

    Returns
    -------
    Mapping of str to int   the first row of a word that is there twice
    """
    if isinstance(words, MappedWords):
        return words.lookup
    rows = range(len(words) - 1, -1, -1)
    return dict(zip(reversed(words), rows, strict=True))
