"""The compiled loop over text as people write it: words out of punctuation, sentences out of lines.

It does for a `WordTable` what `scan.scan` does, and is apart from it so that plain text is as fast
as before. Characters are looked at one by one only where a byte alone does not tell: ASCII letters
and digits need no more than in plain text.

What a block of text leaves open is kept in the memory of the text, so that blocks may end anywhere:

* INSIDE   0, or the class of the last character of a token too long, whose rest is left out
* PENDING  what was met of a sentence end: see `_after`
"""

import numpy as np
from numba import njit

from .characters import (
    BLANK,
    CLOSE,
    CONTINUES,
    DIGIT,
    DOT,
    ELLIPSIS,
    EXTEND,
    FIRM,
    HIGH_HALF,
    JOINER,
    LETTER,
    LINE,
    LOWER,
    PICTOGRAPH,
    POINT,
    QUOTE,
    REGIONAL,
    SYMBOL,
    UPPER,
    WIDE,
    ZERO_WIDTH_JOINER,
)
from .marks import SENTENCE_END
from .scan import (
    BYTE_BITS,
    COUNT,
    HASH_FACTOR,
    HASH_START,
    ID,
    N_IDS,
    N_TOO_LONG,
    NONE,
    ONE,
    POSITION,
    WORD_BITS,
    ZERO,
    _add,
    _cut_length,
    _find,
    _hash,
    _tag,
)

KEEP_SYMBOLS, SENTENCES, AT_BLANKS = 1, 2, 4
"""Bits of a mode: punctuation and symbols are tokens; sentence ends are looked for; tokens are what
is between ASCII white space."""
INSIDE, PENDING = range(2)
MEMORY_SIZE = 2

NOTHING, ABBREVIATED, WEAK, FIRM_SEEN, QUOTED, WIDE_SEEN, WEAK_SPACED, FIRM_SPACED = range(8)
"""What may be pending, in this order: a full stop to come ends nothing; a full stop was met; a
mark of exclamation or question; the same and a quotation mark; a mark that needs no white space;
white space after the second or fourth, or after another."""

LOW_MASK = np.uint8((1 << HIGH_HALF) - 1)
HIGH_SHIFT = np.uint8(HIGH_HALF)
PAGE_SHIFT, PAGE_MASK = np.uint64(8), np.uint64(0xFF)
INVALID = np.uint64(0xFFFD)
CONTINUATION_BITS, CONTINUATION_MASK = np.uint64(6), np.uint64(0x3F)
LONGEST_SYMBOL = np.uint64(100)
"""Of an emoji with all that belongs to it, in bytes."""
FULL_STOP = np.uint8(ord("."))
NOT_ASCII = 0xFF
"""In the place of the class of a byte that is part of a character."""
UNKNOWN = -1
"""The class of a character that the next block may tell."""


