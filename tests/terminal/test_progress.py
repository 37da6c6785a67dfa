"""Progress of commands: a live line on a terminal, plain lines elsewhere, silence on request."""

import re

import pytest
from support.terminal import ESCAPES, run_in_terminal

from w2v_cli.cli import cli
from w2v_cli.corpus import counting, scan
from w2v_cli.progress.views import COMPILING
from w2v_cli.terminal.progress.options import reporter


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    path.write_text("the cat sat on the mat and the dog sat on the rug\n" * 8000)
    return path


def test_a_terminal_shows_a_live_line(corpus, tmp_path):
    code, shown = run_in_terminal(["train", corpus, "-o", tmp_path / "v.txt", "-d", 50])
    assert code == 0
    assert "\x1b[?25l" in shown
    assert "training" in shown
    assert "words/s" in shown
    assert "words trained in" in ESCAPES.sub("", shown)


@pytest.mark.parametrize(
    "env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"CI": "true"}], ids=lambda env: next(iter(env))
)
def test_no_colors_where_they_are_not_wanted(corpus, tmp_path, env):
    args = ["train", corpus, "-o", tmp_path / "v.txt", "-d", 10, "-e", 2]
    code, shown = run_in_terminal(args, **env)
    assert code == 0
    assert not re.search(r"\x1b\[[0-9;]*[39][0-9]m", shown), shown
    if "NO_COLOR" not in env:
        assert "\x1b" not in shown


def test_quiet_on_a_terminal(corpus, tmp_path):
    args = ["train", corpus, "-o", tmp_path / "v.txt", "-d", 10, "-e", 1, "-q"]
    assert run_in_terminal(args) == (0, "")


def test_quiet_and_verbose_at_once(w2v, corpus):
    result = w2v("vocab", corpus, "-q", "-v")
    assert result.returncode == 2
    assert "--quiet and --verbose exclude each other" in result.errors


def test_verbose_tells_settings_and_times(w2v, corpus, tmp_path):
    args = [corpus, "-o", tmp_path / "v.txt", "-d", 10, "-e", 1, "--checkpoint", tmp_path / "saved"]
    lines = w2v("train", *args, "-v").errors
    for pattern in (
        "options: .*--dim 10 .*--lr auto ",
        "kernels: ",
        "compiled code: ",
        r"reading took \d",
        r"training took \d",
        r"wrote \S+checkpoint-\d+.npz after 104,000 words",
        "104,000 words trained in .* words/s; loss .*; at most .* of memory",
    ):
        assert re.search(pattern, lines), (pattern, lines)
    assert "kernels" not in w2v("train", *args[:-2]).errors


def test_options_of_progress_come_from_the_environment(w2v, corpus, tmp_path):
    env = {"W2V_VOCAB_LOG_JSON": str(tmp_path / "log"), "W2V_VOCAB_VERBOSE": "1"}
    result = w2v("vocab", corpus, "-o", tmp_path / "vocab", env=env)
    assert result.returncode == 0
    assert "reading took" in result.errors
    assert (tmp_path / "log").read_text().startswith('{"time"')


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
    monkeypatch.setattr(counting, "is_compiled", lambda _: compiled)
    cli.main(command, standalone_mode=False)
    first = capsys.readouterr().err.splitlines()[0]
    assert (first == f"w2v: {COMPILING}") is not compiled, first
    cli.main([*command, "-q"], standalone_mode=False)
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(not hasattr(scan.scan, "signatures"), reason="nothing is compiled")
def test_only_the_first_run_compiles(w2v, tmp_path):
    env = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    lines = [w2v("vocab", "-", env=env, stdin="a b\n").errors.splitlines() for _ in range(2)]
    assert lines[0] == [f"w2v: {COMPILING}", *lines[1]]


def test_silent_reporter_is_silent(capsys):
    with reporter(quiet=True) as report:
        report("train", 1, 2, lr=1.0, epoch=1, loss=0.5)
        report("compile", 0, None)
        report.say("hello")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "env",
    [
        {"JPY_PARENT_PID": "1"},
        {"TERM": "xterm-color", "PAGER": "cat", "GIT_PAGER": "cat", "FORCE_COLOR": "1"},
    ],
    ids=["jupyter", "ipykernel"],
)
def test_a_cell_of_a_notebook_gets_plain_lines(tmp_path, env):
    (tmp_path / "c.txt").write_text("a b c d e f\n" * 500)
    args = ["train", tmp_path / "c.txt", "-o", tmp_path / "v.txt", "-d", 5]
    code, shown = run_in_terminal(args, **env)
    assert code == 0
    assert "\x1b" not in shown
    assert all(line.startswith("w2v: ") for line in shown.splitlines())
