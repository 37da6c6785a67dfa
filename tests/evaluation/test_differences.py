"""Intervals of the difference of two scores of the same test."""

import numpy as np

from w2v_cli.evaluation.bootstrap import counted_difference
from w2v_cli.evaluation.correlation import difference_interval, spearman


def test_a_difference_of_counts_is_told_apart_if_it_is_large():
    low, high = counted_difference(100, 20, 1000)
    assert 0.05 < low < 0.08 < high < 0.11
    low, high = counted_difference(11, 9, 1000)
    assert low < 0 < high
    assert counted_difference(0, 0, 10) == (0, 0)


def test_a_difference_of_correlations_is_paired():
    rng = np.random.default_rng(2)
    truth = rng.normal(size=200)
    good = truth + rng.normal(size=200) * 0.5
    bad = truth + rng.normal(size=200) * 3
    low, high = difference_interval(truth, good, bad)
    assert 0 < low < spearman(truth, good) - spearman(truth, bad) < high
    # Nearly the same answers, whose own intervals are wide, are told apart from nothing.
    low, high = difference_interval(truth, good, good + rng.normal(size=200) * 0.01)
    assert low < 0 < high
    assert high - low < 0.02
    assert difference_interval(truth, good, np.zeros(200)) is None
