"""Neighbors from both sides, against what a matrix of all cosines says."""

import numpy as np
import pytest

from w2v_cli.embeddings.mutual import Mutual, kept_answers
from w2v_cli.embeddings.restriction import Restriction
from w2v_cli.embeddings.table import Embeddings

N, DIM, K = 60, 5, 4
VECTORS = np.random.default_rng(8).standard_normal((N, DIM)).astype(np.float32)
TABLE = Embeddings([f"w{row}" for row in range(N)], VECTORS)


def nearest_by_definition(n_rows=N):
    """The K nearest of each row among the first rows, itself left out."""
    unit = VECTORS.astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    cosines = unit @ unit[:n_rows].T
    cosines[np.arange(n_rows), np.arange(n_rows)] = -2
    return np.argsort(-cosines, axis=1)[:, :K].tolist()


def answers(rows, restriction=None, min_score=-np.inf):
    mutual = Mutual(TABLE, TABLE, restriction)
    ids, scores = TABLE.nearest(VECTORS[rows], K, [[row] for row in rows], restriction)
    found = kept_answers(ids, scores, rows, min_score, mutual, K)
    return [[row for row, _ in each] for each in found], mutual


@pytest.mark.parametrize("n_rows", [N, 30])
def test_mutual_neighbors_have_each_other(n_rows):
    nearest = nearest_by_definition(n_rows)
    rows = list(range(n_rows))
    found, _ = answers(rows, Restriction(n_rows))
    expected = [[near for near in nearest[row] if row in nearest[near]] for row in rows]
    assert found == expected
    assert any(len(each) < K for each in found)


def test_low_scores_are_left_out():
    ids, scores = TABLE.nearest(VECTORS, K, [[row] for row in range(N)])
    kept = kept_answers(ids, scores, list(range(N)), 0.8, None, K)
    assert [len(each) for each in kept] == (scores >= 0.8).sum(axis=1).tolist()
    assert all(score >= 0.8 for each in kept for _, score in each)


def test_a_vector_is_asked_for_like_a_word_that_is_not_there():
    row = 7
    others = np.delete(np.arange(N), row)
    table = Embeddings([f"w{each}" for each in others], VECTORS[others])
    mutual = Mutual(table, table, None)
    ids, scores = table.nearest(VECTORS[[row]], K)
    [found] = kept_answers(ids, scores, [None], -np.inf, mutual, K)
    nearest = nearest_by_definition()
    expected = [near for near in nearest[row] if row in nearest[near]]
    assert [int(others[each]) for each, _ in found] == expected


def test_in_a_group_all_are_neighbors_of_all():
    nearest = nearest_by_definition()
    found, mutual = answers(list(range(N)))
    sizes = set()
    for each in found:
        groups = mutual.groups(each)
        assert sorted(row for group in groups for row in group) == sorted(each)
        for group in groups:
            sizes.add(len(group))
            for row in group:
                assert set(group) - {row} <= set(nearest[row])
    assert {1, 2} <= sizes


def test_other_numbers_of_neighbors_are_looked_up_anew():
    mutual = Mutual(TABLE, TABLE, None)
    ids, scores = TABLE.nearest(VECTORS, N - 1, [[row] for row in range(N)])
    few = kept_answers(ids[:, :2], scores[:, :2], list(range(N)), -np.inf, mutual, 2)
    every = kept_answers(ids, scores, list(range(N)), -np.inf, mutual, N - 1)
    assert sum(map(len, few)) < 2 * N
    assert all(len(each) == N - 1 for each in every)
