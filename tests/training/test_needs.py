"""Memory that is told before it is taken: against what runs really take, and what is refused."""

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, fails_with
from support.parameters import untrained

from w2v_cli.config import TrainConfig
from w2v_cli.errors import MemoryShortageError
from w2v_cli.machine import limits
from w2v_cli.machine.system import MemoryLimit, memory_limits
from w2v_cli.training.needs import largest, training_memory

MIB = 1 << 20
TOLERANCE = 0.25
"""Of what the estimate may be off, of all that the process takes."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    ids = np.random.default_rng(1).permutation(60_000).reshape(-1, 20).tolist()
    lines = [" ".join(f"w{number}" for number in row) for row in ids]
    (folder / "corpus.txt").write_text("\n".join(lines) + "\n")
    return folder


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("dim", [1, 16, 100])
def test_the_matrices_are_told_to_the_byte(dim, threads):
    config = TrainConfig(dim=dim, threads=threads)
    parameters = untrained(1000, dim, threads=threads)
    taken = sum(parameters.rows(name).nbytes for name, _ in parameters)
    assert training_memory(1000, config)["matrices"] == taken


@pytest.mark.parametrize("options", [["--loss", "ns"], ["--loss", "hs"], ["--checkpoint", "saved"]])
def test_the_estimate_is_what_a_run_takes(w2v, corpus, tmp_path, options):
    sizes = {}
    # What is compiled by the first run takes memory that the others do not need.
    for number, dim in enumerate((1, 1, 300)):
        folder = tmp_path / str(number)
        folder.mkdir()
        args = ["train", corpus / "corpus.txt", "-o", "v.bin", "-d", dim, "-e", 1, "-j", 1]
        args += ["--min-count", 1, "--stats", "stats.json", "--checkpoint-every", "30%", *options]
        result = w2v(*args, cwd=folder)
        assert result.returncode == 0, result.errors
        told = float(re.search(r"takes about .* \(([\d,.]+) MiB more\)", result.errors)[1])
        peak = json.loads((folder / "stats.json").read_text())["peak_memory_bytes"] / MIB
        sizes[dim] = np.array([told, peak])
    told, taken = sizes[300] - sizes[1]
    # The program takes the same in both runs; the rest is what the estimate is about.
    assert abs(told - taken) <= TOLERANCE * taken


def test_what_does_not_fit_is_refused_with_what_would(w2v, corpus, tmp_path):
    args = ["train", corpus / "corpus.txt", "-o", "v.bin", "--min-count", "1", "-j", "1", "-e", "1"]
    result = w2v(*args, "-d", "4096", "--max-memory", "500M", "-q", cwd=tmp_path)
    pattern = (
        r"training needs about 1.9 GiB of memory; --max-memory is 500 MiB, and [\d.]+ MiB are "
        r"in use; --dim (\d+) or --max-vocab (\d+) would fit"
    )
    fails_with(result, 1, pattern)
    assert list(tmp_path.iterdir()) == []
    dim, vocab = re.search(pattern, result.errors).groups()
    assert 100 < int(dim) < 1200
    assert 1000 < int(vocab) < 20_000
    less = ["-d", str(int(int(dim) * 0.9)), "--max-memory", "500M", "-q"]
    assert w2v(*args, *less, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("limit", [3 << 29])
def test_a_limit_of_address_space_is_an_error_and_no_crash(w2v, corpus, tmp_path, limit):
    args = ["train", corpus / "corpus.txt", "-o", "v.bin", "--min-count", "1", "-d", "4096"]
    fails_with(w2v(*args, "-q", cwd=tmp_path, limits={"AS": limit}), 1, r"\(ulimit -v\) is 1.5 GiB")
    fails_with(w2v(*args, "-q", cwd=tmp_path, limits={"AS": 1 << 29}), 1, "needs 1024 MiB")


def test_memory_that_the_system_refuses_is_one_line(w2v, corpus, tmp_path, monkeypatch):
    """The limit on data is not looked at before, so that this is what a failing malloc does."""
    args = ["train", corpus / "corpus.txt", "-o", "v.bin", "--min-count", "1", "-d", "4096"]
    result = w2v(*args, "-j", "1", "-q", cwd=tmp_path, limits={"DATA": 1 << 30})
    fails_with(result, 1, r"out of memory \(Unable to allocate .*in use.* smaller --dim")
    assert list(tmp_path.iterdir()) == []


def test_vectors_that_do_not_fit_are_refused_and_headers_are_not_believed(w2v, tmp_path):
    (tmp_path / "large.bin").write_bytes(b"200000 400\n")
    with open(tmp_path / "large.bin", "r+b") as file:
        file.truncate(200_000 * 1603)
    result = w2v("neighbors", tmp_path / "large.bin", "a", "--max-memory", "200M")
    fails_with(result, 1, r"reading .*large.bin needs about 334 MiB of memory; --max-memory is 200")
    (tmp_path / "crafted.bin").write_bytes(b"1000000000000 300\na " + bytes(1200))
    result = w2v("convert", tmp_path / "crafted.bin", tmp_path / "v.txt", "-q")
    assert result.returncode in (0, 1)
    assert "memory" not in result.errors


def test_what_comes_through_a_pipe_is_refused_when_it_grows_too_large(w2v):
    row = b"w" * 20 + b" " + bytes(4000) + b"\n"
    data = b"40000 1000\n" + b"".join(b"%d" % number + row for number in range(40_000))
    result = w2v("neighbors", "-", "a", "--max-memory", "200M", stdin=data)
    fails_with(result, 1, r"reading standard input needs about .* --max-memory is 200 MiB")


@pytest.mark.parametrize("command", ["vocab", "encode"])
def test_words_that_do_not_fit_are_refused_while_they_are_counted(w2v, tmp_path, command):
    text = b"".join(b"%d\n" % number for number in range(2_000_000))
    args = [command, "-", "-o", "out.w2vc", "-j", "1", "-q", "--max-memory", "200M"]
    result = w2v(*args, stdin=text, cwd=tmp_path, fresh=True)
    fails_with(result, 1, r"counting words needs more memory; --max-memory is 200 .*--max-table")
    assert list(tmp_path.iterdir()) == []


def write(root, path, text):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


@pytest.mark.parametrize(
    ("groups", "files", "expected"),
    [
        ("0::/a/b\n", {"a/memory.max": "1000", "a/b/memory.max": "max"}, 1000),
        ("0::/a/b\n", {"a/memory.max": "5000", "a/b/memory.max": "3000"}, 3000),
        ("0::/../x/on-the-host\n", {"memory.max": "2000"}, 2000),
        ("4:cpu,memory:/c\n0::/\n", {"memory/c/memory.limit_in_bytes": "700"}, 700),
        ("4:memory:/c\n", {"memory/c/memory.limit_in_bytes": "9223372036854771712"}, None),
        ("0::/\n", {"memory.max": "nonsense"}, None),
        ("", {}, None),
    ],
)
def test_limits_of_control_groups_of_both_versions(tmp_path, groups, files, expected):
    write(tmp_path, "proc/self/cgroup", groups)
    for path, text in files.items():
        write(tmp_path, f"sys/fs/cgroup/{path}", text + "\n")
    found = [limit.limit for limit in memory_limits(tmp_path) if "cgroup" in limit.name]
    assert min(found, default=None) == expected


@pytest.mark.parametrize(
    ("groups", "folder", "limit", "stat"),
    [
        ("0::/a\n", "a", "memory.max", "anon {0}\nfile 9\nshmem 5\nsock 8\n"),
        ("4:memory:/a\n", "memory/a", "memory.limit_in_bytes",
         "rss 1\nshmem 2\ntotal_cache 9\ntotal_rss {0}\ntotal_shmem 5\n"),
    ],
)  # fmt: skip
def test_what_others_in_the_control_group_take_is_not_left(tmp_path, groups, folder, limit, stat):
    write(tmp_path, "proc/self/cgroup", groups)
    write(tmp_path, f"sys/fs/cgroup/{folder}/{limit}", f"{9 << 30}\n")
    write(tmp_path, f"sys/fs/cgroup/{folder}/memory.stat", stat.format(7 << 30))
    found = next(limit for limit in memory_limits(tmp_path) if "cgroup" in limit.name)
    assert found.left == (2 << 30) - 5


@pytest.fixture
def small_group(tmp_path):
    """A real control group of 400 MiB; skipped where none can be made."""
    name = f"w2v-test-{os.getpid()}"
    for root, limit in [("memory/", "memory.limit_in_bytes"), ("", "memory.max")]:
        group = Path(f"/sys/fs/cgroup/{root}{name}")
        try:
            group.mkdir()
            (group / limit).write_text(str(400 * MIB))
            break
        except OSError:
            with suppress(OSError):
                group.rmdir()
    else:
        pytest.skip("no control group can be made here")
    yield group / "cgroup.procs"
    group.rmdir()


def test_a_real_control_group_is_an_error_and_no_kill(small_group, corpus, tmp_path):
    train = [sys.executable, "-m", "w2v_cli", "train", str(corpus / "corpus.txt"), "-o", "v.bin"]
    within = ["sh", "-c", 'echo $$ > "$0"; exec "$@"', str(small_group)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for options, code in [(["-d", "2000"], 1), (["-d", "8", "-e", "1"], 0)]:
        args = [*within, *train, "--min-count", "1", "-j", "1", "-q", *options]
        done = subprocess.run(
            args, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
        if code:
            assert re.match(r"w2v: error: .*the control group \(cgroup\) is 400 MiB", done.stderr)
            assert os.listdir(tmp_path) == []


def test_the_tightest_limit_decides_and_scarce_memory_is_a_warning(monkeypatch):
    found = [MemoryLimit("wide", 1000 * MIB, 10 * MIB), MemoryLimit("narrow", 900 * MIB, 300 * MIB)]
    monkeypatch.setattr(limits, "memory_limits", lambda n_threads: found)
    monkeypatch.setattr(limits, "available_memory", lambda: 400 * MIB)
    assert limits.require_memory(400 * MIB, "this") is None
    assert "only 400 MiB are free now" in limits.require_memory(500 * MIB, "this")
    with pytest.raises(MemoryShortageError, match=r"narrow is 900 MiB, .* in use; 600"):
        limits.require_memory(601 * MIB, "this", lambda left: f"{left // MIB} are left")


def test_the_largest_number_that_fits():
    for limit in range(1, 40):
        assert largest(lambda number, limit=limit: number <= limit, 1, 30) == min(limit, 30)
    assert largest(lambda _: False, 1, 30) is None
