"""The compiled loops over the bytes of text in which phrases are joined.

The words of phrases are a table of four arrays:

* slots    uint64, (a power of two,), at most half full: 0, or half of the hash of a word, and
           below it the number of the word + 1
* heads    uint64, (n_words,): the first eight bytes of each word, the first one lowest
* letters  uint8: the bytes of all words
* offsets  int64, (n_words + 1,): those of word i lie from offsets[i] to offsets[i + 1]
"""

import numpy as np
from numba import njit

from .pairs import SENTENCE_END

BLANK, NEWLINE = 0, 10
"""In a byte map: what ends a token, and what ends a sentence too."""
LONGEST = 1000
"""Bytes of a word; a longer token is in no phrase."""
ROOM = LONGEST + 8
ASK = -2
"""In a table of characters: what this one becomes depends on others. As an id: ask for the word."""

HASH_FACTOR = np.uint64(0x100000001B3)
HASH_START = np.uint64(0xCBF29CE484222325)
MIX = np.uint64(0x9E3779B97F4A7C15)
HALF = np.uint64(32)
LOW_HALF = np.uint64(0xFFFFFFFF)
BYTE_BITS = np.uint64(8)
HEAD_BITS = np.uint64(64)
HEAD_BYTES = np.uint64(8)
ASCII_END = np.uint64(0x80)
ZERO = np.uint64(0)
ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def enter_words(offsets, letters, heads, slots):
    """Enter words that are different into an empty table; *in place:* ``heads`` and ``slots``."""
    mask = np.uint64(len(slots) - 1)
    for word in range(len(offsets) - 1):
        hashed, heads[word] = _hash(letters, offsets[word], offsets[word + 1])
        tag = _tag(hashed)
        slot = tag & mask
        while slots[slot] != ZERO:
            slot = (slot + ONE) & mask
        slots[slot] = (tag << HALF) | np.uint64(word + 1)


@njit(cache=True, nogil=True)
def find_tokens(
    data, is_whole, byte_map, lower, other, slots, heads, letters, offsets, ids, starts, ends
):
    """Tell the words of phrases among the tokens of text.

    Parameters
    ----------
    data : ndarray of uint8
    is_whole : bool                      the text ends there, else the last token may go on
    byte_map : ndarray of uint8, (256,)  what each byte stands for: BLANK, NEWLINE, or a byte
    lower : ndarray of int32             by code point what a character beyond ASCII becomes, or
                                         ASK; empty if it stays; those beyond the end stay, too
    other : int                          the id of all words that are in no phrase
    slots, heads, letters, offsets       the words of phrases
    ids, starts, ends : ndarray of int32   *in place:* for each token and each end of a line its id
                                         (or ASK), and where it lies

    Returns
    -------
    int   how many there are
    """
    word = np.empty(ROOM, dtype=np.uint8)
    n_found, position, end = ZERO, ZERO, np.uint64(len(data))
    folds = len(lower) > 0
    while position < end:
        byte = np.uint64(byte_map[data[position]])
        if byte in (BLANK, NEWLINE):
            if byte == NEWLINE:
                ids[n_found] = SENTENCE_END
                starts[n_found], ends[n_found] = position, position + ONE
                n_found += ONE
            position += ONE
            continue
        start, hashed, head, shift, bits = position, HASH_START, ZERO, ZERO, ZERO
        while byte != BLANK and byte != NEWLINE:
            bits |= byte
            hashed = (hashed ^ byte) * HASH_FACTOR
            if shift < HEAD_BITS:
                head |= byte << shift
            shift += BYTE_BITS
            position += ONE
            if position == end:
                break
            byte = np.uint64(byte_map[data[position]])
        if position == end and not is_whole:
            break
        if folds and bits >= ASCII_END:
            id_ = _find_lowered(
                data, start, position, byte_map, lower, other, slots, heads, letters, offsets, word
            )
        else:
            length = position - start
            id_ = _find(
                data, start, length, byte_map, hashed, head, other, slots, heads, letters, offsets
            )
        ids[n_found], starts[n_found], ends[n_found] = id_, start, position
        n_found += ONE
    return np.int64(n_found)


@njit(cache=True, nogil=True)
def _find_lowered(data, start, end, byte_map, lower, other, slots, heads, letters, offsets, word):
    """The number of a token with characters beyond ASCII, in lower case; ``other``, or ASK."""
    length, position, stop = 0, np.int64(start), np.int64(end)
    while position < stop and length <= LONGEST:
        if data[position] < 0x80:
            word[length] = byte_map[data[position]]
            length += 1
            position += 1
            continue
        position, length, asks = _copy_character(data, position, stop, lower, word, length)
        if asks:
            return ASK
    hashed, head = _hash(word, 0, length)
    same = np.arange(256).astype(np.uint8)
    return _find(
        word, ZERO, np.uint64(length), same, hashed, head, other, slots, heads, letters, offsets
    )


