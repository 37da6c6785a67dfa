"""The prompt of ``w2v neighbors`` on a real pseudo-terminal: editing, history, streams."""

import os
from pathlib import Path

import numpy as np
import pytest
from support.terminal import Terminal

from w2v_cli.terminal.prompt import _completions

pytest.importorskip("readline")
WORDS = ["king", "kingdom", "queen", "man", "new york", "'s"]


@pytest.fixture(scope="module")
def vectors(tmp_path_factory):
    path = tmp_path_factory.mktemp("prompt") / "v.txt"
    rows = np.random.default_rng(3).standard_normal((len(WORDS), 4))
    lines = [f"{word} {' '.join(map(str, row))}" for word, row in zip(WORDS, rows, strict=True)]
    path.write_text("\n".join([f"{len(WORDS)} 4", *lines, ""]))
    return path


@pytest.fixture
def state(tmp_path):
    return {"XDG_STATE_HOME": str(tmp_path / "state"), "INPUTRC": "/dev/null"}.items()


def history(state):
    return (Path(dict(state)["XDG_STATE_HOME"]) / "w2v" / "history").read_text().splitlines()


def test_queries_completion_history_and_the_end(vectors, state):
    terminal = Terminal(vectors, "-k", 1, env=state)
    terminal.read_until("w2v> ")
    terminal.type(b"qu\t\n")
    assert "queen" in terminal.read_until("w2v> ")
    terminal.type(b"man - new\\ y\t\n")
    terminal.read_until("w2v> ")
    terminal.type(b"zzz\n")
    terminal.read_until("w2v> ")
    terminal.type(b"\x1b[A\x1b[A\n")  # up, up
    assert "man - new\\ york" in terminal.read_until("w2v> ")
    errors, code = terminal.finish(b"\x04")
    assert errors.count("w2v: warning: ") == 1
    assert "unknown word 'zzz'" in errors
    assert "Traceback" not in errors
    assert code == 1
    lines = [line.strip() for line in history(state)]
    assert lines == ["queen", "man - new\\ york", "zzz", "man - new\\ york"]

    again = Terminal(vectors, "-k", 1, env=state)
    again.read_until("w2v> ")
    again.type(b"\x1b[A\x1b[A\x1b[A\x1b[A\n")
    assert "queen" in again.read_until("w2v> ")
    assert again.finish(b"\x04")[1] == 0


def test_nothing_of_the_prompt_gets_among_the_results(vectors, state, tmp_path):
    with open(tmp_path / "out", "wb") as out:
        terminal = Terminal(vectors, "-k", 2, env=state, stdout=out, stderr=None)
        terminal.read_until("w2v> ")
        terminal.type(b"kin\t\t\t")
        terminal.read_until("kingdom")
        terminal.read_until("w2v> king")
        terminal.type(b"d\t\n")
        terminal.read_until("w2v> ")
        terminal.type(b":help\n")
        terminal.read_until("w2v> ")
        terminal.type(b"nope\n")
        terminal.read_until("unknown word")
        terminal.read_until("w2v> ")
        terminal.type(b"queen\n")
        terminal.read_until("w2v> ")
        assert terminal.finish(b"\x04")[1] == 1
    rows = [row.split("\t") for row in (tmp_path / "out").read_text().splitlines()]
    assert [row[:2] for row in rows] == [
        ["kingdom", "1"], ["kingdom", "2"], ["queen", "1"], ["queen", "2"]
    ]  # fmt: skip


def test_ctrl_c_drops_the_line(vectors, state):
    terminal = Terminal(vectors, "-k", 1, env=state)
    terminal.read_until("w2v> ")
    terminal.type(b"rubbish")
    terminal.read_until("rubbish")
    terminal.interrupt_until("w2v> ")
    terminal.type(b"king\n")
    terminal.read_until("w2v> ")
    errors, code = terminal.finish(b"\x04")
    assert "rubbish" not in errors
    assert code == 0
    assert [line.strip() for line in history(state)] == ["king"]


def test_commands_at_the_prompt(vectors, state):
    terminal = Terminal(vectors, "-k", 1, env=state, stderr=None)
    terminal.read_until("w2v> ")
    for keys, shown in [
        (b":n 3\n", ":n 3"),
        (b"king\n", "     3  "),
        (b":n x\n", "is no command"),
        (b":help\n", "operators stand alone"),
    ]:
        terminal.type(keys)
        terminal.read_until(shown)
        terminal.read_until("w2v> ")
    assert terminal.finish(b":q\n")[1] == 0


@pytest.mark.parametrize("place", ["/dev/null/x", "/proc"])
def test_a_history_that_cannot_be_kept_is_no_trouble(vectors, place):
    terminal = Terminal(vectors, "-k", 1, env={"XDG_STATE_HOME": place}.items())
    terminal.read_until("w2v> ")
    terminal.type(b"king\n")
    terminal.read_until("w2v> ")
    errors, code = terminal.finish(b"\x04")
    assert (errors.count("\n"), code) == (2, 0)


def test_a_terminal_that_cannot_edit_has_a_plain_prompt(vectors, state):
    terminal = Terminal(vectors, "-k", 1, env={**dict(state), "TERM": "dumb"}.items())
    terminal.type(b"king\n")
    terminal.read_until("     1  ")
    errors, code = terminal.finish(b"\x04")
    assert errors.count("w2v> ") == 2
    assert code == 0
    assert not os.path.exists(dict(state)["XDG_STATE_HOME"])


def test_no_history_without_a_terminal(w2v, vectors, tmp_path):
    env = {"XDG_STATE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    assert w2v("neighbors", vectors, stdin="king\n", env=env).returncode == 0
    assert not (tmp_path / "w2v").exists()
    assert not (tmp_path / ".local").exists()


@pytest.mark.parametrize(
    ("line", "begin", "found"),
    [
        ("kin", 0, ["king", "kingdom"]),
        ("man - kingd", 6, ["kingdom"]),
        ("man - 2*kingd", 8, ["kingdom"]),
        ("new", 0, ["new\\ york"]),
        ("new\\ y", 5, ["york"]),
        ("man - new\\ y", 11, ["york"]),
        ("\\'", 0, ["\\'s"]),
        ("zzz", 0, []),
    ],
)
def test_completions(line, begin, found):
    assert _completions(WORDS, line, begin, line[begin:]) == found
