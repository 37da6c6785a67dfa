"""What a center is predicted against: itself and negatives, its Huffman path, or all words."""

import numpy as np
from numba import njit

from .backend import LANES, PATH_TILES, prefetch_early
from .options import INLINE, INNER
from .random import high_below, low_half, next_random
from .sentences import row_of


@njit(**INLINE)
def draw_outputs(
    center_row, n_steps, uses, negative, negatives, n_hot, private_start, row_stride, random, pool,
    cursor, lanes, first, n_lanes, out_rows, signs,
):  # fmt: skip
    """Set the outputs of each step of a center: itself and negatives.

    They come from a pool of negatives that is drawn at once and used ``uses`` times, each time in
    a new random order: so few rows stay in a near cache, and no two successive centers have the
    same. ``cursor`` holds the place in the pool, and how often that will be used again.
    *In place:* ``cursor``, ``out_rows`` and ``signs`` from ``first`` on, ``n_lanes`` a step,
    ``pool`` and ``random``.
    """
    for step in range(n_steps):
        if cursor[0] == len(pool):
            cursor[0] = 0
            if cursor[1] == 0:
                draw_negatives(negatives, n_hot, private_start, row_stride, random, pool)
                cursor[1] = uses
            else:
                shuffle(pool, random)
            cursor[1] -= 1
        _set_outputs(
            center_row, negative, pool, cursor[0], lanes, first + step * n_lanes, out_rows, signs
        )
        cursor[0] += negative


@njit(**INNER)
def shuffle(pool, random):
    """Put an array into random order (Fisher and Yates; Durstenfeld 1964); *in place:* both."""
    for i in range(len(pool) - 1, 0, -1):
        other = high_below(next_random(random), i + 1)
        pool[i], pool[other] = pool[other], pool[i]


@njit(**INNER)
def draw_negatives(negatives, n_hot, private_start, row_stride, random, pool):
    """Draw words by an alias table; *in place:* ``pool`` gets their rows, and ``random``.

    Many at a time: the table does not fit the nearest cache, and so their latencies overlap.
    """
    for i in range(len(pool)):
        bits = next_random(random)
        column = high_below(bits, len(negatives))
        accept = negatives[column, 0]
        alias = np.int64(negatives[column, 1])
        word = alias if low_half(bits) > accept else column
        pool[i] = row_of(word, n_hot, private_start, row_stride)


@njit(**INLINE)
def _set_outputs(center_row, negative, pool, cursor, lanes, first, out_rows, signs):
    """Set outputs to a center and negatives; *in place:* ``out_rows``, ``signs``.

    A negative that is the center itself has no effect, as in word2vec.c.
    """
    out_rows[first] = center_row
    signs[first] = 1
    for k in range(1 + negative, len(lanes)):
        out_rows[first + lanes[k]] = center_row
    for k in range(1, 1 + negative):
        row = pool[cursor + k - 1]
        out_rows[first + lanes[k]] = row
        signs[first + lanes[k]] = 0 if row == center_row else -1


@njit(**INLINE)
def fetch_outputs(lanes, first, out_rows, outputs, vector_dim):
    """Have the rows of all outputs of a step on their way."""
    for k in range(len(lanes)):
        prefetch_early(outputs, out_rows[first + lanes[k]], vector_dim)


@njit(**INLINE)
def tiles_for_path(n_nodes, width):
    """How many tiles of ``width`` hold a Huffman path: at least one."""
    return max((n_nodes + width - 1) // width, 1)


@njit(**INLINE)
def path_tiles(n_nodes):
    """Tiles for a Huffman path: (how many, the size of each).

    They are as few as can be, and all of one size, the smallest that holds the path.
    """
    n_tiles = tiles_for_path(n_nodes, PATH_TILES[0])
    return n_tiles, max((n_nodes + n_tiles - 1) // n_tiles, PATH_TILES[2])


@njit(**INLINE)
def set_path(
    start, stop, nodes, node_signs, n_hot, private_start, row_stride, n_tiles, width, first,
    out_rows, signs, outputs, vector_dim,
):  # fmt: skip
    """Set outputs to steps ``start`` to ``stop`` - 1 of all Huffman paths, in tiles of ``width``.

    The last tile, which may be the first, is filled up with outputs that have no effect.
    *In place:* ``out_rows``, ``signs``.
    """
    row = np.int64(0)
    for tile in range(n_tiles):
        place = first + tile * LANES
        for lane in range(LANES):
            sign = np.float32(0)
            if lane < width and start < stop:
                row = row_of(np.int64(nodes[start]), n_hot, private_start, row_stride)
                sign = np.float32(node_signs[start])
                prefetch_early(outputs, row, vector_dim)
                start += 1
            out_rows[place + lane] = row
            signs[place + lane] = sign


@njit(**INNER)
def set_all_outputs(n_outputs, lanes, n_hot, private_start, row_stride, out_rows, signs):
    """Let the outputs be all there are, for all centers; *in place:* ``out_rows``, ``signs``."""
    for k in range(len(lanes)):
        word = k if k < n_outputs else 0
        out_rows[lanes[k]] = row_of(word, n_hot, private_start, row_stride)
        signs[lanes[k]] = -1 if k < n_outputs else 0
