"""Completion in real shells; those that are not installed are skipped."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time

import click
import pytest
from conftest import ROOT, fails_with
from support.terminal import ESCAPES

from w2v_cli.cli import COMMANDS, cli
from w2v_cli.formats.registry import FORMATS
from w2v_cli.terminal.help.completion import FILE

SHELLS = ("bash", "zsh", "fish")


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Of a shell in which `w2v` is the command under test."""
    program = tmp_path_factory.mktemp("bin") / "w2v"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m w2v_cli "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("completion")
    for name in ("corpus.txt", "corpus two.txt", "vectors.bin"):
        (folder / name).write_text("")
    (folder / "saved").mkdir()
    for shell in SHELLS:
        result = subprocess.run(
            [sys.executable, "-m", "w2v_cli", "completion", shell],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert result.stderr == ""
        (folder / f"w2v.{shell}").write_text(result.stdout)
    return folder


def in_bash(line, folder, environment):
    """What an interactive bash offers for a line: by its own completion, files as bash does."""
    words = line.split(" ")
    script = f"""
        source w2v.bash
        compopt() {{ [[ "$*" == *default* ]] && compgen -f -- "$last"
                    [[ "$*" == *dirnames* ]] && compgen -d -- "$last"; }}
        COMP_WORDS=({" ".join(f"'{word}'" for word in words)})
        COMP_CWORD={len(words) - 1}
        last='{words[-1]}'
        _w2v_completion w2v
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    return _lines(["bash", "--norc", "-i", "-c", script], folder, environment)


def in_fish(line, folder, environment):
    script = f"source w2v.fish; complete --do-complete '{line}'"
    shown = _lines(["fish", "--no-config", "-c", script], folder, environment)
    return [row.split("\t")[0] for row in shown]


def in_zsh(line, folder, environment):
    """What zsh would insert: its functions for it are replaced by ones that print."""
    words = line.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    script = f"""
        compdef() {{ :; }}
        compadd() {{ local name; for arg in "$@"; do name=$arg; done
                    [[ $1 == -U ]] && print -l -- ${{(P)name}} ; }}
        _describe() {{ local name; for arg in "$@"; do [[ $arg == -* ]] || name=$arg; done
                      print -l -- "${{${{(P)name}}[@]%%:*}}"; }}
        _path_files() {{ [[ $1 == -f ]] && print -l -- *(N) || print -l -- *(N/) ; }}
        source ./w2v.zsh
        words=({quoted}); CURRENT={len(words)}
        commands[w2v]=1
        _w2v_completion
    """
    return _lines(["zsh", "-f", "-c", script], folder, environment)


def _lines(command, folder, environment):
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL, timeout=60, start_new_session=True,
    )  # fmt: skip
    return [line.rstrip() for line in done.stdout.splitlines() if line.strip()]


ASK = {"bash": in_bash, "fish": in_fish, "zsh": in_zsh}


CASES = [
    ("w2v tr", {"train"}, {"vocab"}),
    ("w2v ", set(COMMANDS), set()),
    ("w2v train --ep", {"--epochs"}, {"--dim"}),
    ("w2v train --model ", {"skipgram", "cbow"}, set()),
    ("w2v train --format b", {"binary"}, {"text"}),
    ("w2v convert --format ", {"glove", "npy"}, set()),
    ("w2v train vec", {"vectors.bin"}, {"train"}),
    ("w2v train --config missing.toml -o vec", {"vectors.bin"}, set()),
    ("w2v train --like missing.bin --resume sa", {"saved"}, {"vectors.bin"}),
    ("w2v fetch t", {"text8"}, {"enwik8"}),
    ("w2v completion ", set(SHELLS), set()),
    ("w2v man ev", {"evaluate-analogies", "evaluate-sessions", "evaluate-similarity"}, {"train"}),
]
"""(a line, what is offered, what is not)"""
FEW = [case for case in CASES if case[0] in ("w2v tr", "w2v train --model ", "w2v train vec")]
"""What is offered is the same in all shells; how they take it is seen with these."""


@pytest.mark.parametrize(
    ("shell", "line", "offered", "not_offered"),
    [(shell, *case) for shell in SHELLS for case in (CASES if shell == "bash" else FEW)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_shell_offers(shell, line, offered, not_offered, folder, environment):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    shown = {name.rstrip("/") for name in ASK[shell](line, folder, environment)}
    assert offered <= shown
    if shell != "zsh" or "vectors.bin" not in offered | not_offered:
        assert not not_offered & shown


TYPED = {
    "bash": (["--norc", "-i"], "source w2v.bash"),
    "zsh": (["-f", "-i"], "autoload -Uz compinit; compinit -u -D; source ./w2v.zsh"),
}


@pytest.mark.parametrize("shell", TYPED)
def test_the_tabulator_completes(shell, folder, environment):
    """On a terminal, as people do it: an option and a file."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    options, setup = TYPED[shell]
    terminal = Keyboard([shell, *options], folder, environment)
    try:
        terminal.type(f"{setup}; echo rea''dy\n".encode())
        terminal.wait_for("ready")
        terminal.type(b"w2v train --ep\t")
        terminal.wait_for("--epochs")
        terminal.type(b"3 -o vec\t")
        terminal.wait_for("vectors.bin")
    finally:
        terminal.close()


class Keyboard:
    """A shell on a pseudo-terminal."""

    def __init__(self, command, folder, environment):
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, cwd=folder,
            env={**environment, "TERM": "xterm", "PS1": "$ "}, start_new_session=True,
        )  # fmt: skip
        os.close(slave)

    def type(self, keys):
        os.write(self._master, keys)

    def wait_for(self, text, seconds=30):
        """Read what is shown until it has a text."""
        shown, end = "", time.monotonic() + seconds
        while text not in ESCAPES.sub("", shown):
            ready, _, _ = select.select([self._master], [], [], max(0, end - time.monotonic()))
            assert ready, f"{text!r} did not appear in {shown!r}"
            shown += os.read(self._master, 4096).decode(errors="replace")

    def close(self):
        self._process.kill()
        self._process.wait()
        os.close(self._master)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_takes_the_script(shell, folder):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    subprocess.run([shell, "-n", f"w2v.{shell}"], cwd=folder, check=True)


