"""``--time-budget``: what is planned from a speed, how that is measured, and what is kept of it."""

import itertools
import json
import re
import time

import numpy as np
import pytest
from conftest import fails_with
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
from w2v_cli.training.speed import seconds_a_word

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


class FakeMachine:
    """Trains chunks of 1,000 words, the first slowly, by a clock of its own."""

    def __init__(self, seconds):
        self.now, self._seconds = 0.0, seconds
        self.calls = 0

    def train(self, number):
        assert number == self.calls
        self.now += self._seconds if self.calls else 100 * self._seconds
        self.calls += 1
        return 1000

    def clock(self):
        return self.now


def test_speed_is_measured_without_the_first_chunk():
    machine = FakeMachine(0.01)
    found = seconds_a_word(machine.train, 1, 0.5, machine.clock)
    assert found == pytest.approx(0.01 / 1000)
    assert machine.calls in (51, 52)


def test_one_chunk_is_measured_however_long_it_takes():
    machine = FakeMachine(30.0)
    assert seconds_a_word(machine.train, 1, 0.5, machine.clock) == pytest.approx(0.03)
    assert machine.calls == 2


def test_two_threads_are_as_fast_as_both():
    def train(_number):
        time.sleep(0.002)
        return 1000

    found = seconds_a_word(train, 2, 0.1, time.perf_counter)
    # Not a measurement of this machine: sleeping takes at least its time.
    assert found >= 0.9 * 0.002 / 2 / 1000


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    rng = np.random.default_rng(1)
    path = tmp_path_factory.mktemp("budget") / "corpus.txt"
    lines = (" ".join(f"w{n}" for n in rng.integers(0, 30, 10)) for _ in range(200))
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_run_with_a_budget_and_what_it_keeps(w2v, corpus, tmp_path):
    args = ("train", corpus, "--min-count", 1, "-j", 1, "--time-budget", "60s", "-o", "v.bin")
    result = w2v(*args, "--stats", "s.json", "--checkpoint", "ck", cwd=tmp_path)
    assert result.returncode == 0, result.errors
    [line] = re.findall(r"^w2v: time budget 60s: --dim (.*)$", result.errors, re.M)
    assert re.match(r"100 --epochs 100, as 2,000 words an epoch at [\d,]+ words/s take", line)
    assert "the rest of the time is left" in line
    stats = json.loads((tmp_path / "s.json").read_text())
    assert stats["plan"].items() >= {"budget_seconds": 60.0, "dim": 100, "epochs": 100}.items()
    assert (stats["epochs"], stats["options"]["dim"]) == (100, 100)
    assert stats["tokens_processed"] == 100 * stats["tokens_in_vocab"]
    told = json.loads((tmp_path / "v.bin.w2v.json").read_text())["provenance"]
    assert told["plan"] == stats["plan"]

    # Going on takes what was planned, and measures nothing.
    before = (tmp_path / "v.bin").read_bytes()
    again = w2v(*args, "--stats", "s.json", "--resume", "ck", cwd=tmp_path)
    assert again.returncode == 0, again.errors
    assert "as planned before: --dim 100 --epochs 100" in again.errors
    assert "time budget" not in again.errors
    assert (tmp_path / "v.bin").read_bytes() == before
    assert json.loads((tmp_path / "s.json").read_text())["plan"] == stats["plan"]

    plain = [word for word in args if word not in ("--time-budget", "60s")]
    resumed = ("--resume", "ck")
    fails_with(
        w2v(*plain, *resumed, "-q", cwd=tmp_path), 2,
        "planned by --time-budget, with --dim 100 and --epochs 100",
    )  # fmt: skip
    fails_with(
        w2v(*args, *resumed, "-q", "-e", 9, cwd=tmp_path), 2,
        r"--epochs 9 differs from what was planned .*: 100",
    )  # fmt: skip
    named = w2v(*plain, *resumed, "-q", "-d", 100, "-e", 100, cwd=tmp_path)
    assert named.returncode == 0, named.errors


def test_a_run_without_a_budget_cannot_be_resumed_with_one(w2v, corpus, tmp_path):
    args = ("train", corpus, "--min-count", 1, "-d", 8, "-e", 2, "-q", "-o", "v.bin")
    assert w2v(*args, "--checkpoint", "ck", cwd=tmp_path).returncode == 0
    result = w2v(*args, "--resume", "ck", "--time-budget", "5m", cwd=tmp_path)
    fails_with(result, 2, "begun without --time-budget; leave it out")
    for path in (tmp_path / "ck").iterdir():
        path.write_bytes(path.read_bytes()[:-40])
    result = w2v(*args, "--resume", "ck", "--time-budget", "5m", cwd=tmp_path)
    fails_with(result, 1, "the checkpoint is damaged or cut short")


def test_what_was_given_is_not_planned(w2v, corpus, tmp_path):
    args = ("train", corpus, "--min-count", 1, "-j", 1, "--time-budget", "60s")
    args += ("-o", "v.txt", "--stats", "s.json")
    assert w2v(*args, "-d", 12, cwd=tmp_path).returncode == 0
    assert json.loads((tmp_path / "s.json").read_text())["options"]["dim"] == 12
    # A preset is no wish for that very number.
    result = w2v(*args, "-e", 3, "--preset", "quality", cwd=tmp_path)
    assert result.returncode == 0, result.errors
    options = json.loads((tmp_path / "s.json").read_text())["options"]
    assert (options["dim"], options["epochs"]) == (100, 3)


def test_the_length_of_old_vectors_is_kept(w2v, corpus, tmp_path):
    args = ("train", corpus, "--min-count", 1, "-j", 1)
    assert w2v(*args, "-d", 7, "-e", 1, "-o", "a.bin", "-q", cwd=tmp_path).returncode == 0
    more = ("--init", "a.bin", "--time-budget", "60s", "-o", "b.bin")
    result = w2v(*args, *more, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert "--dim 7 --epochs 100" in result.errors


def test_too_little_time(w2v, corpus, tmp_path):
    args = ("train", corpus, "--min-count", 1, "-o", "v.bin", "-q", "--time-budget", "0.001s")
    fails_with(
        w2v(*args, cwd=tmp_path), 1, "--time-budget of 0.0s is too little: one epoch of 2,000"
    )
    assert not (tmp_path / "v.bin").exists()
    fails_with(w2v(*args[:-1], "soon", cwd=tmp_path), 2, "must be a time such as 90s.*'soon'")


def test_what_is_left_to_plan_is_no_value_of_the_configuration(w2v, tmp_path):
    args = ("train", "--print-config", "--time-budget", "10m")
    fails_with(w2v(*args[:-1], "soon"), 2, "--time-budget must be a time")
    text = w2v(*args, "-d", 64).text
    assert re.search(r'^time-budget = "10m" ', text, re.M)
    assert re.search(r"^dim = 64 ", text, re.M)
    assert "# epochs is chosen by --time-budget\n" in text
    (tmp_path / "run.toml").write_text(text)
    again = w2v("train", "--print-config", "--config", tmp_path / "run.toml").text
    assert "# epochs is chosen by --time-budget\n" in again
