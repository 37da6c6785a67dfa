"""The compiled loops over bytes: splitting, hashing, counting. No Python object a token.

The words so far are three arrays that the caller owns and grows:

* slots    uint64, (a power of two,): an open-addressing table, at most two thirds full. A slot is
           0, or the hash of an entry in its high half and the entry's number + 1 in its low half
* entries  uint64, (capacity, 4): for each word
             SPAN   where its bytes after the eighth lie in the arena (<< 16), and its length
             COUNT  how often it was seen
             HEAD   its first eight bytes, the first one lowest
             ID     its number in order of first appearance
* arena    uint8: of words of more than eight bytes, the bytes after the eighth

Most words fit in their entry, so that finding one touches two cache lines. Where an array is full,
a loop stops early; the caller makes room and calls again.
"""

import numpy as np
from numba import njit

from .marks import SENTENCE_END

BLANK = 0
"""In a byte map: white space that ends a token, but no sentence."""
NEWLINE = 10

SPAN, COUNT, HEAD, ID = range(4)
POSITION, N_IDS, N_ENTRIES, ARENA_USED, NEXT_ID, N_TOO_LONG, HASH_START = range(7)
STATE_SIZE = HASH_START + 1
"""Places in the state of a table: int64, shape (7,). HASH_START is where all hashes of a table
start, a random number: so nobody can make a text whose words all have one hash."""

HASH_FACTOR = np.uint64(0x100000001B3)
MIX = np.uint64(0x9E3779B97F4A7C15)
ONES = np.uint64(0x0101010101010101)
HIGH_BITS = np.uint64(0x8080808080808080)
OTHER_BITS = np.uint64(0x7F7F7F7F7F7F7F7F)
TO_HIGH_BIT = np.uint64(0x5F5F5F5F5F5F5F5F)
"""Added to seven bits of each byte, it sets the eighth of those above a space."""
HALF = np.uint64(32)
LOW_HALF = np.uint64(0xFFFFFFFF)
LENGTH_BITS = np.uint64(16)
LENGTH_MASK = np.uint64(0xFFFF)
BYTE_BITS = np.uint64(8)
HEAD_BYTES = np.uint64(8)
WORD_BITS = np.uint64(64)
ZERO = np.uint64(0)
ONE = np.uint64(1)
NONE = np.uint64(2**64 - 1)
"""No entry."""
LOOP = {"cache": True, "nogil": True, "_nrt": False}
"""Arrays are borrowed, not counted, which would cost more than a call: nothing here makes any."""
INLINE = {**LOOP, "forceinline": True}


@njit(**LOOP)
def scan(data, stop, byte_map, max_token, slots, entries, arena, ids, state):
    """Turn bytes into the ids of their tokens, up to the last one that is certainly whole.

    Parameters
    ----------
    data : ndarray of uint8
    stop : int                            where reading ends, exclusive
    byte_map : ndarray of uint8, (256,)   what each byte stands for: BLANK, NEWLINE, or a byte
    max_token : int                       longer tokens are cut to this, between two characters
    slots, entries, arena                 the words, as above; *changed in place*
    ids : ndarray of int32                *in place:* ids and SENTENCE_END; room for one a byte
    state : ndarray of int64              *in place*

    Returns
    -------
    bool   False if there is no room for a new word: make some and go on
    """
    position, end = np.uint64(state[POSITION]), np.uint64(stop)
    n_ids, longest = np.uint64(state[N_IDS]), np.uint64(max_token)
    hash_start, keeps_bytes = np.uint64(state[HASH_START]), _keeps_bytes(byte_map)
    has_room = True
    while position < end:
        byte = byte_map[data[position]]
        if byte == BLANK or byte == NEWLINE:
            if byte == NEWLINE:
                ids[n_ids] = SENTENCE_END
                n_ids += ONE
            position += ONE
            continue
        start, hashed = position, hash_start
        length, head = _first_bytes(data, position, end, byte_map, keeps_bytes)
        position += length
        if length == HEAD_BYTES:
            while position < end:
                byte = byte_map[data[position]]
                if byte == BLANK or byte == NEWLINE:
                    break
                hashed = (hashed ^ np.uint64(byte)) * HASH_FACTOR
                position += ONE
        if position == end:
            position = start
            break
        length = position - start
        if length > longest:
            length = _cut_length(data, start, longest)
            hashed, head = _hash(data, start, length, byte_map, hash_start)
            state[N_TOO_LONG] += 1
        tag = _tag(hashed, head)
        place, entry = _find(data, start, length, byte_map, tag, head, slots, entries, arena)
        if entry == NONE:
            entry = _add(
                data, start, length, byte_map, tag, head, slots, place, entries, arena, state
            )
            if entry == NONE:
                has_room = False
                position = start
                break
        entries[entry, COUNT] += ONE
        ids[n_ids] = np.int32(entries[entry, ID])
        n_ids += ONE
    state[POSITION], state[N_IDS] = np.int64(position), np.int64(n_ids)
    return has_room


