"""Maps between spaces, against what they are to recover and against plain NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.alignment.mapping import (
    Normalization,
    least_squares,
    normalized,
    procrustes,
    vecmap,
)
from w2v_cli.errors import ConfigError


def rotation(dim, rng):
    return np.linalg.qr(rng.standard_normal((dim, dim)))[0]


@given(st.integers(1, 12), st.integers(0, 30), st.integers(0, 2**32))
def test_a_rotation_is_recovered(dim, more, seed):
    rng = np.random.default_rng(seed)
    source = rng.standard_normal((dim + more, dim))
    true = rotation(dim, rng)
    found = procrustes(source, source @ true)
    np.testing.assert_allclose(source @ found, source @ true, atol=1e-6)
    np.testing.assert_allclose(found @ found.T, np.eye(dim), atol=1e-9)


def test_a_rotation_is_recovered_under_noise():
    rng = np.random.default_rng(1)
    source = rng.standard_normal((2000, 20))
    true = rotation(20, rng)
    noisy = source @ true + 0.1 * rng.standard_normal(source.shape)
    assert np.abs(procrustes(source, noisy) - true).max() < 0.01


def test_no_rotation_is_nearer():
    rng = np.random.default_rng(2)
    source, target = rng.standard_normal((2, 40, 5))
    best = np.linalg.norm(source @ procrustes(source, target) - target)
    for _ in range(200):
        assert np.linalg.norm(source @ rotation(5, rng) - target) >= best


def test_fewer_pairs_than_directions_still_rotate():
    rng = np.random.default_rng(3)
    source, target = rng.standard_normal((2, 3, 8))
    found = procrustes(source, target)
    np.testing.assert_allclose(found @ found.T, np.eye(8), atol=1e-9)


def test_any_matrix_is_recovered_by_least_squares():
    rng = np.random.default_rng(4)
    source, true = rng.standard_normal((50, 6)), rng.standard_normal((6, 4))
    np.testing.assert_allclose(least_squares(source, source @ true), true, atol=1e-9)


def test_vecmap_step_by_step():
    """The steps of the paper on the rows themselves, where ours are two matrices."""
    rng = np.random.default_rng(5)
    source, target = rng.standard_normal((2, 60, 7))

    def root(rows):
        _, spread, axes = np.linalg.svd(rows, full_matrices=False)
        return axes.T @ np.diag(1 / spread) @ axes

    white, white_target = root(source), root(target)
    x, z = source @ white, target @ white_target
    left, shared, right = np.linalg.svd(x.T @ z)
    x, z = x @ left * np.sqrt(shared), z @ right.T * np.sqrt(shared)
    x = x @ (left.T @ np.linalg.inv(white) @ left)
    z = z @ (right @ np.linalg.inv(white_target) @ right.T)
    ours, ours_target = vecmap(source, target)
    # Each axis may be turned round, in both languages at once.
    signs = np.sign((source @ ours * x).sum(axis=0))
    np.testing.assert_allclose(source @ ours * signs, x, atol=1e-9)
    np.testing.assert_allclose(target @ ours_target * signs, z, atol=1e-9)


def test_vecmap_puts_a_rotated_space_onto_itself():
    rng = np.random.default_rng(6)
    source = rng.standard_normal((100, 9))
    target = source @ rotation(9, rng)
    ours, ours_target = vecmap(source, target)
    np.testing.assert_allclose(source @ ours, target @ ours_target, atol=1e-6)


def test_vecmap_needs_pairs_in_all_directions():
    rng = np.random.default_rng(7)
    with pytest.raises(ConfigError, match="vary in all 9 directions, and the 5"):
        vecmap(*rng.standard_normal((2, 5, 9)))
    flat = rng.standard_normal((50, 9))
    flat[:, 3] = 0
    with pytest.raises(ConfigError, match="the 50 of the target do not"):
        vecmap(rng.standard_normal((50, 9)), flat)


def test_lengths_must_agree():
    with pytest.raises(ConfigError, match="length 3 cannot be rotated to those of length 4"):
        procrustes(np.ones((2, 3)), np.ones((2, 4)))


@pytest.mark.parametrize("solve", [procrustes, least_squares, vecmap])
def test_there_must_be_pairs(solve):
    with pytest.raises(ConfigError, match="no pairs"):
        solve(np.ones((0, 3)), np.ones((0, 3)))


def test_steps_in_their_order():
    rng = np.random.default_rng(8)
    matrix = (rng.standard_normal((5000, 4)) + 3).astype(np.float32)
    wide = matrix.astype(np.float64)

    def unit(rows):
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def center(rows):
        return rows - rows.mean(axis=0)

    np.testing.assert_allclose(normalized(matrix), unit(center(unit(wide))), atol=1e-6)
    np.testing.assert_allclose(
        normalized(matrix, ["center", "unit"]), unit(center(wide)), atol=1e-6
    )
    np.testing.assert_array_equal(normalized(matrix, []), matrix)
    assert normalized(matrix).dtype == np.float32


def test_a_row_of_zeros_stays_one_and_moves_no_mean():
    matrix = np.array([[1, 0], [0, 0], [0, 2]], np.float32)
    made = normalized(matrix, ["unit", "center"])
    np.testing.assert_allclose(made, [[0.5, -0.5], [0, 0], [-0.5, 0.5]], atol=1e-7)


def test_a_step_that_is_none():
    with pytest.raises(ConfigError, match="normalize='renorm': steps are unit and center"):
        Normalization.fit(np.ones((2, 2), np.float32), ["renorm"])


STEPS = [(), ("unit",), ("center",), ("center", "unit"), ("unit", "center", "unit")]


@pytest.mark.parametrize("steps", STEPS)
def test_what_is_mapped_by_nothing_lies_where_it_was(steps):
    matrix = np.random.default_rng(9).standard_normal((30, 4)) + 1
    fitted = Normalization.fit(matrix, steps)
    expected = matrix
    if steps[:1] == ("unit",):
        expected = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    np.testing.assert_allclose(fitted.laid_into(matrix, fitted), expected, atol=1e-9)


def test_a_moved_and_turned_space_is_laid_onto_its_target():
    rng = np.random.default_rng(10)
    target = rng.standard_normal((200, 6)) + 2
    true = rotation(6, rng)
    source = (target - 5) @ true.T
    steps = ("center", "unit")
    ours, theirs = Normalization.fit(source, steps), Normalization.fit(target, steps)
    found = procrustes(ours.of(source), theirs.of(target))
    np.testing.assert_allclose(ours.laid_into(source, theirs, found), target, atol=1e-6)