@njit(cache=True, nogil=True)
def scan_words(
    data, stop, mode, byte_map, word_bytes, byte_classes, page_of, pages, abbreviations, max_token,
    slots, entries, arena, ids, state, memory,
):  # fmt: skip
    """Turn text into the ids of its words, up to the last one that is certainly whole.

    Parameters
    ----------
    data : ndarray of uint8
    stop : int                                 where reading ends, exclusive
    mode : int                                 a sum of KEEP_SYMBOLS, SENTENCES, AT_BLANKS
    byte_map : ndarray of uint8, (256,)        what each byte of a token becomes
    word_bytes : ndarray of uint8, (256,)      the same of bytes that are a letter or digit alone;
                                               0 for others
    byte_classes : ndarray of uint8, (256,)    the class of each ASCII character; NOT_ASCII
    page_of, pages                             see `characters.Classes`
    abbreviations : ndarray of uint64          see `packed`
    max_token : int                            longer tokens are cut to this, between two characters
    slots, entries, arena, ids, state          as in `scan.scan`; *changed in place*; room for one
                                               id a byte, and one
    memory : ndarray of int64, (MEMORY_SIZE,)  *in place*

    Returns
    -------
    bool   False if there is no room for a new word: make some and go on
    """
    position, end = np.uint64(state[POSITION]), np.uint64(stop)
    n_ids, longest = np.uint64(state[N_IDS]), np.uint64(max_token)
    hash_start = np.uint64(state[HASH_START])
    keeps_symbols, at_blanks = mode & KEEP_SYMBOLS != 0, mode & AT_BLANKS != 0
    sentences = mode & SENTENCES != 0
    last, pending = memory[INSIDE], memory[PENDING]
    has_room = True
    while position < end:
        start, first = position, byte_classes[data[position]]
        goes_on = last != NOTHING
        if goes_on:
            first = np.uint8(LETTER)
        elif first == BLANK:
            pending = _after(pending, first) if pending != NOTHING else pending
            position += ONE
            continue
        elif word_bytes[data[position]] == 0 or first == NOT_ASCII:
            code, length = _character(data, position, end)
            if length == ZERO:
                break
            first = pages[page_of[code >> PAGE_SHIFT], code & PAGE_MASK]
            low = first & LOW_MASK
            if low < LETTER or low == EXTEND or (low > EXTEND and not keeps_symbols):
                position += length
                if low == LINE or (low != EXTEND and _ends(pending, first)):
                    ids[n_ids] = SENTENCE_END
                    n_ids += ONE
                if sentences and low != EXTEND:
                    pending = _after(pending, first)
                continue
        hashed, head, shift, is_whole = hash_start, ZERO, ZERO, True
        while position < end and word_bytes[data[position]] != 0:
            byte = np.uint64(word_bytes[data[position]])
            hashed, head, shift = _with_byte(byte, hashed, head, shift)
            position += ONE
        if position == start or position == end or not _parts(byte_classes[data[position]]):
            position, last, hashed, head, is_whole = _token_end(
                data, start, position, end, last if goes_on else np.int64(first & LOW_MASK),
                at_blanks, byte_map, word_bytes, byte_classes, page_of, pages, hashed, head, shift,
            )  # fmt: skip
        if goes_on and is_whole:
            last = NOTHING
            continue
        length = position - start
        if not (goes_on or is_whole or length > longest):
            position, last = start, NOTHING
        if goes_on or position == start:
            break
        is_cut = length > longest
        if is_cut:
            length = _cut_length(data, start, longest)
            hashed, head = _hash(data, start, length, byte_map, hash_start)
        tag = _tag(hashed, head)
        place, entry = _find(data, start, length, byte_map, tag, head, slots, entries, arena)
        if entry == NONE:
            entry = _add(
                data, start, length, byte_map, tag, head, slots, place, entries, arena, state
            )
            if entry == NONE:
                position, last, has_room = start, NOTHING, False
                break
        state[N_TOO_LONG] += is_cut
        if sentences:
            if _ends(pending, first):
                ids[n_ids] = SENTENCE_END
                n_ids += ONE
            is_plain = is_cut
            if not is_cut and first & LOW_MASK < EXTEND:  # a symbol may end where reading does
                mark = byte_classes[data[position - ONE if at_blanks else position]] >> HIGH_SHIFT
                is_plain = mark < QUOTE
            if is_plain:
                pending = NOTHING
            else:
                pending = _after_token(
                    data, start, position, first, pending, at_blanks, page_of, pages, abbreviations
                )
        entries[entry, COUNT] += ONE
        ids[n_ids] = np.int32(entries[entry, ID])
        n_ids += ONE
        if not is_whole:
            break
        last = NOTHING
    state[POSITION], state[N_IDS] = np.int64(position), np.int64(n_ids)
    memory[INSIDE], memory[PENDING] = last, pending
    return has_room


def packed(words):
    """ASCII words of at most seven letters, each as one number: ndarray of uint64."""
    return np.array([int.from_bytes(word.encode(), "little") for word in words], dtype=np.uint64)


@njit(cache=True, nogil=True)
def _token_end(
    data, start, position, end, last, at_blanks, byte_map, word_bytes, byte_classes, page_of, pages,
    hashed, head, shift,
):  # fmt: skip
    """(where a token ends, class of its last character, hash, first bytes, whether it is whole).

    ``position``, ``hashed``, ``head`` and ``shift`` are where plain bytes end, and ``last`` is of a
    character before. A token that is not whole goes on after the end, or may do so; a symbol
    whose end is unknown ends where it begins.
    """
    if last > EXTEND:
        stop = _symbol_end(data, start, end, page_of, pages)
        hashed, head = _hash(data, start, stop - start, byte_map, hashed)
        return stop, last, hashed, head, stop > start
    before = start
    while True:
        if position > before and not at_blanks:
            last = np.int64(byte_classes[data[position - ONE]] & LOW_MASK)
        if position == end:
            return position, last, hashed, head, False
        length, kind = _more(data, position, end, last, page_of, pages)
        if length == ZERO:
            return position, last, hashed, head, kind != UNKNOWN
        for _ in range(length):
            byte = np.uint64(byte_map[data[position]])
            hashed, head, shift = _with_byte(byte, hashed, head, shift)
            position += ONE
        if kind != EXTEND:
            last = kind
        before = position
        while position < end and word_bytes[data[position]] != 0:
            byte = np.uint64(word_bytes[data[position]])
            hashed, head, shift = _with_byte(byte, hashed, head, shift)
            position += ONE


