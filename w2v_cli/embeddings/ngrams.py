"""How a word is cut into character n-grams, and which buckets those are hashed to.

fastText hashes the bytes of an n-gram by FNV-1a with 32 bits (dictionary.cc; 1607.04606, section
3.2). floret hashes the word between its marks, too, and takes one to four buckets of each, from one
MurmurHash3: see `murmur`.
"""

from dataclasses import dataclass

import numpy as np

from ..config import FNV, MURMUR
from .murmur import murmur_hashes

MOST_HASHES = 4
"""A MurmurHash3 of 128 bits has so many numbers of 32."""
HASH_START, HASH_FACTOR = np.uint32(2166136261), np.uint32(16777619)
"""FNV-1a with 32 bits."""
WORD_START, WORD_END = b"<", b">"
BLOCK_WORDS = 4096
BLOCK_CHARACTERS = 1 << 18
"""Words of which the n-grams are hashed at a time, and bytes of them, but for a longer word."""


@dataclass(frozen=True)
class Ngrams:
    """Which n-grams a word has, and the buckets that they are hashed to.

    Attributes
    ----------
    n_buckets : int
    min_n, max_n : int   lengths of the n-grams, in characters; max_n below min_n: there are none.
                         0 is 1, as in fastText
    hash : str           ``fnv``, of n-grams alone, or ``murmur``, of the whole word too
    n_hashes : int       buckets of each; more than 1 with ``murmur`` only
    """

    n_buckets: int
    min_n: int
    max_n: int
    hash: str = FNV
    n_hashes: int = 1

    def __bool__(self):
        """Whether words have any."""
        return self.n_buckets > 0 and (self.hash == MURMUR or self.max_n >= max(self.min_n, 1))

    def buckets(self, raw_words):
        """The buckets of words, those of one word after those of another.

        An n-gram that a word has twice is there twice. An empty word has none. All is in memory at
        once: see `blocks_of_words`.

        Parameters
        ----------
        raw_words : list of bytes   UTF-8

        Returns
        -------
        buckets : ndarray of int64, shape (counts.sum(),)
        counts : ndarray of int64, shape (n_words,)   how many each word has
        """
        if not self:
            return np.empty(0, dtype=np.int64), np.zeros(len(raw_words), dtype=np.int64)
        if self.hash == MURMUR:
            return self._murmur_buckets(raw_words)
        found = list(_hashes(raw_words, max(self.min_n, 1), self.max_n))
        words, hashes = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.argsort(words, kind="stable")
        buckets = (hashes[order] % np.uint32(self.n_buckets)).astype(np.int64)
        return buckets, np.bincount(words, minlength=len(raw_words))

    def texts(self, word):
        """The n-grams of a word, with its marks, in the order in which `buckets` has theirs.

        Parameters
        ----------
        word : str   not empty

        Returns
        -------
        list of str   of ``fnv``, which hashes n-grams alone
        """
        marked = f"{WORD_START.decode()}{word}{WORD_END.decode()}"
        found = []
        for n in range(max(self.min_n, 1), self.max_n + 1) if self else ():
            edge = int(n == 1)  # a mark alone is none
            begins = range(edge, len(marked) - n + 1 - edge)
            found += [marked[begin : begin + n] for begin in begins]
        return found

    def _murmur_buckets(self, raw_words):
        pieces = [_pieces(raw, max(self.min_n, 1), self.max_n) for raw in raw_words]
        counts = np.array([len(each) * self.n_hashes for each in pieces], dtype=np.int64)
        hashes = murmur_hashes([piece for each in pieces for piece in each])
        return (hashes[:, : self.n_hashes] % self.n_buckets).ravel(), counts


def blocks_of_words(raw_words):
    """Lists of words that follow one another: few enough, and short enough in all."""
    block, n_bytes = [], 0
    for raw in raw_words:
        if block and (len(block) == BLOCK_WORDS or n_bytes + len(raw) > BLOCK_CHARACTERS):
            yield block
            block, n_bytes = [], 0
        block.append(raw)
        n_bytes += len(raw)
    if block:
        yield block


def _pieces(raw, min_n, max_n):
    """A word between its marks, and the n-grams of that: list of bytes."""
    if not raw:
        return []
    marked = WORD_START + raw + WORD_END
    starts = [place for place, byte in enumerate(marked) if byte & 0xC0 != 0x80] + [len(marked)]
    last = len(starts) - 1
    found = [marked]
    for begin in range(last):
        for end in range(begin + min_n, min(begin + max_n, last) + 1):
            if end - begin > 1 or (begin > 0 and end < last):
                found.append(marked[starts[begin] : starts[end]])
    return found


def _hashes(raw_words, min_n, max_n):
    """Hashes of the n-grams of words, all of one length at a time (dictionary.cc).

    An n-gram is of characters of the word between ``<`` and ``>``; a single mark is none. Bytes
    are hashed with their sign. An empty word has no n-grams.

    Yields
    ------
    words : ndarray of int64, shape (n,)     which word
    hashes : ndarray of uint32, shape (n,)
    """
    marked = [WORD_START + raw + WORD_END if raw else b"" for raw in raw_words]
    text = np.frombuffer(b"".join(marked), dtype=np.int8)
    word_of_byte = np.repeat(np.arange(len(marked)), [len(word) for word in marked])
    starts = np.flatnonzero((text.view(np.uint8) & 0xC0) != 0x80)
    sizes = np.diff(starts, append=len(text))
    word_of = word_of_byte[starts]
    begin = np.arange(len(starts))
    hashes = np.full(len(starts), HASH_START)
    for n in range(1, max_n + 1):
        last = np.minimum(begin + n - 1, len(starts) - 1)
        inside = (begin + n <= len(starts)) & (word_of[last] == word_of[begin])
        begin, hashes = begin[inside], hashes[inside]
        last = begin + n - 1
        hashes = _with_character(hashes, text, starts[last], sizes[last])
        if n == min_n == 1:
            inner = ~_is_edge(word_of)[begin]
            yield word_of[begin[inner]], hashes[inner]
        elif n >= min_n:
            yield word_of[begin], hashes


def _is_edge(word_of):
    """Which characters are the first or last of their word."""
    changes = np.diff(word_of) != 0
    return np.concatenate(([True], changes)) | np.concatenate((changes, [True]))


def _with_character(hashes, text, starts, sizes):
    """Hashes with the bytes of one more character each."""
    for offset in range(int(sizes.max(initial=0))):
        byte = text[np.minimum(starts + offset, len(text) - 1)].astype(np.int32).view(np.uint32)
        hashes = np.where(offset < sizes, (hashes ^ byte) * HASH_FACTOR, hashes)
    return hashes