@njit(**INLINE)
def _keeps_bytes(byte_map):
    """Whether all bytes above a space stand for themselves."""
    keeps = True
    for byte in range(33, 256):
        keeps &= byte_map[byte] == byte
    return keeps


@njit(**INLINE)
def _first_bytes(data, start, end, byte_map, keeps_bytes):
    """(how many bytes a token has, at most eight; what they stand for, the first one lowest).

    Eight bytes at a time are looked at, if there are as many.
    """
    length, head = ZERO, ZERO
    if start + HEAD_BYTES <= end:
        for offset in range(HEAD_BYTES):  # one instruction of the processor
            head |= np.uint64(data[start + offset]) << (BYTE_BITS * offset)
        low = ~(((head & OTHER_BITS) + TO_HIGH_BIT) | head) & HIGH_BITS
        if low == ZERO:
            length = HEAD_BYTES
        else:
            # Ones in all bytes before the first that is not above a space.
            before = ((low & (~low + ONE)) - ONE) >> np.uint64(7)
            length = ((before & ONES) * ONES) >> np.uint64(56)
            head &= before
        if keeps_bytes and (length == HEAD_BYTES or _ends_token(byte_map[data[start + length]])):
            return length, head
        head = ZERO
    length = ZERO
    while length < HEAD_BYTES and start + length < end:
        byte = byte_map[data[start + length]]
        if _ends_token(byte):
            break
        head |= np.uint64(byte) << (BYTE_BITS * length)
        length += ONE
    return length, head


@njit(**INLINE)
def _ends_token(byte):
    return byte == BLANK or byte == NEWLINE


@njit(cache=True, nogil=True)
def _add(data, start, length, byte_map, tag, head, slots, place, entries, arena, state):
    """A new entry with count 0 in a free slot; NONE if there is no room for it."""
    n_entries, used = np.uint64(state[N_ENTRIES]), np.uint64(state[ARENA_USED])
    tail = length - HEAD_BYTES if length > HEAD_BYTES else ZERO
    if (
        np.uint64(3) * (n_entries + ONE) > np.uint64(2 * len(slots))
        or n_entries == np.uint64(len(entries))
        or used + tail > np.uint64(len(arena))
    ):
        return NONE
    for offset in range(tail):
        arena[used + offset] = byte_map[data[start + HEAD_BYTES + offset]]
    entries[n_entries, SPAN] = (used << LENGTH_BITS) | length
    entries[n_entries, COUNT] = ZERO
    entries[n_entries, HEAD] = head
    entries[n_entries, ID] = np.uint64(state[NEXT_ID])
    slots[place] = (tag << HALF) | (n_entries + ONE)
    state[N_ENTRIES] += 1
    state[NEXT_ID] += 1
    state[ARENA_USED] = np.int64(used + tail)
    return n_entries


@njit(cache=True, nogil=True)
def find_words(data, offsets, byte_map, slots, entries, arena, state):
    """The entries of words that lie in ``data`` from offsets[i] to offsets[i + 1]; -1 is none."""
    found = np.empty(len(offsets) - 1, dtype=np.int64)
    hash_start = np.uint64(state[HASH_START])
    for i in range(len(found)):
        start, length = np.uint64(offsets[i]), np.uint64(offsets[i + 1] - offsets[i])
        hashed, head = _hash(data, start, length, byte_map, hash_start)
        tag = _tag(hashed, head)
        entry = _find(data, start, length, byte_map, tag, head, slots, entries, arena)[1]
        found[i] = -1 if entry == NONE else np.int64(entry)
    return found


