"""The compiled loops that count pairs of words, and that add up what was counted.

A pair is a row and a column: two ids, the lower one first where counts are symmetric. Those of a
low row and a low column are the head, and are added to a cell each: columns of a row r below
``limits[r]``, at ``bases[r] + column``. All others are the tail. They are written down, packed in
63 bits (row, column, distance), into chunks of a pool, each of which belongs to a bucket: a range
of rows. Then the pairs of a bucket are put in the order of their rows, and each row is added up in
an array with a cell for each column. Nothing is compared, so nothing is sorted.
"""

import numpy as np
from numba import njit

from .packing import CHUNK

SENTENCE_END = -1
"""As in `corpus.marks`; compiled code uses no other room."""
OVERFLOW = -1

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_SIX, _TOP = np.uint64(6), np.uint64(58)
_LOW_BITS = np.uint64(63)
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_BITS = np.zeros(64, np.uint64)
for _bit in range(64):
    _BITS[((int(_DE_BRUIJN) << _bit) % 2**64) >> 58] = _bit


@njit(cache=True, nogil=True)
def scan(
    ids, place, stop, window, symmetric, weights, limits, bases, head, bucket_of, shifts, pool,
    bucket_of_chunk, cursors, n_of_words, state,
):  # fmt: skip
    """Count the pairs whose right word stands from ``place`` up to ``stop``.

    Parameters
    ----------
    ids : ndarray of int32       word ids and SENTENCE_END; the window before ``place`` is there
    place, stop : int            places in ``ids``
    window : int
    symmetric : bool
    weights : ndarray of uint64, (window,)       by distance, from 1
    limits, bases : ndarray of int64, (n_words,)
    head : ndarray of uint64                     *in place*
    bucket_of : ndarray of int32, (n_words,)     of rows
    shifts : ndarray of int64, (2,)              of row and column in packed pairs
    pool : ndarray of int64                      *in place:* CHUNK pairs behind each other
    bucket_of_chunk : ndarray of int32           *in place*
    cursors : ndarray of int64, (n_buckets,)     *in place:* where the next pair goes; at a multiple
                                                 of CHUNK there is no room
    n_of_words : ndarray of int64, (n_words,)    *in place:* how often words occurred
    state : ndarray of int64, (1,)               *in place:* chunks in use

    Returns
    -------
    int   the place that is next: before ``stop`` if the pool is full
    """
    begin = place
    while begin > 0 and ids[begin - 1] != SENTENCE_END and place - begin < window:
        begin -= 1
    n_used, n_chunks = state[0], len(bucket_of_chunk)
    row_shift, column_shift = shifts[0], shifts[1]
    while place < stop:
        right = np.int64(ids[place])
        if right == SENTENCE_END:
            place += 1
            begin = place
            continue
        first = max(begin, place - window)
        if n_used + len(cursors) + (place - first) // CHUNK >= n_chunks:
            break
        n_of_words[right] += 1
        for near in range(place - 1, first - 1, -1):
            row = np.int64(ids[near])
            column = right
            if symmetric and row > column:
                row, column = column, row
            distance = place - near - 1
            if column < limits[row]:
                weight = weights[distance]
                if symmetric and row == column:
                    weight += weight
                head[bases[row] + column] += weight
            else:
                bucket = bucket_of[row]
                cursor = cursors[bucket]
                if cursor % CHUNK == 0:
                    cursor = n_used * CHUNK
                    bucket_of_chunk[n_used] = bucket
                    n_used += 1
                    pool[cursor] = (row << row_shift) | (column << column_shift) | distance
                    cursors[bucket] = cursor + 1
                else:
                    pool[cursor] = (row << row_shift) | (column << column_shift) | distance
                    cursors[bucket] = cursor + 1
        place += 1
    state[0] = n_used
    return place


@njit(cache=True, nogil=True)
def count_rows(pool, chunks, n_last, row_shift, first, n_of_rows):
    """Count the pairs of each row; *in place:* ``n_of_rows`` (int64), whose first is ``first``.

    ``chunks`` (int64) are those of a bucket; the last one of them holds ``n_last`` pairs.
    """
    for number in range(len(chunks)):
        start = chunks[number] * CHUNK
        length = CHUNK if number < len(chunks) - 1 else n_last
        for place in range(start, start + length):
            n_of_rows[(pool[place] >> row_shift) - first] += 1


