"""Jobs on MPI that fail, are stopped, and go on: none hangs, and none writes over itself."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from support.disks import fill, small_disk
from support.mpi_jobs import (
    LONG,
    MPIRUN,
    OPTIONS,
    children,
    command,
    ended,
    environment,
    mpirun,
    ranks,
    run_alone,
    text,
)

from w2v_cli import load

pytestmark = pytest.mark.usefixtures("mpi")


def test_a_process_that_is_alone_among_others(lines, tmp_path):
    """As with the launcher of another MPI: each would do all the work."""
    for rank, told in ((0, "2 processes were started, and each sees itself alone"), (1, "")):
        launched = {"OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": str(rank)}
        result = run_alone(
            "train", lines, "-o", "output", "--distributed", cwd=tmp_path, **launched
        )
        assert result.returncode == 2
        assert told in result.stderr
        assert result.stderr.count("w2v: error") == (rank == 0)
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize("args, message", [
    (("none", "-o", "v"), "no such file"),
    (("corpus.txt", "-o", "v", "--no-such-option"), "No such option"),
    (("-", "-o", "v"), "standard input: is no file"),
])  # fmt: skip
def test_an_error_of_all_is_told_once(lines, tmp_path, args, message):
    started = time.monotonic()
    result = mpirun(2, "train", *args, "--distributed", cwd=tmp_path)
    assert time.monotonic() - started < 30
    assert result.returncode != 0
    assert result.stderr.count(message) == 1
    assert "MPI_Abort" not in result.stderr


def test_a_process_that_fails_ends_the_others_with_its_message(lines, tmp_path):
    """The folder for the encoded text is one that process 1 cannot write to."""
    script = tmp_path / "start"
    script.write_text(
        f'#!/bin/sh\n[ "$PMI_RANK" = 1 ] && set -- "$@" --tmpdir {tmp_path}/nowhere\n'
        f'exec "{sys.executable}" -m w2v_cli "$@"\n'
    )
    script.chmod(0o755)
    args = ["train", lines, "-o", tmp_path / "v.bin", "--distributed", *OPTIONS]
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


@pytest.fixture
def start(tmp_path):
    """Start a job of two on a text, with more options; it is ended with the test at the latest.

    It is given back when its first process has told that it trains.
    """
    jobs = []

    def start(n_lines, *args, epochs=LONG, output="v.bin"):
        (tmp_path / "corpus.txt").write_text(text(n_lines))
        job = subprocess.Popen(
            command(2, "train", "corpus.txt", "-o", output, "--distributed", *OPTIONS[:-1], epochs,
                    *args),
            stderr=subprocess.PIPE, text=True, env=environment(), cwd=tmp_path,
            start_new_session=True,
        )  # fmt: skip
        jobs.append(job)
        for line in job.stderr:
            if "training with" in line:
                job.send_signal(signal.SIGUSR1)
            if "training: " in line:
                break
        return job

    yield start
    for job in jobs:
        for pid in (*children(job.pid), job.pid) if job.poll() is None else ():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        job.communicate()


def second_of(job):
    """The number of the process that has rank 1."""
    return ranks(children(job.pid))[1]


def test_a_process_that_does_not_answer_ends_the_others(start):
    job = start(6000, "--comm-timeout", 2)
    second = second_of(job)
    os.kill(second, signal.SIGSTOP)
    try:
        said = ended(job)
    finally:
        with suppress(ProcessLookupError):
            os.kill(second, signal.SIGKILL)
    assert "process 0 has waited 2 s for another one" in said
    assert job.returncode == 75


def test_a_killed_process_ends_the_others_and_the_job_goes_on(start, tmp_path):
    """From its last checkpoint, to what it would have learnt: bit for bit."""
    from test_team import asked, trained

    epochs, saved = 100, tmp_path / "saved"
    options = ["--round-words", 5000, "--checkpoint", saved, "--checkpoint-every", "1e"]
    job = start(700, *options, epochs=epochs)
    wait_for_checkpoint(job, saved)
    os.kill(second_of(job), signal.SIGKILL)
    ended(job)
    assert job.returncode != 0
    assert not (tmp_path / "v.bin").exists()
    again = ["train", "corpus.txt", "-o", "v.bin", "--distributed", *OPTIONS[:-1], epochs]
    result = mpirun(2, *again, *options, "--resume", saved, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "going on from epoch" in result.stderr
    request = asked(tmp_path / "corpus.txt", window=5, epochs=epochs)
    expected = trained(2, replace(request, round_words=5000))[0]
    assert np.array_equal(load(tmp_path / "v.bin").matrix, expected.vectors[:])


def wait_for_checkpoint(job, folder):
    """Wait until there is one; the job goes on meanwhile."""
    deadline = time.monotonic() + 60
    while not list(folder.glob("*.npz")):
        assert job.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("number, code", [
    (signal.SIGTERM, 143),
    pytest.param(signal.SIGINT, 130, marks=pytest.mark.long),
])  # fmt: skip
def test_the_launcher_is_asked_to_end(start, tmp_path, number, code):
    """What is left in the middle of an epoch, other processes refuse: once, and all of them."""
    job = start(30_000, "--checkpoint", "saved")
    job.send_signal(number)
    said = ended(job)
    assert re.search(r"stopped after 0\.\d+ of .*go on with --resume saved", said)
    assert job.returncode == code
    assert list((tmp_path / "saved").glob("*.npz"))
    again = ["train", "corpus.txt", "-o", "v.bin", "--distributed", *OPTIONS[:-1], LONG]
    result = mpirun(3, *again, "--resume", "saved", cwd=tmp_path)
    assert result.returncode != 0
    assert result.stderr.count("middle of an epoch by 2 processes") == 1
    assert not (tmp_path / "v.bin").exists()


def test_any_number_of_processes_goes_on_where_an_epoch_ended(lines, tmp_path):
    args = ["train", lines, "-o", tmp_path / "v.bin", "--distributed", *OPTIONS[:-1]]
    saving = ["--checkpoint", tmp_path / "saved"]
    first = mpirun(2, *args, 1, *saving)
    more = mpirun(3, *args, 2, "--resume", tmp_path / "saved", "--stats", tmp_path / "stats.json")
    assert (first.returncode, more.returncode) == (0, 0), first.stderr + more.stderr
    assert "going on from epoch 1.0 of 2" in more.stderr
    stats = json.loads((tmp_path / "stats.json").read_text())
    assert stats["processes"] == 3
    assert stats["tokens_processed"] == 2 * len(lines.read_text().split())


@pytest.mark.long
def test_the_launcher_is_asked_for_a_checkpoint(start, tmp_path):
    """Which `start` has done."""
    job = start(6000, "--checkpoint", "saved", "--checkpoint-every", "1000h")
    wait_for_checkpoint(job, tmp_path / "saved")
    job.send_signal(signal.SIGTERM)
    ended(job)
    assert len(list((tmp_path / "saved").glob("*.npz"))) == 2


@pytest.mark.root
def test_a_disk_that_is_full_ends_all(start, tmp_path):
    """It was not when they began; the first process alone writes to it."""
    with small_disk(tmp_path) as disk:
        job = start(700, "--tmpdir", tmp_path, epochs=60, output=disk / "v.bin")
        fill(disk)
        said = ended(job)
        assert job.returncode == 1
        assert said.count("No space left on device") == 1
        assert [path.name for path in disk.iterdir()] == ["filler"]
