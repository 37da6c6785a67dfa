"""The arithmetic of a step: by vector instructions and by plain loops, against plain NumPy."""

import signal
import subprocess
import sys
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from support import reference
from support.guardpages import guarded

from w2v_cli.compiling.numba_private import settings as numba_settings
from w2v_cli.kernels import backend, portable
from w2v_cli.kernels.step import bag_step, logistic_step, softmax_bag_step, softmax_step

BACKENDS = [portable] if numba_settings().DISABLE_JIT else [portable, backend.chosen_backend]
BACKENDS = list(dict.fromkeys(BACKENDS))

both = pytest.mark.parametrize("arithmetic", BACKENDS, ids=lambda module: module.__name__[16:])
every_tile = pytest.mark.parametrize(
    ("arithmetic", "size"),
    [(module, size) for module in BACKENDS for size in range(1, module.MAX_TILE + 1)],
    ids=lambda value: value.__name__[16:] if hasattr(value, "__name__") else str(value),
)
FIRST = 16
"""Where the outputs begin among those of other steps."""


@cache
def function(arithmetic, name):
    """A function of an arithmetic, to be called from Python: intrinsics must be compiled in."""
    made = getattr(arithmetic, name)
    if arithmetic is portable:
        return made

    def call(*args):
        return made(*args)

    return njit(call)


