"""Lists of rows taken as one row: their mean, and what is added to all of them.

Sums, and changes, stay in registers over all rows of a list; longer rows are taken in slices.
"""

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
    splat,
    store,
)

SLICE = 8
"""Vectors of a row that are in registers at a time."""


@intrinsic
def mean_of_list(
    typing_context, matrix, rows, start, n_rows, hot, row_stride, vectors, before, place, length
):
    """See `portable.mean_of_list`."""
    arguments = (matrix, rows, start, n_rows, hot, row_stride, vectors, before, place, length)

    def emit(builder, matrix, rows, start, n_rows, hot, row_stride, *rest):
        row_at = _row_of_list(builder, rows, start, hot, row_stride)
        vectors, before, place, length = rest
        _emit_mean(builder, row_at, matrix, n_rows, n_rows, [vectors, before], place, length)

    return intrinsic_of(emit, types.void, arguments)


@intrinsic
def mean_of_places(typing_context, matrix, places, start, n_rows, size, means, place, length):
    """See `portable.mean_of_places`."""

    def emit(builder, matrix, places, start, n_rows, size, means, place, length):
        def row_at(i):
            return item(builder, places, builder.add(start, i))

        _emit_mean(builder, row_at, matrix, n_rows, size, [means], place, length)

    arguments = (matrix, places, start, n_rows, size, means, place, length)
    return intrinsic_of(emit, types.void, arguments)


def _emit_mean(builder, row_at, matrix, n_rows, size, into, place, length):
    share = splat(builder, builder.fdiv(FLOAT(1), builder.sitofp(size, FLOAT)))

    def one_slice(offsets):
        def add(i, totals):
            row = row_at(i)
            return [
                builder.fadd(total, load(builder, matrix, builder.add(row, offset)))
                for total, offset in zip(totals, offsets, strict=True)
            ]

        totals = loop(builder, n_rows, 1, [constant(0)] * len(offsets), add)
        for total, offset in zip(totals, offsets, strict=True):
            mean = builder.fmul(total, share)
            here = builder.add(place, offset)
            for means in into:
                store(builder, mean, means, here)

    _for_slices(builder, length, one_slice)


@intrinsic
def add_to_list(
    typing_context, matrix, rows, start, n_rows, hot, row_stride, vectors, before, place, length
):
    """See `portable.add_to_list`."""
    arguments = (matrix, rows, start, n_rows, hot, row_stride, vectors, before, place, length)

    def emit(builder, matrix, rows, start, n_rows, hot, row_stride, *rest):
        row_at = _row_of_list(builder, rows, start, hot, row_stride)
        vectors, before, place, length = rest

        def change_at(here):
            return builder.fsub(load(builder, vectors, here), load(builder, before, here))

        _emit_add(builder, row_at, change_at, matrix, n_rows, place, length)

    return intrinsic_of(emit, types.void, arguments)


@intrinsic
def add_to_places(typing_context, matrix, places, start, n_rows, changes, share, place, length):
    """See `portable.add_to_places`."""

    def emit(builder, matrix, places, start, n_rows, changes, share, place, length):
        share = splat(builder, share)

        def row_at(i):
            return item(builder, places, builder.add(start, i))

        def change_at(here):
            return builder.fmul(load(builder, changes, here), share)

        _emit_add(builder, row_at, change_at, matrix, n_rows, place, length)

    arguments = (matrix, places, start, n_rows, changes, share, place, length)
    return intrinsic_of(emit, types.void, arguments)


def _emit_add(builder, row_at, change_at, matrix, n_rows, place, length):
    def one_slice(offsets):
        changes = [change_at(builder.add(place, offset)) for offset in offsets]

        def add(i, _):
            # Not before the last row was stored: it may be the same.
            row = row_at(i)
            for change, offset in zip(changes, offsets, strict=True):
                add_to_memory(builder, change, matrix, builder.add(row, offset))

        loop(builder, n_rows, 1, [], add)

    _for_slices(builder, length, one_slice)


def _row_of_list(builder, rows, start, hot, row_stride):
    """row_at(i): see `portable.row_of_list`; nothing of it goes through memory."""
    n_hot, to_copy, first, n_hot_ngrams, to_ngram_copy = (
        item(builder, hot, INDEX(k)) for k in range(5)
    )

    def row_at(i):
        row = builder.sext(item(builder, rows, builder.add(start, i)), INDEX)
        is_hot = builder.icmp_signed("<", row, n_hot)
        # One comparison for both bounds: what is below the first is a large number without sign.
        is_hot_ngram = builder.icmp_unsigned("<", builder.sub(row, first), n_hot_ngrams)
        to_own = builder.select(is_hot_ngram, to_ngram_copy, INDEX(0))
        to_own = builder.select(is_hot, to_copy, to_own)
        return builder.mul(builder.add(row, to_own), row_stride)

    return row_at


def _for_slices(builder, length, body):
    """body(offsets of up to SLICE vectors) for all of a row; the last slice may have fewer."""
    whole = builder.and_(length, INDEX(-SLICE * WIDTH))

    def offsets(start, count):
        return [builder.add(start, INDEX(k * WIDTH)) for k in range(count)]

    loop(builder, whole, SLICE * WIDTH, [], lambda d, _: body(offsets(d, SLICE)))
    rest = builder.sub(length, whole)
    for count in range(1, SLICE):
        with builder.if_then(builder.icmp_signed("==", rest, INDEX(count * WIDTH))):
            body(offsets(whole, count))
