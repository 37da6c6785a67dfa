"""Sampling tables against their exact probabilities."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from w2v_cli.kernels.outputs import draw_negatives
from w2v_cli.kernels.random import high_below, low_half, next_random
from w2v_cli.methods.sampling import (
    alias_table,
    keep_probabilities,
    negative_probabilities,
    to_threshold,
)

counts_lists = st.lists(st.integers(1, 10**12), min_size=1, max_size=200)


def probabilities_of(accept, alias):
    """The exact distribution that an alias table draws from."""
    n = len(accept)
    probabilities = accept / n
    np.add.at(probabilities, alias, (1 - accept) / n)
    return probabilities


@given(counts_lists, st.sampled_from([0.0, 0.5, 0.75, 1.0, -0.5]))
@example([223, 223, 223, 223, 649775503, 649775503], 0.5)  # a surplus that is used up exactly
def test_alias_table_is_exact(counts, exponent):
    wanted = negative_probabilities(np.array(counts), exponent)
    np.testing.assert_allclose(wanted.sum(), 1)
    accept, alias = alias_table(wanted)
    assert accept.min() >= 0
    assert accept.max() <= 1
    assert alias.min() >= 0
    assert alias.max() < len(counts)
    np.testing.assert_allclose(probabilities_of(accept, alias), wanted, rtol=1e-9, atol=1e-12)


def test_alias_table_of_a_large_zipf_vocabulary():
    counts = (10**9 // np.arange(1, 300_001)).astype(np.int64)
    wanted = negative_probabilities(counts, 0.75)
    np.testing.assert_allclose(probabilities_of(*alias_table(wanted)), wanted, rtol=1e-6)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 49, 1000])
def test_alias_table_of_equal_words(n):
    """n * (1 / n) may round to just below 1 everywhere."""
    wanted = np.full(n, 1 / n)
    np.testing.assert_allclose(probabilities_of(*alias_table(wanted)), wanted, rtol=1e-12)


def test_negative_probabilities_follow_the_power_law():
    np.testing.assert_allclose(negative_probabilities(np.array([16, 1]), 0.75), [8 / 9, 1 / 9])
    np.testing.assert_allclose(negative_probabilities(np.array([16, 1]), 0.0), [0.5, 0.5])


@given(counts_lists, st.floats(1e-9, 1))
def test_keep_probabilities(counts, threshold):
    counts = np.array(counts)
    keep = keep_probabilities(counts, threshold)
    share = counts / counts.sum()
    formula = np.sqrt(threshold / share) + threshold / share
    np.testing.assert_allclose(keep, np.minimum(formula, 1))
    assert (keep > 0).all()
    order = np.argsort(counts)
    assert (np.diff(keep[order]) <= 1e-12).all(), "a more frequent word is kept more often"


def test_threshold_zero_keeps_every_word():
    assert keep_probabilities(np.array([1000, 1]), 0).tolist() == [1, 1]


@given(st.floats(0, 1))
def test_threshold_is_exact_to_32_bits(probability):
    threshold = int(to_threshold(probability))
    assert abs((threshold + 1) / 2**32 - probability) <= 2**-32


def test_threshold_of_one_is_always_met():
    assert int(to_threshold(1.0)) == 2**32 - 1


def test_drawn_negatives_follow_the_distribution():
    """Chi-square of draws from the kernel against the exact probabilities."""
    counts = np.array([1000, 300, 100, 30, 10, 3, 1])
    wanted = negative_probabilities(counts, 0.75)
    accept, alias = alias_table(wanted)
    table = np.column_stack([to_threshold(accept), alias.astype(np.uint32)])
    rows = np.empty(200_000, dtype=np.int64)
    draw_negatives(table, 0, 0, 16, np.array([1], dtype=np.uint64), rows)
    assert not (rows % 16).any(), "a row starts at a multiple of the padded dim"
    drawn = np.bincount(rows // 16, minlength=len(counts))
    expected = wanted * len(rows)
    chi_square = np.sum((drawn - expected) ** 2 / expected)
    assert chi_square < 27, f"chi-square {chi_square:.1f} at 6 degrees of freedom"


def test_hot_words_are_drawn_as_the_own_rows_of_a_thread():
    table = np.column_stack([np.full(5, 2**32 - 1), np.arange(5)]).astype(np.uint32)
    rows = np.empty(1000, dtype=np.int64)
    draw_negatives(table, 2, 100, 16, np.array([1], dtype=np.uint64), rows)
    assert set(rows // 16) == {100, 101, 2, 3, 4}


def test_kept_words_follow_the_probability():
    state = np.array([5], dtype=np.uint64)
    n, probability = 100_000, 0.3
    threshold = to_threshold(probability)
    kept = sum(low_half(np.uint64(next_random(state))) <= threshold for _ in range(n))
    assert abs(kept / n - probability) < 5 * np.sqrt(probability * (1 - probability) / n)


def test_window_widths_are_even():
    state = np.array([9], dtype=np.uint64)
    draws = [high_below(np.uint64(next_random(state)), 5) for _ in range(50_000)]
    widths = np.bincount(draws, minlength=5)
    assert len(widths) == 5
    assert abs(widths / 50_000 - 0.2).max() < 0.01