@njit(cache=True, nogil=True)
def fill_slots(slots, entries, arena, state):
    """Enter all entries into an empty table; *in place:* ``slots``."""
    mask, hash_start = np.uint64(len(slots) - 1), np.uint64(state[HASH_START])
    for entry in range(state[N_ENTRIES]):
        tag = _tag(_hash_of_entry(entry, entries, arena, hash_start), entries[entry, HEAD])
        place = tag & mask
        while slots[place] != ZERO:
            place = (place + ONE) & mask
        slots[place] = (tag << HALF) | np.uint64(entry + 1)


@njit(cache=True, nogil=True)
def merge(first, other_entries, n_others, other_arena, byte_map, slots, entries, arena, state, new):
    """Add the entries of another table from number ``first`` on, in their order.

    *In place:* the table, and ``new`` (int64): the entry here of each entry there.

    Returns
    -------
    int   the first entry for which there was no room; ``n_others`` if there was for all
    """
    word = np.empty(LENGTH_MASK + ONE, dtype=np.uint8)
    hash_start = np.uint64(state[HASH_START])
    for other in range(first, n_others):
        length = _copy_word(other, other_entries, other_arena, word)
        hashed, head = _hash(word, ZERO, length, byte_map, hash_start)
        tag = _tag(hashed, head)
        place, entry = _find(word, ZERO, length, byte_map, tag, head, slots, entries, arena)
        if entry == NONE:
            entry = _add(
                word, ZERO, length, byte_map, tag, head, slots, place, entries, arena, state
            )
        if entry == NONE:
            return other
        entries[entry, COUNT] += other_entries[other, COUNT]
        new[other] = entry
    return n_others


@njit(cache=True, nogil=True)
def drop_rare(least, entries, arena, state):
    """Keep the entries with at least this count; *in place:* all but the slots."""
    kept, used = 0, ZERO
    for entry in range(state[N_ENTRIES]):
        if entries[entry, COUNT] < np.uint64(least):
            continue
        span = entries[entry, SPAN]
        length, begin = span & LENGTH_MASK, span >> LENGTH_BITS
        tail = length - HEAD_BYTES if length > HEAD_BYTES else ZERO
        for offset in range(tail):
            arena[used + offset] = arena[begin + offset]
        for column in range(4):
            entries[kept, column] = entries[entry, column]
        entries[kept, SPAN] = (used << LENGTH_BITS) | length
        used += tail
        kept += 1
    state[N_ENTRIES], state[ARENA_USED] = kept, np.int64(used)


@njit(cache=True, nogil=True)
def write_words(chosen, entries, arena, separator, text):
    """Write words one behind the other, each with a separator; *in place:* ``text`` (uint8)."""
    position = ZERO
    for i in range(len(chosen)):
        position += _copy_word(chosen[i], entries, arena, text[position:])
        text[position] = separator
        position += ONE


@njit(cache=True, nogil=True)
def find_unclean(entries, n_entries, arena, upper_case):
    """The entries whose bytes are not UTF-8, or that hold a character of ``upper_case``.

    Parameters
    ----------
    entries, n_entries, arena             the words, as above
    upper_case : ndarray of bool, (0x110000,) or (0,)   by code point; empty to look for none

    Returns
    -------
    ndarray of int64   entries
    """
    word = np.empty(LENGTH_MASK + ONE, dtype=np.uint8)
    unclean = np.empty(n_entries, dtype=np.int64)
    n_unclean = 0
    for entry in range(n_entries):
        length = np.int64(_copy_word(entry, entries, arena, word))
        if _is_unclean(word, length, upper_case):
            unclean[n_unclean] = entry
            n_unclean += 1
    return unclean[:n_unclean].copy()


