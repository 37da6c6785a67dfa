"""What ranks say to one another, in the simulation: sums, exchanges, and the end of all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.distributed.communicator import Alone
from w2v_cli.distributed.simulated import simulate


@given(size=st.integers(1, 6), length=st.integers(0, 50), seed=st.integers(0, 9))
def test_a_sum_is_that_of_all_in_their_order(size, length, seed):
    arrays = np.random.default_rng(seed).standard_normal((size, length)).astype(np.float32)
    expected = np.zeros(length, dtype=np.float32)
    for place, array in enumerate(arrays):
        expected = array.copy() if place == 0 else expected + array

    def work(communicator):
        own = arrays[communicator.rank].copy()
        communicator.add_up(own)
        return own

    for result in simulate(size, work):
        assert result.tobytes() == expected.tobytes()


def test_large_arrays_are_summed_in_parts(monkeypatch):
    monkeypatch.setattr("w2v_cli.distributed.communicator.SUM_BYTES", 64)

    def work(communicator):
        own = np.arange(101, dtype=np.float64).reshape(1, 101) * (communicator.rank + 1)
        communicator.add_up(own)
        return own, communicator.bytes_sent

    results = simulate(3, work)
    for result, _ in results:
        assert np.array_equal(result[0], np.arange(101) * 6)
    assert sum(n_bytes for _, n_bytes in results) == 3 * (2 * 2 / 3 * 101 * 8)


def test_an_array_that_is_not_contiguous_is_refused():
    with pytest.raises(ValueError, match="not contiguous"):
        simulate(2, lambda communicator: communicator.add_up(np.zeros((4, 4))[:, :2]))


def test_values_and_bytes_reach_those_they_are_for():
    def work(communicator):
        sent = [b"%d to %d" % (communicator.rank, other) for other in range(communicator.size)]
        return (
            communicator.gather(communicator.rank**2),
            communicator.exchange(sent),
            communicator.first_of(f"said by {communicator.rank}"),
            communicator.any_of(communicator.rank == 2),
            communicator.any_of(False),
        )

    for rank, result in enumerate(simulate(3, work)):
        received = [b"%d to %d" % (other, rank) for other in range(3)]
        assert result == ([0, 1, 4], received, "said by 0", True, False)


def test_all_that_is_sent_to_others_is_counted():
    def work(communicator):
        communicator.exchange([b"x" * 5] * 3)
        exchanged = communicator.bytes_sent
        communicator.gather(b"x" * 1000)
        return exchanged, communicator.bytes_sent - exchanged

    for exchanged, gathered in simulate(3, work):
        assert exchanged == 10
        assert gathered == pytest.approx(2 * 1000, abs=2 * 100)


def test_an_error_of_one_ends_all():
    def work(communicator):
        if communicator.rank == 1:
            raise KeyError("of one")
        communicator.gather(None)
        return "never"

    with pytest.raises(KeyError, match="of one"):
        simulate(3, work)


def test_one_alone_is_all():
    array = np.ones(3)
    communicator = Alone()
    communicator.add_up(array)
    assert array.tolist() == [1, 1, 1]
    assert communicator.gather(5) == [5]
    assert communicator.exchange([b"x"]) == [b"x"]
    assert communicator.bytes_sent == 0