@njit(cache=True, nogil=True)
def _copy_character(data, position, stop, lower, word, length):
    """Write a character beyond ASCII in lower case; bytes that are no UTF-8 are written as such."""
    lead = np.int64(data[position])
    size = 4 if lead >= 0xF0 else 3 if lead >= 0xE0 else 2
    code = lead & (0x7F >> size)
    if lead < 0xC2 or lead > 0xF4 or position + size > stop:
        size = 0
    for place in range(position + 1, position + size):
        if data[place] & 0xC0 != 0x80:
            size = 0
            break
        code = (code << 6) | np.int64(data[place] & 0x3F)
    if size == 0:
        word[length] = data[position]
        return position + 1, length + 1, False
    if code < len(lower):
        if lower[code] == ASK:
            return position + size, length, True
        code = np.int64(lower[code])
    return position + size, _encode(code, word, length), False


@njit(cache=True, nogil=True)
def _encode(code, word, length):
    """Write a character as UTF-8; returns the length with it."""
    if code < 0x80:
        word[length] = code
        return length + 1
    n_more = 1 if code < 0x800 else 2 if code < 0x10000 else 3
    lead = 0xC0 if n_more == 1 else 0xE0 if n_more == 2 else 0xF0
    word[length] = lead | (code >> (6 * n_more))
    for place in range(n_more):
        word[length + 1 + place] = 0x80 | ((code >> (6 * (n_more - 1 - place))) & 0x3F)
    return length + 1 + n_more


@njit(cache=True, nogil=True, forceinline=True)
def _tag(hashed):
    """The half of a hash that is kept; mixed, since the last bytes alone hardly reach it."""
    hashed = (hashed ^ (hashed >> HALF)) * MIX
    return (hashed ^ (hashed >> np.uint64(29))) >> HALF


@njit(cache=True, nogil=True)
def _hash(data, start, stop):
    """FNV-1a of bytes, and the first eight of them."""
    hashed, head = HASH_START, ZERO
    for place in range(start, stop):
        byte = np.uint64(data[place])
        hashed = (hashed ^ byte) * HASH_FACTOR
        if place - start < 8:
            head |= byte << np.uint64(8 * (place - start))
    return hashed, head


@njit(cache=True, nogil=True, forceinline=True)
def _find(data, start, length, byte_map, hashed, head, other, slots, heads, letters, offsets):
    """The number of a token among the words; ``other`` if it is none of them."""
    mask, tag = np.uint64(len(slots) - 1), _tag(hashed)
    slot = tag & mask
    while slots[slot] != ZERO:
        if slots[slot] >> HALF == tag:
            found = (slots[slot] & LOW_HALF) - ONE
            begin = np.uint64(offsets[found])
            if heads[found] == head and np.uint64(offsets[found + ONE]) - begin == length:
                place = HEAD_BYTES
                while place < length and letters[begin + place] == byte_map[data[start + place]]:
                    place += ONE
                if place >= length:
                    return np.int64(found)
        slot = (slot + ONE) & mask
    return other


@njit(cache=True, nogil=True)
def write_joined(data, stop, units, n_words_of, starts, ends, delimiter, out):
    """Copy text, with a delimiter in the place of what lies between the words of a phrase.

    Parameters
    ----------
    data : ndarray of uint8
    stop : int                           where the text ends
    units : ndarray of int32             what the ids of `find_tokens` have become
    n_words_of : ndarray of int32        how many words each is
    starts, ends : ndarray of int32      of the tokens
    delimiter : ndarray of uint8
    out : ndarray of uint8               *in place*

    Returns
    -------
    int   bytes written
    """
    n_written = copied = token = 0
    for unit in units:
        n_words = 1 if unit == SENTENCE_END else np.int64(n_words_of[unit])
        for _ in range(n_words - 1):
            end = np.int64(ends[token])
            out[n_written : n_written + end - copied] = data[copied:end]
            n_written += end - copied
            for place in range(len(delimiter)):
                out[n_written] = delimiter[place]
                n_written += 1
            token += 1
            copied = np.int64(starts[token])
        token += 1
    out[n_written : n_written + stop - copied] = data[copied:stop]
    return n_written + stop - copied
