"""What a process makes of it that a launcher of MPI has started it, before it meets the others."""

import click
import pytest
from support.commands import EVERY
from support.mpi_jobs import ROOT, run_alone

from w2v_cli.errors import ConfigError


@pytest.mark.parametrize("name", [
    name for name, command in EVERY.items() if not isinstance(command, click.Group)
])  # fmt: skip
def test_every_command_refuses_to_be_one_of_several(monkeypatch, name):
    """Before it does anything; the first process tells it."""
    context = click.Context(EVERY[name], info_name=name)
    monkeypatch.setenv("PMI_SIZE", "2")
    monkeypatch.setenv("PMI_RANK", "0")
    with pytest.raises(ConfigError, match=r"one of 2 processes .* each would do"):
        EVERY[name].invoke(context)
    monkeypatch.setenv("PMI_RANK", "1")
    with pytest.raises(click.exceptions.Exit):
        EVERY[name].invoke(context)


@pytest.mark.parametrize("args, message", [
    (("train", "corpus.txt", "-o", "output"), "--distributed shares the work"),
    (("classify", "train", "corpus.txt", "-o", "output.bin"), "w2v classify train is work for one"),
])  # fmt: skip
def test_processes_that_were_not_asked_to_share_the_work(w2v, lines, tmp_path, args, message):
    """Each sees by itself what it is, so that no launcher is needed."""
    told = []
    for rank in range(2):
        launched = {"PMI_SIZE": "2", "PMI_RANK": str(rank)}
        result = w2v(*args, cwd=tmp_path, env=launched)
        assert result.returncode == 2
        told.append(result.errors)
    assert "one of 2 processes" in told[0]
    assert message in told[0]
    assert told[1] == ""
    assert not list(tmp_path.glob("output*"))


def test_without_mpi4py_there_is_one_clear_line(lines, tmp_path):
    (tmp_path / "mpi4py").mkdir()
    (tmp_path / "mpi4py" / "__init__.py").write_text(
        "raise ModuleNotFoundError('none', name='mpi4py')"
    )
    result = run_alone(
        "train", lines, "-o", tmp_path / "v", "--distributed",
        PYTHONPATH=f"{tmp_path}:{ROOT}",
    )  # fmt: skip
    assert result.returncode == 1
    assert result.stderr.startswith(
        "w2v: error: --distributed needs mpi4py, which is not installed"
    )
    assert result.stderr.count("\n") == 1
