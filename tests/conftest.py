"""Shared fixtures: the command as a real process, small corpora, and where the big data is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"

sys.path.insert(0, str(Path(__file__).parent))


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

    return run
