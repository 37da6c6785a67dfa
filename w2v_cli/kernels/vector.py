"""Vector instructions: the arithmetic of a step, written for the registers of the processor.

Numba's compiler must assume that arrays overlap and so does not keep sums in registers. Each
function here builds its own instructions instead, on vectors of WIDTH floats. `portable` has the
same functions as plain loops; what they compute is described there.
"""

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from .host import vector_width

WIDTH = vector_width()
MAX_TILE = {4: 4, 8: 6, 16: 12}[WIDTH]
"""Twice as many sums, and some more, fit the vector registers: 16 of them, or 32 where 16 wide."""

FLOAT = ir.FloatType()
INT32 = ir.IntType(32)
INDEX = ir.IntType(64)
VECTOR = ir.VectorType(FLOAT, WIDTH)
INTEGERS = ir.VectorType(INT32, WIDTH)

LOG2_E = 1.4426950408889634
# 2 ** f = sum of c f**i on [-0.5, 0.5], least relative error: 7.5e-8.
EXP2 = (1.0000000717, 0.693146967, 0.240221197, 0.0555071331, 0.00967554124, 0.00132764606)
ROUNDER = 1.5 * 2.0**23
"""Added to a small float, it leaves the nearest integer in the lowest bits."""
LARGEST_LOGIT = 80.0
"""exp(80) is a float32 with room to spare; a probability cannot matter beyond."""
MANTISSA_BITS = 23
MANTISSA = 0x007FFFFF
ONE_BITS = 0x3F800000


# What follows emits instructions: `builder` is where they go.


def _splat(builder, scalar, type_=None):
    """A vector with the same scalar everywhere."""
    type_ = type_ or VECTOR
    first = builder.insert_element(ir.Constant(type_, ir.Undefined), scalar, INT32(0))
    zeros = ir.Constant(ir.VectorType(INT32, type_.count), None)
    return builder.shuffle_vector(first, ir.Constant(type_, ir.Undefined), zeros)


def _constant(value):
    return ir.Constant(VECTOR, [float(np.float32(value))] * WIDTH)


def _integers(value):
    return ir.Constant(INTEGERS, [value] * WIDTH)


def _load(builder, pointer, offset):
    place = builder.gep(pointer, [offset])
    return builder.load(builder.bitcast(place, VECTOR.as_pointer()), align=4)


def _store(builder, vector, pointer, offset):
    place = builder.gep(pointer, [offset])
    builder.store(vector, builder.bitcast(place, VECTOR.as_pointer()), align=4)


def _item(builder, pointer, index):
    return builder.load(builder.gep(pointer, [index]))


def _multiply_add(builder, a, b, c):
    """a * b + c, in one rounding where the processor can."""
    function = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(VECTOR, [VECTOR] * 3), f"llvm.fmuladd.v{WIDTH}f32"
    )
    return builder.call(function, [a, b, c])


def _loop(builder, stop, step, carried, body):
    """for index in range(0, stop, step): carried = body(index, carried); returns carried."""
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
    results = body(index, values)
    index.add_incoming(builder.add(index, INDEX(step)), builder.block)
    for value, result in zip(values, results, strict=True):
        value.add_incoming(result, builder.block)
    builder.branch(head)
    builder.position_at_end(after)
    return values


def _sums(builder, vectors):
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


def _exp(builder, x):
    """exp(x) for x within +-LARGEST_LOGIT: a power of two times a polynomial."""
    scaled = builder.fmul(x, _constant(LOG2_E))
    rounded = builder.fadd(scaled, _constant(ROUNDER))
    fraction = builder.fsub(scaled, builder.fsub(rounded, _constant(ROUNDER)))
    result = _constant(EXP2[-1])
    for coefficient in EXP2[-2::-1]:
        result = _multiply_add(builder, result, fraction, _constant(coefficient))
    exponent = builder.shl(builder.bitcast(rounded, INTEGERS), _integers(MANTISSA_BITS))
    return builder.bitcast(builder.add(builder.bitcast(result, INTEGERS), exponent), VECTOR)


def _clamp(builder, x):
    """x within +-LARGEST_LOGIT; NaN stays NaN."""
    for limit, beyond in ((LARGEST_LOGIT, ">"), (-LARGEST_LOGIT, "<")):
        outside = builder.fcmp_ordered(beyond, x, _constant(limit))
        x = builder.select(outside, _constant(limit), x)
    return x


def _emitter(emit, result, signature_types):
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


# What follows can be called from compiled functions.


