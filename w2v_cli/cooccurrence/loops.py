"""The compiled loops that count pairs of words, and that add up what was counted.

A pair is a row and a column: two ids, the lower one first where counts are symmetric. Those of a
low row and a low column are the head, and are added to a cell each: of column c the rows below
``heights[c]``, at ``bases[c] + row``. So the cells of a rare word and its frequent neighbors lie
side by side: the order decides how many pages of memory a sentence touches. Cells have 32 bits, of
which more stay in the caches; what has no room there is carried into a second array.

All other pairs are the tail. They are written down, packed (row, column, distance), into chunks of
a pool, each of which belongs to a bucket: a range of rows. Then the pairs of a bucket are put in
the order of their rows, and each row is added up in an array with a cell for each column. Nothing
is compared, so nothing is sorted.

Places are unsigned where loops are hot: others are compared with 0 first, as -1 may be the last.
"""

import numpy as np
from numba import njit

from .packing import CHUNK

SENTENCE_END = -1
"""As in `corpus.marks`; compiled code uses no other room."""
OVERFLOW = -1

_IN_CHUNK = CHUNK - 1
_ZERO, _ONE = np.uint64(0), np.uint64(1)
_CARRY = np.uint32(1)
_SIX, _TOP = np.uint64(6), np.uint64(58)
_LOW_BITS = np.uint64(63)
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_BITS = np.zeros(64, np.uint64)
for _bit in range(64):
    _BITS[((int(_DE_BRUIJN) << _bit) % 2**64) >> 58] = _bit


@njit(cache=True, nogil=True)
def scan(
    ids, place, stop, window, symmetric, weights, heights, bases, cells, carries, bucket_of, shifts,
    pool, bucket_of_chunk, cursors, n_of_words, state,
):  # fmt: skip
    """Count the pairs whose right word stands from ``place`` up to ``stop``.

    Parameters
    ----------
    ids : ndarray of int32       word ids and SENTENCE_END; the window before ``place`` is there
    place, stop : int            places in ``ids``
    window : int
    symmetric : bool
    weights : ndarray of uint32, (window,)       by distance, from 1; below 2**31
    heights, bases : ndarray of int64, (n_words,)
    cells, carries : ndarray of uint32           *in place:* the head, and how often it ran over
    bucket_of : ndarray of int32, (n_words,)     of rows
    shifts : ndarray of int64, (2,)              of row and column in packed pairs
    pool : ndarray of int64                      *in place:* chunks of CHUNK pairs
    bucket_of_chunk : ndarray of int32           *in place*
    cursors : ndarray of int64, (n_buckets,)     *in place:* where the next pair goes; at the start
                                                 of a chunk it is not known yet of which
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
            left = np.int64(ids[np.uint64(near)])
            row = min(left, right) if symmetric else left
            column = max(left, right) if symmetric else right
            distance = place - near - 1
            if row < heights[np.uint64(column)]:
                weight = weights[np.uint64(distance)]
                if symmetric and row == column:
                    weight += weight
                cell = np.uint64(bases[np.uint64(column)] + row)
                old = cells[cell]
                total = np.uint32(old + weight)
                cells[cell] = total
                if total < old:
                    carries[cell] += _CARRY
            else:
                bucket = np.uint64(bucket_of[np.uint64(row)])
                cursor = cursors[bucket]
                if cursor & _IN_CHUNK == 0:
                    cursor = n_used * CHUNK
                    bucket_of_chunk[n_used] = bucket
                    n_used += 1
                pool[np.uint64(cursor)] = (row << row_shift) | (column << column_shift) | distance
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
            n_of_rows[np.uint64((pool[np.uint64(place)] >> row_shift) - first)] += 1


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
            pair = pool[np.uint64(place)]
            row = pair >> shifts[0]
            if row < first or row >= stop:
                continue
            column = (pair >> shifts[1]) & column_mask
            weight = np.uint64(weights[np.uint64(pair & distance_mask)])
            if symmetric and row == column:
                weight += weight
            cursor = np.uint64(cursors[np.uint64(row - first)])
            columns[cursor] = column
            sums[cursor] = weight
            cursors[np.uint64(row - first)] += 1


@njit(cache=True, nogil=True)
def group_entries(rows, columns, sums, cursors, by_row, sums_by_row):
    """Write pairs (int64, uint32, uint64) row by row.

    *in place:* ``cursors`` (int64, (n_words,)), where the next pair of each row goes, and
    ``by_row`` and ``sums_by_row``.
    """
    for place in range(len(rows)):
        row = np.uint64(rows[place])
        cursor = np.uint64(cursors[row])
        by_row[cursor] = columns[place]
        sums_by_row[cursor] = sums[place]
        cursors[row] += 1


@njit(cache=True, nogil=True)
def add_up(
    starts, columns, sums, first, head, bases, tails, symmetric, cells, marks, blocks, ends,
    out_columns, out_sums,
):  # fmt: skip
    """Add up several sources row by row; columns of a row rise in what comes out.

    Parameters
    ----------
    starts : ndarray of int64, (n_sources, n_rows + 1)   where rows lie in what follows
    columns, sums : ndarray of uint32, of uint64  of all sources
    first : int                                   the row of ``starts[:, 0]``
    head : ndarray of uint64                      the cells of `scan`; if empty, they do not count
    bases, symmetric                              as of `scan`
    tails : ndarray of int64, (n_words,)          the column of each row where its tail begins
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
            for column in range(row if symmetric else 0, tails[row]):
                total = head[bases[column] + row]
                if total:
                    out_columns[n_out] = column
                    out_sums[n_out] = total
                    n_out += 1
        for source in range(n_sources):
            for place in range(starts[source, number], starts[source, number + 1]):
                column = np.uint64(columns[np.uint64(place)])
                old = cells[column]
                if old == _ZERO:
                    mark = column >> _SIX
                    marks[mark] |= _ONE << (column & _LOW_BITS)
                    blocks[mark >> _SIX] |= _ONE << (mark & _LOW_BITS)
                total = old + sums[np.uint64(place)]
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


@njit(cache=True, nogil=True)
def first_bad_row(starts, columns, sums, symmetric, first, stop):
    """The first of some rows with a column out of range or order, or a sum of 0; else -1.

    ``starts`` rise from 0 to the number of columns; no other place is looked at.
    """
    n_words = len(starts) - 1
    for row in range(first, stop):
        least = row if symmetric else 0
        for place in range(starts[row], starts[row + 1]):
            column = np.int64(columns[place])
            if column < least or column >= n_words or sums[place] == _ZERO:
                return row
            least = column + 1
    return -1
