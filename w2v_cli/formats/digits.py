"""The compiled loop that writes numbers as text: what "%.9g" makes of each, enough for any float32.

A number is m * 10^(e - 8) with a whole number m of nine digits. In float64 the product with a power
of ten is known to a few units in the last place, which is a millionth of m's last digit; so m is
certain unless the product is that near to the middle between two. Rows with such a number are left
to Python.
"""

import numpy as np
from numba import njit

MOST_BYTES = 16
"""Of a number and what stands behind it: -1.23456789e-05, say."""
N_DIGITS = 9
LOW, HIGH = 1e8, 1e9
"""m is from the first up to the second."""
LARGEST_POWER = 60
POWERS = np.array([float(f"1e{power}") for power in range(-LARGEST_POWER, LARGEST_POWER + 1)])
MARGIN = 1e-5
"""How near to the middle a product may be: the error is 4e-7, at most."""
LEAST_FIXED = -4
"""Numbers below 10^this are written with an exponent, as those from 10^N_DIGITS on are."""
DIGIT_ZERO, POINT, MINUS, PLUS, LOWER_E = 48, 46, 45, 43, 101
MANTISSA_BITS, EXPONENT_MASK = 23, 0xFF
LOG_FACTOR, LOG_BITS = 1233, 12
"""Their quotient is the logarithm of 2 to the base 10, rounded down: never one too many for a
float32."""
ZERO, ONE, TEN = np.uint64(0), np.uint64(1), np.uint64(10)
NOWHERE = np.uint64(2**64 - 1)
"""Places are unsigned: Numba takes negative ones from the end."""


@njit(cache=True, nogil=True)
def format_rows(values, separator, row_end, text, ends, odd):
    """Write rows of numbers.

    Parameters
    ----------
    values : ndarray of float32, (n, dim)   rows that are not finite are left out
    separator, row_end : int                bytes: between numbers, and behind the last
    text : ndarray of uint8                 *in place:* MOST_BYTES for each number
    ends : ndarray of int64, (n,)           *in place:* where each row ends in the text
    odd : ndarray of bool, (n,)             *in place:* rows that are left out
    """
    bits = values.view(np.int32)
    place = ZERO
    n_rows, dim = values.shape
    for row in range(n_rows):
        start, is_odd = place, False
        for d in range(dim):
            new = _write(np.float64(values[row, d]), np.int64(bits[row, d]), text, place)
            if new == NOWHERE:
                is_odd = True
                break
            text[new] = separator if d < dim - 1 else row_end
            place = new + ONE
        if is_odd:
            place = start
        odd[row] = is_odd
        ends[row] = place


@njit(cache=True, nogil=True, forceinline=True)
def _write(number, bits, text, place):
    """Write a number at a place; returns where it ends, or NOWHERE if a digit is not certain.

    ``bits`` are those of the float32: int64, below 0 for a number with a minus sign.
    """
    if bits < 0:
        text[place] = MINUS
        place += ONE
        number = -number
    if number == 0:
        text[place] = DIGIT_ZERO
        return place + ONE
    binary_exponent = (bits >> MANTISSA_BITS) & EXPONENT_MASK
    if binary_exponent == EXPONENT_MASK:  # infinite, or no number
        return NOWHERE
    exponent, mantissa = _decimal(number, binary_exponent)
    if mantissa == NOWHERE:
        return NOWHERE
    n_digits = N_DIGITS
    while mantissa % TEN == ZERO:
        mantissa //= TEN
        n_digits -= 1
    if exponent < LEAST_FIXED or exponent >= N_DIGITS:
        place = _write_digits(mantissa, n_digits, 1, text, place)
        return _write_exponent(exponent, text, place)
    if exponent >= 0:
        while n_digits < exponent + 1:
            mantissa *= TEN
            n_digits += 1
        return _write_digits(mantissa, n_digits, exponent + 1, text, place)
    text[place], text[place + ONE] = DIGIT_ZERO, POINT
    place += np.uint64(2)
    for _ in range(-exponent - 1):
        text[place] = DIGIT_ZERO
        place += ONE
    return _write_digits(mantissa, n_digits, n_digits, text, place)


@njit(cache=True, nogil=True, forceinline=True)
def _decimal(number, binary_exponent):
    """(e, m) of a number above 0; m is NOWHERE if it is not certain."""
    exponent = ((binary_exponent - 127) * LOG_FACTOR) >> LOG_BITS
    if binary_exponent == 0:  # so small that float32 has fewer digits of it
        exponent = np.int64(np.floor(np.log10(number))) - 1
    scaled = number * POWERS[np.uint64(N_DIGITS - 1 - exponent + LARGEST_POWER)]
    while scaled >= HIGH:
        exponent += 1
        scaled = number * POWERS[np.uint64(N_DIGITS - 1 - exponent + LARGEST_POWER)]
    whole = np.uint64(scaled)
    rest = scaled - np.float64(whole)
    if abs(rest - 0.5) < MARGIN:
        return exponent, NOWHERE
    mantissa = whole + np.uint64(rest > 0.5)
    if mantissa == np.uint64(HIGH):
        return exponent + 1, np.uint64(LOW)
    return exponent, mantissa


@njit(cache=True, nogil=True, forceinline=True)
def _write_digits(mantissa, n_digits, n_before, text, place):
    """Write the digits of a number, with a point behind some if others follow."""
    end = place + np.uint64(n_digits) + np.uint64(n_digits > n_before)
    behind = end
    for i in range(n_digits, 0, -1):
        if i == n_before and i < n_digits:
            behind -= ONE
            text[behind] = POINT
        rest = mantissa // TEN
        behind -= ONE
        text[behind] = DIGIT_ZERO + (mantissa - rest * TEN)
        mantissa = rest
    return end


@njit(cache=True, nogil=True)
def _write_exponent(exponent, text, place):
    text[place] = LOWER_E
    text[place + ONE] = MINUS if exponent < 0 else PLUS
    exponent = abs(exponent)
    text[place + np.uint64(2)] = DIGIT_ZERO + exponent // 10
    text[place + np.uint64(3)] = DIGIT_ZERO + exponent % 10
    return place + np.uint64(4)
