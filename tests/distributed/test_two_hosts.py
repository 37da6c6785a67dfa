"""Jobs on two machines with a slow wire between them: namespaces of this one's network."""

import json
import signal
import subprocess
import time
from contextlib import suppress

import numpy as np
import pytest
from support.mpi_jobs import LONG, MPIRUN, OPTIONS, alone, environment, ranks, text
from support.two_hosts import two_hosts, why_there_are_none

from w2v_cli import load

MEGABITS = 50
HEADERS = 0.1
"""What Ethernet, IP, TCP and acknowledgements add to what is sent, at most."""
STARTING = 200_000
"""Bytes that are sent besides: by the launcher, to meet, and small values."""

pytestmark = [
    pytest.mark.root,
    pytest.mark.long,
    pytest.mark.usefixtures("mpi"),
    pytest.mark.skipif(why_there_are_none() is not None, reason=str(why_there_are_none())),
]


@pytest.fixture
def hosts(tmp_path):
    try:
        with two_hosts(tmp_path, f"{MEGABITS}mbit") as hosts:
            yield hosts
    except subprocess.CalledProcessError as error:
        pytest.skip(f"the kernel cannot: {error.stderr}")


def train(hosts, folder, *args):
    """The words of a job that trains on ``corpus.txt``, one process on each host."""
    return [
        *hosts.launcher(MPIRUN),
        *alone("train", "corpus.txt", "-o", folder / "v.w2v", "--distributed", *OPTIONS, *args),
    ]


def test_what_is_sent_is_what_is_told_and_takes_its_time(lines, hosts, tmp_path):
    from test_team import asked, trained

    before = [hosts.sent(host) for host in range(2)]
    result = subprocess.run(
        train(hosts, tmp_path, "-d", 1000, "--stats", "stats.json"), cwd=tmp_path, timeout=100,
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    told = json.loads((tmp_path / "stats.json").read_text())
    said = told["bytes_sent"]
    assert said > 10 * STARTING
    for host in range(2):
        sent = hosts.sent(host) - before[host]
        assert said < sent < said * (1 + HEADERS) + STARTING
    assert told["seconds_merging"] + told["seconds_waiting"] > 0.9 * said * 8 / (MEGABITS * 1e6)
    expected = trained(2, asked(lines, window=5, dim=1000))[0]
    assert np.array_equal(load(tmp_path / "v.w2v").matrix, expected.vectors[:])


def test_processes_that_cannot_reach_one_another_end(hosts, tmp_path):
    """Each by itself, as no message could pass; the launcher may wait on for the other host."""
    (tmp_path / "corpus.txt").write_text(text(6000))
    args = ["--epochs", LONG, "--comm-timeout", 2]
    job = subprocess.Popen(
        train(hosts, tmp_path, *args), cwd=tmp_path, env=environment(), stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    while hosts.sent(0) < STARTING:  # which is more than they say before they train
        assert job.poll() is None
        time.sleep(0.1)
    assert [list(ranks(hosts.processes(host))) for host in range(2)] == [[0], [1]]
    hosts.lose_all()
    deadline = time.monotonic() + 60
    while any(ranks(hosts.processes(host)) for host in range(2)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    with suppress(ProcessLookupError):
        job.send_signal(signal.SIGKILL)
    assert "process 0 has waited 2 s for another one" in job.communicate()[1]
