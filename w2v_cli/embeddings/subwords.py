"""Vectors of words from their character n-grams, as fastText makes them (1607.04606)."""

import numpy as np

HASH_START, HASH_FACTOR = np.uint32(2166136261), np.uint32(16777619)
"""FNV-1a with 32 bits."""
WORD_START, WORD_END = b"<", b">"
BLOCK_BYTES = 64 << 20
"""Rows of n-grams gathered at a time."""
BLOCK_WORDS = 4096
BLOCK_CHARACTERS = 1 << 18
"""Words of which the n-grams are hashed at a time, and bytes of them, but for a longer word."""


class Subwords:
    """Vectors of n-grams: a word that is not in the vocabulary gets their mean.

    Parameters
    ----------
    buckets : ndarray of float32, shape (n_buckets or 0, dim), or what gives such rows
                          a row for each hash of an n-gram
    n_buckets : int
    min_n, max_n : int    lengths of the n-grams, in characters; max_n 0: there are none
    kept : (ndarray, ndarray) of int64, or None   the buckets that have a row, ascending, and that
                          row: a pruned model has few. None: bucket i is row i
    """

    def __init__(self, buckets, n_buckets, min_n, max_n, kept=None):
        self.min_n, self.max_n = max(min_n, 1), max_n
        self._kept = kept
        self.n_buckets = n_buckets if len(buckets) and max_n > 0 else 0
        self._buckets = buckets

    def __bool__(self):
        return self.n_buckets > 0

    def vector(self, word):
        """The mean of the vectors of a word's n-grams.

        Parameters
        ----------
        word : str

        Returns
        -------
        ndarray of float32, shape (dim,), or None if it has no n-gram
        """
        rows, _ = self._rows([word.encode(errors="replace")])
        if len(rows) == 0:
            return None
        return self._buckets[rows].mean(axis=0, dtype=np.float64).astype(np.float32)

    def means(self, raw_words, dim):
        """The means of the vectors of the n-grams of words, many at a time; see `vector`.

        Parameters
        ----------
        raw_words : list of bytes   UTF-8
        dim : int                   of the vectors

        Returns
        -------
        vectors : ndarray of float32, shape (len(raw_words), dim)   zeros for a word without n-grams
        n_ngrams : ndarray of int64, shape (len(raw_words),)        how many each word has
        """
        vectors = np.zeros((len(raw_words), dim), dtype=np.float32)
        n_ngrams = np.zeros(len(raw_words), dtype=np.int64)
        place = 0
        for block in _blocks(raw_words):
            rows, counts = self._rows(block)
            n_ngrams[place : place + len(block)] = counts
            ends = np.cumsum(counts)
            for word in np.flatnonzero(counts).tolist():
                own = rows[ends[word] - counts[word] : ends[word]]
                vectors[place + word] = self._buckets[own].mean(axis=0, dtype=np.float64)
            place += len(block)
        return vectors, n_ngrams

    def word_vectors(self, raw_words, matrix, without=b""):
        """The vectors of words that have rows of their own: the mean of that and their n-grams.

        Parameters
        ----------
        raw_words : list of bytes                       UTF-8
        matrix : ndarray of float32, shape (m, dim)     row i is that of word i
        without : bytes                                 a word that is not made of n-grams

        Returns
        -------
        ndarray of float32, shape (len(raw_words), dim)
        """
        if not self:
            return matrix[: len(raw_words)]
        vectors = np.array(matrix[: len(raw_words)])
        start = 0
        for block in _blocks(raw_words):
            words = [b"" if raw == without else raw for raw in block]
            self._add_ngrams(vectors[start : start + len(words)], *self._rows(words))
            start += len(words)
        return vectors

    def _add_ngrams(self, vectors, rows, counts):
        """Turn rows of words into means; ``counts`` n-grams of each word follow one another."""
        made = np.flatnonzero(counts)
        ends = np.cumsum(counts[made])
        begins = ends - counts[made]
        step = max(1, BLOCK_BYTES // (4 * vectors.shape[1]))
        # What is not finite in a damaged file is found in the end.
        with np.errstate(over="ignore", invalid="ignore"):
            for start in range(0, len(rows), step):
                gathered = self._buckets[rows[start : start + step]]
                first, last = np.searchsorted(ends, (start, start + len(gathered) - 1), "right")
                starts = np.maximum(begins[first : last + 1] - start, 0)
                vectors[made[first : last + 1]] += np.add.reduceat(gathered, starts, axis=0)
            vectors /= (counts + 1)[:, np.newaxis]

    def _rows(self, raw_words):
        """Rows of the n-grams of words, word by word: (ndarray of int64, how many each has)."""
        found = list(_hashes(raw_words, self.min_n, self.max_n)) if self else []
        if not found:
            return np.empty(0, dtype=np.int64), np.zeros(len(raw_words), dtype=np.int64)
        words, hashes = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.argsort(words, kind="stable")
        rows = (hashes[order] % np.uint32(self.n_buckets)).astype(np.int64)
        if self._kept is not None:
            buckets, of_buckets = self._kept
            places = np.minimum(np.searchsorted(buckets, rows), len(buckets) - 1)
            is_kept = buckets[places] == rows
            words, rows = words[order][is_kept], of_buckets[places[is_kept]]
        return rows, np.bincount(words, minlength=len(raw_words))


def _blocks(raw_words):
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
