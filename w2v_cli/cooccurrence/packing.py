"""How a pair of words and their distance are one number of 63 bits: row, column, distance."""

import numpy as np

from ..errors import ConfigError, field

CHUNK = 256
"""Pairs that lie side by side in a pool, all of one bucket; a power of two."""
PAIR_BITS = 63
LARGEST_SUM = 2**64 - 1


def shifts_of(rule, n_words):
    """Where row and column begin in a packed pair: ndarray of int64, shape (2,).

    Parameters
    ----------
    rule : CountRule
    n_words : int

    Raises
    ------
    ConfigError   if they have no room
    """
    word_bits = max((n_words - 1).bit_length(), 1)
    distance_bits = max((rule.window - 1).bit_length(), 1)
    if 2 * word_bits + distance_bits > PAIR_BITS:
        raise ConfigError(
            f"{field('window', rule.window)} is too long for {n_words:,} words: a pair of words "
            f"and their distance have no room in {PAIR_BITS} bits; take a shorter "
            f"{field('window')}, or fewer words"
        )
    return np.array([word_bits + distance_bits, distance_bits], np.int64)


def check_sums(rule, highest):
    """Raise ConfigError if a sum might have no room in 64 bits.

    Parameters
    ----------
    rule : CountRule
    highest : int   how often the most frequent word occurs
    """
    # Each time the rarer word of a pair occurs, the other one is at most once at each distance, on
    # each of two sides; a pair of a word with itself counts in both directions.
    if 2 * sum(rule.weights.tolist()) * highest > LARGEST_SUM:
        raise ConfigError(
            f"{field('window', rule.window)} is too long for a word that occurs {highest:,} times: "
            f"sums might have no room in 64 bits; take a shorter {field('window')}"
        )
