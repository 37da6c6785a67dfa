"""Training by processes of a real MPI: as the simulation has it, and when one fails."""

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from support.compiling_once import one_at_a_time

from w2v_cli import load

pytest.importorskip("mpi4py")
ROOT = Path(__file__).parents[2]
BESIDE = Path(sys.executable).parent / "mpirun"
MPIRUN = str(BESIDE) if BESIDE.exists() else shutil.which("mpirun")
pytestmark = [
    pytest.mark.usefixtures("compiled"),
    pytest.mark.skipif(MPIRUN is None, reason="there is no mpirun"),
]


@pytest.fixture(autouse=True)
def _alone(tmp_path_factory):
    """Jobs take turns: processes that wait for one another keep all processors busy."""
    with one_at_a_time(tmp_path_factory, "mpi"):
        yield


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
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HYDRA_IFACE": "lo",
        # Who waits gives way to who works, where there are fewer processors than processes.
        "MPIR_CVAR_ENABLE_HEAVY_YIELD": "1",
    }


def mpirun(size, *args, timeout=100, cwd=None):
    return subprocess.run(
        command(size, *args), capture_output=True, text=True, timeout=timeout, check=False,
        env=environment(), cwd=cwd, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.parametrize("size", [2, pytest.param(3, marks=pytest.mark.long)])
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


def run_alone(*args, cwd=None, **more):
    alone = [sys.executable, "-m", "w2v_cli", *map(str, args)]
    return subprocess.run(
        alone, capture_output=True, text=True, check=False, env=environment() | more, cwd=cwd
    )


def test_uneven_shares_and_an_empty_one(tmp_path):
    """A file that is compressed is one share: the first has most of the text, the last nothing."""
    from test_team import asked, trained

    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.gz").write_bytes(gzip.compress(text(500).encode()))
    (folder / "b.gz").write_bytes(gzip.compress(text(30, seed=2).encode()))
    output, stats = tmp_path / "vectors.w2v", tmp_path / "stats.json"
    result = mpirun(
        3, "train", folder, "-o", output, "--distributed", *OPTIONS, "--stats", stats,
        "--log-json", tmp_path / "log",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    expected = trained(3, asked(folder, window=5))[0]
    assert np.array_equal(np.asarray(load(output).matrix), np.asarray(expected.vectors[:]))
    told = json.loads(stats.read_text())
    assert told["processes"] == 3
    assert told["tokens_of_processes"] == expected.prepared.corpus.shares
    assert 0 in told["tokens_of_processes"]
    assert told["tokens_processed"] == 3 * sum(told["tokens_of_processes"])
    records = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    shares = [each["communication"] for each in records if each.get("stage") == "train"]
    assert shares
    assert all(0 <= share <= 1 for share in shares)


@pytest.mark.parametrize("args, message", [
    (("vocab", "corpus.txt", "-o", "output"), "--distributed shares the work"),
    (("train", "corpus.txt", "-o", "output"), "--distributed shares the work"),
    (("cooccur", "corpus.txt", "-o", "output.w2vx"), "w2v cooccur is work for one"),
    (("classify", "train", "corpus.txt", "-o", "output.bin"), "w2v classify train is work for one"),
])  # fmt: skip
def test_processes_that_were_not_asked_to_share_the_work(corpus, tmp_path, args, message):
    """Each sees by itself what it is, so that no launcher is needed."""
    told = []
    for rank in range(2):
        launched = {"PMI_SIZE": "2", "PMI_RANK": str(rank)}
        result = run_alone(*args, cwd=tmp_path, **launched)
        assert result.returncode == 2
        told.append(result.stderr)
    assert "one of 2 processes" in told[0]
    assert message in told[0]
    assert told[1] == ""
    assert not list(tmp_path.glob("output*"))


def test_a_process_that_is_alone_among_others(corpus, tmp_path):
    """As with the launcher of another MPI: each would do all the work."""
    for rank, told in ((0, "2 processes were started, and each sees itself alone"), (1, "")):
        launched = {"OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": str(rank)}
        result = run_alone(
            "train", corpus, "-o", "output", "--distributed", cwd=tmp_path, **launched
        )
        assert result.returncode == 2
        assert told in result.stderr
        assert result.stderr.count("w2v: error") == (rank == 0)
    assert not (tmp_path / "output").exists()


def test_without_mpi4py_there_is_one_clear_line(corpus, tmp_path):
    (tmp_path / "mpi4py").mkdir()
    (tmp_path / "mpi4py" / "__init__.py").write_text(
        "raise ModuleNotFoundError('none', name='mpi4py')"
    )
    result = run_alone(
        "train", corpus, "-o", tmp_path / "v", "--distributed",
        PYTHONPATH=f"{tmp_path}:{ROOT}",
    )  # fmt: skip
    assert result.returncode == 1
    assert result.stderr.startswith(
        "w2v: error: --distributed needs mpi4py, which is not installed"
    )
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("args, message", [
    (("none", "-o", "v"), "no such file"),
    (("corpus.txt", "-o", "v", "--no-such-option"), "No such option"),
    (("-", "-o", "v"), "standard input: is no file"),
])  # fmt: skip
def test_an_error_of_all_is_told_once(corpus, tmp_path, args, message):
    started = time.monotonic()
    result = mpirun(2, "train", *args, "--distributed", cwd=tmp_path)
    assert time.monotonic() - started < 30
    assert result.returncode != 0
    assert result.stderr.count(message) == 1
    assert "MPI_Abort" not in result.stderr


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


def started(tmp_path, *args):
    """A job of two, of which the first has told that it trains; and the number of the second."""
    (tmp_path / "corpus.txt").write_text(text(6000))
    running = subprocess.Popen(
        command(2, "train", "corpus.txt", "-o", "v.bin", "--distributed", *OPTIONS[:-1], 100_000,
                *args),
        stderr=subprocess.PIPE, text=True, env=environment(), cwd=tmp_path, start_new_session=True,
    )  # fmt: skip
    for line in running.stderr:
        if "training with" in line:
            running.send_signal(signal.SIGUSR1)
        if "training: " in line:
            break
    [second] = [
        pid
        for pid in children(running.pid)
        if "w2v_cli" in line_of(pid) and variable(pid, "PMI_RANK") == "1"
    ]
    return running, second


def ended(running):
    """What a job has said up to its end, which comes soon."""
    try:
        return running.communicate(timeout=40)[1]
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        raise


def test_a_process_that_does_not_answer_ends_the_others(tmp_path):
    running, second = started(tmp_path, "--comm-timeout", 2)
    os.kill(second, signal.SIGSTOP)
    try:
        said = ended(running)
    finally:
        with suppress(ProcessLookupError):
            os.kill(second, signal.SIGKILL)
    assert "process 0 has waited 2 s for another one" in said
    assert running.returncode == 75


@pytest.mark.parametrize("number, code", [
    (signal.SIGTERM, 143),
    pytest.param(signal.SIGINT, 130, marks=pytest.mark.long),
])  # fmt: skip
def test_the_launcher_is_asked_to_end(tmp_path, number, code):
    running, _ = started(tmp_path, "--checkpoint", "saved")
    running.send_signal(number)
    said = ended(running)
    assert "go on with --resume saved" in said
    assert running.returncode == code
    assert list((tmp_path / "saved").glob("*.npz"))


@pytest.mark.long
def test_the_launcher_is_asked_for_a_checkpoint(tmp_path):
    """Which `started` has done."""
    running, _ = started(tmp_path, "--checkpoint", "saved", "--checkpoint-every", "1000h")
    deadline = time.monotonic() + 60
    while not list((tmp_path / "saved").glob("*.npz")):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    running.send_signal(signal.SIGTERM)
    ended(running)
    assert len(list((tmp_path / "saved").glob("*.npz"))) == 2


def variable(pid, name):
    """An environment variable of a process; None if it has none."""
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(pair.partition("=")[::2] for pair in pairs).get(name)


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