@njit(cache=True, nogil=True)
def _is_unclean(word, length, upper_case):
    position = 0
    while position < length:
        lead = np.int64(word[position])
        if lead < 0x80:
            n_more, code, least = 0, lead, 0
        elif 0xC2 <= lead < 0xE0:
            n_more, code, least = 1, lead & 0x1F, 0x80
        elif 0xE0 <= lead < 0xF0:
            n_more, code, least = 2, lead & 0x0F, 0x800
        elif 0xF0 <= lead < 0xF5:
            n_more, code, least = 3, lead & 0x07, 0x10000
        else:
            return True
        if position + n_more >= length:
            return True
        for place in range(position + 1, position + 1 + n_more):
            if word[place] & 0xC0 != 0x80:
                return True
            code = (code << 6) | np.int64(word[place] & 0x3F)
        if code < least or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
            return True
        if len(upper_case) and upper_case[code]:
            return True
        position += 1 + n_more
    return False


@njit(**INLINE)
def _find(data, start, length, byte_map, tag, head, slots, entries, arena):
    """(slot, entry) of a token; entry is NONE where the slot is free."""
    mask = np.uint64(len(slots) - 1)
    place = tag & mask
    while slots[place] != ZERO:
        if slots[place] >> HALF == tag:
            entry = (slots[place] & LOW_HALF) - ONE
            span = entries[entry, SPAN]
            if (
                span & LENGTH_MASK == length
                and entries[entry, HEAD] == head
                and _same_tail(data, start, length, byte_map, span, arena)
            ):
                return place, entry
        place = (place + ONE) & mask
    return place, NONE


@njit(**INLINE)
def _same_tail(data, start, length, byte_map, span, arena):
    """Whether a token is an entry's word, after the eight bytes that were compared before."""
    begin = span >> LENGTH_BITS
    for offset in range(HEAD_BYTES, length):
        if arena[begin + offset - HEAD_BYTES] != byte_map[data[start + offset]]:
            return False
    return True


@njit(**INLINE)
def _hash(data, start, length, byte_map, hash_start):
    """The hash of what a token has after its first eight bytes; and these."""
    hashed, head = hash_start, ZERO
    for offset in range(length):
        byte = np.uint64(byte_map[data[start + offset]])
        if offset < HEAD_BYTES:
            head |= byte << (BYTE_BITS * offset)
        else:
            hashed = (hashed ^ byte) * HASH_FACTOR
    return hashed, head


@njit(**INLINE)
def _hash_of_entry(entry, entries, arena, hash_start):
    span = entries[entry, SPAN]
    length, begin = span & LENGTH_MASK, span >> LENGTH_BITS
    hashed = hash_start
    for offset in range(HEAD_BYTES, length):
        hashed = (hashed ^ np.uint64(arena[begin + offset - HEAD_BYTES])) * HASH_FACTOR
    return hashed


@njit(**INLINE)
def _tag(hashed, head):
    """The half of a hash that is kept, of a token's first eight bytes and the hash of the others.

    That is FNV-1a, but for the number it starts with; a short word leaves it at that number.
    """
    hashed = (hashed ^ head) * MIX
    hashed = (hashed ^ (hashed >> HALF)) * MIX
    return (hashed ^ (hashed >> np.uint64(29))) >> HALF


@njit(**INLINE)
def _copy_word(entry, entries, arena, word):
    """Write the bytes of an entry into ``word``; returns how many."""
    span, head = entries[entry, SPAN], entries[entry, HEAD]
    length, begin = span & LENGTH_MASK, span >> LENGTH_BITS
    for offset in range(length):
        if offset < HEAD_BYTES:
            word[offset] = np.uint8((head >> (BYTE_BITS * offset)) & np.uint64(0xFF))
        else:
            word[offset] = arena[begin + offset - HEAD_BYTES]
    return length


@njit(cache=True, nogil=True)
def _cut_length(data, start, longest):
    """The largest length up to ``longest`` that ends between two characters of UTF-8."""
    for length in range(longest, longest - np.uint64(4), -1):
        if data[start + np.uint64(length)] & 0xC0 != 0x80:
            return np.uint64(length)
    return longest
