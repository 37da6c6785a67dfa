"""Functions become machine code within those that Python calls, and by themselves if it calls."""

import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

from w2v_cli.compiling import cache
from w2v_cli.compiling.numba_parts import parts_of
from w2v_cli.compiling.numba_private import is_plain, types_in_memory

SOURCE = """
from numba import njit

from w2v_cli.compiling import cache

with cache.compiled_code_cache():

    @njit(cache=True)
    def share(a, b):
        return a / b

    @njit(cache=True)
    def check(x, limit):
        if x[0] > limit:
            raise ValueError("too much")
        return x[0]

    @njit(cache=True)
    def square(n):
        return n * n

    @njit(cache=True)
    def caller(x, limit=10):
        return share(check(x, limit), 2) + square(3)
"""


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A module with functions that call one another, made anew by each call."""
    monkeypatch.setattr(cache, "_folder", lambda _room: tmp_path / "code")

    def make():
        functions = {"__name__": "made"}
        exec(compile(SOURCE, __file__, "exec"), functions)
        if is_plain(functions["caller"]):
            pytest.skip("nothing is compiled")
        return functions

    return make


def kept(tmp_path):
    return sorted(path.name.split("-")[0] for path in (tmp_path / "code").iterdir())


def test_what_compiled_code_calls_is_not_compiled_by_itself(made, tmp_path):
    functions = made()
    assert functions["caller"](np.array([4.0])) == 11
    assert kept(tmp_path) == ["made.caller"]
    for name in ("share", "check", "square"):
        assert types_in_memory(functions[name]) == []
        assert len(parts_of(functions[name])) == 1
        assert not cache.is_cached(functions[name])


def test_it_is_when_python_calls_it(made, tmp_path):
    functions = made()
    functions["caller"](np.array([4.0]))
    assert functions["share"](3.0, 2) == 1.5
    assert functions["square"](5) == 25
    assert kept(tmp_path) == ["made.caller", "made.share", "made.square"]
    # What was compiled for Python is no part of a caller for other types.
    assert functions["caller"](np.array([4], np.int64)) == 11
    again = made()
    assert again["caller"](np.array([4.0])) == 11 and again["share"](3.0, 2) == 1.5
    assert parts_of(again["share"]) == []  # both were loaded


def test_errors_of_parts_are_raised(made):
    for _ in range(2):  # compiled, and loaded
        functions = made()
        with pytest.raises(ValueError, match="too much"):
            functions["caller"](np.array([40.0]), 20)
        assert functions["caller"](np.array([40.0]), 50) == 29
        with pytest.raises(ZeroDivisionError):
            functions["share"](1, 0)


def test_functions_made_elsewhere_may_call_them(made):
    from numba import njit

    caller = made()["caller"]

    @njit
    def outside(x):
        return 2 * caller(x)

    assert outside(np.array([4.0])) == 22


CODE = """
import numpy as np
from w2v_cli.compiling import cache
from numba.core.cpu import CPUContext
loaded = []
load = CPUContext.load_additional_registries
CPUContext.load_additional_registries = lambda self: (loaded.append(1), load(self))
with cache.compiled_code_cache():
    from numba import njit
    @njit(cache=True)
    def double(x):
        return np.exp(x[0]) + np.empty(len(x)).size
print(double(np.zeros(41)), bool(loaded))
"""


def test_code_that_is_loaded_needs_nothing_of_the_compiler(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(CODE)
    env = {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path), "PATH": ""}
    results = [
        subprocess.run(
            [sys.executable, script], env=env, capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(2)
    ]
    assert results == [["42.0", "True"], ["42.0", "False"]]


def test_code_whose_names_are_unknown_has_all_of_the_compiler_loaded(made, monkeypatch):
    from w2v_cli.compiling import numba_cache

    made()["share"](3.0, 2)
    asked = []
    known = numba_cache._are_known

    def are_known(symbols, target_context):
        assert known(symbols, target_context)
        assert not known([*symbols, "a_symbol_of_nobody"], target_context)
        asked.append(symbols)
        return False

    monkeypatch.setattr(numba_cache, "_are_known", are_known)
    again = made()["share"]
    refreshed = []

    def refresh(context):
        refreshed.append(context)

    monkeypatch.setattr(type(again.targetctx), "refresh", refresh)
    assert again(3.0, 2) == 1.5
    assert asked and refreshed == [again.targetctx]