@njit(cache=True, nogil=True, forceinline=True)
def _with_byte(byte, hashed, head, shift):
    """The hash and the first bytes of a token with one byte more."""
    if shift < WORD_BITS:
        head |= byte << shift
    else:
        hashed = (hashed ^ byte) * HASH_FACTOR
    return hashed, head, shift + BYTE_BITS


@njit(cache=True, nogil=True, forceinline=True)
def _character(data, position, end):
    """(code, length) of a character; length is 0 if it may go on after the end.

    A byte that is not UTF-8 is a character of its own.
    """
    lead = np.uint64(data[position])
    if lead < np.uint64(0x80):
        return lead, ONE
    return _long_character(data, position, end, lead)


@njit(cache=True, nogil=True)
def _long_character(data, position, end, lead):
    if np.uint64(0xC2) <= lead < np.uint64(0xE0):
        length, code, least = np.uint64(2), lead & np.uint64(0x1F), np.uint64(0x80)
    elif np.uint64(0xE0) <= lead < np.uint64(0xF0):
        length, code, least = np.uint64(3), lead & np.uint64(0x0F), np.uint64(0x800)
    elif np.uint64(0xF0) <= lead < np.uint64(0xF5):
        length, code, least = np.uint64(4), lead & np.uint64(0x07), np.uint64(0x10000)
    else:
        return INVALID, ONE
    for place in range(position + ONE, min(position + length, end)):
        byte = np.uint64(data[place])
        if byte & np.uint64(0xC0) != np.uint64(0x80):
            return INVALID, ONE
        code = (code << CONTINUATION_BITS) | (byte & CONTINUATION_MASK)
    if position + length > end:
        return INVALID, ZERO
    is_surrogate = np.uint64(0xD800) <= code < np.uint64(0xE000)
    if code < least or is_surrogate or code > np.uint64(0x10FFFF):
        return INVALID, ONE
    return code, length


@njit(cache=True, nogil=True, forceinline=True)
def _low(code, page_of, pages):
    return np.int64(pages[page_of[code >> PAGE_SHIFT], code & PAGE_MASK] & LOW_MASK)


@njit(cache=True, nogil=True, forceinline=True)
def _parts(class_):
    """Whether an ASCII character, by its class, ends a word whatever comes after it."""
    low = class_ & LOW_MASK
    return class_ != NOT_ASCII and (low < LETTER or low == SYMBOL)


@njit(cache=True, nogil=True)
def _more(data, position, end, last, page_of, pages):
    """(bytes that go on with a word, class of their last character); 0 bytes where it ends.

    The class is UNKNOWN if what comes after the end decides.
    """
    code, length = _character(data, position, end)
    if length == ZERO:
        return ZERO, UNKNOWN
    kind = _low(code, page_of, pages)
    if LETTER <= kind <= EXTEND:
        return length, kind
    if not JOINER <= kind <= POINT:
        return ZERO, kind
    following = position + length
    if following == end:
        return ZERO, UNKNOWN
    code, more = _character(data, following, end)
    if more == ZERO:
        return ZERO, UNKNOWN
    after = _low(code, page_of, pages)
    if not LETTER <= after <= DIGIT:
        return ZERO, kind
    between_digits = last == DIGIT and after == DIGIT
    if kind == JOINER or (kind == POINT) == between_digits:
        return length + more, after
    return ZERO, kind


@njit(cache=True, nogil=True)
def _symbol_end(data, start, end, page_of, pages):
    """Where a symbol ends, with all that belongs to an emoji or flag; ``start`` if unknown."""
    code, length = _character(data, start, end)
    kind = _low(code, page_of, pages)
    position = start + length
    is_joined, is_pair = False, False
    while kind >= PICTOGRAPH and position - start < LONGEST_SYMBOL:
        if position == end:
            return start
        code, length = _character(data, position, end)
        if length == ZERO:
            return start
        after = _low(code, page_of, pages)
        if after == EXTEND:
            is_joined = code == np.uint64(ZERO_WIDTH_JOINER)
        elif kind == after == PICTOGRAPH and is_joined:
            is_joined = False
        elif kind == after == REGIONAL and not is_pair:
            is_pair = True
        else:
            break
        position += length
    return position


@njit(cache=True, nogil=True, forceinline=True)
def _ends(pending, class_):
    """Whether a sentence ends before a character, given what is pending."""
    return pending >= WIDE_SEEN and _begins(pending, class_)


@njit(cache=True, nogil=True)
def _begins(pending, class_):
    """Whether a character, of a word or not, begins a sentence where one may end before it."""
    high = class_ >> HIGH_SHIFT
    if class_ & LOW_MASK == BLANK or high >= DOT or high == CLOSE or high == CONTINUES:
        return False
    if pending == WIDE_SEEN and high == QUOTE:
        return False
    return pending != WEAK_SPACED or high != LOWER