@intrinsic
def multiply(
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
    """See `portable.multiply`."""
    arguments = (
        inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length, products,
    )  # fmt: skip
    return _emitter(_emit_multiply, types.void, arguments)


def _emit_multiply(
    builder,
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
    stride = builder.mul(n_tiles, INDEX(WIDTH))

    def rows_against_tiles(some, n_some):
        numbers = [builder.add(some, INDEX(i)) for i in range(n_some)]
        rows = [_item(builder, in_rows, number) for number in numbers]
        copies = [builder.mul(number, length) for number in numbers]

        def one_tile(number, _):
            lanes = builder.mul(number, INDEX(WIDTH))
            place = builder.add(first, lanes)
            columns = [_item(builder, out_rows, builder.add(place, INDEX(k))) for k in range(tile)]

            def one_slice(d, sums):
                x = [_load(builder, inputs, builder.add(row, d)) for row in rows]
                for copy, value in zip(copies, x, strict=True):
                    _store(builder, value, dense, builder.add(copy, d))
                sums = list(sums)
                for k, column in enumerate(columns):
                    y = _load(builder, outputs, builder.add(column, d))
                    for i in range(n_some):
                        sums[i * tile + k] = _multiply_add(builder, x[i], y, sums[i * tile + k])
                return sums

            zeros = [_constant(0)] * (n_some * tile)
            sums = _loop(builder, length, WIDTH, zeros, one_slice)
            for i in range(n_some):
                row = _sums(builder, sums[i * tile : (i + 1) * tile])
                _store(builder, row, products, builder.add(builder.mul(numbers[i], stride), lanes))
            return []

        _loop(builder, n_tiles, 1, [], one_tile)

    pairs = builder.and_(n_inputs, INDEX(-2))
    _loop(builder, pairs, 2, [], lambda some, _: rows_against_tiles(some, 2) or [])
    with builder.if_then(builder.icmp_signed("<", pairs, n_inputs)):
        rows_against_tiles(pairs, 1)


@intrinsic
def logistic(typing_context, products, n_inputs, n_tiles, signs, first, lr, losses):
    """See `portable.logistic`."""
    arguments = (products, n_inputs, n_tiles, signs, first, lr, losses)
    return _emitter(_emit_logistic, types.void, arguments)


def _emit_logistic(builder, products, n_inputs, n_tiles, signs, first, lr, losses):
    stride = builder.mul(n_tiles, INDEX(WIDTH))
    mantissas = _load(builder, losses, INDEX(0))
    exponents = builder.bitcast(_load(builder, losses, INDEX(WIDTH)), INTEGERS)
    one = _constant(1)

    def one_tile(number, state):
        lanes = builder.mul(number, INDEX(WIDTH))
        sign = _load(builder, signs, builder.add(first, lanes))
        # An output with sign 0 has probability 1 whatever its logit: no loss and no gradient.
        absent = builder.fcmp_ordered("==", sign, _constant(0))
        offset = builder.select(absent, _constant(LARGEST_LOGIT), _constant(0))
        steps = builder.fmul(sign, _splat(builder, lr))

        def one_input(i, state):
            mantissas, exponents = state
            place = builder.add(builder.mul(i, stride), lanes)
            logits = _multiply_add(builder, _load(builder, products, place), sign, offset)
            odds = _exp(builder, _clamp(builder, builder.fneg(logits)))
            likelihood = builder.fdiv(one, builder.fadd(one, odds))
            error = builder.fmul(steps, builder.fsub(one, likelihood))
            _store(builder, error, products, place)
            # log2 of a product of likelihoods: the exponents add up, the mantissas multiply.
            bits = builder.bitcast(builder.fmul(mantissas, likelihood), INTEGERS)
            exponent = builder.sub(builder.lshr(bits, _integers(MANTISSA_BITS)), _integers(127))
            mantissa = builder.or_(builder.and_(bits, _integers(MANTISSA)), _integers(ONE_BITS))
            return [builder.bitcast(mantissa, VECTOR), builder.add(exponents, exponent)]

        return _loop(builder, n_inputs, 1, state, one_input)

    state = _loop(builder, n_tiles, 1, [mantissas, exponents], one_tile)
    _store(builder, state[0], losses, INDEX(0))
    _store(builder, builder.bitcast(state[1], VECTOR), losses, INDEX(WIDTH))


@intrinsic
def update(
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
    errors,
):
    """See `portable.update`."""
    arguments = (
        inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length, errors,
    )  # fmt: skip
    return _emitter(_emit_update, types.void, arguments)


@intrinsic
def update_inputs(
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
    errors,
):
    """See `portable.update_inputs`."""
    arguments = (
        inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length, errors,
    )  # fmt: skip
    return _emitter(_emit_update_inputs, types.void, arguments)


@intrinsic
def update_outputs(
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
    errors,
):
    """See `portable.update_outputs`."""
    arguments = (
        inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length, errors,
    )  # fmt: skip
    return _emitter(_emit_update_outputs, types.void, arguments)


def _emit_update(
    builder, inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length,
    errors,
):  # fmt: skip
    def one_slice(columns, lanes, d):
        y = [_load(builder, outputs, builder.add(column, d)) for column in columns]

        def one_input(i, changes):
            row = builder.add(_item(builder, in_rows, i), d)
            x = _load(builder, dense, builder.add(builder.mul(i, length), d))
            sums = [_load(builder, inputs, row), None]
            changes = list(changes)
            # One error after the other: all at once would not leave enough registers.
            for k in range(tile):
                error = _error(builder, errors, i, n_tiles, lanes, k)
                _add_product(builder, sums, k, error, y[k])
                changes[k] = _multiply_add(builder, error, x, changes[k])
            _store(builder, builder.fadd(*sums), inputs, row)
            return changes

        changes = _loop(builder, n_inputs, 1, [_constant(0)] * tile, one_input)
        _add_to_rows(builder, outputs, columns, d, changes)

    _for_slices_of_tiles(builder, out_rows, first, n_tiles, tile, length, one_slice)


def _emit_update_inputs(
    builder, inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length,
    errors,
):  # fmt: skip
    def one_slice(columns, lanes, d):
        y = [_load(builder, outputs, builder.add(column, d)) for column in columns]

        def one_input(i, _):
            row = builder.add(_item(builder, in_rows, i), d)
            sums = [_load(builder, inputs, row), None]
            for k in range(tile):
                error = _error(builder, errors, i, n_tiles, lanes, k)
                _add_product(builder, sums, k, error, y[k])
            _store(builder, builder.fadd(*sums), inputs, row)
            return []

        _loop(builder, n_inputs, 1, [], one_input)

    _for_slices_of_tiles(builder, out_rows, first, n_tiles, tile, length, one_slice)


def _emit_update_outputs(
    builder, inputs, in_rows, n_inputs, dense, outputs, out_rows, first, n_tiles, tile, length,
    errors,
):  # fmt: skip
    def one_slice(columns, lanes, d):
        def one_input(i, changes):
            x = _load(builder, dense, builder.add(builder.mul(i, length), d))
            return [
                _multiply_add(builder, _error(builder, errors, i, n_tiles, lanes, k), x, change)
                for k, change in enumerate(changes)
            ]

        changes = _loop(builder, n_inputs, 1, [_constant(0)] * tile, one_input)
        _add_to_rows(builder, outputs, columns, d, changes)

    _for_slices_of_tiles(builder, out_rows, first, n_tiles, tile, length, one_slice)


def _for_slices_of_tiles(builder, out_rows, first, n_tiles, tile, length, body):
    """body(rows of a tile, the tile's first lane, start of a slice) for all tiles and slices."""

    def one_tile(number, _):
        lanes = builder.mul(number, INDEX(WIDTH))
        place = builder.add(first, lanes)
        columns = [_item(builder, out_rows, builder.add(place, INDEX(k))) for k in range(tile)]
        _loop(builder, length, WIDTH, [], lambda d, _: body(columns, lanes, d) or [])
        return []

    _loop(builder, n_tiles, 1, [], one_tile)


def _error(builder, errors, i, n_tiles, lanes, k):
    """The entry of G for input i and output k of a tile, in all lanes."""
    row = builder.mul(i, builder.mul(n_tiles, INDEX(WIDTH)))
    place = builder.add(builder.add(row, lanes), INDEX(k))
    return _splat(builder, _item(builder, errors, place))


def _add_product(builder, sums, k, a, b):
    """Add a * b to one of two sums, in turn, so that not each addition waits for the last one."""
    place = (k + 1) % 2
    if sums[place] is None:
        sums[place] = builder.fmul(a, b)
    else:
        sums[place] = _multiply_add(builder, a, b, sums[place])


def _add_to_rows(builder, matrix, rows, d, changes):
    """Read rows again and add to them: the same row may stand in two places of a tile."""
    for row, change in zip(rows, changes, strict=True):
        here = builder.add(row, d)
        _store(builder, builder.fadd(_load(builder, matrix, here), change), matrix, here)


@intrinsic
def exponentials(typing_context, products, start, n_lanes, signs, top):
    """See `portable.exponentials`."""
    arguments = (products, start, n_lanes, signs, top)
    return _emitter(_emit_exponentials, types.float32, arguments)


def _emit_exponentials(builder, products, start, n_lanes, signs, top):
    top = _splat(builder, top)

    def one_vector(lane, total):
        place = builder.add(start, lane)
        logits = _clamp(builder, builder.fsub(_load(builder, products, place), top))
        sign = _load(builder, signs, lane)
        idle = builder.fcmp_ordered("==", sign, _constant(0))
        value = builder.select(idle, _constant(0), _exp(builder, logits))
        _store(builder, value, products, place)
        return [builder.fadd(total[0], value)]

    (total,) = _loop(builder, n_lanes, WIDTH, [_constant(0)], one_vector)
    return builder.extract_element(_sums(builder, [total]), INT32(0))


@intrinsic
def mean_of_rows(typing_context, matrix, rows, n_rows, dense, length):
    """See `portable.mean_of_rows`."""
    return _emitter(_emit_mean, types.void, (matrix, rows, n_rows, dense, length))


def _emit_mean(builder, matrix, rows, n_rows, mean, length):
    share = _splat(builder, builder.fdiv(FLOAT(1), builder.sitofp(n_rows, FLOAT)))

    def clear(d, _):
        _store(builder, _constant(0), mean, d)
        return []

    def add(some):
        def one_slice(d, _):
            total = _load(builder, mean, d)
            for row in some:
                x = _load(builder, matrix, builder.add(row, d))
                total = _multiply_add(builder, x, share, total)
            _store(builder, total, mean, d)
            return []

        _loop(builder, length, WIDTH, [], one_slice)

    _loop(builder, length, WIDTH, [], clear)
    _for_pairs_of_rows(builder, rows, n_rows, add)


def _for_pairs_of_rows(builder, rows, n_rows, body):
    """body([row, next row]) for two rows at a time, and body([row]) for the one that is left.

    Rows outside and slices inside, as the processor foresees the number of slices.
    """

    def two_rows(i, _):
        body([_item(builder, rows, i), _item(builder, rows, builder.add(i, INDEX(1)))])
        return []

    even = builder.and_(n_rows, INDEX(-2))
    _loop(builder, even, 2, [], two_rows)
    with builder.if_then(builder.icmp_signed("<", even, n_rows)):
        body([_item(builder, rows, even)])


@intrinsic
def add_difference(typing_context, matrix, rows, n_rows, after, before, length):
    """See `portable.add_difference`."""
    arguments = (matrix, rows, n_rows, after, before, length)
    return _emitter(_emit_add_difference, types.void, arguments)


def _emit_add_difference(builder, matrix, rows, n_rows, after, before, length):
    def add(some):
        def one_slice(d, _):
            change = builder.fsub(_load(builder, after, d), _load(builder, before, d))
            for row in some:
                # Not before the last row was stored: it may be the same.
                place = builder.add(row, d)
                x = _load(builder, matrix, place)
                _store(builder, builder.fadd(x, change), matrix, place)
            return []

        _loop(builder, length, WIDTH, [], one_slice)

    _for_pairs_of_rows(builder, rows, n_rows, add)


@intrinsic
def prefetch(typing_context, matrix, row, length):
    """See `portable.prefetch`."""
    return _emitter(_emit_prefetch, types.void, (matrix, row, length))


def _emit_prefetch(builder, matrix, row, length):
    pointer_type = ir.IntType(8).as_pointer()
    function = cgutils.get_or_insert_function(
        builder.module,
        ir.FunctionType(ir.VoidType(), [pointer_type, INT32, INT32, INT32]),
        "llvm.prefetch.p0",
    )

    def one_line(d, _):
        place = builder.bitcast(builder.gep(matrix, [builder.add(row, d)]), pointer_type)
        builder.call(function, [place, INT32(1), INT32(3), INT32(1)])
        return []

    _loop(builder, length, 16, [], one_line)


def new_losses():
    """See `portable.new_losses`. The likelihood of all pairs: a mantissa and an exponent a lane."""
    losses = np.zeros(2 * WIDTH, dtype=np.float32)
    losses[:WIDTH] = 1
    return losses


def take_losses(losses):
    """See `portable.take_losses`."""
    mantissas, exponents = losses[:WIDTH], losses[WIDTH:].view(np.int32)
    bits = exponents.sum(dtype=np.float64) + np.log2(mantissas, dtype=np.float64).sum()
    mantissas[:], exponents[:] = 1, 0
    return float(-bits * np.log(2))
