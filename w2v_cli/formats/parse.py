"""The compiled loop over lines of text vectors: words found, numbers read as float32(str).

A number is w * 10^e with a whole number w of up to 19 digits. In float64 that product, and so the
number, is known to a few units in the last place; if all of that interval rounds to one float32, it
is the result, whatever the digits beyond. Else (one number in 60 million, unless made for it) the
line is left to NumPy. Rounding twice, to float64 and then to float32, is what float32(str) does;
both keep the order of numbers, so that the ends of an interval speak for all in it.
"""

import numpy as np
from numba import njit

EMPTY, READ, ODD = range(3)
"""What a line is: blank, read, or one that needs a closer look."""

NEWLINE, SPACE, TAB, RETURN = 10, 32, 9, 13
PLUS, MINUS, POINT, UPPER_E, LOWER_E = 43, 45, 46, 69, 101
DIGIT_ZERO = np.uint8(48)

MOST_DIGITS = np.uint64(19)
"""Digits that fit in 64 bits; of longer numbers the others are below the margin."""
LARGEST_POWER = 270
"""Beyond, products could leave the range of float64."""
LARGEST_EXPONENT = 100_000
POWERS = np.array([float(f"1e{power}") for power in range(-LARGEST_POWER, LARGEST_POWER + 1)])
MARGIN = 2.0**-50
"""Relative error of a product, at most: half a unit each for w, 10^e and the product, 2^-53 each,
and 10^-18 for dropped digits; here more than twice that."""
ZERO = np.uint64(0)
ONE = np.uint64(1)
TEN = np.uint64(10)
NOWHERE = np.uint64(2**64 - 1)
"""Where something unusual ends. Places are unsigned: Numba takes negative ones from the end."""


@njit(cache=True, nogil=True)
def count_lines(data):
    """How many newlines there are."""
    n_lines = 0
    for byte in data:
        n_lines += byte == NEWLINE
    return n_lines


@njit(cache=True, nogil=True)
def parse_lines(data, dim, words, kinds, values):
    """Read lines of a word and ``dim`` numbers, with blanks (spaces and tabs) between them.

    Parameters
    ----------
    data : ndarray of uint8              whole lines, each with a newline behind it
    dim : int
    words : ndarray of int64, (n, 4)     *in place:* where each line and each word starts and ends:
                                         line start, line end, word start, word end
    kinds : ndarray of uint8, (n,)       *in place:* EMPTY, READ or ODD
    values : ndarray of float32, (n, dim)   *in place:* the numbers of lines that are READ
    """
    start = ZERO
    for line in range(len(kinds)):
        place = start
        while _is_blank(data[place]):
            place += ONE
        end = place
        if data[place] == NEWLINE:
            kinds[line] = EMPTY
        else:
            end = NOWHERE
            if place == start:
                end = _parse_line(data, start, dim, words[line], values[line])
            kinds[line] = READ
            if end == NOWHERE:
                kinds[line] = ODD
                end = place
                while data[end] != NEWLINE:
                    end += ONE
        words[line, 0], words[line, 1] = start, end
        start = end + ONE


@njit(cache=True, nogil=True)
def _parse_line(data, place, dim, word, row):
    """Read one line; returns where its newline is, or NOWHERE if anything is unusual."""
    word[2] = place
    while data[place] != SPACE and data[place] != TAB:
        if NEWLINE <= data[place] <= RETURN:  # these are all other white space
            return NOWHERE
        place += ONE
    word[3] = place
    for column in range(dim):
        if data[place] != SPACE and data[place] != TAB:
            return NOWHERE
        while data[place] == SPACE or data[place] == TAB:
            place += ONE
        place, row[column] = _parse_number(data, place)
        if place == NOWHERE:
            return NOWHERE
    while _is_blank(data[place]):
        place += ONE
    return place if data[place] == NEWLINE else NOWHERE


@njit(cache=True, nogil=True, forceinline=True)
def _parse_number(data, place):
    """(where a number ends, the number); (NOWHERE, 0) if it is none, or its last bit is unsure."""
    negative = data[place] == MINUS
    if negative or data[place] == PLUS:
        place += ONE
    first = place
    place, whole, n_digits, dropped = _digits(data, place, ZERO, ZERO)
    length = place - first
    exponent = np.int64(dropped)
    if data[place] == POINT:
        first = place + ONE
        place, whole, n_digits, dropped = _digits(data, first, whole, n_digits)
        length += place - first
        exponent -= np.int64(place - first) - np.int64(dropped)
    if length == ZERO:
        return NOWHERE, np.float32(0)
    if data[place] == LOWER_E or data[place] == UPPER_E:
        place, written = _exponent(data, place + ONE)
        exponent += written
    value, is_sure = _product(whole, exponent)
    if not is_sure:
        return NOWHERE, np.float32(0)
    return place, -value if negative else value


@njit(cache=True, nogil=True, forceinline=True)
def _product(whole, exponent):
    """(whole * 10^exponent as float32, whether that is sure)."""
    if whole == ZERO:
        return np.float32(0), True
    if exponent < -LARGEST_POWER or exponent > LARGEST_POWER:
        return np.float32(0), False
    value = np.float64(whole) * POWERS[np.uint64(exponent + LARGEST_POWER)]
    lowest = np.float32(value * (1.0 - MARGIN))
    return lowest, lowest == np.float32(value * (1.0 + MARGIN))


@njit(cache=True, nogil=True, forceinline=True)
def _digits(data, place, whole, n_digits):
    """Go on reading a whole number.

    Returns
    -------
    place : uint64      where the digits end
    whole : uint64      the number, of MOST_DIGITS digits at most
    n_digits : uint64   digits in it, from the first one that is not zero
    dropped : uint64    digits left out behind those
    """
    dropped = ZERO
    digit = data[place] - DIGIT_ZERO
    while digit < 10:
        if n_digits < MOST_DIGITS:
            whole = whole * TEN + np.uint64(digit)
            n_digits += ONE if whole else ZERO
        else:
            dropped += ONE
        place += ONE
        digit = data[place] - DIGIT_ZERO
    return place, whole, n_digits, dropped


@njit(cache=True, nogil=True)
def _exponent(data, place):
    """(where the exponent ends, its value); (NOWHERE, 0) if there is none."""
    negative = data[place] == MINUS
    if negative or data[place] == PLUS:
        place += ONE
    first = place
    exponent = 0
    while 48 <= data[place] <= 57:
        if exponent < LARGEST_EXPONENT:
            exponent = exponent * 10 + np.int64(data[place]) - 48
        place += ONE
    if place == first:
        return NOWHERE, 0
    return place, -exponent if negative else exponent


@njit(cache=True, nogil=True, forceinline=True)
def _is_blank(byte):
    """White space at the end of a line."""
    return byte in (SPACE, TAB, RETURN)