def ask(args, incomplete):
    """(type, value) of what is offered, in this process."""
    from click.shell_completion import ShellComplete

    completion = ShellComplete(cli, {}, "w2v", "_W2V_COMPLETE")
    return [(item.type, item.value) for item in completion.get_completions(args, incomplete)]


def test_all_that_stands_for_files_completes_as_such():
    context = click.Context(cli, info_name="w2v")
    found = 0
    for name in COMMANDS:
        for param in cli.get_command(context, name).params:
            if param.type is FILE:
                found += 1
                items = param.type.shell_complete(context, param, "x")
                assert [item.type for item in items] == ["file"], (name, param.name)
    assert found > 20


def test_text_that_is_no_file_offers_nothing():
    assert ask(["neighbors", "vectors.bin"], "ki") == []
    assert ask(["plot", "vectors.bin", "--title"], "x") == []


def test_the_formats_of_options_are_those_that_can_be_written():
    for command in ("convert", "train"):
        assert tuple(value for _, value in ask([command, "--format"], "")) == FORMATS


def test_completing_reads_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.toml").write_text("nonsense")
    assert ("plain", "--epochs") in ask(["train", "--config", "run.toml"], "--ep")
    # And parsing for real is as before.
    with pytest.raises(Exception, match=r"run.toml: is not TOML"):
        cli.main(["train", "--config", "run.toml"], standalone_mode=False)


def test_a_shell_that_is_not_known(w2v):
    fails_with(w2v("completion", "tcsh"), 2, "'tcsh' is not one of 'bash', 'zsh', 'fish'")


@pytest.mark.parametrize(
    "words", ["w2v train --ep", "w2v ", "w2v fetch t", "w2v convert --format "]
)
def test_nothing_heavy_is_loaded(words):
    code = (
        "import sys\n"
        "from w2v_cli.cli import main\n"
        "try:\n    main([])\n"
        "except SystemExit as end:\n    assert end.code == 0, end.code\n"
        "heavy = {'numpy', 'numba', 'scipy', 'rich', 'zstandard', 'urllib.request'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    number = words.count(" ")
    env = {"COMP_WORDS": words, "COMP_CWORD": str(number), "_W2V_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("plain,")
