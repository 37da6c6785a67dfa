"""Emitting vector instructions: what the functions beside this file are made of.

In each function ``builder`` is where the instructions go.
"""

import numpy as np
from llvmlite import ir
from numba import types

from ..host import vector_width

WIDTH = vector_width()
MAX_TILE = {4: 4, 8: 6, 16: 12}[WIDTH]
"""Twice as many sums, and some more, fit the vector registers: 16 of them, or 32 where 16 wide."""

FLOAT = ir.FloatType()
INT32 = ir.IntType(32)
INDEX = ir.IntType(64)
VECTOR = ir.VectorType(FLOAT, WIDTH)
INTEGERS = ir.VectorType(INT32, WIDTH)
LARGEST_LOGIT = 80.0
"""exp(80) is a float32 with room to spare; a probability cannot matter beyond."""

LOG2_E = 1.4426950408889634
# 2 ** f = sum of c f**i on [-0.5, 0.5], least relative error: 7.5e-8.
EXP2 = (1.0000000717, 0.693146967, 0.240221197, 0.0555071331, 0.00967554124, 0.00132764606)
ROUNDER = 1.5 * 2.0**23
"""Added to a small float, it leaves the nearest integer in the lowest bits."""
MANTISSA_BITS = 23


def splat(builder, scalar):
    """A vector with the same float everywhere."""
    undefined = ir.Constant(VECTOR, ir.Undefined)
    first = builder.insert_element(undefined, scalar, INT32(0))
    return builder.shuffle_vector(first, undefined, ir.Constant(INTEGERS, None))


def constant(value):
    """A vector with the same known float everywhere."""
    return ir.Constant(VECTOR, [float(np.float32(value))] * WIDTH)


def integers(value):
    """A vector with the same known integer everywhere."""
    return ir.Constant(INTEGERS, [value] * WIDTH)


def load(builder, pointer, offset):
    """The vector that starts at an offset in floats."""
    place = builder.gep(pointer, [offset])
    return builder.load(builder.bitcast(place, VECTOR.as_pointer()), align=4)


def store(builder, vector, pointer, offset):
    """Store a vector at an offset in floats."""
    place = builder.gep(pointer, [offset])
    builder.store(vector, builder.bitcast(place, VECTOR.as_pointer()), align=4)


def item(builder, pointer, index):
    """One item of an array."""
    return builder.load(builder.gep(pointer, [index]))


def multiply_add(builder, a, b, c):
    """a * b + c, in one rounding where the processor can."""
    type_ = ir.FunctionType(VECTOR, [VECTOR] * 3)
    function = builder.module.declare_intrinsic(f"llvm.fmuladd.v{WIDTH}f32", fnty=type_)
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


def sums(builder, vectors):
    """A vector whose lane k is the sum over vectors[k]; lanes beyond the last one repeat some."""
    lanes = [vectors[lane % len(vectors)] for lane in range(WIDTH)]
    distance = 1
    while len(lanes) > 1:
        # Of two vectors of partial sums make one: even places go on with a, odd places with b.
        stay = [i + WIDTH * bool(i & distance) for i in range(WIDTH)]
        move = [(i ^ distance) + WIDTH * bool(i & distance) for i in range(WIDTH)]
        pairs = list(zip(lanes[::2], lanes[1::2], strict=True))
        merged = {}
        for a, b in pairs:
            if (a, b) not in merged:
                merged[a, b] = builder.fadd(
                    _shuffle(builder, a, b, stay), _shuffle(builder, a, b, move)
                )
        lanes = [merged[pair] for pair in pairs]
        distance *= 2
    return lanes[0]


def _shuffle(builder, a, b, places):
    mask = ir.Constant(ir.VectorType(INT32, len(places)), places)
    return builder.shuffle_vector(a, b, mask)


def exp(builder, x):
    """exp(x) for x within +-LARGEST_LOGIT: a power of two times a polynomial."""
    scaled = builder.fmul(x, constant(LOG2_E))
    rounded = builder.fadd(scaled, constant(ROUNDER))
    fraction = builder.fsub(scaled, builder.fsub(rounded, constant(ROUNDER)))
    result = constant(EXP2[-1])
    for coefficient in EXP2[-2::-1]:
        result = multiply_add(builder, result, fraction, constant(coefficient))
    exponent = builder.shl(builder.bitcast(rounded, INTEGERS), integers(MANTISSA_BITS))
    return builder.bitcast(builder.add(builder.bitcast(result, INTEGERS), exponent), VECTOR)


def clamp(builder, x):
    """x within +-LARGEST_LOGIT; NaN stays NaN."""
    for limit, beyond in ((LARGEST_LOGIT, ">"), (-LARGEST_LOGIT, "<")):
        outside = builder.fcmp_ordered(beyond, x, constant(limit))
        x = builder.select(outside, constant(limit), x)
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
