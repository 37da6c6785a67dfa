"""Figures of classification, against plain formulas and scikit-learn."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from w2v_cli.evaluation import classification as measures

SETS = st.lists(
    st.tuples(st.frozensets(st.integers(0, 4), min_size=1), st.frozensets(st.integers(0, 4))),
    min_size=1,
    max_size=30,
)


def counts_of(pairs, n_labels=5):
    """(TRUE, PREDICTED, HITS) of each label, counted one by one."""
    found = np.zeros((n_labels, 3), dtype=np.int64)
    for true, predicted in pairs:
        for label in range(n_labels):
            found[label] += label in true, label in predicted, label in true & predicted
    return found


@settings(max_examples=100, deadline=None)
@given(SETS)
@example([(frozenset({0}), frozenset()), (frozenset({0}), frozenset({0}))])
def test_averages_are_those_of_scikit_learn(pairs):
    metrics = pytest.importorskip("sklearn.metrics")
    true = np.array([[label in a for label in range(5)] for a, _ in pairs])
    predicted = np.array([[label in b for label in range(5)] for _, b in pairs])
    used = (true | predicted).any(axis=0)
    averages = measures.averages(counts_of(pairs))
    for name, scores in averages.items():
        if used.sum() == 1:
            # scikit-learn takes a single column for two classes, whose averages are others.
            tables, average = (true[:, used].ravel(), predicted[:, used].ravel()), "binary"
        else:
            tables, average = (true[:, used], predicted[:, used]), name
        expected = metrics.precision_recall_fscore_support(
            *tables, average=average, zero_division=0
        )
        assert [float(value) for value in scores] == pytest.approx(expected[:3])


def test_of_nothing_there_are_zeros():
    averages = measures.averages(np.zeros((3, 3), dtype=np.int64))
    assert {float(value) for scores in averages.values() for value in scores} == {0.0}
    assert measures.micro_interval(np.zeros((0, 3), dtype=np.int64)).f1 is None


def test_intervals_hold_the_score_and_narrow():
    rng = np.random.default_rng(1)
    widths = []
    for n in (50, 5000):
        hits = rng.random(n) < 0.8
        documents = np.stack([np.ones(n), np.ones(n), hits], axis=1).astype(np.int64)
        low, high = measures.micro_interval(documents).f1
        assert low < hits.mean() < high
        widths.append(high - low)
    assert widths[0] > 5 * widths[1]
    # Of a share: 1.96 standard errors on either side.
    assert widths[1] == pytest.approx(2 * 1.96 * np.sqrt(0.8 * 0.2 / 5000), rel=0.1)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()),
             min_size=1, max_size=30),
    st.integers(0, 3),
)  # fmt: skip
def test_curves_count_what_is_answered_at_each_threshold(answers, n_unanswered):
    p = np.array([value for value, _ in answers])
    is_true = np.array([true for _, true in answers])
    n_true = int(is_true.sum()) + n_unanswered
    curve = measures.curve(p, is_true, n_true)
    assert curve.thresholds.tolist() == sorted(set(p.tolist()), reverse=True)
    for threshold, precision, recall in zip(*curve, strict=True):
        answered = p >= threshold
        hits = int((is_true & answered).sum())
        assert precision == pytest.approx(hits / answered.sum())
        assert recall == pytest.approx(hits / max(n_true, 1))
    for wanted in (0.3, 0.7, 1.0):
        point = measures.threshold_for_precision(curve, wanted)
        good = curve.precision >= wanted
        assert (point is None) == (not good.any())
        if point:
            assert point[1] >= wanted
            assert point[2] == curve.recall[good].max()
        point = measures.threshold_for_recall(curve, wanted)
        if point:
            assert point[2] >= wanted
            assert point[1] == curve.precision[curve.recall >= wanted].max()


def test_calibration_compares_by_bins():
    p = np.array([0.05, 0.95, 0.95, 1.0, 0.55])
    found = measures.calibration(p, np.array([False, True, False, True, True]))
    assert found.numbers.tolist() == [1, 0, 0, 0, 0, 1, 0, 0, 0, 3]
    assert found.probabilities[9] == pytest.approx(2.9 / 3)
    assert found.shares[9] == pytest.approx(2 / 3)
    assert found.error == pytest.approx((0.05 + 0.45 + 0.9) / 5)


def test_losses_of_the_impossible_are_finite():
    found = measures.losses(np.array([1.0, 0.5, 0.0]))
    assert found == pytest.approx([0, np.log(2), -np.log(1e-15)])


def test_confusions_are_counted():
    true, predicted = np.array([0, 0, 0, 1, 2, 2]), np.array([1, 1, 0, 1, 0, 0])
    assert measures.confusions(true, predicted, 10) == [(0, 1, 2), (2, 0, 2)]
    assert measures.confusions(true, predicted, 1) == [(0, 1, 2)]
    assert measures.confusions(true[2:4], predicted[2:4], 5) == []
