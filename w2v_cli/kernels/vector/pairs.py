"""Rows of two words that stand near one another: their products, and how they change."""

from numba import types
from numba.extending import intrinsic

from .emit import (
    INDEX,
    WIDTH,
    constant,
    intrinsic_of,
    load,
    loop,
    multiply_add,
    splat,
    store,
    sums,
)


@intrinsic
def pair_products(typing_context, rows, i, j, half, products):
    """See `portable.pair_products`."""
    return intrinsic_of(_emit_pair_products, types.void, (rows, i, j, half, products))


def _emit_pair_products(builder, rows, i, j, half, products):
    places = [i, builder.add(i, half), j, builder.add(j, half)]

    def one_slice(d, totals):
        w_i, c_i, w_j, c_j = (load(builder, rows, builder.add(place, d)) for place in places)
        factors = [(w_i, c_j), (w_j, c_i), (w_i, w_i), (c_i, c_i), (w_j, w_j), (c_j, c_j)]
        return [
            multiply_add(builder, a, b, total)
            for (a, b), total in zip(factors, totals, strict=True)
        ]

    _store_sums(builder, loop(builder, half, WIDTH, [constant(0)] * 6, one_slice), products)


@intrinsic
def pair_update(typing_context, rows, i, j, half, of_w_i, of_c_j, of_w_j, of_c_i):
    """See `portable.pair_update`."""
    arguments = (rows, i, j, half, of_w_i, of_c_j, of_w_j, of_c_i)
    return intrinsic_of(_emit_pair_update, types.void, arguments)


def _emit_pair_update(builder, rows, i, j, half, *numbers):
    places = [i, builder.add(j, half), j, builder.add(i, half)]
    negated = [splat(builder, builder.fneg(number)) for number in numbers]

    def one_slice(d, _):
        starts = [builder.add(place, d) for place in places]
        w_i, c_j, w_j, c_i = (load(builder, rows, start) for start in starts)
        changed = zip((w_i, c_j, w_j, c_i), (c_j, w_i, c_i, w_j), negated, starts, strict=True)
        for mine, other, number, start in changed:
            store(builder, multiply_add(builder, other, number, mine), rows, start)

    loop(builder, half, WIDTH, [], one_slice)


@intrinsic
def product_of_pair(typing_context, rows, w, c, length, products):
    """See `portable.product_of_pair`."""
    return intrinsic_of(_emit_product, types.void, (rows, w, c, length, products))


def _emit_product(builder, rows, w, c, length, products):
    def one_slice(d, totals):
        x, y = (load(builder, rows, builder.add(place, d)) for place in (w, c))
        factors = [(x, y), (x, x), (y, y)]
        return [
            multiply_add(builder, a, b, total)
            for (a, b), total in zip(factors, totals, strict=True)
        ]

    _store_sums(builder, loop(builder, length, WIDTH, [constant(0)] * 3, one_slice), products)


@intrinsic
def update_pair(typing_context, rows, w, c, length, of_w, of_c):
    """See `portable.update_pair`."""
    return intrinsic_of(_emit_update, types.void, (rows, w, c, length, of_w, of_c))


def _emit_update(builder, rows, w, c, length, of_w, of_c):
    of_w, of_c = (splat(builder, builder.fneg(number)) for number in (of_w, of_c))

    def one_slice(d, _):
        w_start, c_start = builder.add(w, d), builder.add(c, d)
        x, y = load(builder, rows, w_start), load(builder, rows, c_start)
        store(builder, multiply_add(builder, y, of_w, x), rows, w_start)
        store(builder, multiply_add(builder, x, of_c, y), rows, c_start)

    loop(builder, length, WIDTH, [], one_slice)


def _store_sums(builder, totals, products):
    """Store the sum of the lanes of each of some vectors, one after the other."""
    for start in range(0, len(totals), WIDTH):
        some = totals[start : start + WIDTH]
        lanes = [some[lane % len(some)] for lane in range(WIDTH)]
        store(builder, sums(builder, lanes), products, INDEX(start))
