"""Kernels for other processors: they are chosen as documented, and compute the same."""

import os
import platform
import subprocess
import sys

import pytest
from conftest import ROOT

on_x86 = pytest.mark.skipif(platform.machine() != "x86_64", reason="processors of another kind")


DECISIVE = ("W2V_KERNELS", "NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES", "NUMBA_DISABLE_JIT")


def run_python(*args, **env):
    """Run Python with environment variables of its own; returns what it printed."""
    others = {name: value for name, value in os.environ.items() if name not in DECISIVE}
    result = subprocess.run(
        [sys.executable, "-W", "error", *map(str, args)],
        cwd=ROOT,
        env={**others, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
    return result.stdout


def run_tests(tmp_path, file, chosen, **env):
    """Run some tests in a process of their own, where nothing is compiled yet."""
    args = ("-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "-m", "not long")
    shown = run_python(
        *args, ROOT / "tests" / file, "-k", chosen, XDG_CACHE_HOME=str(tmp_path), **env
    )
    assert " passed" in shown
    assert "skipped" not in shown


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"W2V_KERNELS": "simd4"}, "vector 4"),
        ({"W2V_KERNELS": "simd8"}, "vector 8"),
        ({"W2V_KERNELS": "simd16"}, "vector 16"),
        ({"W2V_KERNELS": "portable"}, "portable 8"),
        ({"NUMBA_DISABLE_JIT": "1"}, "portable 8"),
        ({"NUMBA_DISABLE_JIT": "1", "W2V_KERNELS": "simd4"}, "portable 8"),
        pytest.param({"NUMBA_CPU_NAME": "haswell"}, "vector 8", marks=on_x86),
        pytest.param({"NUMBA_CPU_NAME": "x86-64"}, "vector 4", marks=on_x86),
        pytest.param({"NUMBA_CPU_NAME": "nehalem"}, "vector 4", marks=on_x86),
        ({"NUMBA_CPU_NAME": "generic"}, "vector 4"),
    ],
    ids=str,
)
def test_the_processor_or_the_user_choose_the_instructions(env, expected):
    script = (
        "from w2v_cli.kernels import backend\n"
        "print(backend.chosen_backend.__name__.split('.')[-1], backend.WIDTH)\n"
    )
    assert run_python("-c", script, **env) == expected + "\n"


def test_a_choice_that_is_not_known_is_an_error(tmp_path):
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("a b c\n")
    command = [sys.executable, "-m", "w2v_cli", "train", corpus, "-o", tmp_path / "v.txt"]
    env = os.environ | {"W2V_KERNELS": "avx"}
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert result.stderr.endswith(
        "W2V_KERNELS must be one of simd, simd4, simd8, simd16, portable, not 'avx'\n"
    )


@pytest.mark.long
@pytest.mark.parametrize("kernels", ["simd4", "simd16"])
def test_vectors_of_another_width_compute_the_same(tmp_path, kernels):
    run_tests(
        tmp_path, "test_vector.py", "vector and not portable and not slope", W2V_KERNELS=kernels
    )


@pytest.mark.long
def test_the_kernels_without_the_compiler(tmp_path):
    """As Python they are slow, but bounds are checked and NumPy warns of what is odd."""
    chosen = "twice or random_numbers or without_a_pair or tiny or extreme or (hot and 5-)"
    run_tests(tmp_path, "test_kernels.py", chosen, NUMBA_DISABLE_JIT="1")


@pytest.mark.long
@pytest.mark.parametrize(
    "env",
    [
        {"W2V_KERNELS": "simd4"},
        {"W2V_KERNELS": "simd8"},
        {"W2V_KERNELS": "simd16"},
        {"W2V_KERNELS": "portable"},
        {"NUMBA_CPU_NAME": "generic"},
    ],
    ids=str,
)
def test_the_whole_kernel_with_other_instructions(tmp_path, env):
    run_tests(tmp_path, "test_kernels.py", "test", **env)


@pytest.mark.long
def test_plain_loops_stay_within_their_arrays(tmp_path):
    env = {"NUMBA_BOUNDSCHECK": "1", "W2V_KERNELS": "portable"}
    run_tests(tmp_path, "test_kernels.py", "test", **env)
