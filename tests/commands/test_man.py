"""Manual pages: well-formed for the formatters that are here, and of the same text as the help."""

import os
import re
import shutil
import subprocess

import click
import pytest
from conftest import fails_with
from support.commands import EVERY

from w2v_cli.cli import cli
from w2v_cli.terminal.help.manpage import command_names, escaped, manpage

NAMES = ["w2v", *(name.replace(" ", "-") for name in EVERY)]
needs_man = pytest.mark.skipif(not shutil.which("man"), reason="man is not installed")
needs_groff = pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
needs_mandoc = pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is not installed")


def formatted(command, page):
    """What a formatter makes of a page, and what it complains of."""
    done = subprocess.run(command, input=page.encode(), capture_output=True, check=False)
    return done.stdout.decode(errors="replace"), done.stderr.decode() + str(done.returncode or "")


def plain(text):
    """Words of a page as shown: no overstrikes, hyphenation or line ends."""
    text = re.sub(r".\x08|\x1b\[[0-9;]*m", "", text)
    return " ".join(re.sub(r"[\u2010-]\n\s+", "", text).split())


@needs_groff
@pytest.mark.parametrize("name", NAMES)
def test_groff_has_no_complaints(name):
    shown, complaints = formatted(
        ["groff", "-man", "-Tutf8", "-ww", "-rLL=200n"], manpage(cli, name)
    )
    assert complaints == ""
    command = cli if name == "w2v" else EVERY[name.replace("classify-", "classify ")]
    shown = plain(shown)
    for line in command.example_lines:
        assert " ".join(line.split()) in shown
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.opts[-1] in shown


@needs_groff
@pytest.mark.parametrize("name", NAMES)
def test_pages_fit_a_terminal(name):
    shown, _ = formatted(["groff", "-man", "-Tascii", "-P-c", "-rLL=80n"], manpage(cli, name))
    lines = [re.sub(".\x08", "", line) for line in shown.splitlines()]
    assert [line for line in lines if len(line) > 80] == []


@needs_mandoc
@pytest.mark.parametrize("name", NAMES)
def test_mandoc_has_no_complaints(name, tmp_path):
    path = tmp_path / f"{name}.1"
    path.write_text(manpage(cli, name))
    done = subprocess.run(["mandoc", "-Tlint", path], capture_output=True, text=True, check=False)
    # Without a date the same help gives the same page.
    complaints = [line for line in done.stdout.splitlines() if "missing date" not in line]
    assert complaints == []


@needs_man
def test_man_shows_it(w2v):
    page = w2v("man", "train").text
    shown, complaints = formatted(["man", "-l", "-"], page)
    assert complaints == ""
    shown = plain(shown)
    assert "w2v-train - Train word vectors on CORPUS" in shown
    assert shown.index("EXAMPLES") < shown.index("OUTPUT")
    assert "W2V_TRAIN_OPTION" in shown


def test_all_pages(w2v, tmp_path):
    result = w2v("man", "--all", "-o", tmp_path / "man" / "man1")
    assert (result.returncode, result.text) == (0, "")
    pages = {path.name: path.read_text() for path in (tmp_path / "man" / "man1").iterdir()}
    assert set(pages) == {"w2v.1", *(f"w2v-{name}.1" for name in NAMES[1:])}
    assert pages["w2v-train.1"] == w2v("man", "train").text
    for name in NAMES[1:]:
        assert f".BR {escaped(f'w2v-{name}')} (1)" in pages["w2v.1"]


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["trian"], 1, "there is no manual page of 'trian'; there are: w2v, "),
        (["train", "--all", "-o", "x"], 2, "give a COMMAND, or --all -o DIR"),
        (["--all"], 2, "give a COMMAND, or --all -o DIR"),
        (["train", "-o", "x"], 2, "give a COMMAND, or --all -o DIR"),
        (["--all", "-o", "/proc/none"], 1, "/proc/none: cannot be made"),
    ],
    ids=str,
)
def test_wrong_usage(w2v, tmp_path, args, code, message):
    fails_with(w2v("man", *args, cwd=tmp_path), code, message)
    assert os.listdir(tmp_path) == []


@needs_groff
@pytest.mark.parametrize(
    "text",
    [
        ".TH x",
        "'x'",
        "a\\b",
        "--x 'y' \"z\" `w` ^v ~u",
        "na\u00efve \u2013 \u20ac",
        "\\fBx",
        "... x",
    ],
)
def test_text_stays_as_it_is(text):
    shown, complaints = formatted(
        ["groff", "-man", "-Tutf8", "-ww", "-P-c"], ".TH X 1\n" + escaped(text)
    )
    assert complaints == ""
    assert text in plain(shown)


def test_there_is_a_page_of_every_command():
    assert command_names(cli) == NAMES