@njit(cache=True, nogil=True)
def group(
    pool, chunks, n_last, shifts, first, stop, weights, symmetric, cursors, columns, sums
):  # fmt: skip
    """Write the pairs of rows from ``first`` up to ``stop`` side by side, row by row.

    Parameters
    ----------
    pool, chunks, n_last, shifts, weights, symmetric   as of `scan` and `count_rows`
    first, stop : int
    cursors : ndarray of int64           *in place:* where the next pair of row first + i goes
    columns : ndarray of uint32          *in place*
    sums : ndarray of uint64             *in place:* the weight of each pair
    """
    column_mask = (np.int64(1) << (shifts[0] - shifts[1])) - 1
    distance_mask = (np.int64(1) << shifts[1]) - 1
    for number in range(len(chunks)):
        start = chunks[number] * CHUNK
        length = CHUNK if number < len(chunks) - 1 else n_last
        for place in range(start, start + length):
            pair = pool[place]
            row = pair >> shifts[0]
            if row < first or row >= stop:
                continue
            column = (pair >> shifts[1]) & column_mask
            weight = weights[pair & distance_mask]
            if symmetric and row == column:
                weight += weight
            cursor = cursors[row - first]
            columns[cursor] = column
            sums[cursor] = weight
            cursors[row - first] = cursor + 1


@njit(cache=True, nogil=True)
def add_up(
    starts, columns, sums, first, head, limits, bases, symmetric, cells, marks, blocks, ends,
    out_columns, out_sums,
):  # fmt: skip
    """Add up several sources row by row; columns of a row rise in what comes out.

    Parameters
    ----------
    starts : ndarray of int64, (n_sources, n_rows + 1)   where rows lie in what follows
    columns : ndarray of uint32, sums : ndarray of uint64   of all sources
    first : int                                   the row of ``starts[:, 0]``
    head, limits, bases, symmetric                as of `scan`; an empty head counts nothing
    cells : ndarray of uint64, (n_words,)         all 0, and so again afterwards
    marks : ndarray of uint64                     likewise: a bit for each cell
    blocks : ndarray of uint64                    likewise: a bit for each of the marks
    ends : ndarray of int64, (n_rows,)            *in place:* where each row ends
    out_columns : ndarray of uint32               *in place*
    out_sums : ndarray of uint64                  *in place*

    Returns
    -------
    int   how many pairs came out; OVERFLOW if a sum has no room in 64 bits
    """
    n_out = 0
    n_sources, n_rows = starts.shape[0], starts.shape[1] - 1
    for number in range(n_rows):
        row = first + number
        if len(head):
            for column in range(row if symmetric else 0, limits[row]):
                total = head[bases[row] + column]
                if total:
                    out_columns[n_out] = column
                    out_sums[n_out] = total
                    n_out += 1
        for source in range(n_sources):
            for place in range(starts[source, number], starts[source, number + 1]):
                column = columns[place]
                old = cells[column]
                if old == _ZERO:
                    mark = np.uint64(column) >> _SIX
                    marks[mark] |= _ONE << (np.uint64(column) & _LOW_BITS)
                    blocks[mark >> _SIX] |= _ONE << (mark & _LOW_BITS)
                total = old + sums[place]
                if total < old:
                    return OVERFLOW
                cells[column] = total
        n_out = _take_out(cells, marks, blocks, out_columns, out_sums, n_out)
        ends[number] = n_out
    return n_out


@njit(cache=True, nogil=True)
def _take_out(cells, marks, blocks, out_columns, out_sums, n_out):
    """Write all cells that are not 0 behind what came out, and set them to 0."""
    for block in range(len(blocks)):
        block_bits = blocks[block]
        if block_bits == _ZERO:
            continue
        blocks[block] = _ZERO
        while block_bits:
            mark = (np.uint64(block) << _SIX) | _lowest(block_bits)
            block_bits &= block_bits - _ONE
            bits = marks[mark]
            marks[mark] = _ZERO
            while bits:
                column = (mark << _SIX) | _lowest(bits)
                bits &= bits - _ONE
                out_columns[n_out] = column
                out_sums[n_out] = cells[column]
                cells[column] = _ZERO
                n_out += 1
    return n_out


@njit(cache=True, nogil=True, forceinline=True)
def _lowest(bits):
    """The place of the lowest bit that is set."""
    return _BITS[((bits & (~bits + _ONE)) * _DE_BRUIJN) >> _TOP]
