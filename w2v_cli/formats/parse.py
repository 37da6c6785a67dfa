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
PLUS, MINUS, POINT, ZERO, NINE = 43, 45, 46, 48, 57
UPPER_E, LOWER_E = 69, 101

MOST_DIGITS = 19
"""Digits that fit in 64 bits; of longer numbers the others are below the margin."""
LARGEST_POWER = 270
"""Beyond, products could leave the range of float64."""
LARGEST_EXPONENT = 100_000
POWERS = np.array([float(f"1e{power}") for power in range(-LARGEST_POWER, LARGEST_POWER + 1)])
MARGIN = 2.0**-50
"""Relative error of a product, at most: half a unit each for w, 10^e and the product, 2^-53 each,
and 10^-18 for dropped digits; here more than twice that."""
TEN = np.uint64(10)


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
    start = 0
    for line in range(len(kinds)):
        place = start
        while _is_blank(data[place]):
            place += 1
        words[line, 0] = start
        if data[place] == NEWLINE:
            kinds[line], end = EMPTY, place
        else:
            end = -1
            if place == start:
                end = _parse_line(data, start, dim, words[line], values[line])
            kinds[line] = ODD if end < 0 else READ
            if end < 0:
                end = place
                while data[end] != NEWLINE:
                    end += 1
        words[line, 1] = end
        start = end + 1


@njit(cache=True, nogil=True)
def _parse_line(data, start, dim, word, row):
    """Read one line; returns where its newline is, or -1 where anything is unusual."""
    place = start
    while data[place] != SPACE and data[place] != TAB:
        if NEWLINE <= data[place] <= RETURN:  # these are all other white space
            return -1
        place += 1
    word[2], word[3] = start, place
    for column in range(dim):
        if data[place] != SPACE and data[place] != TAB:
            return -1
        while data[place] == SPACE or data[place] == TAB:
            place += 1
        place = _parse_number(data, place, row, column)
        if place < 0:
            return -1
    while _is_blank(data[place]):
        place += 1
    return place if data[place] == NEWLINE else -1


@njit(cache=True, nogil=True)
def _parse_number(data, place, row, column):
    """Read one number; returns where it ends, or -1 if it is none, or is not certain."""
    negative = data[place] == MINUS
    if negative or data[place] == PLUS:
        place += 1
    first = place
    whole, n_digits, exponent = np.uint64(0), 0, 0
    while ZERO <= data[place] <= NINE:
        if n_digits < MOST_DIGITS:
            whole = whole * TEN + np.uint64(data[place] - ZERO)
            n_digits += whole != 0
        else:
            exponent += 1
        place += 1
    length = place - first
    if data[place] == POINT:
        place += 1
        first = place
        while ZERO <= data[place] <= NINE:
            if n_digits < MOST_DIGITS:
                whole = whole * TEN + np.uint64(data[place] - ZERO)
                n_digits += whole != 0
                exponent -= 1
            place += 1
        length += place - first
    if length == 0:
        return -1
    if data[place] == LOWER_E or data[place] == UPPER_E:
        place, written = _parse_exponent(data, place + 1)
        if place < 0:
            return -1
        exponent += written
    value = np.float64(whole)
    if whole != 0:
        if exponent < -LARGEST_POWER or exponent > LARGEST_POWER:
            return -1
        value *= POWERS[exponent + LARGEST_POWER]
        if np.float32(value * (1.0 - MARGIN)) != np.float32(value * (1.0 + MARGIN)):
            return -1
    row[column] = np.float32(-value if negative else value)
    return place


@njit(cache=True, nogil=True)
def _parse_exponent(data, place):
    """(where the exponent ends, its value); (-1, 0) if there is none."""
    negative = data[place] == MINUS
    if negative or data[place] == PLUS:
        place += 1
    first = place
    exponent = 0
    while ZERO <= data[place] <= NINE:
        if exponent < LARGEST_EXPONENT:
            exponent = exponent * 10 + (data[place] - ZERO)
        place += 1
    if place == first:
        return -1, 0
    return place, -exponent if negative else exponent


@njit(cache=True, nogil=True, forceinline=True)
def _is_blank(byte):
    """White space at the end of a line."""
    return byte == SPACE or byte == TAB or byte == RETURN
