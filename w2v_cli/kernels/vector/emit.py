"""Emitting vector instructions: what the functions beside this file are made of.

In each function ``builder`` is where the instructions go.
"""

import numpy as np
from llvmlite import ir
from numba import types

from ..host import vector_width

WIDTH = vector_width()
LANES = min(WIDTH, 8)
"""Places of a tile, at most half a vector of 16 floats: so two inputs share one."""
MAX_TILE = {4: 4, 8: 6, 16: 8}[WIDTH]
"""Twice as many sums, and some more, fit the vector registers: 16 of them, or 32 where 16 wide."""
PATH_TILES = {4: (4, 3, 2), 8: (6, 5, 4), 16: (8, 7, 6)}[WIDTH]
"""Sizes of tiles for Huffman paths, which differ in length: the largest, a middle, the smallest."""
KEEPS_INPUTS = False
"""Copies of the inputs are made only where they are wanted, see `portable.update`."""

FLOAT = ir.FloatType()
INT32 = ir.IntType(32)
INDEX = ir.IntType(64)
LARGEST_LOGIT = 60.0
"""A probability cannot matter beyond. exp(-60) times any learning rate is no denormal number, with
which processors are slow."""

LOG2_E = 1.4426950408889634
# 2 ** f = sum of c f**i on [-0.5, 0.5], least relative error: 7.5e-8.
EXP2 = (1.0000000717, 0.693146967, 0.240221197, 0.0555071331, 0.00967554124, 0.00132764606)
ROUNDER = 1.5 * 2.0**23
"""Added to a small float, it leaves the nearest integer in the lowest bits."""
MANTISSA_BITS = 23


def floats(width):
    """The type of a vector of so many floats."""
    return ir.VectorType(FLOAT, width)


def splat(builder, scalar, width=WIDTH):
    """A vector with the same float everywhere."""
    undefined = ir.Constant(floats(width), ir.Undefined)
    first = builder.insert_element(undefined, scalar, INT32(0))
    return builder.shuffle_vector(first, undefined, integers(0, width))


def constant(value, width=WIDTH):
    """A vector with the same known float everywhere."""
    return ir.Constant(floats(width), [float(np.float32(value))] * width)


def integers(value, width=WIDTH):
    """A vector with the same known integer everywhere."""
    return ir.Constant(ir.VectorType(INT32, width), [value] * width)


def load(builder, pointer, offset, width=WIDTH):
    """The vector that starts at an offset in floats."""
    place = builder.gep(pointer, [offset])
    return builder.load(builder.bitcast(place, floats(width).as_pointer()), align=4)


def store(builder, vector, pointer, offset):
    """Store a vector at an offset in floats."""
    place = builder.gep(pointer, [offset])
    builder.store(vector, builder.bitcast(place, vector.type.as_pointer()), align=4)


def add_to_memory(builder, change, pointer, offset):
    """Add a vector to that which starts at an offset in floats."""
    now = load(builder, pointer, offset, change.type.count)
    store(builder, builder.fadd(now, change), pointer, offset)


def first_half(builder, vector):
    """The first LANES floats of a vector."""
    return shuffle(builder, vector, vector, range(LANES))


def twice(builder, vector):
    """A vector of WIDTH floats that has LANES of them as often as they fit."""
    return shuffle(builder, vector, vector, [lane % LANES for lane in range(WIDTH)])


def then_zeros(builder, vector, width=WIDTH):
    """A vector, with zeros behind it."""
    n = vector.type.count
    return shuffle(builder, vector, constant(0, n), [min(lane, n) for lane in range(width)])


def item(builder, pointer, index):
    """One item of an array."""
    return builder.load(builder.gep(pointer, [index]))


def multiply_add(builder, a, b, c):
    """a * b + c, in one rounding where the processor can."""
    type_ = ir.FunctionType(a.type, [a.type] * 3)
    function = builder.module.declare_intrinsic(f"llvm.fmuladd.v{a.type.count}f32", fnty=type_)
    return builder.call(function, [a, b, c])


