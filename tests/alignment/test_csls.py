"""Words found by CSLS, against the formula over all pairs as MUSE computes it."""

import numpy as np
import pytest

from w2v_cli.alignment import csls
from w2v_cli.alignment.csls import Csls
from w2v_cli.embeddings.restriction import Restriction
from w2v_cli.embeddings.table import Embeddings


def vectors(n, dim, seed):
    """Rows near a few directions, some of them near to many: hubs."""
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((n, dim)) + 2 * rng.standard_normal((5, dim))[rng.integers(0, 5, n)]
    return Embeddings([f"w{i}" for i in range(n)], (rows * rng.uniform(0.1, 9, (n, 1))))


def unit(rows):
    rows = np.asarray(rows, np.float64)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def all_scores(source, target, queries, k):
    """2 cos - r(x) - r(z), with r as in MUSE's get_nn_avg_dist."""
    x, z = unit(source.vectors), unit(target.vectors)
    near_target = np.sort(unit(queries) @ z.T, axis=1)[:, -k:].mean(axis=1)
    near_source = np.sort(z @ x.T, axis=1)[:, -k:].mean(axis=1)
    return 2 * unit(queries) @ z.T - near_target[:, None] - near_source[None]


SOURCE, TARGET = vectors(900, 12, 1), vectors(700, 12, 2)


@pytest.mark.parametrize("sample", [8, 100, 2000])
@pytest.mark.parametrize("n_queries", [1, 7, 60])
def test_the_best_by_muses_formula(monkeypatch, sample, n_queries):
    """Whether few words of the source are looked at first, or all of them."""
    monkeypatch.setattr(csls, "SAMPLE", sample)
    monkeypatch.setattr(csls, "LOOKED_AT", 3)
    queries = SOURCE.vectors[:n_queries]
    expected = all_scores(SOURCE, TARGET, queries, 5)
    ids, scores = Csls(SOURCE, TARGET, 5).nearest(queries, 4)
    best = np.sort(expected, axis=1)[:, ::-1][:, :4]
    np.testing.assert_allclose(scores, best, atol=2e-6)
    np.testing.assert_allclose(np.take_along_axis(expected, ids, axis=1), best, atol=2e-6)


def test_hardly_any_word_needs_its_neighbors_for_one_query():
    source, target = vectors(9000, 20, 3), vectors(3000, 20, 4)
    searcher = Csls(source, target)
    searcher.nearest(source.vectors[:1], 3)
    assert 3 <= searcher._is_known.sum() < 1500


def test_rows_that_may_not_answer():
    queries = SOURCE.vectors[:2]
    expected = all_scores(SOURCE, TARGET, queries, 10)
    order = np.argsort(-expected, axis=1)
    barred = [order[0, :2].tolist(), []]
    restriction = Restriction(600, np.unique(order[:, 2]))
    ids, _ = Csls(SOURCE, TARGET).nearest(queries, 3, barred, restriction)
    for row, own, found in zip(order, barred, ids, strict=True):
        allowed = [i for i in row if i < 600 and i not in own and i not in order[:, 2]]
        assert found.tolist() == allowed[:3]


def test_more_answers_than_words():
    few = vectors(3, 4, 5)
    ids, scores = Csls(few, few).nearest(few.vectors, 10)
    assert ids.shape == (3, 3)
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("n_queries", [1, 40])
def test_a_word_without_a_direction_comes_last(n_queries):
    target = Embeddings(["none", "away"], np.array([[0, 0], [-1, 0.1]]))
    source = Embeddings(["a"] * 50, np.tile([[1.0, 0]], (50, 1)))
    ids, _ = Csls(source, target).nearest(source.vectors[:n_queries], 2)
    assert ids.tolist() == [[1, 0]] * n_queries
