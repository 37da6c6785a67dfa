"""Progress: a live bar on a terminal, plain lines elsewhere, silence on request."""

import os
import pty
import re
import select
import subprocess
import sys

import pytest
from conftest import ROOT

from w2v_cli.cli import cli
from w2v_cli.commands import progress
from w2v_cli.corpus import counting, scan

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def run_in_terminal(args, **env):
    """Run a command with standard error on a terminal; returns (exit code, all it showed)."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", *map(str, args)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=slave,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", **env},
    )
    os.close(slave)
    shown = b""
    while process.poll() is None or select.select([master], [], [], 0)[0]:
        if select.select([master], [], [], 0.1)[0]:
            try:
                shown += os.read(master, 65536)
            except OSError:  # Linux: the other side is closed
                break
    os.close(master)
    assert process.stdout.read() == b""
    process.stdout.close()
    return process.wait(), shown.decode()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    path.write_text("the cat sat on the mat and the dog sat on the rug\n" * 8000)
    return path


def test_a_terminal_shows_a_live_bar(corpus, tmp_path):
    code, shown = run_in_terminal(["train", corpus, "-o", tmp_path / "v.txt", "-d", 50])
    assert code == 0
    assert "\x1b[" in shown
    assert "training" in shown
    assert "words/s" in shown
    assert "words trained in" in ESCAPES.sub("", shown)


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_no_colors_where_they_are_not_wanted(corpus, tmp_path, env):
    code, shown = run_in_terminal(["train", corpus, "-o", tmp_path / "v.txt", "-d", 50], **env)
    assert code == 0
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", shown), shown
    if env.get("TERM") == "dumb":
        assert "\x1b" not in shown


def test_quiet_on_a_terminal(corpus, tmp_path):
    args = ["train", corpus, "-o", tmp_path / "v.txt", "-d", 10, "-e", 1, "-q"]
    assert run_in_terminal(args) == (0, "")


def test_plain_lines_come_now_and_then(monkeypatch, capsys):
    clock = iter(range(0, 1000, 4))
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(clock)))
    with progress.LineReporter() as report:
        for done in range(0, 1000, 100):
            report("train", done, 1000, lr=0.025, epoch=1, loss=2.5)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "w2v: training:  30%, 300 words, 25 words/s, lr 0.02500, epoch 1, loss 2.5000",
        "w2v: training:  60%, 600 words, 25 words/s, lr 0.02500, epoch 1, loss 2.5000",
        "w2v: training:  90%, 900 words, 25 words/s, lr 0.02500, epoch 1, loss 2.5000",
    ]


def test_compiling_is_announced(capsys):
    with progress.LineReporter() as report:
        report("compile", 0, None)
    assert "compiling" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["vocab", "corpus.txt", "-o", "vocab.txt"],
        ["encode", "corpus.txt", "-o", "corpus.w2vc"],
        ["train", "corpus.txt", "-o", "vectors.txt", "-d", "4", "-e", "1"],
    ],
    ids=lambda command: command[0],
)
@pytest.mark.parametrize("compiled", [True, False])
def test_counting_announces_that_it_compiles(command, compiled, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.txt").write_text("a b\n" * 9)
    monkeypatch.setattr(counting, "is_compiled", lambda: compiled)
    cli.main(command, standalone_mode=False)
    first = capsys.readouterr().err.splitlines()[0]
    assert (first == f"w2v: {progress.COMPILING}") is not compiled, first
    cli.main([*command, "-q"], standalone_mode=False)
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(not hasattr(scan.scan, "signatures"), reason="nothing is compiled")
def test_only_the_first_run_compiles(w2v, tmp_path):
    env = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    lines = [w2v("vocab", "-", env=env, stdin="a b\n").errors.splitlines() for _ in range(2)]
    assert lines[0] == [f"w2v: {progress.COMPILING}", *lines[1]]


def test_silent_reporter_is_silent(capsys):
    with progress.reporter(quiet=True) as report:
        report("train", 1, 2, lr=1.0, epoch=1, loss=0.5)
        report("compile", 0, None)
        report.say("hello")
    assert capsys.readouterr() == ("", "")
