"""The command as a whole: help, version, exit codes, closed pipes, and errors in one line."""

import os
import subprocess
import sys

import pytest
from conftest import ROOT
from support.commands import EVERY

import w2v_cli
from w2v_cli import cli
from w2v_cli.cli import COMMANDS
from w2v_cli.errors import ConfigError, InputError


def test_version(w2v):
    result = w2v("--version")
    assert (result.returncode, result.text) == (0, f"w2v, version {w2v_cli.__version__}\n")


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("command", [[], *(name.split() for name in EVERY)], ids=str)
def test_help(w2v, command, option):
    result = w2v(*command, option)
    assert result.returncode == 0
    assert result.errors == ""
    assert "Usage: w2v" in result.text
    assert option in result.text


def test_help_lists_every_command(w2v):
    text = w2v("--help").text
    for command in COMMANDS:
        assert command in text


def test_without_a_command_the_help_is_shown_as_wrong_usage(w2v):
    result = w2v()
    assert result.returncode == 2
    assert result.text == ""
    assert "Usage: w2v" in result.errors


@pytest.mark.parametrize("name", EVERY)
def test_without_arguments_the_usage_is_one_line(w2v, name):
    result = w2v(*name.split())
    assert result.returncode == 2
    assert result.text == ""
    [line] = result.errors.splitlines()
    assert line.startswith(f"w2v: error: nothing is given. Usage: w2v {name} ")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["nonsense"], "No such command 'nonsense'. (see 'w2v --help')"),
        (["trian"], "No such command 'trian'"),
        (["train", "--epohcs", "3"], "No such option '--epohcs'"),
        (["--nonsense"], "No such option '--nonsense'"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(w2v, args, message):
    result = w2v(*args)
    assert result.returncode == 2
    assert result.errors.startswith(f"w2v: error: {message[:20]}")
    assert message.split(".")[0] in result.errors
    assert result.errors.count("\n") == 1


def test_an_option_without_its_value_points_to_the_help_of_its_command(w2v):
    message = "Option '--digits' requires an argument. (see 'w2v train --help')"
    assert w2v("train", "a", "--digits").errors == f"w2v: error: {message}\n"


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (InputError("a\nb"), 1, "w2v: error: a b\n"),
        (ConfigError("--dim"), 2, "w2v: error: --dim\n"),
        (KeyboardInterrupt(), 130, "w2v: error: interrupted\n"),
        (
            MemoryError(),
            1,
            "w2v: error: out of memory\n",
        ),
        (
            RuntimeError("odd"),
            1,
            "w2v: error: unexpected RuntimeError: odd (run again with --debug for the traceback)\n",
        ),
    ],
)
def test_every_error_is_one_line(monkeypatch, capsys, error, code, line):
    def fail(**_):
        raise error

    monkeypatch.setattr(cli.cli, "main", fail)
    assert cli._run(["train"], debug=False) == code
    assert capsys.readouterr().err == line
    assert cli._run(["train"], debug=True) == code
    assert "Traceback" in capsys.readouterr().err


def test_debug_shows_the_traceback(w2v):
    result = w2v("train", "missing.txt", "-o", "v.txt", "--debug")
    assert result.returncode == 1
    assert "Traceback" in result.errors
    assert result.errors.splitlines()[-1].startswith("w2v: error: missing.txt")


@pytest.mark.parametrize("args", [["--help"], ["train", "missing.txt", "-o", "v.txt"]], ids=str)
def test_nothing_is_collected_at_the_end(args):
    code = (
        "import atexit, gc\n"
        "from w2v_cli.cli import main\n"
        "atexit.register(lambda: print('frozen:', gc.get_freeze_count() > 0))\n"
        f"main({args!r})\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.stdout.splitlines()[-1] == "frozen: True", result.stderr


def test_a_closed_standard_output_is_quiet(tmp_path):
    """`w2v train ... -o - | head -1`: the writer has more to say than the reader wants."""
    corpus = tmp_path / "corpus.txt"
    corpus.write_text(" ".join(f"w{n}" for n in range(5000)))
    train = f"{sys.executable} -m w2v_cli train {corpus} -o - --min-count 1 -d 50 -e 1 -q"
    result = subprocess.run(
        ["bash", "-c", f"{train} | head -n 1; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        check=False,
    )
    assert result.returncode in (0, 141)
    assert result.stdout == "5000 50\n"
    assert result.stderr == ""
