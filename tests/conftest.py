"""Shared fixtures: the command as a real process, small corpora, and where the big data is."""

import os
import re
import subprocess
import sys
from pathlib import Path

# Two workers on two cores: more threads would wait for each other in loops that take their time.
# BLAS reads this when NumPy is imported; processes of the tests inherit it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

import pytest
from hypothesis import settings
from support.compiling_once import one_at_a_time
from support.environment import forget_settings
from support.forked_command import READ_AT_IMPORT
from support.forkserver import ForkServer
from support.mpi_jobs import MPIRUN, text

from w2v_cli.compiling.numba_private import settings as numba_settings

forget_settings(os.environ)
# Without bytecode each worker and each process that is started would parse all sources again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
ROOT = Path(__file__).parent.parent
# The first example of a test may compile; no test is a matter of milliseconds.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

SHARED_DATA = ROOT.parent / "shared" / "data"


def fails_with(result, code, pattern):
    """The contract for bad input: the exit code, one line on stderr, nothing on stdout."""
    assert result.returncode == code, result.errors
    assert re.search(pattern, result.errors), result.errors
    assert result.errors.startswith("w2v: error: "), result.errors
    assert result.errors.count("\n") == 1, result.errors
    assert result.text == ""


def pytest_report_header():
    """Which instructions the kernels use; kernels for processors of other kinds are tests too."""
    from w2v_cli.kernels.host import described

    return f"kernels: {described()}"


@pytest.fixture(scope="session")
def fork_server(tmp_path_factory):
    """Runs the command; once it is there, all kernels of default options are compiled."""
    # All workers of pytest-xdist have this folder in common.
    lock_file = tmp_path_factory.getbasetemp().parent / "w2v-compiling"
    server = ForkServer(lock_file, {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"})
    yield server
    server.close()


@pytest.fixture(scope="session")
def w2v(fork_server):
    """Run the command in a process of its own; returns the finished process, output as text.

    The process is a fork (see `forkserver`), or a new interpreter if ``fresh``. A fork may have
    ``limits`` of resources.
    """

    def run(*args, stdin=b"", env=None, cwd=None, timeout=120, fresh=False, limits=None):
        args = [str(arg) for arg in args]
        stdin = stdin.encode() if isinstance(stdin, str) else stdin
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
        if fresh or any(name.startswith(READ_AT_IMPORT) for name in env or {}):
            command = [sys.executable, "-m", "w2v_cli", *args]
            result = subprocess.run(
                command, input=stdin, capture_output=True, env=environment, cwd=cwd,
                timeout=timeout, check=False,
            )  # fmt: skip
        else:
            result = fork_server.run(args, stdin, environment, cwd, timeout, limits)
        result.text = result.stdout.decode(errors="replace")
        result.errors = result.stderr.decode(errors="replace")
        return result

    return run


@pytest.fixture(scope="session")
def compiled(request):
    """For tests of kernels: what each worker would compile for itself is in the cache now."""
    if not numba_settings().DISABLE_JIT:
        request.getfixturevalue("fork_server")


@pytest.fixture
def mpi(tmp_path_factory, compiled):
    """For jobs on MPI, which take turns: processes that wait keep all processors busy."""
    pytest.importorskip("mpi4py")
    if MPIRUN is None:
        pytest.skip("there is no mpirun")
    with one_at_a_time(tmp_path_factory, "mpi"):
        yield


@pytest.fixture
def lines(tmp_path):
    """A small text of few words, for jobs on MPI, in a file."""
    (tmp_path / "corpus.txt").write_text(text(700))
    return tmp_path / "corpus.txt"
