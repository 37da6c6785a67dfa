"""The words of a file, kept as bytes and decoded when they are asked for."""

from collections.abc import Mapping, Sequence
from functools import cached_property, partial

import numpy as np

from ..errors import InputError
from .wordindex import WordIndex

LOOKUPS = 32
"""Words that are searched for in the bytes; more of them are worth an index of all words."""
FOLDED_BYTES = 1 << 20
"""Bytes of words that are folded at a time."""
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

    def indexed(self, n_rows, ignore_case=False):
        """The `WordIndex` of the first words, as they are or with `str.casefold`."""
        ends = self._ends[:n_rows]
        data = self._data[: ends[-1] + 1] if len(ends) else b""
        if not ignore_case:
            return WordIndex(data, ends, partial(self._text, row=0))
        if data.isascii():
            return WordIndex(data.lower(), ends)
        # No letter becomes a newline, so that words stay words.
        folded = b"".join(self._folded(data, ends))
        return WordIndex(folded, np.flatnonzero(np.frombuffer(folded, dtype=np.uint8) == NEWLINE))

    def _folded(self, data, ends):
        """Parts of the bytes of words, folded."""
        start = row = 0
        while start < len(data):
            next_row = max(int(ends.searchsorted(start + FOLDED_BYTES)), row + 1)
            stop = int(ends[next_row - 1]) + 1
            part = data[start:stop]
            if part.isascii():
                yield part.lower()
            else:
                yield self._text(part, row).casefold().encode()
            start, row = stop, next_row

    @cached_property
    def _all(self):
        return self._decode(0, len(self))

    def _decode(self, start, stop):
        first = self._ends[start - 1] + 1 if start else 0
        return self._text(self._data[first : self._ends[stop - 1]], start).split("\n")

    def _text(self, data, row):
        """Some of the bytes as text, from a word on."""
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise InputError(
                f"{self._name}: word {row + 1} or after is not UTF-8; the file is damaged; "
                "get or make the file again"
            ) from error


class _Lookup(Mapping):
    """Row of each word: a few are searched for, and for more there is an index."""

    def __init__(self, words):
        self._words = words
        self._found = {}
        self._index = None

    def get(self, word, default=None):
        if self._index is not None:
            row = self._index.get(word)
        elif word in self._found:
            row = self._found[word]
        elif len(self._found) == LOOKUPS:
            self._index = self._words.indexed(len(self._words))
            row = self._index.get(word)
        else:
            row = self._found[word] = self._words.find(word)
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
