"""Training by processes of a real MPI: as the simulation has it, and when one fails."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from w2v_cli import load

pytest.importorskip("mpi4py")
ROOT = Path(__file__).parents[2]
BESIDE = Path(sys.executable).parent / "mpirun"
MPIRUN = str(BESIDE) if BESIDE.exists() else shutil.which("mpirun")
pytestmark = [
    pytest.mark.usefixtures("compiled"),
    pytest.mark.skipif(MPIRUN is None, reason="there is no mpirun"),
]


def text(n_lines, seed=1):
    rng = np.random.default_rng(seed)
    return "".join(
        " ".join(f"w{word}" for word in rng.integers(0, 40, 14) % rng.integers(1, 40)) + "\n"
        for _ in range(n_lines)
    )


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "corpus.txt").write_text(text(700))
    return tmp_path / "corpus.txt"


OPTIONS = ["-d", 8, "--min-count", 1, "-j", 1, "--round-words", 1000, "--epochs", 3]


def command(size, *args):
    return [MPIRUN, "-n", str(size), sys.executable, "-m", "w2v_cli", *map(str, args)]


def environment():
    return {**os.environ, "PYTHONPATH": str(ROOT), "HYDRA_IFACE": "lo"}


def mpirun(size, *args, timeout=100):
    result = subprocess.run(
        command(size, *args), capture_output=True, text=True, timeout=timeout, check=False,
        env=environment(),
    )  # fmt: skip
    return result


@pytest.mark.parametrize("size", [2, 3])
def test_processes_learn_what_simulated_ones_do(corpus, tmp_path, size):
    from test_team import asked, trained

    output = tmp_path / "vectors.w2v"
    result = mpirun(size, "train", corpus, "-o", output, "--distributed", *OPTIONS)
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("vectors of length 8") == 1
    expected = trained(size, asked(corpus, window=5))[0]
    vectors = load(output)
    assert vectors.words == expected.words
    assert np.array_equal(np.asarray(vectors.matrix), np.asarray(expected.vectors[:]))


def test_one_process_is_as_without_the_option(corpus, tmp_path):
    args = ["train", corpus, *[each for each in OPTIONS if each not in ("--round-words", 1000)]]
    one = mpirun(1, *args, "-o", tmp_path / "one.bin", "--distributed")
    none = run_alone(*args, "-o", tmp_path / "none.bin")
    assert (one.returncode, none.returncode) == (0, 0), one.stderr + none.stderr
    assert (tmp_path / "one.bin").read_bytes() == (tmp_path / "none.bin").read_bytes()


@pytest.mark.parametrize("args", [
    ("vocab", "--min-count", 2), ("encode", "--min-count", 2), ("vocab", "--csv"),
])  # fmt: skip
def test_words_are_counted_and_encoded_as_by_one_process(corpus, tmp_path, args):
    (tmp_path / "more.txt").write_text("w1 new é\n" * 3 + "w2 the last")
    name, *options = args
    suffix = {"vocab": ".txt", "encode": ".w2vc"}[name]
    rest = [corpus, tmp_path / "more.txt", *options]
    several = mpirun(3, name, *rest, "-o", tmp_path / f"3{suffix}", "--distributed")
    one = run_alone(name, *rest, "-o", tmp_path / f"1{suffix}")
    assert (several.returncode, one.returncode) == (0, 0), several.stderr + one.stderr
    assert (tmp_path / f"3{suffix}").read_bytes() == (tmp_path / f"1{suffix}").read_bytes()


def run_alone(*args):
    alone = [sys.executable, "-m", "w2v_cli", *map(str, args)]
    return subprocess.run(alone, capture_output=True, text=True, check=False, env=environment())


def test_processes_that_were_not_asked_to_share_the_work(corpus, tmp_path):
    result = mpirun(2, "train", corpus, "-o", tmp_path / "vectors.bin", *OPTIONS[:4])
    assert result.returncode != 0
    assert "one of 2 processes" in result.stderr
    assert not (tmp_path / "vectors.bin").exists()


def test_an_error_ends_the_job(corpus, tmp_path):
    started = time.monotonic()
    result = mpirun(2, "train", tmp_path / "none", "-o", tmp_path / "v", "--distributed")
    assert time.monotonic() - started < 30
    assert result.returncode != 0
    assert result.stderr.count("no such file") == 1


def test_a_process_that_fails_ends_the_others_with_its_message(corpus, tmp_path):
    """The folder for the encoded text is one that process 1 cannot write to."""
    script = tmp_path / "start"
    script.write_text(
        f'#!/bin/sh\n[ "$PMI_RANK" = 1 ] && set -- "$@" --tmpdir {tmp_path}/nowhere\n'
        f'exec "{sys.executable}" -m w2v_cli "$@"\n'
    )
    script.chmod(0o755)
    args = ["train", corpus, "-o", tmp_path / "v.bin", "--distributed", *OPTIONS]
    started = time.monotonic()
    result = subprocess.run(
        [MPIRUN, "-n", "2", str(script), *map(str, args)], capture_output=True, text=True,
        timeout=60, check=False, env=environment(),
    )  # fmt: skip
    assert time.monotonic() - started < 30
    assert result.returncode != 0
    assert "process 1:" in result.stderr
    assert "nowhere" in result.stderr
    assert not (tmp_path / "v.bin").exists()


def test_a_process_that_is_killed_ends_the_others_and_they_can_go_on(tmp_path):
    (tmp_path / "corpus.txt").write_text(text(6000))
    args = ["train", tmp_path / "corpus.txt", "--distributed", *OPTIONS[:-1], 25]
    straight = mpirun(2, *args, "-o", tmp_path / "straight.bin", "--no-provenance")
    assert straight.returncode == 0, straight.stderr
    saved = tmp_path / "saved"
    running = subprocess.Popen(
        command(2, *args, "-o", tmp_path / "v.bin", "--checkpoint", saved,
                "--checkpoint-every", "1e"),
        stderr=subprocess.PIPE, text=True, env=environment(), start_new_session=True,
    )  # fmt: skip
    while not list(saved.glob("*.npz")):
        assert running.poll() is None, running.stderr.read()
        time.sleep(0.02)
    [victim, *_] = [pid for pid in children(running.pid) if "w2v_cli" in line_of(pid)]
    os.kill(victim, signal.SIGKILL)
    running.communicate(timeout=30)
    assert running.returncode != 0
    assert not (tmp_path / "v.bin").exists()
    again = mpirun(2, *args, "-o", tmp_path / "v.bin", "--resume", saved, "--no-provenance")
    assert again.returncode == 0, again.stderr
    assert "going on from epoch" in again.stderr
    assert (tmp_path / "v.bin").read_bytes() == (tmp_path / "straight.bin").read_bytes()


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


def line_of(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
