"""The matrix products of a step: X Y^T, X += G Y, Y += G^T X."""

from typing import Any, NamedTuple

from numba import types
from numba.extending import intrinsic

from .emit import (
    INDEX,
    LANES,
    WIDTH,
    add_to_memory,
    constant,
    first_half,
    for_pairs,
    intrinsic_of,
    item,
    load,
    loop,
    multiply_add,
    splat,
    store,
    sums,
)
from .fetching import fetch_line
from .slices import for_slices, sums_along


class Operands(NamedTuple):
    """The arguments of a product as values of the compiler; see `step` for what they are.

    Those that a product has not, or that are None where it is called, are None.
    """

    inputs: Any
    in_rows: Any
    n_inputs: Any
    dense: Any
    outputs: Any
    out_rows: Any
    first: Any
    n_tiles: Any
    tile: Any
    length: Any
    products: Any
    soon: Any = None
    stay: Any = None


def known(arguments, values):
    """Values of the compiler, but None for arguments that are None to the caller."""
    return [
        None if isinstance(argument, types.NoneType) else value
        for argument, value in zip(arguments, values, strict=True)
    ]


@intrinsic
def multiply(
    typing_context, inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile,
    length, products,
):  # fmt: skip
    """See `portable.multiply`. Two inputs against a tile: all sums stay in registers."""
    arguments = (
        inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length, products,
    )  # fmt: skip

    def emit(builder, *values):
        _emit_multiply(builder, Operands(*known(arguments, values)))

    return intrinsic_of(emit, types.void, arguments)


def _emit_multiply(builder, of):
    def rows_against_tiles(numbers):
        rows = [item(builder, of.in_rows, number) for number in numbers]

        def one_tile(tile, columns):
            def one_slice(d, totals, width):
                x = [load(builder, of.inputs, builder.add(row, d), width) for row in rows]
                if of.dense is not None:
                    for number, value in zip(numbers, x, strict=True):
                        copy = builder.add(builder.mul(number, of.length), d)
                        store(builder, value, of.dense, copy)
                return products_of(builder, of, columns, d, x, totals)

            totals = sums_along(builder, of.length, len(rows) * of.tile, one_slice)
            place = place_of(builder, of, tile, numbers[0])
            store_sums(builder, of, totals, place)

        for_tiles(builder, of, one_tile)

    for_pairs(builder, of.n_inputs, rows_against_tiles)


@intrinsic
def update(
    typing_context, inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile,
    length, products, soon, stay,
):  # fmt: skip
    """See `portable.update`. Slice by slice: the outputs and their changes stay in registers."""
    arguments = (
        inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length, products,
        soon, stay,
    )  # fmt: skip

    def emit(builder, *values):
        _emit_update(builder, Operands(*known(arguments, values)))

    return intrinsic_of(emit, types.void, arguments)


def _emit_update(builder, of):
    def one_tile(tile, columns):
        def one_slice(d, width):
            y = [load(builder, of.outputs, builder.add(column, d), width) for column in columns]

            def one_input(i, changes):
                row = builder.add(item(builder, of.in_rows, i), d)
                before = x = load(builder, of.inputs, row, width)
                if of.dense is not None:
                    copy = builder.add(builder.mul(i, of.length), d)
                    x = load(builder, of.dense, copy, width)
                totals, changes = [before, None], list(changes)
                place = place_of(builder, of, tile, i)
                # One error after the other: all at once would not leave enough registers.
                for k in range(of.tile):
                    error = error_at(builder, of, place, k, width)
                    add_product(builder, totals, k, error, y[k])
                    if of.stay is None:
                        changes[k] = multiply_add(builder, error, x, changes[k])
                store(builder, sum_of(builder, totals), of.inputs, row)
                return changes

            changes = [] if of.stay is not None else [constant(0, width)] * of.tile
            changes = loop(builder, of.n_inputs, 1, changes, one_input)
            # Rows are read again: the same one may stand in two places of a tile.
            for column, change in zip(columns, changes, strict=False):
                add_to_memory(builder, change, of.outputs, builder.add(column, d))

        for_slices(builder, of.length, lambda d: fetch_soon(builder, of, tile, d), one_slice)

    for_tiles(builder, of, one_tile)


def products_of(builder, of, columns, d, x, totals):
    """Add the products of slices of inputs and outputs to their sums, or begin these."""
    totals = list(totals)
    for k, column in enumerate(columns):
        y = load(builder, of.outputs, builder.add(column, d), x[0].type.count)
        for i, value in enumerate(x):
            place = i * of.tile + k
            add_to(builder, totals, place, value, y)
    return totals


def store_sums(builder, of, totals, place):
    """Add up the lanes of the sums of one or two inputs, and store them as logits."""
    n_inputs = len(totals) // of.tile
    by_input = [totals[i * of.tile : (i + 1) * of.tile] for i in range(n_inputs)]
    at_once = WIDTH // LANES
    for start in range(0, n_inputs, at_once):
        some = by_input[start : start + at_once]
        lanes = [some[lane // LANES % len(some)][lane % LANES % of.tile] for lane in range(WIDTH)]
        logits = sums(builder, lanes)
        here = builder.add(place, INDEX(start * LANES))
        store(
            builder,
            logits if len(some) == at_once else first_half(builder, logits),
            of.products,
            here,
        )


def for_tiles(builder, of, body):
    """body(number of a tile, starts of its rows) for all tiles."""

    def one_tile(tile, _):
        return body(tile, columns_of(builder, of, of.first, tile))

    if of.n_tiles is None:
        one_tile(INDEX(0), None)
    else:
        loop(builder, of.n_tiles, 1, [], one_tile)


def fetch_soon(builder, of, tile, d):
    """Have a line of each output of a tile on its way, of the step that comes next."""
    if of.soon is not None:
        for column in columns_of(builder, of, of.soon, tile):
            fetch_line(builder, of.outputs, builder.add(column, d))


def columns_of(builder, of, first, tile):
    """Where the rows of a tile start."""
    place = builder.add(first, builder.mul(tile, INDEX(LANES)))
    return [item(builder, of.out_rows, builder.add(place, INDEX(k))) for k in range(of.tile)]


def place_of(builder, of, tile, i):
    """Where the products of input i and a tile begin."""
    return builder.mul(builder.add(builder.mul(tile, of.n_inputs), i), INDEX(LANES))


def error_at(builder, of, place, k, width):
    """The entry of G for output k of a tile, everywhere in a vector."""
    return splat(builder, item(builder, of.products, builder.add(place, INDEX(k))), width)


def add_product(builder, totals, k, a, b):
    """Add a * b to one of two sums, in turn, so that not each addition waits for the last one."""
    add_to(builder, totals, (k + 1) % 2, a, b)


def add_to(builder, totals, place, a, b):
    """Add a * b to one of some sums, or begin it; *in place:* ``totals``."""
    if totals[place] is None:
        totals[place] = builder.fmul(a, b)
    else:
        totals[place] = multiply_add(builder, a, b, totals[place])


def sum_of(builder, totals):
    """The sum of two sums, of which the second may be None."""
    return totals[0] if totals[1] is None else builder.fadd(*totals)
