"""Kernels for other processors are chosen as documented; `make test-kernels` runs them."""

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