@njit(cache=True, nogil=True)
def _after(pending, class_):
    """What is pending after a character that is in no word."""
    high = class_ >> HIGH_SHIFT
    if class_ & LOW_MASK == BLANK:
        if pending == WEAK or pending == QUOTED:
            return WEAK_SPACED
        if pending == FIRM_SEEN or pending == WIDE_SEEN:
            return FIRM_SPACED
        return pending if pending >= WEAK_SPACED else NOTHING
    if high == FIRM:
        return FIRM_SEEN
    if high == WIDE:
        return WIDE_SEEN
    if high == DOT or high == ELLIPSIS:
        if pending == ABBREVIATED and high == DOT:
            return NOTHING
        return pending if FIRM_SEEN <= pending <= WIDE_SEEN else WEAK
    if high == CLOSE and pending >= WEAK_SPACED:
        return pending
    if high == CLOSE or high == QUOTE:
        if pending == FIRM_SEEN:
            return QUOTED
        return pending if WEAK <= pending <= WIDE_SEEN else NOTHING
    return NOTHING


@njit(cache=True, nogil=True)
def _after_token(data, start, stop, first, pending, at_blanks, page_of, pages, abbreviations):
    """What is pending after a token whose first character has the class ``first``."""
    if at_blanks:
        return _after_marks(data, start, stop, pending, page_of, pages, abbreviations)
    if first & LOW_MASK > EXTEND:
        return _after(pending, first)
    if data[stop] != FULL_STOP:
        return NOTHING
    is_short = _is_abbreviation(data, start, stop, page_of, pages, abbreviations)
    return ABBREVIATED if is_short else NOTHING


@njit(cache=True, nogil=True)
def _after_marks(data, start, stop, pending, page_of, pages, abbreviations):
    """What is pending after a token between white space: what the marks at its end say."""
    tail = stop
    while tail > start:
        place = _step_back(data, start, tail)
        code, length = _character(data, place, stop)
        high = pages[page_of[code >> PAGE_SHIFT], code & PAGE_MASK] >> HIGH_SHIFT
        if place + length != tail or high < QUOTE:
            break
        tail = place
    if tail > start:
        pending = NOTHING
        if (
            tail < stop
            and data[tail] == FULL_STOP
            and _is_abbreviation(data, start, tail, page_of, pages, abbreviations)
        ):
            pending = ABBREVIATED
    while tail < stop:
        code, length = _character(data, tail, stop)
        pending = _after(pending, pages[page_of[code >> PAGE_SHIFT], code & PAGE_MASK])
        tail += length
    return pending


@njit(cache=True, nogil=True)
def _step_back(data, start, position):
    """Where the character before a position begins."""
    place = position - ONE
    while place > start and position - place < np.uint64(4) and data[place] & 0xC0 == 0x80:
        place -= ONE
    return place


@njit(cache=True, nogil=True)
def _is_abbreviation(data, start, stop, page_of, pages, abbreviations):
    """Whether a full stop at ``stop`` ends no sentence, by the word before it.

    That is one letter, a number of one or two digits, or one of the list; at the start of the
    token, or behind a full stop, quotation mark or bracket.
    """
    place = _step_back(data, start, stop)
    code, length = _character(data, place, stop)
    high = pages[page_of[code >> PAGE_SHIFT], code & PAGE_MASK] >> HIGH_SHIFT
    is_letter = place + length == stop and (high == LOWER or high == UPPER)
    if is_letter and _may_start(data, start, place):
        return True
    place, word, n_digits = stop, ZERO, 0
    while place > start and stop - place < np.uint64(8) and _is_plain(data[place - ONE]):
        place -= ONE
        word = (word << BYTE_BITS) | np.uint64(data[place])
        n_digits += data[place] <= 57
    length = stop - place
    if length == ZERO or not _may_start(data, start, place):
        return False
    if n_digits:
        after_number = place > start and data[place - ONE] == FULL_STOP
        return n_digits == length and length <= np.uint64(2) and not after_number
    for abbreviation in abbreviations:
        if abbreviation == word:
            return True
    return False


@njit(cache=True, nogil=True, forceinline=True)
def _is_plain(byte):
    """Whether a byte is an ASCII letter or digit."""
    return 48 <= byte <= 57 or 65 <= byte <= 90 or 97 <= byte <= 122


@njit(cache=True, nogil=True)
def _may_start(data, start, place):
    """Whether a word may start at a place of a token: behind nothing, or one of ``."([``."""
    if place == start:
        return True
    byte = data[place - ONE]
    return byte == 46 or byte == 34 or byte == 40 or byte == 91
