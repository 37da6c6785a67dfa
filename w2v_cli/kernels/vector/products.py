"""The matrix products of a step: X Y^T, X += G Y, Y += G^T X_before."""

from typing import Any, NamedTuple

from numba import types
from numba.extending import intrinsic

from .emit import (
    INDEX,
    WIDTH,
    constant,
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


class Operands(NamedTuple):
    """The arguments of a product as values of the compiler; see `step` for what they are."""

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


def _product(emit):
    """The intrinsic whose instructions ``emit(builder, operands)`` makes."""

    @intrinsic
    def product(
        typing_context,
        inputs,
        in_rows,
        n_inputs,
        dense,
        outputs,
        out_rows,
        first,
        n_tiles,
        tile,
        length,
        products,
    ):
        arguments = (
            inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length,
            products,
        )  # fmt: skip
        return intrinsic_of(
            lambda builder, *values: emit(builder, Operands(*values)), types.void, arguments
        )

    return product


@_product
def multiply(builder, of):
    """See `portable.multiply`. Two inputs against a tile: all sums stay in registers."""
    stride = builder.mul(of.n_tiles, INDEX(WIDTH))

    def rows_against_tiles(numbers):
        rows = [item(builder, of.in_rows, number) for number in numbers]
        copies = [builder.mul(number, of.length) for number in numbers]

        def one_tile(columns, lanes):
            def one_slice(d, totals):
                x = [load(builder, of.inputs, builder.add(row, d)) for row in rows]
                for copy, value in zip(copies, x, strict=True):
                    store(builder, value, of.dense, builder.add(copy, d))
                totals = list(totals)
                for k, column in enumerate(columns):
                    y = load(builder, of.outputs, builder.add(column, d))
                    for i, value in enumerate(x):
                        place = i * of.tile + k
                        totals[place] = multiply_add(builder, value, y, totals[place])
                return totals

            zeros = [constant(0)] * (len(rows) * of.tile)
            totals = loop(builder, of.length, WIDTH, zeros, one_slice)
            for i, number in enumerate(numbers):
                row = sums(builder, totals[i * of.tile : (i + 1) * of.tile])
                place = builder.add(builder.mul(number, stride), lanes)
                store(builder, row, of.products, place)

        _for_tiles(builder, of, one_tile)

    for_pairs(builder, of.n_inputs, rows_against_tiles)


@_product
def update(builder, of):
    """See `portable.update`. Slice by slice: the outputs and their changes stay in registers."""

    def one_slice(columns, lanes, d):
        y = [load(builder, of.outputs, builder.add(column, d)) for column in columns]

        def one_input(i, changes):
            row = builder.add(item(builder, of.in_rows, i), d)
            x = load(builder, of.dense, builder.add(builder.mul(i, of.length), d))
            totals = [load(builder, of.inputs, row), None]
            changes = list(changes)
            # One error after the other: all at once would not leave enough registers.
            for k in range(of.tile):
                error = _error(builder, of, i, lanes, k)
                _add_product(builder, totals, k, error, y[k])
                changes[k] = multiply_add(builder, error, x, changes[k])
            store(builder, builder.fadd(*totals), of.inputs, row)
            return changes

        changes = loop(builder, of.n_inputs, 1, [constant(0)] * of.tile, one_input)
        _add_to_rows(builder, of.outputs, columns, d, changes)

    _for_slices(builder, of, one_slice)


@_product
def update_inputs(builder, of):
    """See `portable.update_inputs`."""

    def one_slice(columns, lanes, d):
        y = [load(builder, of.outputs, builder.add(column, d)) for column in columns]

        def one_input(i, _):
            row = builder.add(item(builder, of.in_rows, i), d)
            totals = [load(builder, of.inputs, row), None]
            for k in range(of.tile):
                _add_product(builder, totals, k, _error(builder, of, i, lanes, k), y[k])
            store(builder, builder.fadd(*totals), of.inputs, row)

        loop(builder, of.n_inputs, 1, [], one_input)

    _for_slices(builder, of, one_slice)


@_product
def update_outputs(builder, of):
    """See `portable.update_outputs`."""

    def one_slice(columns, lanes, d):
        def one_input(i, changes):
            x = load(builder, of.dense, builder.add(builder.mul(i, of.length), d))
            return [
                multiply_add(builder, _error(builder, of, i, lanes, k), x, change)
                for k, change in enumerate(changes)
            ]

        changes = loop(builder, of.n_inputs, 1, [constant(0)] * of.tile, one_input)
        _add_to_rows(builder, of.outputs, columns, d, changes)

    _for_slices(builder, of, one_slice)


def _for_tiles(builder, of, body):
    """body(starts of a tile's rows, the tile's first lane) for all tiles."""

    def one_tile(number, _):
        lanes = builder.mul(number, INDEX(WIDTH))
        place = builder.add(of.first, lanes)
        numbers = [builder.add(place, INDEX(k)) for k in range(of.tile)]
        return body([item(builder, of.out_rows, number) for number in numbers], lanes)

    loop(builder, of.n_tiles, 1, [], one_tile)


def _for_slices(builder, of, body):
    """body(starts of a tile's rows, the tile's first lane, start of a slice) for all."""

    def one_tile(columns, lanes):
        loop(builder, of.length, WIDTH, [], lambda d, _: body(columns, lanes, d))

    _for_tiles(builder, of, one_tile)


def _error(builder, of, i, lanes, k):
    """The entry of G for input i and output k of a tile, in all lanes."""
    row = builder.mul(i, builder.mul(of.n_tiles, INDEX(WIDTH)))
    place = builder.add(builder.add(row, lanes), INDEX(k))
    return splat(builder, item(builder, of.products, place))


def _add_product(builder, totals, k, a, b):
    """Add a * b to one of two sums, in turn, so that not each addition waits for the last one."""
    place = (k + 1) % 2
    if totals[place] is None:
        totals[place] = builder.fmul(a, b)
    else:
        totals[place] = multiply_add(builder, a, b, totals[place])


def _add_to_rows(builder, matrix, rows, d, changes):
    """Read rows again and add to them: the same row may stand in two places of a tile."""
    for row, change in zip(rows, changes, strict=True):
        here = builder.add(row, d)
        store(builder, builder.fadd(load(builder, matrix, here), change), matrix, here)
