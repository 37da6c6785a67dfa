"""A full disk, a read-only or removed folder, files that must not grow: an error, and no loss."""

import os
import re
import subprocess
import sys

import pytest
from conftest import ROOT, fails_with
from support.disks import fill, small_disk
from support.writers import COMMANDS, LIBRARIES, SOURCES, arguments, make_sources

from w2v_cli.training.report import Silence
from w2v_cli.training.watch import Watch

FULL = r"(out\.\w+|disk): .*No space left|are free"


@pytest.fixture
def disk(tmp_path):
    """A disk of a megabyte, for root."""
    with small_disk(tmp_path) as folder:
        yield folder


def contents(folder):
    """Everything in a folder: path -> bytes."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder): path.read_bytes() for path in paths}


@pytest.fixture
def sources(tmp_path):
    make_sources(tmp_path)
    return tmp_path


def run(w2v, command, sources, folder, source="b", **kwargs):
    """Run a command on a source in a folder; its name is an absolute path."""
    pytest.importorskip(LIBRARIES.get(command, "os"))
    args = [
        str(sources / arg) if arg.startswith(tuple(f"{name}." for name in SOURCES)) else arg
        for arg in arguments(command, source)
    ]
    if command == "train":
        args += ["--tmpdir", str(sources)]
    return w2v(*args, cwd=folder, **kwargs)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_is_an_error_and_the_old_files_stay(w2v, sources, disk, command):
    assert run(w2v, command, sources, disk, "a").returncode == 0
    assert sorted(os.listdir(disk)) == COMMANDS[command][1]
    fill(disk)
    before = contents(disk)
    fails_with(run(w2v, command, sources, disk), 1, FULL)
    assert contents(disk) == before
    # The same where nothing was before.
    for name in COMMANDS[command][1]:
        (disk / name).unlink()
    (disk / "filler").unlink()
    fill(disk)
    fails_with(run(w2v, command, sources, disk), 1, FULL)
    assert os.listdir(disk) == ["filler"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_read_only_disk_is_an_error_before_the_work(w2v, sources, disk, command):
    assert run(w2v, command, sources, disk, "a").returncode == 0
    before = contents(disk)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    fails_with(run(w2v, command, sources, disk), 1, r"out\.\w+: .*Read-only file system")
    assert contents(disk) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_must_not_grow_is_an_error(w2v, tmp_path, sources, command):
    folder = tmp_path / "out"
    folder.mkdir()
    assert run(w2v, command, sources, folder, "a").returncode == 0
    before = contents(folder)
    largest = 100 if command != "train" else len(before[next(iter(before))]) // 2
    result = run(w2v, command, sources, folder, limits={"FSIZE": largest})
    fails_with(result, 1, r"File too large")
    assert contents(folder) == before


@pytest.mark.parametrize("output", ["--output", "--save-vocab", "--save-context", "--stats"])
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_no_output_of_training_is_lost_in_silence(w2v, sources, output):
    args = arguments("train", "b")
    args[args.index("-o")] = "--output"
    args[args.index(output) + 1] = "/dev/full"
    fails_with(w2v(*args, cwd=sources), 1, "/dev/full: cannot be written: No space left")
    assert not [name for name in os.listdir(sources) if name.startswith(".")]


def test_a_folder_that_is_removed_while_training_is_told_and_nothing_is_lost(sources, tmp_path):
    """The vectors go on from the checkpoint, to the bytes that an undisturbed run writes."""
    args = ["train", "a.txt", "-j", "1", "--min-count", "1", "-d", "8", "-e", "60"]
    args += ["--tmpdir", ".", "--checkpoint", "saved", "-o"]
    command = [sys.executable, "-m", "w2v_cli", *args, "gone/v.bin"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    (tmp_path / "gone").mkdir()
    with subprocess.Popen(command, cwd=tmp_path, env=env, stderr=subprocess.PIPE) as process:
        for line in process.stderr:
            if b"training with" in line:
                (tmp_path / "gone").rmdir()
                break
        errors = process.stderr.read().decode()
    assert process.returncode == 1
    last = errors.splitlines()[-1]
    assert re.search(r"v.bin: cannot be written: No such file.*--resume saved writes it$", last)
    (tmp_path / "gone").mkdir()
    resumed = [*command, "--resume", "saved", "-q"]
    assert subprocess.run(resumed, cwd=tmp_path, env=env, check=False).returncode == 0
    whole = [*command[:3], *args[:-3], "-o", "whole.bin", "-q"]
    assert subprocess.run(whole, cwd=tmp_path, env=env, check=False).returncode == 0
    assert (tmp_path / "gone/v.bin").read_bytes() == (tmp_path / "whole.bin").read_bytes()


def test_an_output_that_loses_its_place_is_a_warning_while_training_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("w2v_cli.training.watch.OUTPUT_SECONDS", 0)
    (tmp_path / "gone").mkdir()
    warned, report = [], Silence()
    report.warn = warned.append
    watch = Watch(report, [str(tmp_path / "gone/v.bin"), str(tmp_path / "stays")])
    watch("train", 1, 3)
    assert not warned
    (tmp_path / "gone").rmdir()
    watch("train", 2, 3)
    watch("train", 3, 3)
    [warning] = warned
    assert "v.bin: cannot be written: No such file" in warning
