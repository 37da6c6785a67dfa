"""Vectors of words as floret makes them: of hashed rows alone, several for a word and each n-gram.

The word between ``<`` and ``>`` and its n-grams are hashed by MurmurHash3 (x64, 128 bits), and each
has a row for each of the first ``n_hashes`` numbers of 32 bits of that. A word's vector is the mean
of all these rows.
"""

import numpy as np

from .subwords import BLOCK_WORDS, WORD_END, WORD_START, Subwords

SEED = 2166136261
C1, C2 = np.uint64(0x87C37B91114253D5), np.uint64(0x4CF5AD432745937F)
BLOCK = 16


class FloretSubwords(Subwords):
    """As `Subwords`, with floret's hashes.

    Parameters
    ----------
    buckets, n_buckets, min_n, max_n   as for `Subwords`
    n_hashes : int   rows of each n-gram, 1 to 4
    """

    def __init__(self, buckets, n_buckets, min_n, max_n, n_hashes):
        super().__init__(buckets, n_buckets, min_n, max_n)
        self.n_buckets = n_buckets
        self._n_hashes = n_hashes

    def word_vectors(self, raw_words, matrix, without=b""):
        """The vectors of words: ndarray of float32, shape (len(raw_words), dim).

        The first word's own row counts too; no other word has one. ``without`` has no n-grams.
        """
        vectors = np.zeros((len(raw_words), matrix.shape[1]), dtype=np.float32)
        vectors[:1] = matrix[:1]
        for start in range(0, len(raw_words), BLOCK_WORDS):
            block = raw_words[start : start + BLOCK_WORDS]
            rows, counts = self._rows([b"" if raw == without else raw for raw in block])
            words = np.repeat(np.arange(len(block)), counts)
            np.add.at(vectors, start + words, self._buckets[rows])
            counts[0] += start == 0
            vectors[start : start + len(block)] /= np.maximum(counts, 1)[:, np.newaxis]
        return vectors

    def _rows(self, raw_words):
        """Rows of words and their n-grams, word by word: (ndarray of int64, how many each has)."""
        pieces = [_pieces(raw, self.min_n, self.max_n) for raw in raw_words]
        counts = np.array([len(each) * self._n_hashes for each in pieces], dtype=np.int64)
        hashes = murmur_hashes([piece for each in pieces for piece in each])
        return (hashes[:, : self._n_hashes] % self.n_buckets).ravel(), counts


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


def murmur_hashes(pieces, seed=SEED):
    """MurmurHash3_x64_128 of some bytes each, as four numbers of 32 bits.

    Parameters
    ----------
    pieces : list of bytes
    seed : int

    Returns
    -------
    ndarray of int64, shape (len(pieces), 4)
    """
    found = np.empty((len(pieces), 4), dtype=np.int64)
    lengths = np.array([len(piece) for piece in pieces])
    for length in np.unique(lengths):
        places = np.flatnonzero(lengths == length)
        size = -(-int(length) // BLOCK) * BLOCK
        data = b"".join(pieces[place].ljust(size, b"\0") for place in places)
        words = np.frombuffer(data, "<u8").reshape(len(places), size // 8)
        both = _hash(words, int(length), np.uint64(seed))
        for column, half in enumerate(both):
            found[places, 2 * column] = half & np.uint64(0xFFFFFFFF)
            found[places, 2 * column + 1] = half >> np.uint64(32)
    return found


def _hash(words, length, seed):
    """Both halves of the hashes of strings of one length, filled up with zeros."""
    first = np.full(len(words), seed)
    second = first.copy()
    with np.errstate(over="ignore"):
        for block in range(words.shape[1] // 2):
            one = _rotated(words[:, 2 * block] * C1, 31) * C2
            two = _rotated(words[:, 2 * block + 1] * C2, 33) * C1
            if (block + 1) * BLOCK > length:  # the tail is mixed in, and no more
                first, second = first ^ one, second ^ two
                break
            first = _step(first ^ one, 27, second, 0x52DCE729)
            second = _step(second ^ two, 31, first, 0x38495AB5)
        first, second = first ^ np.uint64(length), second ^ np.uint64(length)
        first = first + second
        second = second + first
        first, second = _mixed(first), _mixed(second)
        first = first + second
        return first, second + first


def _step(half, turn, other, constant):
    return (_rotated(half, turn) + other) * np.uint64(5) + np.uint64(constant)


def _rotated(numbers, bits):
    return (numbers << np.uint64(bits)) | (numbers >> np.uint64(64 - bits))


def _mixed(half):
    half = (half ^ (half >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    half = (half ^ (half >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return half ^ (half >> np.uint64(33))
