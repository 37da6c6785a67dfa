"""The compiled loops that count which units stand behind which.

Words, connectors and phrases are ids; for each id ``kinds`` says whether it may begin and end a
phrase (UNIT), stand within one (CONNECTOR), or neither (BLOCKED). What stands between two units is
a link: 0 for nothing, else a number for the connectors in their order. A unit behind a link has a
code: its id if the link is 0, and a number beyond all ids otherwise. So a pair is (left id, code).

Links and codes are numbered by two open-addressing tables, of keys (uint64, NO_KEY where free) and
values (int32), at most half full.
"""

import numpy as np
from numba import njit

SENTENCE_END = -1
"""As in `corpus.marks`; compiled code uses no other room."""
UNIT, CONNECTOR, BLOCKED = range(3)
LEFT, LINK, BETWEEN, N_LINKS, N_CODES = range(5)
STATE_SIZE = N_CODES + 1
"""Places in the state of a walk over ids: int64, shape (5,). LEFT is the unit to the left, or -1;
LINK and BETWEEN are the link behind it, and of how many connectors it is."""
MOST_BETWEEN = 8
"""More connectors in a row than this are in no phrase."""

NO_KEY = np.uint64(2**64 - 1)
MIX = np.uint64(0x9E3779B97F4A7C15)
HALF = np.uint64(32)
ONE = np.uint64(1)


@njit(cache=True, nogil=True, forceinline=True)
def key_of(high, low):
    """Two ids as one key."""
    return (np.uint64(high) << HALF) | np.uint64(low)


@njit(cache=True, nogil=True, forceinline=True)
def place_of(key, keys):
    """The place of a key in a table, or the free one where it belongs."""
    mask = np.uint64(len(keys) - 1)
    hashed = key * MIX
    place = (hashed ^ (hashed >> HALF)) & mask
    while keys[place] != key and keys[place] != NO_KEY:
        place = (place + ONE) & mask
    return place


@njit(cache=True, nogil=True, forceinline=True)
def _numbered(high, low, keys, values, new):
    """The value of two ids in a table; if they are new, it is ``new``."""
    key = key_of(high, low)
    place = place_of(key, keys)
    if keys[place] == NO_KEY:
        keys[place] = key
        values[place] = new
    return np.int64(values[place])


@njit(cache=True, nogil=True)
def enter(new_keys, new_values, keys, values):
    """Enter keys that are different into a table with room for them; *in place:* the table."""
    for i in range(len(new_keys)):
        if new_keys[i] != NO_KEY:
            place = place_of(new_keys[i], keys)
            keys[place] = new_keys[i]
            values[place] = new_values[i]


@njit(cache=True, nogil=True)
def tally(ids, kinds, first_new, across, link_keys, links, code_keys, codes, n_behind, state):
    """Count how many units stand behind each, and number what is between.

    Parameters
    ----------
    ids : ndarray of int32
    kinds : ndarray of uint8, (n_ids,)
    first_new : int                     of a pair one id must be this or higher
    across : bool                       pairs may lie across the end of a sentence
    link_keys, links, code_keys, codes  tables with room for as many entries as there are ids;
                                        *changed in place*
    n_behind : ndarray of int64, (n_ids,)   *in place*
    state : ndarray of int64                *in place*
    """
    left, link, between = state[LEFT], state[LINK], state[BETWEEN]
    for id_ in ids:
        if id_ == SENTENCE_END:
            if not across:
                left = -1
            continue
        kind = kinds[id_]
        if kind == UNIT:
            if left >= 0 and (left >= first_new or id_ >= first_new):
                n_behind[left] += 1
                if link:
                    code = _numbered(link, id_, code_keys, codes, state[N_CODES])
                    state[N_CODES] += code == state[N_CODES]
            left, link, between = np.int64(id_), np.int64(0), np.int64(0)
        elif kind == BLOCKED:
            left = -1
        elif left >= 0:
            between += 1
            if between > MOST_BETWEEN:
                left = -1
                continue
            link = _numbered(link, id_, link_keys, links, state[N_LINKS] + 1)
            state[N_LINKS] += link > state[N_LINKS]
    state[LEFT], state[LINK], state[BETWEEN] = left, link, between


@njit(cache=True, nogil=True)
def scatter(
    ids, kinds, first_new, across, link_keys, links, code_keys, codes, first, places, behind, state
):
    """Write the codes behind the ids from ``first`` on, those of one id side by side.

    Parameters
    ----------
    ids, kinds, first_new, across           as of `tally`, which has gone over all ids before
    link_keys, links, code_keys, codes      what it has filled
    first : int
    places : ndarray of int64   *in place:* where the next code of id first + i goes
    behind : ndarray of int32   *in place*
    state : ndarray of int64    *in place*
    """
    left, link, between = state[LEFT], state[LINK], state[BETWEEN]
    for id_ in ids:
        if id_ == SENTENCE_END:
            if not across:
                left = -1
            continue
        kind = kinds[id_]
        if kind == UNIT:
            row = left - first
            if 0 <= row < len(places) and left >= 0 and (left >= first_new or id_ >= first_new):
                code = id_
                if link:
                    code = codes[place_of(key_of(link, id_), code_keys)]
                behind[places[row]] = code
                places[row] += 1
            left, link, between = np.int64(id_), np.int64(0), np.int64(0)
        elif kind == BLOCKED:
            left = -1
        elif left >= 0:
            between += 1
            if between > MOST_BETWEEN:
                left = -1
                continue
            link = np.int64(links[place_of(key_of(link, id_), link_keys)])
    state[LEFT], state[LINK], state[BETWEEN] = left, link, between


@njit(cache=True, nogil=True)
def count_codes(first, ends, behind, least, n_of_code, lefts, found, counts):
    """Count the codes behind each id.

    Parameters
    ----------
    first : int
    ends : ndarray of int64                  where the codes behind id first + i end
    behind : ndarray of int32                *in place:* those that differ, first in each row
    least : int                              what is rarer is left out
    n_of_code : ndarray of uint32, (n_codes,)   all 0, and so again afterwards
    lefts, found : ndarray of int32          *in place:* the pairs that are left,
    counts : ndarray of int64                and how often each occurs

    Returns
    -------
    n_pairs, n_distinct : int   how many are left, and how many there are at all
    """
    n_pairs = n_distinct = start = 0
    for row in range(len(ends)):
        n_different = start
        for place in range(start, ends[row]):
            code = behind[place]
            if n_of_code[code] == 0:
                behind[n_different] = code
                n_different += 1
            n_of_code[code] += np.uint32(1)
        for place in range(start, n_different):
            code = behind[place]
            if n_of_code[code] >= least:
                lefts[n_pairs] = first + row
                found[n_pairs] = code
                counts[n_pairs] = n_of_code[code]
                n_pairs += 1
            n_of_code[code] = np.uint32(0)
        n_distinct += n_different - start
        start = ends[row]
    return n_pairs, n_distinct
