"""Threads of BLAS: one of them while work has threads of its own, and all of them again then."""

import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from w2v_cli.evaluation import best_answer
from w2v_cli.machine.threads import BLAS_THREADS, one_blas_thread


def blas_threads():
    """How many threads the BLAS of NumPy has; other libraries of the process may have their own."""
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    own = [pool for pool in pools if "numpy" in pool["filepath"]]
    return [pool["num_threads"] for pool in own or pools]


@pytest.fixture
def _two(monkeypatch):
    """Two threads, as on a machine with two processors where nothing else is said."""
    for name in BLAS_THREADS:
        monkeypatch.delenv(name, raising=False)
    with threadpool_limits(2, user_api="blas"):
        if set(blas_threads()) != {2}:
            pytest.skip("BLAS cannot have two threads here")
        yield


@pytest.mark.usefixtures("_two")
def test_one_thread_and_then_as_many_as_before():
    with one_blas_thread():
        assert set(blas_threads()) == {1}
    assert set(blas_threads()) == {2}
    with pytest.raises(ValueError, match="oops"), one_blas_thread():
        raise ValueError("oops")
    assert set(blas_threads()) == {2}


@pytest.mark.usefixtures("_two")
def test_several_threads_may_ask_for_it():
    """They end in any order, and then there are as many as before."""
    inside, leave = threading.Event(), threading.Event()

    def other():
        with one_blas_thread():
            inside.set()
            leave.wait(60)

    thread = threading.Thread(target=other)
    with one_blas_thread():
        thread.start()
        assert inside.wait(60)
        assert set(blas_threads()) == {1}
    leave.set()
    thread.join()
    assert set(blas_threads()) == {2}


@pytest.mark.usefixtures("_two")
def test_what_the_user_says_counts(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    with one_blas_thread():
        assert set(blas_threads()) == {2}


@pytest.mark.usefixtures("_two")
def test_answering_questions_takes_one(monkeypatch):
    found = []
    monkeypatch.setattr(best_answer, "_parts", lambda questions: found.extend(blas_threads()) or [])
    best_answer.expected_is_best(None, np.zeros((0, 4), dtype=np.int64))
    assert set(found) == {1}
