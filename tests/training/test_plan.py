"""What is planned for a time, from a speed."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.errors import TrainingError
from w2v_cli.training.plan import (
    DIMS,
    GOOD_EPOCHS,
    MOST_EPOCHS,
    Speed,
    TimeLeft,
    longest_dim,
    plan,
)

SPEED = Speed(fixed=1e-7, of_dim=2e-9)
"""3.3 million words/s at 100 numbers, 1.4 million at 300."""


def time_left(n_tokens, seconds, **facts):
    return TimeLeft(
        **{
            "n_tokens": n_tokens,
            "seconds": seconds,
            "speed": SPEED,
            "seconds_of_dim": 0.0,
            "dims": tuple(dim for dim in DIMS if dim <= longest_dim(n_tokens)),
            **facts,
        }
    )


def test_a_line_goes_through_two_measurements():
    speed = Speed.through({50: 2e-7, 300: 7e-7})
    assert speed.seconds_of_word(50) == pytest.approx(2e-7)
    assert speed.seconds_of_word(300) == pytest.approx(7e-7)
    assert speed.seconds_of_word(100) == pytest.approx(3e-7)
    assert Speed.through({100: 5e-7}).seconds_of_word(100) == 5e-7


@given(st.floats(1e-9, 1e-3), st.floats(1e-9, 1e-3))
def test_noise_makes_no_word_free(short, long):
    speed = Speed.through({50: short, 300: long})
    costs = [speed.seconds_of_word(dim) for dim in DIMS]
    assert all(cost > 0 for cost in costs)
    assert all(a <= b * (1 + 1e-9) for a, b in itertools.pairwise(costs))


@given(st.integers(1000, 10**9), st.floats(1, 10**6))
def test_a_plan_fits_and_fills_the_time(n_tokens, seconds):
    left = time_left(n_tokens, seconds)
    shortest = left.epoch_seconds(DIMS[0])
    if shortest > seconds:
        with pytest.raises(TrainingError, match="is too little: one epoch of"):
            plan(left, seconds)
        return
    planned = plan(left, seconds)
    assert planned.training_seconds <= seconds * (1 + 1e-9)
    assert planned.dim in left.dims
    assert 1 <= planned.epochs <= MOST_EPOCHS
    if planned.is_enough:
        assert (planned.dim, planned.epochs) == (left.dims[-1], MOST_EPOCHS)
        return
    # Neither a longer vector nor one more epoch would fit.
    if planned.dim < left.dims[-1]:
        longer = left.epoch_seconds(planned.dim + 10) * planned.epochs
        assert longer > seconds * (1 - 1e-9) or planned.epochs < GOOD_EPOCHS
    more = left.epoch_seconds(planned.dim) * (planned.epochs + 1)
    assert more > seconds * (1 - 1e-9)


def test_longer_vectors_only_with_enough_epochs():
    corpus = 17_000_000
    assert (plan(time_left(corpus, 50), 50).dim, plan(time_left(corpus, 50), 50).epochs) == (90, 10)
    little = plan(time_left(corpus, 8), 8)
    assert (little.dim, little.epochs) == (60, 2)
    much = plan(time_left(corpus, 300), 300)
    assert (much.dim, much.epochs) == (300, 25)
    far_too_much = plan(time_left(corpus, 10_000), 10_000)
    assert (far_too_much.dim, far_too_much.epochs, far_too_much.is_enough) == (300, 100, True)


def test_what_is_fixed_stays():
    assert plan(time_left(17_000_000, 50, dims=(300,)), 50).epochs == 4
    fixed = plan(time_left(17_000_000, 50, epochs=5), 50)
    assert (fixed.dim, fixed.epochs) == (240, 5)
    assert plan(time_left(17_000_000, 50, dims=(100,), epochs=5), 50).epochs == 5
    assert plan(time_left(17_000_000, 500, epochs=5), 500).is_enough


@pytest.mark.parametrize(
    ("seconds", "facts", "message"),
    [
        (3, {}, r"budget of 1h00m is too little: one epoch of 17,000,000 words with dim=50 take "
                r"about 3\.4s at 5,000,000 words/s, and 3\.0s are left"),
        (50, {"epochs": 40}, r"40 epochs of 17,000,000 words with dim=50 take about 2m16s"),
        (50, {"epochs": 10, "dims": (300,)}, r"10 epochs .* with dim=300"),
        (-5, {"dims": (300,)}, r"and 0\.0s are left"),
    ],
)  # fmt: skip
def test_what_cannot_fit_is_told_with_the_figures(seconds, facts, message):
    with pytest.raises(TrainingError, match=message):
        plan(time_left(17_000_000, seconds, **facts), 3600)


def test_time_for_writing_is_taken_off():
    assert plan(time_left(17_000_000, 50, seconds_of_dim=0.1), 50).dim < 90
