"""A step whose one input is a mean of rows, which is never a row itself."""

from numba import types
from numba.extending import intrinsic

from .emit import (
    FLOAT,
    INDEX,
    WIDTH,
    add_to_memory,
    constant,
    intrinsic_of,
    item,
    load,
    loop,
    multiply_add,
    splat,
    store,
    then_zeros,
)
from .fetching import LINE_FLOATS
from .products import (
    Operands,
    add_product,
    columns_of,
    error_at,
    fetch_soon,
    for_tiles,
    known,
    place_of,
    products_of,
    store_sums,
    sum_of,
)
from .slices import in_blocks, sums_along


@intrinsic
def multiply_bag(
    typing_context, inputs, in_rows, n_inputs, weights, mean, outputs, out_rows, first, n_tiles,
    tile, length, products,
):  # fmt: skip
    """See `portable.multiply_bag`."""
    arguments = (
        inputs, in_rows, n_inputs, weights, mean, outputs, out_rows, first, n_tiles, tile, length,
        products,
    )  # fmt: skip

    def emit(builder, *values):
        inputs, in_rows, n_rows, weights, mean, *rest = known(arguments, values)
        of = Operands(inputs, in_rows, INDEX(1), mean, *rest)
        _emit_multiply(builder, of, n_rows, weights)

    return intrinsic_of(emit, types.void, arguments)


def _emit_multiply(builder, of, n_rows, weights):
    rows = _Rows(builder, of, n_rows)
    if of.n_tiles is None:
        _emit_multiply_at_once(builder, of, rows, weights)
        return

    def mean_of_block(places, width, _):
        rows.means_at(places, width, weights)
        return []

    in_blocks(builder, of.length, [], mean_of_block)

    def one_tile(tile, columns):
        def one_slice(d, totals, width):
            x = [load(builder, of.dense, d, width)]
            return products_of(builder, of, columns, d, x, totals)

        totals = sums_along(builder, of.length, of.tile, one_slice)
        store_sums(builder, of, totals, place_of(builder, of, tile, INDEX(0)))

    for_tiles(builder, of, one_tile)


def _emit_multiply_at_once(builder, of, rows, weights):
    """With one tile: a part of the mean is multiplied as soon as it is there."""
    columns = columns_of(builder, of, of.first, INDEX(0))

    def one_block(places, width, totals):
        means = rows.means_at(places, width, weights)
        if width == WIDTH:
            for mean, d in zip(means, places, strict=True):
                totals = products_of(builder, of, columns, d, [mean], totals)
            return totals
        part = products_of(builder, of, columns, places[0], means, [None] * of.tile)
        pairs = zip(totals, part, strict=True)
        return [builder.fadd(total, then_zeros(builder, more)) for total, more in pairs]

    totals = in_blocks(builder, of.length, [constant(0)] * of.tile, one_block)
    store_sums(builder, of, totals, INDEX(0))


class _Rows:
    """The inputs of a bag."""

    def __init__(self, builder, of, n_rows):
        self._builder, self._of, self._n_rows = builder, of, n_rows

    def means_at(self, places, width, weights):
        """Slices of their mean, which are stored, too."""
        builder, of = self._builder, self._of

        def add(i, totals):
            row = item(builder, of.in_rows, i)
            x = [load(builder, of.inputs, builder.add(row, d), width) for d in places]
            pairs = zip(x, totals, strict=True)
            if weights is None:
                return [builder.fadd(value, total) for value, total in pairs]
            weight = splat(builder, item(builder, weights, i), width)
            return [multiply_add(builder, value, weight, total) for value, total in pairs]

        means = loop(builder, self._n_rows, 1, [constant(0, width)] * len(places), add)
        if weights is None:
            share = builder.fdiv(FLOAT(1), builder.sitofp(self._n_rows, FLOAT))
            means = [builder.fmul(mean, splat(builder, share, width)) for mean in means]
        for mean, d in zip(means, places, strict=True):
            store(builder, mean, of.dense, d)
        return means

    def add_at(self, places, changes):
        """Add slices of a change to all of them."""
        builder, of = self._builder, self._of

        def one_row(i, _):
            # Not before the last row was stored: it may be the same.
            row = item(builder, of.in_rows, i)
            for change, d in zip(changes, places, strict=True):
                add_to_memory(builder, change, of.inputs, builder.add(row, d))

        loop(builder, self._n_rows, 1, [], one_row)


@intrinsic
def update_bag(
    typing_context, inputs, in_rows, n_inputs, mean, outputs, out_rows, first, n_tiles, tile,
    length, products, soon, stay,
):  # fmt: skip
    """See `portable.update_bag`."""
    arguments = (
        inputs, in_rows, n_inputs, mean, outputs, out_rows, first, n_tiles, tile, length, products,
        soon, stay,
    )  # fmt: skip

    def emit(builder, *values):
        inputs, in_rows, n_rows, *rest = known(arguments, values)
        _emit_update(builder, Operands(inputs, in_rows, INDEX(1), *rest), n_rows)

    return intrinsic_of(emit, types.void, arguments)


def _emit_update(builder, of, n_rows):
    rows = _Rows(builder, of, n_rows)
    only = None if of.n_tiles else columns_of(builder, of, of.first, INDEX(0))

    def one_block(places, width, _):
        x = [load(builder, of.dense, d, width) for d in places]

        def one_tile(tile, changes):
            for d in places[:: max(LINE_FLOATS // width, 1)]:
                fetch_soon(builder, of, tile, d)
            columns = only or columns_of(builder, of, of.first, tile)
            return _update_outputs(builder, of, tile, columns, places, x, changes)

        changes = [constant(0, width)] * len(places)
        if of.n_tiles is None:
            changes = one_tile(INDEX(0), changes)
        else:
            changes = loop(builder, of.n_tiles, 1, changes, one_tile)
        rows.add_at(places, changes)
        return []

    in_blocks(builder, of.length, [], one_block)


def _update_outputs(builder, of, tile, columns, places, x, changes):
    """Slices of a tile: the outputs are changed, and the change of the mean is what is returned."""
    width = x[0].type.count
    place = place_of(builder, of, tile, INDEX(0))
    errors = [error_at(builder, of, place, k, width) for k in range(of.tile)]
    totals = [[change, None] for change in changes]
    for k, column in enumerate(columns):
        for total, d in zip(totals, places, strict=True):
            y = load(builder, of.outputs, builder.add(column, d), width)
            add_product(builder, total, k, errors[k], y)
    if of.stay is None:
        # Rows are read again: the same one may stand in two places of a tile.
        for error, column in zip(errors, columns, strict=True):
            for value, d in zip(x, places, strict=True):
                here = builder.add(column, d)
                y = load(builder, of.outputs, here, width)
                store(builder, multiply_add(builder, error, value, y), of.outputs, here)
    return [sum_of(builder, total) for total in totals]
