"""Named matrices: which rows are what, and how they lie in memory."""

import numpy as np
import pytest
from support.parameters import untrained

from w2v_cli.machine.aligned import padded_zeros
from w2v_cli.methods.base import Layout, Parameters, Shape


def test_every_row_of_a_layout_belongs_to_one_thing():
    layout = Layout(n_words=5, n_buckets=3, threads=2, n_hot=4, n_spare=6)
    assert layout.n_learnt == 8
    assert [layout.hot_start(thread) for thread in (0, 1)] == [8, 12]
    assert [layout.spare_start(thread) for thread in (0, 1)] == [16, 22]
    assert layout.n_rows == 28
    assert Layout(7).n_rows == Layout(7).n_learnt == 7


def test_a_shape_tells_what_its_matrix_will_take():
    shape = Shape(Layout(5, 3, threads=2, n_hot=4, n_spare=6), dim=10, dtype="float64")
    rows = Parameters({"matrix": shape}, "matrix").rows("matrix")
    assert rows.shape == (28, 16)
    assert rows.dtype == np.float64
    assert shape.nbytes == rows.nbytes
    assert shape.hot_nbytes == rows[8:16].nbytes
    assert shape.learnt_nbytes == 8 * 10 * 8


def test_views_are_of_the_rows_they_say():
    shapes = {
        "inputs": Shape(Layout(5, n_buckets=3, threads=2, n_hot=2), 10),
        "labels": Shape(Layout(3, threads=2, n_hot=2), 4),
        "rates": Shape(Layout(5), 1, "float64"),
    }
    parameters = Parameters(shapes, "inputs", "labels")
    assert [(name, matrix.shape) for name, matrix in parameters] == [
        ("inputs", (8, 10)),
        ("labels", (3, 4)),
        ("rates", (5, 1)),
    ]
    parameters["inputs"][:] = 1
    assert parameters.vectors.shape == (5, 10)
    assert parameters.vectors.all()
    assert not parameters.rows("inputs")[8:].any()
    assert not parameters.rows("inputs")[:, 10:].any()
    assert parameters.context_vectors.shape == (3, 4)
    assert Parameters(shapes, "inputs").context_vectors is None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["syn0", "syn1"])
def test_values_that_are_not_finite_are_found(value, name):
    parameters = untrained(10, 5, threads=2)
    assert parameters.is_finite()
    parameters[name][7, 3] = value
    assert not parameters.is_finite()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("dim", [1, 15, 16, 17, 100])
def test_matrices_are_padded_and_aligned(dim, dtype):
    matrix = padded_zeros(7, dim, dtype)
    line = 64 // matrix.itemsize
    assert matrix.shape == (7, -(-dim // line) * line)
    assert matrix.dtype == dtype
    assert matrix.ctypes.data % 64 == 0
    assert not matrix.any()


def test_word2vec_starts_as_word2vec_does():
    parameters = untrained(5000, 50, threads=2)
    vectors = parameters.vectors
    assert vectors.shape == parameters.context_vectors.shape == (5000, 50)
    assert abs(vectors).max() <= 0.5 / 50
    assert abs(vectors.mean()) < 1e-4
    assert vectors.std() == pytest.approx(1 / 50 / np.sqrt(12), rel=0.01)
    assert not parameters.rows("syn0")[:, 50:].any()
    assert not parameters.rows("syn1").any()
    np.testing.assert_array_equal(vectors, untrained(5000, 50).vectors)
    assert (vectors != untrained(5000, 50, seed=2).vectors).any()
