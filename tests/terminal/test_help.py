"""Help: examples first, options by subject, within 80 columns; and its examples work."""

import os
import re
import shutil
import sys

import click
import pytest
from conftest import ROOT
from support import commands
from support.examples import SHELL_ONLY, make_files, run_in_shell, run_line

from w2v_cli.cli import cli
from w2v_cli.config import RANGES
from w2v_cli.terminal.command import Command
from w2v_cli.terminal.help.headings import Heading, option
from w2v_cli.terminal.help.layout import grouped_options

CONTEXT = click.Context(cli, info_name="w2v")
EVERY = {"w2v": cli, **commands.EVERY}


def help_of(name):
    command = EVERY[name]
    parent = None if name == "w2v" else commands.context_around(name)
    own = name.split()[-1]
    context = click.Context(command, info_name=own, parent=parent, terminal_width=80)
    return command.get_help(context)


@pytest.mark.parametrize("name", EVERY)
def test_examples_stand_before_the_options(name):
    text = help_of(name)
    assert re.match(r"Usage: w2v .*\n\n  \S.*\n(  \S.*\n)*\nExamples:\n  \S", text), text
    headings = re.findall(r"^(\w.*):$", text, re.MULTILINE)
    assert headings[0] == "Examples"
    assert len(headings) >= 2


@pytest.mark.parametrize("name", EVERY)
def test_help_fits_80_columns(name):
    for line in help_of(name).splitlines():
        assert len(line) <= 80, line


@pytest.mark.parametrize("name", EVERY)
def test_help_shows_every_option_once(name):
    command = EVERY[name]
    context = click.Context(command, info_name=name)
    shown = [option for _, options in grouped_options(command, context) for option in options]
    assert len(shown) == len(set(shown))
    assert {option for option in command.get_params(context) if option.opts[0][0] == "-"} == set(
        shown
    )
    for each in shown:
        assert each.help, f"{each.opts} says nothing"


def test_threads_end_at_the_same_number_everywhere():
    options = [each for command in EVERY.values() for each in command.params]
    options = [each for each in options if "--threads" in each.opts]
    # Those of other types are fields of a config, which has the same limits.
    ranges = [each.type for each in options if isinstance(each.type, click.IntRange)]
    assert len(ranges) > 10
    assert {(each.min, each.max) for each in ranges} == {RANGES["threads"]}


def test_options_stand_under_headings_where_there_are_many():
    text = help_of("train")
    headings = re.findall(r"^(\w.*):$", text, re.MULTILINE)[1:]
    known = [heading.value for heading in Heading]
    assert headings == sorted(headings, key=known.index)
    assert "--loss" in text.partition("\nModel:\n")[2].partition("\n\n")[0]
    assert "--help" in text.partition("\nGeneral:\n")[2]
    assert "\nOptions:\n" not in text
    assert "\nText and vocabulary:\n" not in help_of("vocab")


def test_what_most_people_want_stands_first():
    common = help_of("train").partition("\nCommon options:\n")[2].partition("\n\n")[0]
    names = re.findall(r"^  (?:-\w, )?(--[\w-]+)", common, re.MULTILINE)
    assert names[:6] == ["--output", "--model", "--dim", "--window", "--epochs", "--min-count"]
    assert "--lowercase" in names
    assert len(names) < 10
    assert help_of("train").index("Common options:") < help_of("train").index("\nOutput:")


def test_an_option_of_no_group_is_shown_too():
    @click.command(cls=Command, has_headings=True)
    @click.option("--new", help="New.")
    @option("--dim", heading=Heading.MODEL, help="Length.")
    def some(**_):
        """Do something."""

    text = some.get_help(click.Context(some))
    assert re.search(r"Model:\n  --dim .*\n\nOptions:\n  --new .*\n\nGeneral:\n", text)


def test_commands_are_described_whole():
    assert "..." not in help_of("w2v").partition("Commands:")[2]


def test_an_example_may_go_on_in_the_next_line():
    command = cli.get_command(CONTEXT, "plot")
    assert any(line.endswith("\\") for line in command.example_lines)
    assert not any("\\" in line for line in command.examples)


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Of a shell in which `w2v` is the command under test."""
    program = tmp_path_factory.mktemp("bin") / "w2v"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m w2v_cli "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def example_files(tmp_path_factory):
    """The folder of all files that examples name."""
    folder = tmp_path_factory.mktemp("examples")
    make_files(folder)
    return folder


NEEDED = {"distill": ("torch", "transformers", "tokenizers")}
"""Libraries that the tests do without."""


@pytest.mark.parametrize("name", EVERY)
def test_examples_work(name, w2v, tmp_path, example_files, environment):
    assert EVERY[name].examples, f"w2v {name} shows no examples"
    for library in NEEDED.get(name, ()):
        pytest.importorskip(library)
    shutil.copytree(example_files, tmp_path, dirs_exist_ok=True)
    for line in EVERY[name].examples:
        if any(sign in line for sign in SHELL_ONLY):
            run_in_shell(line, tmp_path, environment)
        else:
            run_line(w2v, tmp_path, line)
