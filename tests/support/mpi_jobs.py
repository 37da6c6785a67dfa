"""Jobs of several processes on a real MPI, and the processes that they are made of."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
BESIDE = Path(sys.executable).parent / "mpirun"
MPIRUN = str(BESIDE) if BESIDE.exists() else shutil.which("mpirun")
OPTIONS = ["-d", 8, "--min-count", 1, "-j", 1, "--round-words", 1000, "--epochs", 3]
LONG = 2000
"""Epochs of a job that a test is to end: many more than are trained until then."""


def text(n_lines, seed=1):
    """Lines of 14 of 40 words, most of them of the first ones."""
    rng = np.random.default_rng(seed)
    return "".join(
        " ".join(f"w{word}" for word in rng.integers(0, 40, 14) % rng.integers(1, 40)) + "\n"
        for _ in range(n_lines)
    )


def environment(**more):
    """That of a job: strings by name."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HYDRA_IFACE": "lo",
        # Who waits gives way to who works, where there are fewer processors than processes.
        "MPIR_CVAR_ENABLE_HEAVY_YIELD": "1",
        **more,
    }


def command(size, *args):
    """The words that start a command on so many processes."""
    return [MPIRUN, "-n", str(size), *alone(*args)]


def alone(*args):
    """The words that start it without a launcher."""
    return [sys.executable, "-m", "w2v_cli", *map(str, args)]


def mpirun(size, *args, timeout=100, cwd=None):
    """The finished process of a launcher.

    On a crowded machine the launcher itself may give up without a word, before it starts anything:
    then it is asked again, once. A command of ours that fails says why.
    """
    for _ in range(2):
        done = subprocess.run(
            command(size, *args), capture_output=True, text=True, timeout=timeout, check=False,
            env=environment(), cwd=cwd, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode == 0 or done.stdout or done.stderr:
            break
    return done


def run_alone(*args, cwd=None, **more):
    """The finished process of a command without a launcher; ``more``: of its environment."""
    return subprocess.run(
        alone(*args), capture_output=True, text=True, check=False, env=environment(**more), cwd=cwd
    )


def ended(running):
    """What a job has said up to its end, which comes soon."""
    try:
        return running.communicate(timeout=40)[1]
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        raise


def children(pid):
    """All processes below one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found += [int(folder.name), *children(int(folder.name))]
    return found


def ranks(pids):
    """Of processes, those that an MPI has given a rank to: rank -> pid."""
    found = {}
    for pid in pids:
        rank = variable(pid, "PMI_RANK")
        if rank is not None and "w2v_cli" in line_of(pid):
            found[int(rank)] = pid
    return found


def variable(pid, name):
    """An environment variable of a process; None if it has none."""
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(pair.partition("=")[::2] for pair in pairs).get(name)


def line_of(pid):
    """The command line of a process."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
