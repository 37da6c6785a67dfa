"""Along rows: the slices that are in registers at a time, and what is carried from one to the next.

Rows have a multiple of LANES floats. What is not a whole vector is a slice of its own.
"""

from .emit import INDEX, LANES, WIDTH, constant, loop, then_zeros
from .fetching import LINE_FLOATS

BLOCKS = (4, 2, 1)
"""Whole slices of a block; each block has half as many as the one before."""


def sums_along(builder, length, n_sums, body):
    """Sums of body(d, sums, width) over all slices of rows: a list of vectors.

    The narrow slice comes first, so that its products are what the sums start with.
    """
    totals = [constant(0)] * n_sums
    whole = builder.and_(length, INDEX(-WIDTH))
    if LANES < WIDTH:
        is_part = builder.icmp_signed("<", whole, length)

        def begin():
            part = body(whole, [None] * n_sums, LANES)
            return [then_zeros(builder, total) for total in part]

        totals = _if_so(builder, is_part, totals, begin)
    return loop(builder, whole, WIDTH, totals, lambda d, totals: body(d, totals, WIDTH))


def for_slices(builder, length, begin_line, body):
    """begin_line(d) for all lines of memory of rows, and body(d, width) for all slices of those."""
    whole = builder.and_(length, INDEX(-LINE_FLOATS))

    def one_line(start, _):
        begin_line(start)
        for part in range(0, LINE_FLOATS, WIDTH):
            body(builder.add(start, INDEX(part)), WIDTH)

    loop(builder, whole, LINE_FLOATS, [], one_line)
    with builder.if_then(builder.icmp_signed("<", whole, length)):
        begin_line(whole)
        rest = builder.sub(length, whole)
        loop(builder, rest, LANES, [], lambda d, _: body(builder.add(whole, d), LANES))


def in_blocks(builder, length, carried, body):
    """carried = body(places, width, carried) for slices of rows, several at a time; the last one.

    So loops within the body are few, and each has a length that the processor foresees.
    """

    def places(start, count):
        return [builder.add(start, INDEX(k * WIDTH)) for k in range(count)]

    largest = BLOCKS[0]
    done = builder.and_(length, INDEX(-largest * WIDTH))
    carried = loop(
        builder, done, largest * WIDTH, carried,
        lambda d, values: body(places(d, largest), WIDTH, values),
    )  # fmt: skip
    narrow = [(1, LANES)] if LANES < WIDTH else []
    for count, width in [(count, WIDTH) for count in BLOCKS[1:]] + narrow:
        floats = builder.and_(length, INDEX(count * width))
        is_there = builder.icmp_signed("!=", floats, INDEX(0))
        here = places(done, count)
        carried = _if_so(
            builder, is_there, carried,
            lambda here=here, width=width, values=carried: body(here, width, values),
        )  # fmt: skip
        done = builder.add(done, floats)
    return carried


def _if_so(builder, condition, values, make):
    """make() if the condition holds, else the values: lists of vectors."""
    before = builder.block
    with builder.if_then(condition):
        made = make()
        inside = builder.block
    found = []
    for value, other in zip(values, made or [], strict=True):
        found.append(builder.phi(value.type))
        found[-1].add_incoming(value, before)
        found[-1].add_incoming(other, inside)
    return found
