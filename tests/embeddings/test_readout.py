"""Vectors out of both matrices."""

import numpy as np
import pytest

from w2v_cli.embeddings.blocks import LazyRows
from w2v_cli.embeddings.readout import read_out

INPUTS = np.arange(12, dtype=np.float32).reshape(4, 3)
OUTPUTS = np.float32(100) * INPUTS
EXPECTED = {
    "input": INPUTS,
    "sum": INPUTS + OUTPUTS,
    "concat": np.hstack([INPUTS, OUTPUTS]),
}
UNEVEN = np.random.default_rng(5).normal(2, 1, (9, 4)).astype(np.float32)


@pytest.mark.parametrize("vectors", EXPECTED)
@pytest.mark.parametrize("lazy", [False, True])
def test_both_matrices_are_put_together(vectors, lazy):
    inputs, outputs = INPUTS, OUTPUTS
    if lazy:
        inputs = LazyRows(4, 3, INPUTS.__getitem__)
        outputs = LazyRows(4, 3, OUTPUTS.__getitem__)
    rows = read_out(inputs, outputs, vectors)
    assert rows.shape == EXPECTED[vectors].shape
    assert rows[:].dtype == np.float32
    np.testing.assert_array_equal(rows[:], EXPECTED[vectors])
    np.testing.assert_array_equal(rows[1:3], EXPECTED[vectors][1:3])


def centered(matrix):
    matrix = matrix - matrix.mean(axis=0)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def test_a_balanced_sum_has_neither_means_nor_lengths():
    inputs, outputs = UNEVEN, UNEVEN[::-1] ** 3
    rows = read_out(inputs, outputs, "balanced")
    expected = centered(inputs) + centered(outputs) / 2
    assert rows[:].dtype == np.float32
    np.testing.assert_allclose(rows[:], expected, rtol=0, atol=1e-6)
    np.testing.assert_array_equal(rows[2:5], rows[:][2:5])
    scaled = read_out(7 * inputs + 1, outputs, "balanced")
    np.testing.assert_allclose(scaled[:], expected, rtol=0, atol=1e-5)


def test_a_row_that_is_the_mean_stays_zero():
    assert not read_out(np.ones((3, 2), np.float32), np.ones((3, 2), np.float32), "balanced")[
        :
    ].any()


def test_without_outputs_the_inputs_come_out():
    assert read_out(INPUTS, None, "input") is INPUTS
