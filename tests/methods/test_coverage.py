"""Lengths of n-grams that suit the words of a text."""

import pytest

from w2v_cli.methods.coverage import BEST_COVERAGE, best_sizes, strings_of_lengths


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
    ]
    assert abs(coverage - BEST_COVERAGE) == pytest.approx(min(others))


@pytest.mark.parametrize("words", [["a"], ["a", "b"], ["ab"], ["x" * 1000]])
def test_few_words_have_sizes_too(words):
    shortest, longest, _ = best_sizes(words)
    assert 1 <= shortest <= longest <= 10
