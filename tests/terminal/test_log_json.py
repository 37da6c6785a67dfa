"""``--log-json``: one JSON object a line, there when it happens, and never worth a training."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest
from conftest import ROOT, fails_with

PROGRESS = {
    "time", "event", "seconds", "stage", "epoch", "epochs", "done", "total", "share",
    "words_per_second", "bytes_per_second", "lr", "loss", "communication", "eta_seconds",
    "stage_seconds", "memory_bytes",
}  # fmt: skip
TRAIN = ["train", "corpus.txt", "-o", "v.txt", "-d", "10", "-e", "2", "-j", "1"]
DOCUMENTATION = (ROOT / "docs" / "progress.md").read_text()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "corpus.txt").write_text(
        "the cat sat on the mat and the dog sat on the rug\n" * 900
    )
    return tmp_path


def records(text):
    """The records of a log, each of which has a time, an event and seconds, in their order."""
    found = [json.loads(line) for line in text.splitlines()]
    for record in found:
        assert list(record)[:3] == ["time", "event", "seconds"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["time"])
    return found


def test_a_log_of_training(w2v, folder):
    result = w2v(*TRAIN, "--log-json", "log", "--checkpoint", "saved", cwd=folder)
    assert result.returncode == 0, result.errors
    log = records((folder / "log").read_text())
    events = [record["event"] for record in log]
    assert events[0] == "start"
    assert events[-1] == "done"
    assert log[0]["command"] == "train"
    assert log[0]["options"]["dim"] == 10
    assert log[-1]["peak_memory_bytes"] > 1e6
    progress = [record for record in log if record["event"] == "progress"]
    assert all(set(record) == PROGRESS for record in progress)
    assert progress[0]["stage"] == "read"
    last = [record for record in progress if record["stage"] == "train"][-1]
    assert (last["done"], last["total"], last["epoch"], last["epochs"]) == (23400, 23400, 2, 2)
    assert 0 < last["loss"] < 10
    assert last["lr"] < 0.025
    assert last["memory_bytes"] > 1e6
    [checkpoint] = [record for record in log if record["event"] == "checkpoint"]
    assert checkpoint["done"] == 23400
    assert (folder / checkpoint["path"]).exists()


def test_all_fields_and_events_are_documented(w2v, folder):
    assert w2v(*TRAIN, "--log-json", "-", "--checkpoint", "s", cwd=folder).returncode == 0
    for name in [*PROGRESS, "start", "done", "stopped", "failed", "compile", "checkpoint",
                 "message", "warning", "command", "version", "pid", "options", "path",
                 "peak_memory_bytes"]:  # fmt: skip
        assert f"`{name}`" in DOCUMENTATION, name


def test_standard_output_has_the_log_and_nothing_else(w2v, folder):
    result = w2v(*TRAIN, "--log-json", "-", "-q", cwd=folder)
    assert (result.returncode, result.errors) == (0, "")
    assert records(result.text)[-1]["event"] == "done"


@pytest.mark.parametrize(
    "args",
    [
        ["train", "corpus.txt", "-o", "-"],
        ["train", "corpus.txt", "-o", "v.txt", "--stats", "-"],
        ["vocab", "corpus.txt"],
        ["convert", "v.txt", "-"],
    ],
    ids=" ".join,
)
def test_two_uses_of_standard_output(w2v, folder, args):
    result = w2v(*args, "--log-json", "-", cwd=folder)
    fails_with(result, 2, "standard output is named for two different outputs; name another file")


@pytest.mark.parametrize(
    ("command", "done"),
    [
        (["vocab", "corpus.txt", "-o", "vocab.txt"], 11700),
        (["encode", "corpus.txt", "-o", "c.w2vc"], 11700),
        (["vocab", "--merge", "counts.txt", "-o", "vocab.txt"], 2),
        (["convert", "counts.txt.vec", "v.bin"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_other_commands_have_a_log_too(w2v, folder, command, done):
    (folder / "counts.txt").write_text("a 3\nb 2\n")
    (folder / "counts.txt.vec").write_text("2 2\na 1 2\nb 3 4\n")
    result = w2v(*command, "--log-json", "log", cwd=folder)
    assert result.returncode == 0, result.errors
    log = records((folder / "log").read_text())
    assert log[0]["command"] == command[0]
    assert [record["done"] for record in log if record["event"] == "progress"][-1] == done
    assert log[-1]["event"] == "done"


def test_a_log_goes_on_where_an_earlier_one_ended(w2v, folder):
    (folder / "log").write_text('{"time": "half a li')
    for _ in range(2):
        assert w2v(*TRAIN, "--log-json", "log", cwd=folder).returncode == 0
    first, *lines = (folder / "log").read_text().splitlines()
    assert first == '{"time": "half a li'
    events = [record["event"] for record in records("\n".join(lines))]
    assert events.count("start") == events.count("done") == 2


@pytest.mark.parametrize("name", ["corpus.txt", "v.txt"])
def test_nothing_else_is_appended_to(w2v, folder, name):
    before = (folder / "corpus.txt").read_bytes()
    fails_with(w2v(*TRAIN, "--log-json", name, cwd=folder), 2, f"{name} is")
    assert (folder / "corpus.txt").read_bytes() == before


def test_a_file_that_is_no_log_stays_as_it_was(w2v, folder):
    (folder / "notes").write_text("my notes\n")
    result = w2v(*TRAIN, "--log-json", "notes", cwd=folder)
    fails_with(result, 1, "--log-json notes: holds something that is no log")
    assert (folder / "notes").read_text() == "my notes\n"


@pytest.mark.parametrize(("path", "why"), [("no/log", "No such file"), (".", "Is a directory")])
def test_a_log_that_cannot_be_opened(w2v, folder, path, why):
    fails_with(w2v(*TRAIN, "--log-json", path, cwd=folder), 1, f"--log-json {path}: .*{why}")


def test_a_log_that_cannot_be_written_is_one_warning(w2v, folder):
    result = w2v(*TRAIN, "-q", "--log-json", "/dev/full", cwd=folder)
    assert result.returncode == 0
    assert result.errors.count("\n") == 1
    assert re.match("w2v: warning: /dev/full: the log cannot be written: No space", result.errors)
    assert (folder / "v.txt").exists()


def test_a_closed_pipe_is_quiet_and_training_goes_on(folder):
    train = f"{sys.executable} -m w2v_cli {' '.join(TRAIN)} -q --log-json -"
    result = subprocess.run(
        ["bash", "-c", f"{train} | head -n 1; exit ${{PIPESTATUS[0]}}"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert records(result.stdout)[0]["event"] == "start"
    assert (folder / "v.txt").exists()


def test_failures_and_warnings_are_in_the_log(w2v, folder):
    (folder / "vocab.txt").write_text("elephant 3\n")
    result = w2v(*TRAIN, "--vocab", "vocab.txt", "--log-json", "log", cwd=folder)
    assert result.returncode == 1
    log = records((folder / "log").read_text())
    assert log[-1]["event"] == "failed"
    assert f"w2v: error: {log[-1]['message']}\n" in result.errors


def test_a_log_is_followed_while_training_and_tells_how_it_was_stopped(folder):
    args = [*TRAIN[:-4], "-e", "1000000", "-j", "1", "-q", "--log-json", "-"]
    process = subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", *args],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    shown = []
    for line in process.stdout:
        shown.append(json.loads(line))
        if shown[-1].get("stage") == "train" and shown[-1]["epoch"]:
            process.send_signal(signal.SIGTERM)
            break
    rest, errors = process.communicate(timeout=60)
    assert process.returncode == 143, errors
    last = json.loads(rest.splitlines()[-1])
    assert last["event"] == "stopped"
    assert "stopped after" in last["message"]
