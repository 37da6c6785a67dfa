"""kill -9 at any moment, and two runs at a time: every file is a whole one, and nothing is left."""

import os
import random
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import pytest
from conftest import ROOT
from support.forkserver import ForkServer
from support.writers import (
    COMMANDS,
    LIBRARIES,
    SOURCE_ENDS,
    SOURCES,
    arguments,
    make_sources,
    source_of,
)

MANY = [2, pytest.param(200, marks=pytest.mark.long)]


@pytest.fixture
def folder(tmp_path):
    make_sources(tmp_path)
    return tmp_path


def run(w2v, folder, command, source, timeout=120):
    """Run a command; None if it was killed after the time."""
    try:
        return w2v(*arguments(command, source), cwd=folder, timeout=timeout)
    except TimeoutError:
        return None


def names(folder):
    inputs = {f"{source}{end}" for source in SOURCES for end in SOURCE_ENDS}
    return sorted(set(os.listdir(folder)) - inputs)


@pytest.mark.parametrize("n_kills", MANY)
@pytest.mark.parametrize("command", COMMANDS)
def test_after_kill_9_at_any_moment_every_file_is_whole(w2v, folder, command, n_kills):
    pytest.importorskip(LIBRARIES.get(command, "os"))
    outputs = COMMANDS[command][1]
    assert run(w2v, folder, command, "a").returncode == 0  # which may have to compile first
    started = time.monotonic()
    assert run(w2v, folder, command, "a").returncode == 0
    seconds = time.monotonic() - started
    draw = random.Random(n_kills)
    kills = hidden = 0
    for source in cycle(SOURCES[::-1]):
        if kills == n_kills:
            break
        kills += run(w2v, folder, command, source, draw.uniform(0, 1.2 * seconds)) is None
        found = names(folder)
        whole = [name for name in found if not name.endswith(".tmp")]
        hidden += len(found) - len(whole)
        # Between the names of two files that belong together, one may be missing, but not mixed.
        assert whole == outputs or (command == "convert" and whole == outputs[:1])
        sources = {source_of(folder / name) for name in whole}
        if command == "convert":
            assert len(sources) == 1, "numbers of one run with words of the other"
    # Were the name of a file not taken at once, half of the kills would leave a hidden one.
    assert hidden <= n_kills / 20 + 2
    assert run(w2v, folder, command, "a").returncode == 0
    assert names(folder) == outputs
    assert {source_of(folder / name) for name in outputs} <= {"a", None}


@pytest.mark.parametrize("n_kills", MANY)
def test_after_kill_9_every_checkpoint_is_whole(w2v, folder, n_kills):
    args = ["train", "a.txt", "-q", "-j", "2", "--min-count", "1", "-o", "out.bin", "-e", "1000000"]
    args += ["-d", "64", "--checkpoint", "saved", "--checkpoint-every", "0.01s"]
    draw = random.Random(n_kills)
    hidden = 0
    for _ in range(n_kills):
        saved = folder / "saved"
        found = os.listdir(saved) if saved.exists() else []
        resume = ["--resume", "saved"] if any(name.endswith(".npz") for name in found) else []
        with pytest.raises(TimeoutError):
            w2v(*args, *resume, cwd=folder, timeout=draw.uniform(0.1, 1.0))
        found = os.listdir(saved) if saved.exists() else []
        checkpoints = [name for name in found if name.endswith(".npz")]
        hidden += len(found) - len(checkpoints)
        # One more when it has its name and the oldest is not removed yet; the next run does that.
        assert len(checkpoints) <= 3
        for name in checkpoints:
            with zipfile.ZipFile(saved / name) as archive:
                assert archive.testzip() is None
    assert names(folder) in (["saved"], [])
    assert hidden <= n_kills / 20 + 2


@pytest.fixture(scope="module")
def servers(fork_server, tmp_path_factory):
    """Two servers by source: each of them runs one command at a time."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    second = ForkServer(tmp_path_factory.mktemp("second") / "lock", environment)
    yield dict(zip(SOURCES, (fork_server, second), strict=True))
    second.close()


@pytest.mark.parametrize("command", ["train", "convert", "encode"])
def test_two_runs_that_write_the_same_files_do_not_mix_in_them(servers, folder, command):
    def run_some(source):
        for _ in range(4):
            args = arguments(command, source)
            result = servers[source].run(args, b"", dict(os.environ), folder, 120)
            assert result.returncode == 0, result.stderr

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run_some, SOURCES))
    outputs = COMMANDS[command][1]
    assert names(folder) == outputs
    sources = {source_of(folder / name) for name in outputs}
    if command == "convert":
        assert len(sources) == 1, "numbers of one run with words of the other"
