"""The logistic function and exponentials of whole vectors, and the losses that they add up."""

import numpy as np
from numba import types
from numba.extending import intrinsic

from .emit import (
    INDEX,
    INT32,
    INTEGERS,
    LARGEST_LOGIT,
    MANTISSA_BITS,
    VECTOR,
    WIDTH,
    clamp,
    constant,
    exp,
    integers,
    intrinsic_of,
    load,
    loop,
    multiply_add,
    splat,
    store,
    sums,
)

MANTISSA = 0x007FFFFF
ONE_BITS = 0x3F800000
EXPONENT_BIAS = 127


@intrinsic
def logistic(typing_context, products, n_inputs, n_tiles, signs, first, lr, losses):
    """See `portable.logistic`."""
    arguments = (products, n_inputs, n_tiles, signs, first, lr, losses)
    return intrinsic_of(_emit_logistic, types.void, arguments)


def _emit_logistic(builder, products, n_inputs, n_tiles, signs, first, lr, losses):
    stride = builder.mul(n_tiles, INDEX(WIDTH))
    mantissas = load(builder, losses, INDEX(0))
    exponents = builder.bitcast(load(builder, losses, INDEX(WIDTH)), INTEGERS)
    one = constant(1)

    def one_tile(number, state):
        lanes = builder.mul(number, INDEX(WIDTH))
        sign = load(builder, signs, builder.add(first, lanes))
        # An output with sign 0 has probability 1 whatever its logit: no loss and no gradient.
        absent = builder.fcmp_ordered("==", sign, constant(0))
        offset = builder.select(absent, constant(LARGEST_LOGIT), constant(0))
        steps = builder.fmul(sign, splat(builder, lr))

        def one_input(i, state):
            mantissas, exponents = state
            place = builder.add(builder.mul(i, stride), lanes)
            logits = multiply_add(builder, load(builder, products, place), sign, offset)
            odds = exp(builder, clamp(builder, builder.fneg(logits)))
            likelihood = builder.fdiv(one, builder.fadd(one, odds))
            error = builder.fmul(steps, builder.fsub(one, likelihood))
            store(builder, error, products, place)
            # log2 of a product of likelihoods: the exponents add up, the mantissas multiply.
            bits = builder.bitcast(builder.fmul(mantissas, likelihood), INTEGERS)
            exponent = builder.sub(
                builder.lshr(bits, integers(MANTISSA_BITS)), integers(EXPONENT_BIAS)
            )
            mantissa = builder.or_(builder.and_(bits, integers(MANTISSA)), integers(ONE_BITS))
            return [builder.bitcast(mantissa, VECTOR), builder.add(exponents, exponent)]

        return loop(builder, n_inputs, 1, state, one_input)

    state = loop(builder, n_tiles, 1, [mantissas, exponents], one_tile)
    store(builder, state[0], losses, INDEX(0))
    store(builder, builder.bitcast(state[1], VECTOR), losses, INDEX(WIDTH))


@intrinsic
def exponentials(typing_context, products, start, n_lanes, signs, top):
    """See `portable.exponentials`."""
    arguments = (products, start, n_lanes, signs, top)
    return intrinsic_of(_emit_exponentials, types.float32, arguments)


def _emit_exponentials(builder, products, start, n_lanes, signs, top):
    top = splat(builder, top)

    def one_vector(lane, total):
        place = builder.add(start, lane)
        logits = clamp(builder, builder.fsub(load(builder, products, place), top))
        sign = load(builder, signs, lane)
        idle = builder.fcmp_ordered("==", sign, constant(0))
        value = builder.select(idle, constant(0), exp(builder, logits))
        store(builder, value, products, place)
        return [builder.fadd(total[0], value)]

    (total,) = loop(builder, n_lanes, WIDTH, [constant(0)], one_vector)
    return builder.extract_element(sums(builder, [total]), INT32(0))


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