class Step:
    """Inputs and outputs of a step, laid out in memory as the kernel does.

    x, y : float64, (n_inputs, dim) and (n_outputs, dim)   what they are before the step
    signs : (n_outputs,)
    Some rows stand in several places: ``x_rows``, ``y_rows`` are their numbers.
    """

    def __init__(self, arithmetic, rng, size, n_inputs, n_outputs, dim, repeat=True, scale=0.5):
        self.arithmetic, self.dim, self.n_inputs = arithmetic, dim, n_inputs
        self.tile = (0,) * size
        width = arithmetic.LANES
        self.length = -(-dim // width) * width
        self.padded = -(-dim // 16) * 16
        self.n_tiles = -(-n_outputs // size)
        number = np.arange(n_outputs)
        self.lanes = number // size * width + number % size
        self.n_lanes = self.n_tiles * width

        # A row may repeat among the inputs, and among the outputs of a tile.
        self.x_rows = rng.permutation(n_inputs + 3)[:n_inputs]
        self.y_rows = rng.permutation(n_outputs + 3)[:n_outputs]
        if repeat:
            self.x_rows[-1] = self.x_rows[0]
            self.y_rows[min(size, n_outputs) - 1] = self.y_rows[0]
        self.inputs = self._matrix(rng, n_inputs + 3, scale)
        self.outputs = self._matrix(rng, n_outputs + 3, scale)
        self.x, self.y = self.input_rows(), self.output_rows()
        self.signs = rng.choice([-1.0, 1.0, 0.0], n_outputs)

        self.in_rows = self.x_rows * self.padded
        self.out_rows = np.zeros(FIRST + self.n_lanes, dtype=np.int64)
        self.out_rows[FIRST + self.lanes] = self.y_rows * self.padded
        self.lane_signs = np.zeros(FIRST + self.n_lanes, dtype=np.float32)
        self.lane_signs[:FIRST] = 1
        self.lane_signs[FIRST + self.lanes] = self.signs
        self.dense = np.zeros(n_inputs * self.length, dtype=np.float32)
        self.products = np.zeros(n_inputs * self.n_lanes, dtype=np.float32)
        self.mean = np.zeros(self.length, dtype=np.float32)
        self.losses = arithmetic.new_losses()

    def _matrix(self, rng, n_rows, scale):
        matrix = np.zeros((n_rows, self.padded), dtype=np.float32)
        matrix[:, : self.dim] = rng.normal(scale=scale, size=(n_rows, self.dim))
        return matrix.ravel()

    def _rows(self, flat):
        return flat.reshape(-1, self.padded)

    def input_rows(self):
        return self._rows(self.inputs)[self.x_rows, : self.dim].astype(np.float64)

    def output_rows(self):
        return self._rows(self.outputs)[self.y_rows, : self.dim].astype(np.float64)

    def by_input(self):
        """The products by input and lane: a view."""
        n_inputs = len(self.products) // self.n_lanes
        return self.products.reshape(self.n_tiles, n_inputs, -1).transpose(1, 0, 2)

    def logits(self):
        """What stands in ``products``, by input and output."""
        by_input = self.by_input()
        return by_input.reshape(len(by_input), -1)[:, self.lanes]

    def set_logits(self, values):
        self.products[:] = 0
        lanes = self.lanes // self.arithmetic.LANES, self.lanes % self.arithmetic.LANES
        self.by_input()[:, lanes[0], lanes[1]] = values

    def of_bag(self):
        """Make room for the products of one input, a mean; returns the step."""
        self.products = np.zeros(self.n_lanes, dtype=np.float32)
        return self

    def call(self, name, *args):
        return function(self.arithmetic, name)(*args)

    def _places(self):
        """Arguments of all products; one tile is told as None by every other step."""
        n_tiles = None if self.n_tiles == 1 and self.dim % 2 else self.n_tiles
        outputs = self.outputs, self.out_rows, FIRST, n_tiles, self.tile, self.length
        return (self.inputs, self.in_rows, self.n_inputs), (*outputs, self.products)

    def multiply(self):
        inputs, outputs = self._places()
        self.call("multiply", *inputs, self.dense, *outputs)

    def logistic(self, lr):
        n_inputs = len(self.products) // self.n_lanes
        self.call(
            "logistic", self.products, n_inputs, self.n_tiles, self.lane_signs, FIRST,
            np.float32(lr), self.losses,
        )  # fmt: skip

    def update(self, soon=FIRST, stay=None):
        inputs, outputs = self._places()
        self.call("update", *inputs, self.dense, *outputs, soon, stay)

    def multiply_bag(self, weights=None):
        inputs, outputs = self._places()
        self.call("multiply_bag", *inputs, weights, self.mean, *outputs)

    def update_bag(self, soon=FIRST, stay=None):
        inputs, outputs = self._places()
        self.call("update_bag", *inputs, self.mean, *outputs, soon, stay)

    def loss(self):
        return self.arithmetic.take_losses(self.losses)

    def check_rows(self, x_changes, y_changes, tolerance=1e-5):
        """All rows are what they were plus these changes, of each place where they stand."""
        for flat, rows, before, changes in (
            (self.inputs, self.x_rows, self.x, x_changes),
            (self.outputs, self.y_rows, self.y, y_changes),
        ):
            after = {row: values.copy() for row, values in zip(rows, before, strict=True)}
            for row, change in zip(rows, changes, strict=True):
                after[row] += change
            for row, values in after.items():
                got = self._rows(flat)[row, : self.dim]
                np.testing.assert_allclose(got, values, rtol=tolerance, atol=tolerance)
            assert not self._rows(flat)[:, self.dim :].any()


@st.composite
def shapes(draw):
    """(rng, n_inputs, number of outputs by tiles and lanes left idle, dim)"""
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    dim = draw(st.sampled_from([1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 100, 102, 300]))
    return rng, draw(st.integers(1, 11)), draw(st.integers(1, 4)), draw(st.integers(0, 11)), dim


def step_of(arithmetic, size, shape, **options):
    rng, n_inputs, n_tiles, idle, dim = shape
    return Step(arithmetic, rng, size, n_inputs, n_tiles * size - idle % size, dim, **options), rng


some_examples = settings(max_examples=25)


@every_tile
@some_examples
@given(shape=shapes(), keep=st.booleans())
def test_multiply_makes_all_logits_and_a_copy_of_the_inputs(arithmetic, size, shape, keep):
    step, _ = step_of(arithmetic, size, shape)
    copies, step.dense = step.dense, step.dense if keep else None
    before = step.inputs.copy(), step.outputs.copy()
    step.multiply()
    np.testing.assert_allclose(step.logits(), step.x @ step.y.T, rtol=1e-5, atol=1e-5)
    copies = copies.reshape(step.n_inputs, step.length)
    np.testing.assert_array_equal(copies[:, : step.dim], step.x if keep else 0)
    assert not copies[:, step.dim :].any()
    np.testing.assert_array_equal(step.inputs, before[0])
    np.testing.assert_array_equal(step.outputs, before[1])


@every_tile
@some_examples
@given(shape=shapes(), soon=st.sampled_from([None, 0, FIRST]))
def test_update_adds_what_rows_were_before(arithmetic, size, shape, soon):
    step, rng = step_of(arithmetic, size, shape)
    step.multiply()
    errors = rng.normal(scale=0.3, size=step.logits().shape)
    step.set_logits(errors)
    step.update(soon)
    step.check_rows(errors @ step.y, errors.T @ step.x)


@pytest.mark.skipif(backend.KEEPS_INPUTS, reason="copies are always made")
@pytest.mark.parametrize("size", range(1, backend.MAX_TILE + 1))
@some_examples
@given(shape=shapes())
def test_without_copies_an_input_counts_as_it_is_at_its_turn(size, shape):
    step, rng = step_of(backend.chosen_backend, size, shape)
    step.dense = None
    errors = rng.normal(scale=0.3, size=step.logits().shape)
    step.set_logits(errors)
    now = {row: values.copy() for row, values in zip(step.x_rows, step.x, strict=True)}
    y_changes = np.zeros_like(step.y)
    for start in range(0, len(step.y), size):
        tile = slice(start, start + size)
        for row, error in zip(step.x_rows, errors, strict=True):
            y_changes[tile] += np.outer(error[tile], now[row])
            now[row] += error[tile] @ step.y[tile]
    step.update()
    step.check_rows(errors @ step.y, y_changes)


@both
@pytest.mark.parametrize("size", [2, 3])
def test_a_row_that_stands_in_two_tiles_counts_in_the_second_as_the_first_left_it(arithmetic, size):
    for is_bag in (False, True):
        rng = np.random.default_rng(1)
        step = Step(arithmetic, rng, size, 3, 2 * size, 10, repeat=False)
        step.y_rows[size] = step.y_rows[0]
        step.out_rows[FIRST + step.lanes] = step.y_rows * step.padded
        step.y = y = step.output_rows()
        x = step.x
        if is_bag:
            step.of_bag().multiply_bag()
            x = x.mean(axis=0, keepdims=True)
        else:
            step.multiply()
        errors = rng.normal(scale=0.3, size=step.logits().shape)
        step.set_logits(errors)
        y_seen = y.copy()
        y_seen[size] += errors[:, 0] @ x
        x_changes = errors @ y_seen
        if is_bag:
            step.update_bag()
            x_changes = np.repeat(x_changes, 3, axis=0)
        else:
            step.update()
        step.check_rows(x_changes, errors.T @ x)


@every_tile
@some_examples
@given(shape=shapes(), weighs=st.booleans())
def test_the_mean_of_a_bag_is_multiplied(arithmetic, size, shape, weighs):
    step, rng = step_of(arithmetic, size, shape)
    weights = rng.random(step.n_inputs).astype(np.float32) if weighs else None
    shares = np.full(step.n_inputs, 1 / step.n_inputs) if weights is None else weights
    step.mean[:] = np.nan
    step.of_bag().multiply_bag(weights)
    mean = shares @ step.x
    np.testing.assert_allclose(step.mean[: step.dim], mean, rtol=1e-5, atol=1e-6)
    assert not step.mean[step.dim :].any()
    np.testing.assert_allclose(step.logits(), [mean @ step.y.T], rtol=1e-4, atol=1e-5)


@every_tile
@some_examples
@given(shape=shapes(), soon=st.sampled_from([None, 0, FIRST]), stays=st.booleans())
def test_each_input_of_a_bag_takes_the_change_of_the_mean(arithmetic, size, shape, soon, stays):
    step, rng = step_of(arithmetic, size, shape)
    step.of_bag().multiply_bag()
    mean = step.x.mean(axis=0, keepdims=True)
    errors = rng.normal(scale=0.3, size=step.logits().shape)
    step.set_logits(errors)
    step.update_bag(soon, True if stays else None)
    x_changes = np.repeat(errors @ step.y, step.n_inputs, axis=0)
    step.check_rows(x_changes, errors.T @ mean if not stays else np.zeros(step.y.shape))


@both
@some_examples
@given(shape=shapes(), lr=st.sampled_from([0, 1e-4, 0.025, 10]), spread=st.sampled_from([1, 8, 60]))
def test_logistic_makes_gradients_and_adds_up_the_loss(arithmetic, shape, lr, spread):
    step, rng = step_of(arithmetic, min(3, backend.MAX_TILE), shape)
    losses = expected = 0
    for _ in range(2):
        logits = rng.normal(scale=spread, size=step.logits().shape).astype(np.float32)
        step.set_logits(logits)
        step.logistic(lr)
        likelihood, gradient = reference.logistic(logits.astype(np.float64), step.signs)
        np.testing.assert_allclose(step.logits(), lr * gradient, rtol=1e-4, atol=3e-7 * lr)
        expected -= likelihood
    losses = step.loss()
    assert losses == pytest.approx(expected, rel=1e-6, abs=1e-7 * step.products.size)
    assert step.loss() == 0, "losses must be taken once"


@both
@pytest.mark.parametrize("size", [59, 61, 1e3, 1e30, 3e38, np.inf])
def test_logits_without_bounds_count_as_the_largest(arithmetic, size):
    step = Step(arithmetic, np.random.default_rng(0), 4, 2, 4, 1)
    step.signs[:] = 1, 1, -1, 0
    step.lane_signs[FIRST + step.lanes] = step.signs
    step.set_logits([[size, -size, size, 5], [-size, size, -size, -size if size < 1e38 else 3]])
    step.logistic(1)
    np.testing.assert_allclose(step.logits(), [[0, 1, -1, 0], [1, 0, 0, 0]], atol=1e-7)
    assert step.loss() == pytest.approx(3 * min(size, 60), rel=1e-6)


@both
def test_a_logit_that_is_no_number_spoils_its_gradient_alone(arithmetic):
    step = Step(arithmetic, np.random.default_rng(0), 4, 1, 4, 1)
    step.signs[:] = 1, -1, -1, 1
    step.lane_signs[FIRST + step.lanes] = step.signs
    step.set_logits([[np.nan, 0, 0, 0]])
    step.logistic(1)
    np.testing.assert_allclose(step.logits(), [[np.nan, -0.5, -0.5, 0.5]], rtol=1e-6)


@both
def test_losses_of_very_many_pairs_add_up(arithmetic):
    """The product of their likelihoods is far below the smallest float."""
    step = Step(arithmetic, np.random.default_rng(0), 2, 8, 2, 1)
    step.lane_signs[FIRST + step.lanes] = -1
    for _ in range(1000):
        step.set_logits(30.0)
        step.logistic(0.025)
    assert step.loss() == pytest.approx(1000 * 16 * 30, rel=1e-6)


@both
@some_examples
@given(shape=shapes(), spread=st.sampled_from([0, 1, 30, 300]))
def test_exponentials_sum_to_what_numpy_says(arithmetic, shape, spread):
    step, rng = step_of(arithmetic, min(3, backend.MAX_TILE), shape)
    lanes = step.lanes
    step.lane_signs[:] = 0
    step.lane_signs[lanes] = -1
    logits = rng.normal(scale=spread, size=step.logits().shape).astype(np.float32)
    step.set_logits(logits)
    stride = step.n_inputs * arithmetic.LANES
    for i, row in enumerate(logits):
        top = row.max()
        total = step.call(
            "exponentials", step.products, i * arithmetic.LANES, stride, step.n_tiles,
            step.lane_signs, top,
        )  # fmt: skip
        expected = np.exp(np.maximum(row.astype(np.float64) - top, -60))
        np.testing.assert_allclose(step.logits()[i], expected, rtol=1e-4, atol=1e-25)
        assert total == pytest.approx(expected.sum(), rel=1e-5)
    idle = np.setdiff1d(np.arange(step.n_lanes), lanes)
    assert not step.by_input().reshape(step.n_inputs, -1)[:, idle].any()


ARRAYS = [
    "inputs",
    "outputs",
    "in_rows",
    "out_rows",
    "lane_signs",
    "dense",
    "products",
    "mean",
    "losses",
]
ends = pytest.mark.parametrize("at_end", [True, False], ids=["end", "start"])


def run_all(step, guarded_copy):
    """Every function of an arithmetic, on arrays that may not be left by an item."""
    last = step.n_inputs + 2
    step.in_rows[0] = last * step.padded
    # No row is longer than the vectors that it takes: what pads it beyond them is not looked at.
    step.inputs = step.inputs[: last * step.padded + step.length]
    for name in ARRAYS:
        setattr(step, name, guarded_copy(getattr(step, name)))
    step.multiply()
    step.logistic(0.1)
    step.update()
    signs = guarded_copy(step.lane_signs[FIRST:])
    start, stride = (
        (step.n_inputs - 1) * step.arithmetic.LANES,
        step.n_inputs * step.arithmetic.LANES,
    )
    step.call("exponentials", step.products, start, stride, step.n_tiles, signs, np.float32(1))
    if not backend.KEEPS_INPUTS:
        step.dense = None
    step.multiply()
    step.update(stay=True)
    step.products = guarded_copy(step.products[: step.n_lanes])
    for weights in (None, guarded_copy(np.ones(step.n_inputs, dtype=np.float32))):
        step.multiply_bag(weights)
        step.logistic(0.1)
        step.update_bag()


@pytest.mark.parametrize("size", [1, backend.MAX_TILE])
@ends
def test_nothing_beyond_the_ends_of_arrays_is_touched(size, at_end):
    """The process is killed by a vector that reaches one float too far.

    For plain loops `make test-bounds` does this.
    """
    arithmetic = backend.chosen_backend
    rng = np.random.default_rng(size)
    for dim in (1, 5, 8, 16, 17, 100):
        for n_inputs, n_outputs in ((1, 1), (2, size), (5, 2 * size + 1)):
            step = Step(arithmetic, rng, size, n_inputs, n_outputs, dim)
            run_all(step, partial(guarded, at_end=at_end))
            assert np.isfinite(step.inputs).all()


@ends
def test_what_lies_beyond_a_guarded_array_cannot_be_touched(at_end):
    code = (
        "import ctypes, numpy as np\n"
        "from support.guardpages import guarded\n"
        f"array = guarded(np.arange(5, dtype=np.float32), {at_end})\n"
        "assert array.tolist() == [0, 1, 2, 3, 4]\n"
        f"ctypes.string_at(array.ctypes.data + {20 if at_end else -1}, 1)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent.parent, check=False
    )
    assert result.returncode == -signal.SIGSEGV


@both
@pytest.mark.parametrize("name", ["prefetch", "prefetch_early"])
def test_prefetching_changes_nothing(arithmetic, name):
    step = Step(arithmetic, np.random.default_rng(0), 2, 2, 2, 100)
    before = step.inputs.copy()
    step.call(name, step.inputs, step.in_rows[1], step.length)
    np.testing.assert_array_equal(step.inputs, before)


def slope(likelihood, matrix, place, eps=1e-5):
    """How a function of a matrix changes with one number in it, by central differences."""
    ends = []
    for sign in (1, -1):
        moved = matrix.copy()
        moved[place] += sign * eps
        ends.append(likelihood(moved))
    return (ends[0] - ends[1]) / (2 * eps)


def check_gradient(step, rng, likelihood, lr):
    """Both matrices moved along the slope of the likelihood."""
    for before, after, of_matrix in (
        (step.x, step.input_rows(), lambda x: likelihood(x, step.y)),
        (step.y, step.output_rows(), lambda y: likelihood(step.x, y)),
    ):
        for _ in range(10):
            place = rng.integers(len(before)), rng.integers(step.dim)
            change = (after - before)[place]
            expected = lr * slope(of_matrix, before, place)
            assert change == pytest.approx(expected, rel=1e-3, abs=1e-6)


SIZE = min(6, backend.MAX_TILE)
by_shape = pytest.mark.parametrize(("n_inputs", "n_outputs"), [(1, 1), (1, 6), (7, 6), (10, 21)])


def rows_of(step):
    return step.inputs, step.in_rows, step.n_inputs


def outputs_of(step, first=FIRST):
    return step.outputs, step.out_rows[FIRST - first :], step.lane_signs[FIRST - first :]


@pytest.mark.parametrize("dim", [1, 7, 16, 102])
@by_shape
@pytest.mark.parametrize("keep", [True, False])
def test_a_logistic_step_follows_the_slope_of_the_likelihood(dim, n_inputs, n_outputs, keep):
    rng = np.random.default_rng(dim)
    step = Step(backend, rng, SIZE, n_inputs, n_outputs, dim, repeat=False, scale=0.3)
    # Without copies of the inputs, tiles after the first see what those before did.
    keep = keep or backend.KEEPS_INPUTS or step.n_tiles > 1
    dense, lr = step.dense if keep else None, 0.1
    logistic_step(
        *rows_of(step), dense, *outputs_of(step), FIRST, step.n_tiles,
        step.tile, step.length, np.float32(lr), step.products, step.losses, None, None,
    )  # fmt: skip

    def likelihood(x, y):
        return reference.logistic(x @ y.T, step.signs)[0]

    assert step.loss() == pytest.approx(-likelihood(step.x, step.y), rel=1e-5, abs=1e-6)
    check_gradient(step, rng, likelihood, lr)


@pytest.mark.parametrize("dim", [1, 7, 16, 102])
@by_shape
@pytest.mark.parametrize("weighs", [False, True])
def test_a_step_of_a_bag_follows_the_slope_of_the_likelihood(dim, n_inputs, n_outputs, weighs):
    rng = np.random.default_rng(dim)
    step = Step(backend, rng, SIZE, n_inputs, n_outputs, dim, repeat=False, scale=0.3).of_bag()
    weights = rng.random(n_inputs).astype(np.float32) if weighs else None
    shares = np.full(n_inputs, 1 / n_inputs) if weights is None else weights
    bag_step(
        *rows_of(step), weights, step.mean, *outputs_of(step), FIRST, step.n_tiles, step.tile,
        step.length, np.float32(0.1), step.products, step.losses, None, None,
    )  # fmt: skip

    def likelihood(x, y):
        return reference.logistic(x @ y.T, step.signs)[0]

    mean = shares @ step.x
    assert step.loss() == pytest.approx(-likelihood(mean[None], step.y), rel=1e-5, abs=1e-6)
    check_bag(step, rng, mean, likelihood)


def check_bag(step, rng, mean, likelihood, lr=0.1):
    """Each input moved as the mean should; outputs, along the slope of the likelihood."""
    moved = step.input_rows() - step.x
    np.testing.assert_allclose(moved, np.broadcast_to(moved[0], moved.shape), atol=1e-6)
    step.x, after = mean[None], mean[None] + moved[0]
    step.input_rows = lambda: after
    check_gradient(step, rng, likelihood, lr)


@by_shape
@pytest.mark.parametrize("repeat", [False, True])
@pytest.mark.parametrize("is_bag", [False, True])
def test_a_step_whose_outputs_stay_changes_inputs_alike(n_inputs, n_outputs, repeat, is_bag):
    changed = []
    for stay in (None, True):
        rng = np.random.default_rng(3)
        step = Step(backend, rng, SIZE, n_inputs, n_outputs, 16, repeat=repeat, scale=0.3)
        before = step.outputs.copy()
        rest = (
            *outputs_of(step), FIRST, step.n_tiles, step.tile, step.length, np.float32(0.1),
            step.products, step.losses, None, stay,
        )  # fmt: skip
        if is_bag:
            bag_step(*rows_of(step), None, step.mean, *rest)
        else:
            logistic_step(*rows_of(step), step.dense, *rest)
        if stay:
            assert step.outputs.tobytes() == before.tobytes()
        elif n_outputs > 1:  # a single one may be idle
            assert (step.outputs != before).any()
        changed.append(step.inputs.copy())
    np.testing.assert_allclose(changed[0], changed[1], rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("dim", [1, 7, 16, 102])
@by_shape
@pytest.mark.parametrize("is_bag", [False, True])
def test_a_softmax_step_follows_the_slope_of_the_likelihood(dim, n_inputs, n_outputs, is_bag):
    rng = np.random.default_rng(dim)
    step = Step(backend, rng, SIZE, n_inputs, n_outputs, dim, repeat=False, scale=0.3)
    lr, center = 0.1, n_outputs // 2
    signs = np.zeros(step.n_lanes, dtype=np.float32)
    signs[step.lanes] = -1
    rest = (
        step.outputs, step.out_rows[FIRST:], signs, step.lanes[center], step.n_tiles, step.tile,
        step.length, np.float32(lr), step.products, None,
    )  # fmt: skip

    def likelihood(x, y):
        return reference.softmax(x @ y.T, center)[0]

    if is_bag:
        loss = softmax_bag_step(*rows_of(step), None, step.mean, *rest)
        mean = step.x.mean(axis=0)
        assert loss == pytest.approx(-likelihood(mean[None], step.y), rel=1e-5, abs=1e-6)
        check_bag(step, rng, mean, likelihood)
        return
    loss = softmax_step(*rows_of(step), step.dense, *rest)
    assert loss == pytest.approx(-likelihood(step.x, step.y), rel=1e-5, abs=1e-6)
    check_gradient(step, rng, likelihood, lr)


@pytest.mark.parametrize("n_outputs", range(1, 100))
def test_a_tile_leaves_as_few_lanes_idle_as_can_be(n_outputs):
    size = len(backend.tile_for(n_outputs))
    lanes = {other: -(-n_outputs // other) * other for other in range(1, backend.MAX_TILE + 1)}
    assert lanes[size] == min(lanes.values())
    assert size == max(other for other in lanes if lanes[other] == lanes[size])
