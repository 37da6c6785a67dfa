"""Ctrl-C where a model learns labels, or answers: exit code 130, a line, and nothing half done."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from conftest import ROOT
from support.language_models import random_model, save_model

from w2v_cli import train_classifier

pytestmark = pytest.mark.usefixtures("compiled")

STOPPED = "w2v: error: interrupted"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A folder with a classifier and a language model."""
    folder = tmp_path_factory.mktemp("models")
    texts, labels = ["a fine film", "a dull film"] * 20, ["good", "bad"] * 20
    train_classifier(texts, labels, dim=4, threads=1, output=folder / "c.bin")
    save_model(folder / "l.w2v", random_model())
    return folder


@contextmanager
def running(folder, *args):
    """A command that runs, its streams as text; it is ended with the context."""
    with subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", *args],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def wait_for(lines, text):
    """Read lines up to one with a text."""
    for line in lines:
        if text in line:
            return
    raise AssertionError(f"{text!r} was never said")


def test_training_says_what_is_lost(tmp_path):
    lines = [f"__label__{'ab'[row % 2]} w{row % 50} w{row % 7}\n" for row in range(2000)]
    (tmp_path / "train.txt").write_text("".join(lines))
    options = ["-o", "c.bin", "-d", "4", "-j", "1", "-e", "1000000"]
    with running(tmp_path, "classify", "train", "train.txt", *options) as process:
        wait_for(process.stderr, "training with")
        process.send_signal(signal.SIGUSR1)
        wait_for(process.stderr, "lr 0.")
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert error.splitlines()[-1].startswith("w2v: error: stopped after ")
    assert "what was trained is lost" in error
    assert os.listdir(tmp_path) == ["train.txt"]


@pytest.mark.parametrize(
    "command",
    [
        ["classify", "predict", "c.bin", "fifo", "-o", "answers"],
        ["classify", "test", "c.bin", "fifo"],
        ["classify", "explain", "c.bin", "fifo", "-o", "answers"],
        ["score", "l.w2v", "fifo"],
    ],
    ids=["predict", "test", "explain", "score"],
)
def test_what_reads_writes_nothing_half(models, tmp_path, command):
    """The text comes from a pipe, which is opened when all that is before has been done."""
    for name in ("c.bin", "l.w2v"):
        (tmp_path / name).symlink_to(models / name)
    os.mkfifo(tmp_path / "fifo")
    with running(tmp_path, *command) as process, open(tmp_path / "fifo", "w") as pipe:
        pipe.write("__label__good a fine film\n" * 10)
        pipe.flush()
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert error.splitlines()[-1] == STOPPED, error
    assert sorted(os.listdir(tmp_path)) == ["c.bin", "fifo", "l.w2v"]


@pytest.mark.parametrize("options", [[], ["-o", "lines"]], ids=["pipe", "file"])
def test_what_is_made_up_ends_in_a_whole_line(models, tmp_path, options):
    (tmp_path / "l.w2v").symlink_to(models / "l.w2v")
    asked = ["-", "-n", "1000000", "--max-words", "50", *options]
    with running(tmp_path, "generate", "l.w2v", *asked) as process:
        process.stdin.write("unheard-of\n")
        process.stdin.flush()
        wait_for(process.stderr, "unheard-of")
        out = "" if options else process.stdout.readline()
        process.send_signal(signal.SIGINT)
        # communicate() would not have what readline() has read ahead.
        out += process.stdout.read()
        error = process.stderr.read()
        assert process.wait(timeout=60) == 130
    assert error.splitlines()[-1] == STOPPED, error
    assert out[-1:] == ("" if options else "\n"), out[-100:]
    assert os.listdir(tmp_path) == ["l.w2v"]
