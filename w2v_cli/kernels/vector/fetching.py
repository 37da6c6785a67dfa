"""Fetching rows ahead."""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from .emit import INT32, intrinsic_of, loop

LINE_FLOATS = 16
"""Floats in a cache line."""
TO_READ, TO_WRITE, OF_DATA = INT32(0), INT32(1), INT32(1)
ALL_CACHES, SECOND_CACHE = INT32(3), INT32(2)


@intrinsic
def prefetch(typing_context, matrix, row, length):
    """See `portable.prefetch`."""
    return _prefetching(TO_WRITE, ALL_CACHES, matrix, row, length)


@intrinsic
def prefetch_early(typing_context, matrix, row, length):
    """See `portable.prefetch_early`. The nearest cache is left to rows that are in use."""
    return _prefetching(TO_READ, SECOND_CACHE, matrix, row, length)


@intrinsic
def prefetch_list(typing_context, rows, start, length):
    """See `portable.prefetch_list`; as many numbers stand in a line as of a matrix."""
    return _prefetching(TO_READ, ALL_CACHES, rows, start, length)


def _prefetching(purpose, caches, *arguments):
    def emit(builder, numbers, start, length):
        def one_line(d, _):
            fetch_line(builder, numbers, builder.add(start, d), purpose, caches)

        loop(builder, length, LINE_FLOATS, [], one_line)

    return intrinsic_of(emit, types.void, arguments)


def fetch_line(builder, numbers, place, purpose=TO_READ, caches=SECOND_CACHE):
    """Have the line of memory on its way in which a place of an array is."""
    pointer_type = ir.IntType(8).as_pointer()
    type_ = ir.FunctionType(ir.VoidType(), [pointer_type, INT32, INT32, INT32])
    function = builder.module.declare_intrinsic("llvm.prefetch.p0", fnty=type_)
    pointer = builder.bitcast(builder.gep(numbers, [place]), pointer_type)
    builder.call(function, [pointer, purpose, caches, OF_DATA])
