"""Vectors of many words of a model with n-grams: what the compiled loops of `composing` work on."""

import numpy as np

from ..compiling.cache import compiled_code_cache
from ..config import MURMUR
from ..machine.pages import make_ready
from ..machine.system import available_cpus
from ..machine.threads import in_threads
from .blocks import row_blocks

with compiled_code_cache():
    from .composing import Cutting, Table, Words, compose, sort_keys

WORDS_AT_ONCE = 8192
DEPTH = 48
DEPTH_BYTES = 1 << 20
"""Characters of which sums are kept for the next word, and bytes of these sums."""


def can_be_compiled(rows):
    """Whether compiled code can read rows: numbers of float32 side by side, or codes for them."""
    if isinstance(rows, np.ndarray):
        return rows.dtype == np.float32 and rows.flags.c_contiguous
    return rows is None or hasattr(rows, "packed")


def compiled_word_vectors(subwords, raw_words, mark):
    """As `subwords.Subwords.word_vectors`, by several threads.

    Parameters
    ----------
    subwords : Subwords         whose rows `can_be_compiled`
    raw_words : list of bytes   an empty one is not made of n-grams
    mark : ndarray of bool, shape (n_rows,), or None   *in place:* rows that these words have

    Returns
    -------
    vectors : ndarray of float32, shape (len(raw_words), dim)
    norms : ndarray of float64, shape (len(raw_words),)   their lengths
    """
    lengths = np.fromiter(map(len, raw_words), np.int64, len(raw_words))
    words = Words(np.frombuffer(b"".join(raw_words), np.uint8), np.cumsum(lengths))
    order = _order(words)
    cutting = _cutting(subwords)
    table, own = _table(subwords.rows, subwords.dim), _table(subwords.own, subwords.dim)
    longest = int(lengths.max(initial=0)) + 2
    depth = max(1, min(DEPTH, longest, DEPTH_BYTES // (4 * subwords.dim)))
    vectors = np.empty((len(raw_words), subwords.dim), dtype=np.float32)
    squares = np.empty(len(raw_words))
    marks = np.empty(0, dtype=bool) if mark is None else mark

    def make(rows):
        compose(words, order[rows], cutting, table, own, depth, vectors, squares, marks)

    n_threads = min(available_cpus(), -(-len(raw_words) // WORDS_AT_ONCE))
    for _ in in_threads(make, row_blocks(len(raw_words), WORDS_AT_ONCE), max(n_threads, 1)):
        pass
    return vectors, np.sqrt(squares)


def _order(words):
    """Which words to take after which, such that neighbors begin alike: ndarray of int64."""
    keys = np.empty((2, len(words.ends)), dtype=np.uint64)
    sort_keys(words, keys)
    return np.lexsort(keys[::-1]).astype(np.int64, copy=False)


def _cutting(subwords):
    ngrams = subwords.ngrams
    buckets = np.empty(0, dtype=np.int64) if subwords.buckets is None else subwords.buckets
    return Cutting(
        ngrams.n_buckets,
        max(ngrams.min_n, 1),
        ngrams.max_n,
        ngrams.n_hashes if ngrams.hash == MURMUR else 0,
        _read_only(buckets),
        subwords.is_pruned,
    )


def _table(rows, dim):
    numbers, codes = np.empty((0, dim), dtype=np.float32), np.empty((0, 0), dtype=np.uint8)
    centroids = norms = np.empty(0, dtype=np.float32)
    length = 0
    if isinstance(rows, np.ndarray):
        make_ready(rows)
        numbers = rows
    elif rows is not None:
        codes, centroids, length, norms = rows.packed()
    arrays = map(_read_only, (numbers, codes, centroids, norms))
    numbers, codes, centroids, norms = arrays
    return Table(numbers, codes, centroids, length, norms)


def _read_only(array):
    """The same for the compiler, whatever it was: code is made for each kind of array."""
    array = np.asarray(array).view()
    array.flags.writeable = False
    return array
