"""Rows of a matrix taken together: means, changes, and fetching ahead."""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from .emit import (
    FLOAT,
    INT32,
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
)

LINE_FLOATS = 16
"""Floats in a cache line."""
TO_READ, TO_WRITE, TO_ALL_CACHES, OF_DATA = INT32(0), INT32(1), INT32(3), INT32(1)


@intrinsic
def mean_of_rows(typing_context, matrix, rows, n_rows, mean, length):
    """See `portable.mean_of_rows`."""
    return intrinsic_of(_emit_mean, types.void, (matrix, rows, n_rows, mean, length))


def _emit_mean(builder, matrix, rows, n_rows, mean, length):
    share = splat(builder, builder.fdiv(FLOAT(1), builder.sitofp(n_rows, FLOAT)))

    def add(some):
        def one_slice(d, _):
            total = load(builder, mean, d)
            for row in some:
                x = load(builder, matrix, builder.add(row, d))
                total = multiply_add(builder, x, share, total)
            store(builder, total, mean, d)

        loop(builder, length, WIDTH, [], one_slice)

    loop(builder, length, WIDTH, [], lambda d, _: store(builder, constant(0), mean, d))
    _for_rows(builder, rows, n_rows, add)


@intrinsic
def add_difference(typing_context, matrix, rows, n_rows, after, before, length):
    """See `portable.add_difference`."""
    arguments = (matrix, rows, n_rows, after, before, length)
    return intrinsic_of(_emit_add_difference, types.void, arguments)


def _emit_add_difference(builder, matrix, rows, n_rows, after, before, length):
    def add(some):
        def one_slice(d, _):
            change = builder.fsub(load(builder, after, d), load(builder, before, d))
            for row in some:
                # Not before the last row was stored: it may be the same.
                place = builder.add(row, d)
                x = load(builder, matrix, place)
                store(builder, builder.fadd(x, change), matrix, place)

        loop(builder, length, WIDTH, [], one_slice)

    _for_rows(builder, rows, n_rows, add)


def _for_rows(builder, rows, n_rows, body):
    """body(starts of one or two rows) for all rows.

    Rows outside and slices inside, as the processor foresees the number of slices.
    """
    for_pairs(builder, n_rows, lambda numbers: body([item(builder, rows, i) for i in numbers]))


@intrinsic
def prefetch(typing_context, matrix, row, length):
    """See `portable.prefetch`."""
    return _prefetching(TO_WRITE, matrix, row, length)


@intrinsic
def prefetch_list(typing_context, rows, start, length):
    """See `portable.prefetch_list`; as many numbers stand in a line as of a matrix."""
    return _prefetching(TO_READ, rows, start, length)


def _prefetching(purpose, *arguments):
    def emit(builder, numbers, start, length):
        _emit_prefetch(builder, purpose, numbers, start, length)

    return intrinsic_of(emit, types.void, arguments)


def _emit_prefetch(builder, purpose, numbers, start, length):
    pointer_type = ir.IntType(8).as_pointer()
    type_ = ir.FunctionType(ir.VoidType(), [pointer_type, INT32, INT32, INT32])
    function = builder.module.declare_intrinsic("llvm.prefetch.p0", fnty=type_)

    def one_line(d, _):
        place = builder.bitcast(builder.gep(numbers, [builder.add(start, d)]), pointer_type)
        builder.call(function, [place, purpose, TO_ALL_CACHES, OF_DATA])

    loop(builder, length, LINE_FLOATS, [], one_line)
