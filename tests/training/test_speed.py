"""How fast training is, measured on a few chunks."""

import time

import pytest

from w2v_cli.training.speed import seconds_a_word


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
