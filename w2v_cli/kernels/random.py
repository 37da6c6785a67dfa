"""Random numbers inside kernels: splitmix64 (Steele, Lea, Flood 2014), one state a chunk."""

import numpy as np
from numba import njit

from ..compiling.numba_private import settings
from .options import INLINE

GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
LOW_HALF = np.uint64(0xFFFFFFFF)
HALF_BITS = np.uint64(32)


@njit(**INLINE)
def next_random(state):
    """The next 64 random bits; *in place:* ``state`` (uint64, shape (1,))."""
    state[0] += GOLDEN_GAMMA
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * MIX_1
    z = (z ^ (z >> np.uint64(27))) * MIX_2
    return z ^ (z >> np.uint64(31))


if settings().DISABLE_JIT:  # NumPy, unlike compiled code, warns where numbers wrap around.
    next_random = np.errstate(over="ignore")(next_random)


@njit(**INLINE)
def high_below(bits, limit):
    """The high half of 64 random bits as an int64 from 0 to ``limit`` - 1."""
    return np.int64(((bits >> HALF_BITS) * np.uint64(limit)) >> HALF_BITS)


@njit(**INLINE)
def low_half(bits):
    """The low half of 64 random bits as a uint32."""
    return np.uint32(bits & LOW_HALF)
