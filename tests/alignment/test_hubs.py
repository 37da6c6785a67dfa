"""The mean of the best cosines, against the whole product and NumPy's partition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v_cli.alignment.hubs import BLOCK_COLUMNS, BLOCK_ROWS, mean_of_best
from w2v_cli.errors import MemoryShortageError
from w2v_cli.machine.limits import max_memory


def unit(n, dim, seed):
    rows = np.random.default_rng(seed).standard_normal((n, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def plain(rows, others, k):
    products = rows.astype(np.float64) @ others.T.astype(np.float64)
    return np.sort(products, axis=1)[:, -k:].mean(axis=1)


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 9), st.integers(1, 15))
def test_both_directions(n, m, dim, k):
    source, target = unit(n, dim, 1), unit(m, dim, 2)
    ours, ours_target = mean_of_best(source, target, k, n_threads=1)
    np.testing.assert_allclose(ours, plain(source, target, k), atol=1e-6)
    np.testing.assert_allclose(ours_target, plain(target, source, k), atol=1e-6)


@pytest.mark.parametrize("n_threads", [1, 2, 3])
def test_more_than_a_block_and_any_number_of_threads(n_threads):
    source, target = unit(2 * BLOCK_ROWS + 7, 20, 3), unit(2 * BLOCK_COLUMNS + 100, 20, 4)
    ours, ours_target = mean_of_best(source, target, 10, n_threads)
    np.testing.assert_allclose(ours, plain(source, target, 10), atol=1e-6)
    np.testing.assert_allclose(ours_target, plain(target, source, 10), atol=1e-6)
    one = mean_of_best(source, target, 10, 1)
    np.testing.assert_array_equal(ours, one[0])
    np.testing.assert_array_equal(ours_target, one[1])


def test_nothing_is_near_to_nothing():
    ours, ours_target = mean_of_best(unit(3, 4, 5), np.empty((0, 4), np.float32))
    assert ours.tolist() == [0, 0, 0]
    assert len(ours_target) == 0


def test_too_little_memory_is_told_before():
    with max_memory(1 << 20), pytest.raises(MemoryShortageError, match="fewer words need less"):
        mean_of_best(unit(50_000, 2, 6), unit(50_000, 2, 7))
