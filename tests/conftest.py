"""Shared fixtures: the command as a real process, small corpora, and where the big data is."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent
# The first example of a test may compile; no test is a matter of milliseconds.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

SHARED_DATA = ROOT.parent / "shared" / "data"

sys.path.insert(0, str(Path(__file__).parent))


def fails_with(result, code, pattern):
    """The contract for bad input: the exit code, one line on stderr, nothing on stdout."""
    assert result.returncode == code, result.errors
    assert re.search(pattern, result.errors), result.errors
    assert result.errors.startswith("w2v: error: "), result.errors
    assert result.errors.count("\n") == 1, result.errors
    assert result.text == ""


@pytest.fixture(scope="session")
def w2v():
    """Run the command in a process of its own; returns the finished process, output as text."""

    def run(*args, stdin=b"", env=None, cwd=None, timeout=120):
        if isinstance(stdin, str):
            stdin = stdin.encode()
        result = subprocess.run(
            [sys.executable, "-m", "w2v_cli", *map(str, args)],
            input=stdin,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
            cwd=cwd,
            timeout=timeout,
            check=False,
        )
        result.text = result.stdout.decode(errors="replace")
        result.errors = result.stderr.decode(errors="replace")
        return result

    # Code is in the cache now: no test but those of the cache is told that it is compiled.
    run("vocab", "-", "-q", stdin="a b\n")
    return run
