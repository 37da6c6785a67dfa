"""Lengths of n-grams that suit the words of a text."""

import pytest

from w2v_cli.methods.coverage import BEST_COVERAGE, FEWEST, best_sizes, strings_of_lengths


def test_distinct_strings_are_counted_by_length():
    # a b n, ab an ba na, ana ban nan, anan bana nana, anana banan, banana
    assert strings_of_lengths(["banana", "ab"]).tolist() == [0, 3, 4, 3, 3, 2, 1]
    assert strings_of_lengths([]).tolist() == [0]


def test_characters_are_counted_and_not_bytes():
    assert strings_of_lengths(["日本語"]).tolist() == [0, 3, 2, 1]


def letters(number):
    """A number as a word of six letters of twenty."""
    return "".join("abcdefghijklmnoprstu"[number // 20**place % 20] for place in range(6))


def test_the_lengths_nearest_to_the_best_coverage_are_chosen():
    words = [letters(7919 * number) for number in range(3000)]
    numbers = strings_of_lengths(words)
    shares = 100 * numbers / numbers.sum()
    shortest, longest, coverage = best_sizes(words)
    assert coverage == pytest.approx(shares[shortest : longest + 1].sum())
    others = [
        abs(shares[low : high + 1].sum() - BEST_COVERAGE)
        for low in range(1, numbers.argmax() + 1)
        for high in range(low, numbers.argmax() + 1)
        if numbers[low : high + 1].sum() >= FEWEST * len(words)
    ]
    assert abs(coverage - BEST_COVERAGE) == pytest.approx(min(others))


def test_there_are_enough_ngrams_to_tell_words_apart():
    """Of words that are alike in the middle, as those of languages are, short parts are few."""
    words = [letters(number) for number in range(8000)]
    numbers = strings_of_lengths(words)
    nearest = min(range(1, 7), key=lambda n: abs(100 * numbers[n] / numbers.sum() - BEST_COVERAGE))
    assert numbers[nearest] < FEWEST * len(words)
    shortest, longest, _ = best_sizes(words)
    assert numbers[shortest : longest + 1].sum() >= FEWEST * len(words)


@pytest.mark.parametrize("words", [["a"], ["a", "b"], ["ab"], ["x" * 1000]])
def test_few_words_have_sizes_too(words):
    shortest, longest, _ = best_sizes(words)
    assert 1 <= shortest <= longest <= 10
