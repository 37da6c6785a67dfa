"""The logistic function and exponentials of whole vectors, and the losses that they add up."""

import numpy as np
from numba import types
from numba.extending import intrinsic

from .emit import (
    INDEX,
    INT32,
    LANES,
    LARGEST_LOGIT,
    LOG2_E,
    MANTISSA_BITS,
    WIDTH,
    clamp,
    constant,
    exp2,
    first_half,
    floats,
    integers,
    intrinsic_of,
    load,
    loop,
    multiply_add,
    splat,
    store,
    sums,
    then_zeros,
    twice,
)

VECTOR = floats(WIDTH)
INTEGERS = integers(0).type
LARGEST_POWER = LARGEST_LOGIT * LOG2_E
"""The largest logit as a power of two."""
MANTISSA = 0x007FFFFF
ONE_BITS = 0x3F800000
EXPONENT_BIAS = 127


@intrinsic
def logistic(typing_context, products, n_inputs, n_tiles, signs, first, lr, losses):
    """See `portable.logistic`. Where vectors are wider than a tile, two inputs are in one."""
    arguments = (products, n_inputs, n_tiles, signs, first, lr, losses)

    def emit(builder, products, n_inputs, n_tiles, *rest):
        if isinstance(arguments[2], types.NoneType):
            n_tiles = INDEX(1)
        _emit_logistic(builder, products, n_inputs, n_tiles, *rest)

    return intrinsic_of(emit, types.void, arguments)


def _emit_logistic(builder, products, n_inputs, n_tiles, signs, first, lr, losses):
    mantissas = load(builder, losses, INDEX(0))
    exponents = builder.bitcast(load(builder, losses, INDEX(WIDTH)), INTEGERS)
    at_once = WIDTH // LANES
    together = builder.and_(n_inputs, INDEX(-at_once))

    def one_tile(number, state):
        lanes = builder.mul(number, INDEX(LANES))
        sign = load(builder, signs, builder.add(first, lanes), LANES)
        here = builder.mul(lanes, n_inputs)

        def some_inputs(sign, width):
            given = _GivenSigns(builder, sign, lr)

            def body(i, state):
                place = builder.add(here, builder.mul(i, INDEX(LANES)))
                logits = load(builder, products, place, width)
                error, likelihood = given.error_of(builder, _whole(builder, logits))
                store(builder, _part(builder, error, width), products, place)
                return _added(builder, state, likelihood)

            return body

        state = loop(builder, together, at_once, state, some_inputs(twice(builder, sign), WIDTH))
        if at_once == 1:
            return state
        # One that is left: the lanes of the other have sign 0, and so no effect.
        rest = builder.sub(n_inputs, together)
        alone = some_inputs(then_zeros(builder, sign), LANES)
        return loop(builder, rest, 1, state, lambda _, state: alone(together, state))

    state = loop(builder, n_tiles, 1, [mantissas, exponents], one_tile)
    store(builder, state[0], losses, INDEX(0))
    store(builder, builder.bitcast(state[1], VECTOR), losses, INDEX(WIDTH))


class _GivenSigns:
    """What the signs of outputs say of all inputs, and the errors that follow."""

    def __init__(self, builder, sign, lr):
        # An output with sign 0 has probability 1 whatever its logit: no loss and no gradient.
        absent = builder.fcmp_ordered("==", sign, constant(0))
        self._offset = builder.select(absent, constant(-LARGEST_POWER), constant(0))
        self._to_power = builder.fmul(sign, constant(-LOG2_E))
        self._steps = builder.fmul(sign, splat(builder, lr))

    def error_of(self, builder, logits):
        """G for a vector of logits, and their likelihoods."""
        power = multiply_add(builder, logits, self._to_power, self._offset)
        odds = exp2(builder, clamp(builder, power, LARGEST_POWER))
        one = constant(1)
        likelihood = builder.fdiv(one, builder.fadd(one, odds))
        # 1 - likelihood, without what is lost where that is almost 1.
        return builder.fmul(builder.fmul(self._steps, odds), likelihood), likelihood


def _whole(builder, vector):
    return vector if vector.type.count == WIDTH else then_zeros(builder, vector)


def _part(builder, vector, width):
    return vector if width == WIDTH else first_half(builder, vector)


def _added(builder, state, likelihood):
    """Losses with those of some outputs: log2 of a product of likelihoods.

    The exponents add up, the mantissas multiply.
    """
    mantissas, exponents = state
    bits = builder.bitcast(builder.fmul(mantissas, likelihood), INTEGERS)
    exponent = builder.sub(builder.lshr(bits, integers(MANTISSA_BITS)), integers(EXPONENT_BIAS))
    mantissa = builder.or_(builder.and_(bits, integers(MANTISSA)), integers(ONE_BITS))
    return [builder.bitcast(mantissa, VECTOR), builder.add(exponents, exponent)]


@intrinsic
def exponentials(typing_context, products, start, stride, n_tiles, signs, top):
    """See `portable.exponentials`."""
    arguments = (products, start, stride, n_tiles, signs, top)
    return intrinsic_of(_emit_exponentials, types.float32, arguments)


def _emit_exponentials(builder, products, start, stride, n_tiles, signs, top):
    top = splat(builder, top, LANES)

    def one_tile(number, total):
        place = builder.add(start, builder.mul(number, stride))
        above = builder.fsub(load(builder, products, place, LANES), top)
        power = builder.fmul(above, constant(LOG2_E, LANES))
        sign = load(builder, signs, builder.mul(number, INDEX(LANES)), LANES)
        idle = builder.fcmp_ordered("==", sign, constant(0, LANES))
        value = exp2(builder, clamp(builder, power, LARGEST_POWER))
        value = builder.select(idle, constant(0, LANES), value)
        store(builder, value, products, place)
        return [builder.fadd(total[0], value)]

    (total,) = loop(builder, n_tiles, 1, [constant(0, LANES)], one_tile)
    total = sums(builder, [then_zeros(builder, total)] * WIDTH)
    return builder.extract_element(total, INT32(0))


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
