"""Lists of rows taken as one, by vector instructions and by plain loops, against plain NumPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_vector import both, function

DIMS = [1, 4, 15, 16, 17, 32, 63, 64, 100, 112, 128, 129, 144, 300]
LEFT_ALONE = 7


class Case:
    """A matrix, a list of its rows with repeats, and a place among other vectors."""

    def __init__(self, arithmetic, seed, dim, n_rows):
        self.rng = np.random.default_rng(seed)
        width = arithmetic.WIDTH
        self.length = -(-dim // width) * width
        self.stride = -(-dim // 16) * 16
        self.matrix = np.zeros((9, self.stride), dtype=np.float32)
        self.matrix[:, :dim] = self.rng.normal(size=(9, dim))
        # Of rows 0, 1 and 4 this thread has copies: 6, 7 and 8. Rows from 4 on are of n-grams.
        self.hot = np.array([2, 6, 4, 1, 4])
        listed = self.rng.integers(0, 6, n_rows)
        self.list = np.concatenate([[0, 5, 3], listed, [2]]).astype(np.int32)
        self.start = 3
        self.numbers = np.array([6, 7, 2, 3, 8, 5])[listed]
        self.rows = self.numbers * self.stride
        self.place = 2 * self.stride
        self.vectors, self.before = np.full((2, 4, self.stride), LEFT_ALONE, dtype=np.float32)

    def arguments(self):
        """Those of the functions of lists."""
        return (
            self.matrix.reshape(-1), self.list, self.start, len(self.numbers), self.hot,
            self.stride, self.vectors.reshape(-1), self.before.reshape(-1), self.place,
            self.length,
        )  # fmt: skip

    def check_others(self, vectors):
        """Nothing but what is at the place was written to."""
        assert (vectors[[0, 1, 3]] == LEFT_ALONE).all()
        assert (vectors[2, self.length :] == LEFT_ALONE).all()


some_examples = settings(max_examples=25)
cases = given(
    seed=st.integers(0, 1000), dim=st.sampled_from(DIMS), n_rows=st.sampled_from([1, 2, 3, 17, 60])
)


@both
@some_examples
@cases
def test_the_mean_is_put_in_two_places(arithmetic, seed, dim, n_rows):
    case = Case(arithmetic, seed, dim, n_rows)
    function(arithmetic, "mean_of_list")(*case.arguments())
    mean = case.matrix[case.numbers].astype(np.float64).mean(axis=0)[: case.length]
    np.testing.assert_allclose(case.vectors[2, : case.length], mean, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(case.vectors, case.before)
    case.check_others(case.vectors)


@both
@some_examples
@cases
def test_a_change_is_added_to_each_row_as_often_as_it_stands_there(arithmetic, seed, dim, n_rows):
    case = Case(arithmetic, seed, dim, n_rows)
    case.vectors[2, : case.length], case.before[2, : case.length] = case.rng.normal(
        size=(2, case.length)
    )
    expected = case.matrix.astype(np.float64)
    change = case.vectors[2].astype(np.float64) - case.before[2]
    np.add.at(expected, case.numbers, np.where(np.arange(case.stride) < case.length, change, 0))
    function(arithmetic, "add_to_list")(*case.arguments())
    np.testing.assert_allclose(case.matrix, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("dim", [100, 112])
@both
def test_losing_nothing_where_nothing_changed(arithmetic, dim):
    """A word that is in no window leaves its rows as they are, to the bit."""
    case = Case(arithmetic, 1, dim, 17)
    before = case.matrix.copy()
    for name in ("mean_of_list", "add_to_list"):
        function(arithmetic, name)(*case.arguments())
    np.testing.assert_array_equal(case.matrix, before)
