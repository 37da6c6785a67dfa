"""Pairs of words put into tiles: all pairs of two blocks of words together, in a random order."""

from numba import njit

from .options import KERNEL
from .pairs import SECOND
from .random import high_below, next_random


@njit(**KERNEL)
def count_in_tiles(
    first_row, starts, columns, block_of, tile_of, sizes, n_directions, is_symmetric
):
    """Count the pairs of each tile; *in place:* ``sizes`` and ``n_directions``.

    Parameters
    ----------
    first_row : int                    the first of some rows, whose pairs are counted
    starts : int64, (n_rows + 1,)      where each of them begins
    columns : uint32, (n_pairs,)       of all rows
    block_of : uint16, (n_words,)      of each word
    tile_of : int32, (n_blocks, n_blocks)   either way round
    sizes, n_directions : int64, (n_tiles,)
    is_symmetric : bool                a pair of two words is trained both ways
    """
    for number in range(len(starts) - 1):
        row = first_row + number
        for place in range(starts[number], starts[number + 1]):
            tile = tile_of[block_of[row], block_of[columns[place]]]
            sizes[tile] += 1
            n_directions[tile] += 2 if is_symmetric and columns[place] != row else 1


@njit(**KERNEL)
def put_into_tiles(
    first_row, starts, columns, sums, unit, block_of, borders, tile_of, ends, firsts, random,
    left, right, x,
):  # fmt: skip
    """Put each pair into its tile, at a random place; *in place:* all from ``ends`` on.

    Parameters
    ----------
    first_row, starts, columns, block_of, tile_of : see `count_in_tiles`
    sums : uint64, (n_pairs,)            counts, times ``unit``
    unit : float
    borders : int64, (n_blocks + 1,)     the first word of each block
    firsts, ends : int64, (n_tiles,)     where pairs of a tile begin, and where they end so far
    random : uint64, (n_tiles, 1)        the state of its random numbers
    left, right : uint16, (n_pairs,)     see `pairs`
    x : float32, (n_pairs,)              counts

    Source: Fisher and Yates' shuffle, from the inside out.
    """
    for number in range(len(starts) - 1):
        row = first_row + number
        row_block = block_of[row]
        for place in range(starts[number], starts[number + 1]):
            column = columns[place]
            block = block_of[column]
            tile = tile_of[row_block, block]
            i, j = row - borders[row_block], column - borders[block]
            if row_block > block:
                i += SECOND
            elif row_block < block:
                j += SECOND
            end, first = ends[tile], firsts[tile]
            other = first + high_below(next_random(random[tile]), end + 1 - first)
            left[end], right[end], x[end] = left[other], right[other], x[other]
            left[other], right[other], x[other] = i, j, sums[place] / unit
            ends[tile] += 1
