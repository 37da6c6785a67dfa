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


def test_without_outputs_the_inputs_come_out():
    assert read_out(INPUTS, None, "input") is INPUTS
