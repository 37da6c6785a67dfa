"""The compiled loops that make vectors of many words from the rows of their n-grams.

What costs time is to fetch rows, which lie anywhere in gigabytes. So words come in the order of
their first bytes: the sum over the n-grams that end within the first k characters is the same for
all words that begin with these, and is kept for the next word. The sum does not depend on that: it
is of the n-grams in the order of their ends, and by rising length at each of them.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

FNV_START, FNV_FACTOR = np.uint32(2166136261), np.uint32(16777619)
MURMUR_SEED = np.uint64(2166136261)
C1, C2 = np.uint64(0x87C37B91114253D5), np.uint64(0x4CF5AD432745937F)
MIX_1, MIX_2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
ADD_1, ADD_2 = np.uint64(0x52DCE729), np.uint64(0x38495AB5)
LOW = np.uint64(0xFFFFFFFF)
WORD_START, WORD_END = np.uint8(ord("<")), np.uint8(ord(">"))
KEY_BYTES = 8


class Words(NamedTuple):
    """Words one behind the other.

    Attributes
    ----------
    text : ndarray of uint8, shape (n_bytes,)   UTF-8
    ends : ndarray of int64, shape (n_words,)   of each word in it; an empty word has no n-grams
    """

    text: np.ndarray
    ends: np.ndarray


class Table(NamedTuple):
    """Rows of numbers, or of codes for them: see `quantization.rows`.

    Attributes
    ----------
    rows : ndarray of float32, shape (n_rows, dim); (0, dim) if there are codes
    codes : ndarray of uint8, shape (n_rows, n_parts); (0, 0) if there are numbers
    centroids : ndarray of float32, shape (256 * dim,)
    length : int    of a part, but for the last one
    norms : ndarray of float32, shape (n_rows,)   what a decoded row is multiplied by; or (0,)
    """

    rows: np.ndarray
    codes: np.ndarray
    centroids: np.ndarray
    length: int
    norms: np.ndarray


class Cutting(NamedTuple):
    """How words are cut and hashed: see `ngrams.Ngrams`, and `subwords.Subwords`.

    Attributes
    ----------
    n_buckets, min_n, max_n : int   min_n is at least 1
    n_hashes : int                  of MurmurHash3; 0 for FNV-1a
    buckets : ndarray of int64      of the rows, ascending; shape (0,) if bucket i has row i
    is_pruned : bool
    """

    n_buckets: int
    min_n: int
    max_n: int
    n_hashes: int
    buckets: np.ndarray
    is_pruned: bool


@njit(cache=True, nogil=True)
def sort_keys(words, keys):
    """The first 2 * KEY_BYTES bytes of words as numbers; *in place:* uint64, shape (2, n_words)."""
    begin = 0
    for word in range(len(words.ends)):
        end = words.ends[word]
        for half in range(2):
            key = np.uint64(0)
            first = begin + half * KEY_BYTES
            for place in range(first, first + KEY_BYTES):
                byte = words.text[place] if place < end else np.uint8(0)
                key = (key << np.uint64(8)) | np.uint64(byte)
            keys[half, word] = key
        begin = end


@njit(cache=True, nogil=True)
def compose(words, order, cutting, table, own, depth, vectors, squares, marks):
    """The mean of a word's own row and those of its n-grams, for some words.

    Parameters
    ----------
    words : Words
    order : ndarray of int64, shape (n,)   which words; neighbors should begin alike
    cutting : Cutting
    table : Table      rows of buckets
    own : Table        rows of the words; without any if words have none
    depth : int        of how many characters sums are kept for the next word, at least 1
    vectors : ndarray of float32, shape (n_words, dim)     *in place*
    squares : ndarray of float64, shape (n_words,)         *in place:* of the vectors' lengths
    marks : ndarray of bool, shape (n_rows,)   *in place:* rows that words have; or (0,)
    """
    # Arrays are counted references in compiled code: taking them out of tuples, or parts out of
    # them, within the loop would take longer than what is done with them.
    text, ends = words.text, words.ends
    is_plain = cutting.n_hashes == 0 and len(cutting.buckets) == 0
    rows, own_rows = table.rows, own.rows
    has_codes, has_own_codes = len(table.codes) > 0, len(own.codes) > 0
    shape = cutting.n_buckets, cutting.min_n, cutting.max_n
    n_hashes = cutting.n_hashes
    longest = 0
    for word in order:
        longest = max(longest, ends[word] - (ends[word - 1] if word else 0))
    before, marked = np.empty(longest + 2, np.uint8), np.empty(longest + 2, np.uint8)
    starts = np.empty(longest + 3, np.int64)
    sums = np.zeros((depth + 1, vectors.shape[1]), np.float32)
    divisors = np.zeros(depth + 1, np.int64)
    found = np.empty((cutting.max_n + 1) * max(n_hashes, 1), np.int64)
    n_before = n_characters_before = 0
    has_own = len(own_rows) > 0 or has_own_codes
    for word in order:
        there, divisor = 0, 0
        begin = ends[word - 1] if word else 0
        size = _mark(text, begin, ends[word], marked)
        if size > 0:
            n_characters = _characters(marked, size, starts)
            shared = _shared(before, n_before, marked, size, starts, n_characters)
            shared = min(shared, n_characters - 1, n_characters_before - 1, depth - 1)
            for last in range(max(shared, 0), n_characters):
                here, there = min(last, depth), min(last + 1, depth)
                n_found, n_all = _ngrams_at(
                    marked, starts, n_characters, last, shape, is_plain, cutting, found
                )
                _add(table, rows, has_codes, found, n_found, sums, here, sums, there)
                divisors[there] = divisors[here] + (n_found if cutting.is_pruned else n_all)
                _set(marks, found, n_found)
            divisor = divisors[there]
            before, marked = marked, before
            n_before, n_characters_before = size, n_characters
        if n_hashes and size > 0:
            n_found = _hashed(before, 0, size, cutting, found, 0)
            _add(table, rows, has_codes, found, n_found, sums, there, vectors, word)
            divisor += n_found if cutting.is_pruned else n_hashes
            _set(marks, found, n_found)
        else:
            found[0] = word
            _add(own, own_rows, has_own_codes, found, int(has_own), sums, there, vectors, word)
            divisor += has_own
        squares[word] = _divide(vectors, word, divisor)


@njit(cache=True, nogil=True, forceinline=True)
def _mark(text, begin, end, marked):
    """*In place:* a word between its marks; returns how many bytes that are, 0 if it is empty."""
    if begin == end:
        return 0
    size = end - begin + 2
    marked[0], marked[size - 1] = WORD_START, WORD_END
    for place in range(begin, end):
        marked[place - begin + 1] = text[place]
    return size


@njit(cache=True, nogil=True, forceinline=True)
def _is_start(byte):
    """Whether a character of UTF-8 begins with this byte."""
    return byte & 0xC0 != 0x80


@njit(cache=True, nogil=True, forceinline=True)
def _characters(marked, size, starts):
    """*In place:* where characters start, and the end of the last; returns how many there are."""
    n_characters = 0
    for place in range(size):
        if _is_start(marked[place]):
            starts[n_characters] = place
            n_characters += 1
    starts[n_characters] = size
    return n_characters


@njit(cache=True, nogil=True, forceinline=True)
def _shared(before, n_before, marked, size, starts, n_characters):
    """How many whole characters two words begin with that are the same."""
    same, least = 0, min(n_before, size)
    while same < least and before[same] == marked[same]:
        same += 1
    shared = 0
    while shared < n_characters and starts[shared + 1] < same:
        shared += 1
    # A character may go on in one of the two words.
    ends_here = same == n_before or _is_start(before[same])
    if ends_here and shared < n_characters and starts[shared + 1] == same:
        shared += 1
    return shared


@njit(cache=True, nogil=True, forceinline=True)
def _ngrams_at(marked, starts, n_characters, last, shape, is_plain, cutting, found):
    """*In place:* the rows of the n-grams that end with a character.

    Returns
    -------
    n_found : int   how many rows there are
    n_all : int     buckets of these n-grams, with those that have no row
    """
    n_buckets, min_n, max_n = shape
    n_found = n_all = 0
    for n in range(min_n, min(max_n, last + 1) + 1):
        if n == 1 and (last == 0 or last == n_characters - 1):
            continue  # a mark alone
        first, end = starts[last + 1 - n], starts[last + 1]
        n_all += max(cutting.n_hashes, 1)
        if is_plain:
            found[n_found] = _fnv(marked, first, end) % np.uint32(n_buckets)
            n_found += 1
        else:
            n_found = _hashed(marked, first, end, cutting, found, n_found)
    return n_found, n_all


@njit(cache=True, nogil=True, forceinline=True)
def _fnv(marked, first, end):
    """FNV-1a of some bytes, with their signs: uint32."""
    hashed = FNV_START
    for place in range(first, end):
        byte = np.uint32(np.int32(np.int8(marked[place])))
        hashed = np.uint32((hashed ^ byte) * FNV_FACTOR)
    return hashed


@njit(cache=True, nogil=True)
def _hashed(marked, first, end, cutting, found, n_found):
    """*In place:* rows of a piece of a word, behind others; returns how many there are now."""
    if cutting.n_hashes == 0:
        bucket = np.int64(_fnv(marked, first, end)) % cutting.n_buckets
        return _row(bucket, cutting.buckets, found, n_found)
    one, two = _murmur(marked, first, end)
    halves = one & LOW, one >> np.uint64(32), two & LOW, two >> np.uint64(32)
    for number in range(cutting.n_hashes):
        bucket = np.int64(halves[number]) % cutting.n_buckets
        n_found = _row(bucket, cutting.buckets, found, n_found)
    return n_found


@njit(cache=True, nogil=True)
def _row(bucket, buckets, found, n_found):
    """*In place:* the row of a bucket, if it has one; returns how many rows there are now."""
    row = bucket
    if len(buckets):
        row = np.searchsorted(buckets, bucket)
        if row == len(buckets) or buckets[row] != bucket:
            return n_found
    found[n_found] = row
    return n_found + 1


@njit(cache=True, nogil=True)
def _murmur(marked, first, end):
    """MurmurHash3_x64_128 of some bytes: two uint64. See `murmur`."""
    one, two = MURMUR_SEED, MURMUR_SEED
    place = first
    while end - place >= 16:
        one ^= _turned(_number(marked, place, end) * C1, 31) * C2
        one = (_turned(one, 27) + two) * np.uint64(5) + ADD_1
        two ^= _turned(_number(marked, place + 8, end) * C2, 33) * C1
        two = (_turned(two, 31) + one) * np.uint64(5) + ADD_2
        place += 16
    two ^= _turned(_number(marked, place + 8, end) * C2, 33) * C1
    one ^= _turned(_number(marked, place, end) * C1, 31) * C2
    one, two = one ^ np.uint64(end - first), two ^ np.uint64(end - first)
    one += two
    two += one
    one, two = _mixed(one), _mixed(two)
    one += two
    return one, two + one


@njit(cache=True, nogil=True)
def _number(marked, first, end):
    """Eight bytes as a number, the first one lowest; zeros behind the end."""
    number = np.uint64(0)
    for place in range(min(first + 8, end) - 1, first - 1, -1):
        number = (number << np.uint64(8)) | np.uint64(marked[place])
    return number


@njit(cache=True, nogil=True, forceinline=True)
def _turned(number, bits):
    return (number << np.uint64(bits)) | (number >> np.uint64(64 - bits))


@njit(cache=True, nogil=True, forceinline=True)
def _mixed(half):
    half = (half ^ (half >> np.uint64(33))) * MIX_1
    half = (half ^ (half >> np.uint64(33))) * MIX_2
    return half ^ (half >> np.uint64(33))


@njit(cache=True, nogil=True, forceinline=True)
def _set(marks, found, n_found):
    if len(marks):
        for number in range(n_found):
            marks[found[number]] = True


@njit(cache=True, nogil=True, forceinline=True)
def _add(table, rows, has_codes, found, n_found, sums, here, totals, there):
    """A sum and so many rows, as another sum; *in place.* Both may be the same.

    ``rows`` are those of ``table``, unless it has codes.
    """
    if has_codes:
        _add_codes(table, found, n_found, sums, here, totals, there)
        return
    dim, first = totals.shape[1], 0
    if n_found >= 4:
        # Sums are stored less often, and more rows are on their way from memory.
        a, b, c, e = found[0], found[1], found[2], found[3]
        for d in range(dim):
            some = (rows[a, d] + rows[b, d]) + (rows[c, d] + rows[e, d])
            totals[there, d] = sums[here, d] + some
        first = 4
    elif n_found > 0:
        a = found[0]
        for d in range(dim):
            totals[there, d] = sums[here, d] + rows[a, d]
        first = 1
    else:
        for d in range(dim):
            totals[there, d] = sums[here, d]
    for number in range(first, n_found):
        a = found[number]
        for d in range(dim):
            totals[there, d] += rows[a, d]


@njit(cache=True, nogil=True)
def _add_codes(table, found, n_found, sums, here, totals, there):
    """The same of rows that are decoded."""
    codes, centroids, length = table.codes, table.centroids, table.length
    dim = totals.shape[1]
    for d in range(dim):
        totals[there, d] = sums[here, d]
    for number in range(n_found):
        row = found[number]
        scale = table.norms[row] if len(table.norms) else np.float32(1)
        for part in range(codes.shape[1]):
            first = part * length
            own = min(length, dim - first)
            place = 256 * first + codes[row, part] * own
            for d in range(own):
                totals[there, first + d] += scale * centroids[place + d]


@njit(cache=True, nogil=True, fastmath={"reassoc"})
def _divide(vectors, row, divisor):
    """Divide a sum, *in place;* returns the square of the length of the mean."""
    divisor = np.float32(max(divisor, 1))
    square = 0.0
    for d in range(vectors.shape[1]):
        vectors[row, d] /= divisor
        square += np.float64(vectors[row, d]) * np.float64(vectors[row, d])
    return square
