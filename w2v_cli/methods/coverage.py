"""Lengths of n-grams for a language, chosen by how many different ones its words have.

Of all distinct strings of characters within words, few are short and few are long. Novotny et al.
2021 (arXiv:2102.02585) train fastText on nine languages with n-grams of many lengths, and find the
best where these n-grams are about 4.91 % of all those strings: shorter ones tell too few words
apart, longer ones have too little in common.

That was found on vocabularies of millions. Of few words the short strings, which most of them
have, are a large share of all, so that the nearest share may be that of a few thousand strings:
with lengths of 1 to 3 for 70,000 English words, vectors are worth half of others (see
benchmarks/RESULTS.md, "N-grams and accuracy"). Therefore there must be a string for two words.
"""

import numpy as np

BEST_COVERAGE = 4.91
"""Percent."""
FEWEST = 0.5
"""Distinct strings a word."""
LONGEST = 10
"""The longest n-grams that are looked at."""


def strings_of_lengths(words):
    """How many distinct strings there are in words, by length: ndarray of int64; none has length 0.

    Parameters
    ----------
    words : list of str   distinct
    """
    longest = max(map(len, words), default=0)
    numbers = np.zeros(longest + 1, dtype=np.int64)
    for length in range(1, longest + 1):
        words = [word for word in words if len(word) >= length]
        found = {
            word[begin : begin + length]
            for word in words
            for begin in range(len(word) - length + 1)
        }
        numbers[length] = len(found)
    return numbers


def best_sizes(words):
    """The lengths of n-grams whose coverage is nearest to `BEST_COVERAGE`.

    Lengths of which there are fewer strings than `FEWEST` a word are left out, as they tell too few
    words apart, unless all are such. So are lengths beyond the most common one: n-grams that are
    rare again as few words are so long have nothing in common.

    Parameters
    ----------
    words : list of str   distinct, at least one

    Returns
    -------
    shortest, longest : int   1 to LONGEST
    coverage : float          percent of all distinct strings that are of such a length
    """
    numbers = strings_of_lengths(words)
    shares = 100 * numbers / max(numbers.sum(), 1)
    last = max(min(int(numbers.argmax()), LONGEST), 1)
    sizes = [(low, high) for low in range(1, last + 1) for high in range(low, last + 1)]
    enough = FEWEST * len(words)
    telling = [(low, high) for low, high in sizes if numbers[low : high + 1].sum() >= enough]
    telling = telling or [(1, last)]
    coverage = {(low, high): float(shares[low : high + 1].sum()) for low, high in telling}
    shortest, longest = min(telling, key=lambda size: abs(coverage[size] - BEST_COVERAGE))
    return shortest, longest, coverage[shortest, longest]
