"""The kernel of the first training is compiled by a process beside this one."""

import os
import signal
import subprocess
import sys

import pytest
from conftest import ROOT

import w2v_cli
from w2v_cli import errors
from w2v_cli.compiling import cache
from w2v_cli.compiling.numba_private import is_plain, types_of
from w2v_cli.config import TrainConfig
from w2v_cli.kernels import Worker, train_chunk
from w2v_cli.machine.beside import Beside
from w2v_cli.training import compiling
from w2v_cli.training.request import Request

compiled_only = pytest.mark.skipif(is_plain(train_chunk), reason="nothing is compiled")
forks_only = pytest.mark.skipif(sys.platform != "linux", reason="forks are for Linux")

SENTENCES = [f"w{i % 7} w{i % 5} w{i % 3} apples".split() for i in range(60)]
OPTIONS = [
    {},
    {"model": "cbow"},
    {"loss": "hs"},
    {"negative": 12, "model": "cbow"},
    {"min_n": 2, "max_n": 4, "buckets": 100},
    {"ensemble": 2},
    {"threads": 3, "dim": 17, "window": 12},
]


class Needed(Exception):  # noqa: N818 - no error
    """What the kernel was about to be compiled for."""


@compiled_only
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_it_is_the_kernel_that_training_needs(options, monkeypatch):
    def compile(worker):
        raise Needed(types_of(train_chunk, worker._arguments_of_nothing()))

    monkeypatch.setattr(Worker, "compile", compile)
    with pytest.raises(Needed) as wanted:
        w2v_cli.train(SENTENCES, min_count=1, epochs=1, **options)
    with pytest.raises(Needed) as made:
        compiling.compile_kernel(TrainConfig(min_count=1, epochs=1, **options))
    assert made.value.args == wanted.value.args


def request(**options):
    return Request(TrainConfig(**options), ("corpus.txt",))


@pytest.fixture
def first(monkeypatch):
    """A first run, in which a process beside this one would be a help."""
    monkeypatch.setattr(compiling, "is_cached", lambda *_: False)
    monkeypatch.setattr(compiling, "can_work_beside", lambda: True)
    monkeypatch.setattr(compiling, "why_not_kept", lambda: None)


def test_only_a_first_run_has_it(first, monkeypatch):
    assert compiling._is_wanted(request())
    assert not compiling._is_wanted(request(model="glove"))
    assert not compiling._is_wanted(request(loss="softmax"))
    monkeypatch.setattr(compiling, "is_cached", lambda function: function is train_chunk)
    assert not compiling._is_wanted(request())


def test_there_is_none_that_could_not_hand_over_what_it_makes(first, monkeypatch):
    monkeypatch.setattr(compiling, "why_not_kept", lambda: "the disk is full")
    assert not compiling._is_wanted(request())


def test_there_is_none_where_it_is_no_help(first, monkeypatch):
    monkeypatch.setattr(compiling, "can_work_beside", lambda: False)
    assert not compiling._is_wanted(request())


def test_no_further_process_is_no_error(first, monkeypatch):
    def fail(_work):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(compiling, "Beside", fail)
    with compiling.kernel_compiled_beside(request()):
        pass


@forks_only
@compiled_only
def test_nothing_is_left_running_whatever_ends_the_block(first, monkeypatch):
    processes = []

    def start(work):
        processes.append(Beside(work))
        return processes[-1]

    monkeypatch.setattr(compiling, "Beside", start)
    for error in (KeyboardInterrupt(), errors.InputError("no file")):
        with pytest.raises(type(error)), compiling.kernel_compiled_beside(request()):
            assert processes[-1].is_working()
            raise error
        assert not processes[-1].is_working()
    assert len(processes) == 2


def plus_one(x):
    return x + 1


@pytest.fixture
def calculate(tmp_path, monkeypatch):
    """A function of which nothing is compiled yet, made anew by each call."""
    from numba import njit

    monkeypatch.setattr(cache, "_folder", lambda _room: tmp_path / "code")

    def make():
        with cache.compiled_code_cache():
            return njit(cache=True)(plus_one)

    return make


@forks_only
@compiled_only
def test_who_needs_the_code_waits_for_it(calculate):
    function = calculate()
    process = Beside(lambda: calculate()(1))
    with cache.made_beside([function], process.wait):
        assert function(1) == 2
    assert sum(function.stats.cache_hits.values()) == 1
    process.end()


@forks_only
@compiled_only
def test_what_it_fails_to_make_is_compiled_here(calculate):
    function = calculate()
    process = Beside(lambda: 1 // 0)
    with cache.made_beside([function], process.wait):
        assert function(1) == 2
    assert sum(function.stats.cache_hits.values()) == 0
    again = calculate()
    assert (again(1), sum(again.stats.cache_hits.values())) == (2, 1)


@compiled_only
def test_nobody_waits_for_other_functions_nor_to_ask_what_is_there(calculate):
    def wait(_is_enough):
        raise AssertionError("waited")

    function = calculate()
    with cache.made_beside([train_chunk], wait):
        assert function(1) == 2
    other = calculate()
    with cache.made_beside([other], wait):
        assert not cache.is_cached(other, 1.5) and cache.is_cached(other, 1)
        assert other(1) == 2  # it is there
    assert cache._beside == {}


@forks_only
@compiled_only
def test_ctrl_c_in_a_first_run_leaves_nothing_behind(tmp_path):
    (tmp_path / "c.txt").write_text("a b c d\n" * 200)
    process = subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", "train", "c.txt", "-o", "v.bin"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(tmp_path / "cache")},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert "compiling for this processor" in process.stderr.readline()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to all of them
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert rest.endswith("w2v: error: interrupted\n") and rest.count("\n") == 1
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.txt", "cache"]
