"""The compiled loops that join units to phrases.

What is to be joined is a table (see `pairs`) of steps: from a node by an id to a row, which is a
phrase, or to another node. A unit is the node of its id; nodes beyond all ids stand for a unit with
connectors behind it. A value below ``n_rows`` is a row, and others are nodes, from the first one
beyond the ids on. Rows are in the order of preference.
"""

import numpy as np
from numba import njit

from .pairs import NO_KEY, SENTENCE_END, key_of, place_of

NONE = -1
"""No phrase begins here."""


@njit(cache=True, nogil=True)
def join(ids, is_whole, begins, keys, values, unit_of, prefers_best, rows, ends, takes, counts):
    """Join what can be joined, up to where that depends on what follows.

    Parameters
    ----------
    ids : ndarray of int32                *in place:* what they become
    is_whole : bool                       nothing follows
    begins : ndarray of bool, (n_ids,)    whether a phrase begins with that id
    keys, values                          the table
    unit_of : ndarray of int32, (n_rows,) the id of each phrase
    prefers_best : bool                   of phrases that overlap, take the lowest row, else the
                                          first
    rows, ends : ndarray of int32         room for as many as there are ids
    takes : ndarray of bool, (2, n)       likewise
    counts : ndarray of int64, (n_ids,)   *in place:* how often each id comes out

    Returns
    -------
    n_done, n_written : int   ids that were read, and those that came out, at the front
    """
    n_done = _match(ids, is_whole, begins, keys, values, len(unit_of), rows, ends)
    if prefers_best:
        _take_best(n_done, rows, ends, takes)
    else:
        _take_first(n_done, rows, ends)
    return n_done, _write(ids, n_done, rows, ends, unit_of, counts)


@njit(cache=True, nogil=True)
def _match(ids, is_whole, begins, keys, values, n_rows, rows, ends):
    """Find all phrases, *in place:* the row of that which begins at a place, and where it ends.

    Returns the first place from which on phrases may overlap with what is not here yet.
    """
    n_ids, n = len(begins), len(ids)
    run_start = run_end = -1
    for start in range(n):
        rows[start] = NONE
        node = np.int64(ids[start])
        if node == SENTENCE_END or not begins[node]:
            continue
        place = start + 1
        while place < n and ids[place] != SENTENCE_END:
            found = place_of(key_of(node, ids[place]), keys)
            if keys[found] == NO_KEY:
                break
            value = np.int64(values[found])
            if value < n_rows:
                rows[start], ends[start] = value, place
                run_start = run_start if run_end == start else start
                run_end = place
                break
            node = value - n_rows + n_ids
            place += 1
        if place == n and not is_whole:
            rows[start] = NONE
            return run_start if run_end == start else start
    return n


@njit(cache=True, nogil=True)
def _take_first(n, rows, ends):
    """Leave of phrases that overlap the first; *in place:* ``rows``."""
    for start in range(n):
        if rows[start] != NONE and ends[start] < n:
            rows[ends[start]] = NONE


@njit(cache=True, nogil=True)
def _take_best(n, rows, ends, takes):
    """Leave of phrases that overlap the lowest row, then the lowest of what is left, and so on.

    A phrase overlaps one before and one behind it at most. Where the next one is better, it is
    taken if that is not, and that depends on nothing before it: a sweep from the end on settles
    all such, and one from the start on those where the one before is better. *In place:* ``rows``;
    ``takes``.
    """
    for start in range(n - 1, -1, -1):
        takes[0, start] = takes[1, start] = True
        if rows[start] != NONE:
            behind = ends[start]
            if behind < n and rows[behind] != NONE and rows[behind] < rows[start]:
                takes[0, start] = not takes[0, behind]
    for start in range(n):
        if rows[start] != NONE:
            behind = ends[start]
            if behind < n and rows[behind] != NONE and rows[behind] >= rows[start]:
                takes[1, behind] = not takes[1, start]
    for start in range(n):
        if not (takes[0, start] and takes[1, start]):
            rows[start] = NONE


@njit(cache=True, nogil=True)
def _write(ids, n, rows, ends, unit_of, counts):
    """Write phrases and all else to the front; returns how many that are."""
    n_written = start = 0
    while start < n:
        id_ = ids[start]
        if rows[start] != NONE:
            id_ = unit_of[rows[start]]
            start = np.int64(ends[start])
        start += 1
        ids[n_written] = id_
        n_written += 1
        if id_ != SENTENCE_END:
            counts[id_] += 1
    return n_written
