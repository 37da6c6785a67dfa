"""Which row a word has, of words that lie as bytes: found by hashes, which are soon computed.

To make a dict of a million words takes most of a second, and hundreds of bytes a word. A hash of
each word is computed for all of them with a few operations on arrays, and sorted; to look for a
word is a binary search then. A dict is made only when so many words are asked for that it pays.
"""

from functools import cached_property

import numpy as np

HASHED_BYTES = 1 << 15
"""Bytes of words that are hashed at a time, so that all steps of it stay in the cache."""
BASE = 0x9E3779B97F4A7C15
"""An odd number, so that it has an inverse: its powers are the weights of bytes."""
BITS = 1 << 64
SHARE_ASKED = 32
"""When one of so many words has been asked for, a dict of all is worth it."""
LEAST_ASKED = 1000


class WordIndex:
    """Rows of words; of a word that is there several times, the first.

    Parameters
    ----------
    data : bytes                                each word in UTF-8, with a newline behind it
    ends : ndarray of int64, shape (n_words,)   where the newlines are
    decode : callable                           decode(data) -> str; raises what is to be told
                                                where it is no UTF-8
    """

    def __init__(self, data, ends, decode=bytes.decode):
        self._data, self._ends, self._decode = data, ends, decode
        self._found = {}
        self._rows = None

    def get(self, word):
        """The row of a word; None if it is not there."""
        if self._rows is not None:
            return self._rows.get(word)
        if word not in self._found:
            if len(self._found) >= max(LEAST_ASKED, len(self._ends) // SHARE_ASKED):
                self._rows = self._as_dict()
                return self._rows.get(word)
            self._found[word] = self._search(word)
        return self._found[word]

    def repeats(self):
        """Rows of words that were there before: ndarray of int64, ascending."""
        hashes, rows = self._sorted
        if self._rows is not None:
            words = self._lines()
            found = [row for row, word in enumerate(words) if self._rows[word] != row]
            return np.array(found, dtype=np.int64)
        are_same = hashes[1:] == hashes[:-1]
        begin = np.flatnonzero(np.diff(are_same.astype(np.int8), prepend=0) == 1)
        stop = np.flatnonzero(np.diff(are_same.astype(np.int8), append=0) == -1) + 2
        found = []
        for first, last in zip(begin.tolist(), stop.tolist(), strict=True):
            seen = set()
            for row in sorted(rows[first:last].tolist()):
                word = self._word(row)
                if word in seen:
                    found.append(row)
                seen.add(word)
        return np.array(sorted(found), dtype=np.int64)

    def _search(self, word):
        if not word or "\n" in word:
            return None
        raw = word.encode(errors="surrogatepass")
        hashes, rows = self._sorted
        hashed = np.uint64(hash_of(raw))
        place, found = int(hashes.searchsorted(hashed)), []
        while place < len(hashes) and hashes[place] == hashed:
            row = int(rows[place])
            if self._word(row) == raw:
                found.append(row)
            place += 1
        return min(found, default=None)

    @cached_property
    def _sorted(self):
        """(hashes in rising order, their rows)."""
        hashes = word_hashes(self._data, self._ends)
        rows = np.argsort(hashes)
        return hashes[rows], rows

    def _word(self, row):
        first = self._ends[row - 1] + 1 if row else 0
        return self._data[first : self._ends[row]]

    def _lines(self):
        return self._decode(self._data[:-1]).split("\n") if len(self._ends) else []

    def _as_dict(self):
        words = self._lines()
        return dict(zip(reversed(words), range(len(words) - 1, -1, -1), strict=True))


def hash_of(raw):
    """The hash of the bytes of a word, as `word_hashes` has it: int."""
    total, power = 0, 1
    for byte in raw:
        total += byte * power
        power = power * BASE % BITS
    return total % BITS


def word_hashes(data, ends):
    """A hash of each of many words: the sum of their bytes times powers of BASE, modulo 2^64.

    Parameters
    ----------
    data : bytes                                each word with a newline behind it
    ends : ndarray of int64, shape (n_words,)   where the newlines are

    Returns
    -------
    ndarray of uint64, shape (n_words,)
    """
    hashes = np.empty(len(ends), dtype=np.uint64)
    if len(ends) == 0:
        return hashes
    numbers = np.frombuffer(data, dtype=np.uint8)
    powers, inverse = np.ones(1, dtype=np.uint64), np.ones(1, dtype=np.uint64)
    first_word = start = 0
    while first_word < len(ends):
        # Words whose bytes, together, are no more than that, but one at least.
        last_word = max(int(ends.searchsorted(start + HASHED_BYTES)), first_word + 1)
        stop = int(ends[last_word - 1]) + 1
        if len(powers) < stop - start:
            powers, inverse = (_powers(base, stop - start) for base in (BASE, pow(BASE, -1, BITS)))
        # Sums up to each byte, from which those of a word are the difference.
        sums = np.zeros(stop - start + 1, dtype=np.uint64)
        np.multiply(numbers[start:stop], powers[: stop - start], out=sums[1:])
        np.cumsum(sums, out=sums)
        of = ends[first_word:last_word] - start
        begin = np.concatenate(([0], of[:-1] + 1))
        hashes[first_word:last_word] = (sums[of] - sums[begin]) * inverse[begin]
        first_word, start = last_word, stop
    return hashes


def _powers(base, n):
    """Powers 0 to n - 1 of a number, modulo 2^64: ndarray of uint64."""
    factors = np.full(n, base, dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors)