def loop(builder, stop, step, carried, body):
    """for index in range(0, stop, step): carried = body(index, carried); returns carried.

    A body with nothing to carry may return None.
    """
    before = builder.block
    head = builder.append_basic_block("loop")
    inside = builder.append_basic_block("body")
    after = builder.append_basic_block("after")
    builder.branch(head)
    builder.position_at_end(head)
    index = builder.phi(INDEX)
    index.add_incoming(INDEX(0), before)
    values = []
    for value in carried:
        values.append(builder.phi(value.type))
        values[-1].add_incoming(value, before)
    builder.cbranch(builder.icmp_signed("<", index, stop), inside, after)
    builder.position_at_end(inside)
    results = body(index, values) or []
    index.add_incoming(builder.add(index, INDEX(step)), builder.block)
    for value, result in zip(values, results, strict=True):
        value.add_incoming(result, builder.block)
    builder.branch(head)
    builder.position_at_end(after)
    return values


def for_pairs(builder, count, body):
    """body([i, i + 1]) for two numbers below ``count`` at a time, body([i]) for one that is left.

    Two rows at a time share what is loaded beside them.
    """
    even = builder.and_(count, INDEX(-2))
    loop(builder, even, 2, [], lambda i, _: body([i, builder.add(i, INDEX(1))]))
    with builder.if_then(builder.icmp_signed("<", even, count)):
        body([even])


def sums(builder, lanes):
    """A vector whose lane k is the sum over lanes[k], of WIDTH vectors; some may be the same."""
    distance = 1
    while len(lanes) > 1:
        # Of two vectors of partial sums make one: even places go on with a, odd places with b.
        stay = [i + WIDTH * bool(i & distance) for i in range(WIDTH)]
        move = [(i ^ distance) + WIDTH * bool(i & distance) for i in range(WIDTH)]
        pairs = list(zip(lanes[::2], lanes[1::2], strict=True))
        merged = {}
        for a, b in pairs:
            if (a, b) not in merged:
                stays = a if a is b else shuffle(builder, a, b, stay)
                merged[a, b] = builder.fadd(stays, shuffle(builder, a, b, move))
        lanes = [merged[pair] for pair in pairs]
        distance *= 2
    return lanes[0]


def shuffle(builder, a, b, places):
    """A vector of items of two, those of the second counted on from those of the first."""
    mask = ir.Constant(ir.VectorType(INT32, len(places)), list(places))
    return builder.shuffle_vector(a, b, mask)


def exp2(builder, x):
    """2 ** x for x within +-126: a power of two times a polynomial."""
    width = x.type.count
    rounder = constant(ROUNDER, width)
    rounded = builder.fadd(x, rounder)
    f = builder.fsub(x, builder.fsub(rounded, rounder))
    # Two terms at a time (Estrin), as each operation waits for the last one.
    terms = [constant(coefficient, width) for coefficient in EXP2]
    pairs = [
        multiply_add(builder, high, f, low)
        for low, high in zip(terms[::2], terms[1::2], strict=True)
    ]
    square = builder.fmul(f, f)
    result = multiply_add(builder, pairs[2], square, pairs[1])
    result = multiply_add(builder, result, square, pairs[0])
    whole = ir.VectorType(INT32, width)
    exponent = builder.shl(builder.bitcast(rounded, whole), integers(MANTISSA_BITS, width))
    return builder.bitcast(builder.add(builder.bitcast(result, whole), exponent), x.type)


def clamp(builder, x, limit):
    """x within +-limit; NaN stays NaN."""
    for end, beyond in ((limit, ">"), (-limit, "<")):
        ends = constant(end, x.type.count)
        x = builder.select(builder.fcmp_ordered(beyond, x, ends), ends, x)
    return x


def intrinsic_of(emit, result, signature_types):
    """What an intrinsic returns: its type, and the function that emits its instructions.

    ``emit(builder, *values)`` gets arrays as pointers to their first item, and in the place of a
    tile its length.
    """

    def generate(context, builder, signature, values):
        def plain(type_, value):
            if isinstance(type_, types.Array):
                return context.make_array(type_)(context, builder, value).data
            return len(type_) if isinstance(type_, types.BaseTuple) else value

        emitted = emit(builder, *map(plain, signature.args, values))
        return context.get_dummy_value() if emitted is None else emitted

    return result(*signature_types), generate
