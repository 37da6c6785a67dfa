"""Situations that users brought along: programs that lie beside the repository."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
SECONDS = 240
"""A case that waits for the compiler takes long; none should hang."""


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Variables with ``w2v`` and ``python3`` of this Python first on PATH."""
    folder = tmp_path_factory.mktemp("bin")
    for name, arguments in (("python3", ""), ("w2v", "-P -m w2v_cli ")):
        program = folder / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments}"$@"\n')
        program.chmod(0o755)
    root = str(Path(__file__).resolve().parents[2])
    return dict(os.environ, PATH=f"{folder}{os.pathsep}{os.environ['PATH']}", PYTHONPATH=root)


def _cases():
    found = sorted([*CASES.glob("*.py"), *CASES.glob("*.sh")])
    return found or [pytest.param(None, marks=pytest.mark.skip(reason="there are no cases"))]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: getattr(case, "name", None))
def test_case_is_right(case, environment, tmp_path):
    done = subprocess.run(
        [str(case)],
        check=False,
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout
