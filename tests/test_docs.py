"""The documentation is true: what it shows is run, and its links lead somewhere.

Blocks of a page are run in their order, in one folder, which has the files of `docs_files`:

* ``sh``: bash; must succeed;
* ``console``: commands after ``$ `` with what they print, on both streams. It must be that, but for
  ``...``, which stands for anything. A command that fails must show an error or a warning, or
  ``echo $?`` next;
* ``console about``: the same where numbers and order differ from machine to machine: most of the
  words shown must be printed;
* ``python``: a program, or with ``>>>`` a doctest;
* ``python torch``, ``sh spacy``: needs that library, and no file of the blocks before;
* ``toml``, ``json`` and ``text`` are not run, and show no command of ours;
* ``console about long``: needs big data that is not part of the repository, and minutes.
"""

import ast
import doctest
import fcntl
import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
from collections import Counter

import click
import docs_files
import docs_programs
import pytest
from conftest import ROOT, SHARED_DATA
from forked_command import settings

sys.path.insert(0, str(ROOT / "docs"))

import blocks as markdown

from w2v_cli.cli import cli

PAGES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
KINDS = {"sh", "console", "python", "toml", "json", "text", "files"}
COMMANDS = sorted(cli.list_commands(click.Context(cli)))
OURS = re.compile(rf"\bw2v ({'|'.join(COMMANDS)})\b|\bpython3? -m w2v_cli\b")
COMMON_WORDS = 0.6
"""Share of the words shown that must be printed where numbers differ from machine to machine."""
LONGEST_README = 150
STRICT = """set -uo pipefail
trap 'code=$?; [ $code = 141 ] || exit $code' ERR
"""
"""As `set -e`, but a pipe that its reader closes is no failure."""
SECONDS = 600


def page_text(page):
    return (ROOT / page).read_text()


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory, w2v):
    """The folder of `docs_files`, made once for all workers of pytest-xdist."""
    shared = tmp_path_factory.getbasetemp().parent
    folder = shared / "docs-files"
    with open(shared / "docs-lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = shared / "docs-files-unfinished"
            unfinished.mkdir()
            docs_files.make(unfinished, w2v)
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="session")
def environment(tmp_path_factory, stand_ins, fork_server):
    """Where `w2v` is the command under test, and nothing is installed or fetched."""
    programs = tmp_path_factory.mktemp("bin")
    python = shlex.quote(sys.executable)
    tests = shlex.quote(str(ROOT / "tests"))
    lines = {
        "w2v": f'exec {python} -I -S {tests}/forked_command.py {fork_server.path} "$@"',
        "python": f'exec {python} "$@"',
        "python3": f'exec {python} "$@"',
    }
    for name in docs_programs.PROGRAMS:
        lines[name] = f'exec {python} {tests}/docs_programs.py {name} "$@"'
    for name, line in lines.items():
        (programs / name).write_text(f"#!/bin/sh\n{line}\n")
        (programs / name).chmod(0o755)
    base = {**os.environ, "PYTHONPATH": str(ROOT)}
    return base | {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "FORKED_COMMAND_SETTINGS": json.dumps(settings(base)),
        "COLUMNS": "80",
    }


class Runner:
    """Runs blocks of a page in a folder."""

    def __init__(self, page, folder, environment):
        """Blocks are run in the folder, by programs of the environment's PATH."""
        self.page, self.folder, self.environment = page, folder, environment

    def run(self, block):
        {
            "sh": self.shell,
            "files": self.shell,
            "console": self.console,
            "python": self.python,
        }.get(block.kind, lambda block: None)(block)

    def shell(self, block):
        result = self.bash(STRICT + block.text + "true\n")
        assert result.returncode == 0, self.told(block, result.stdout)

    def console(self, block):
        shown = markdown.commands(block)
        printed = markdown.outputs(self.bash(markdown.script(shown)).stdout)
        assert len(printed) == len(shown), self.told(block, printed)
        following = [command.text for command in shown[1:]] + [""]
        for command, then, (output, code) in zip(shown, following, printed, strict=True):
            wanted = "".join(line + "\n" for line in command.output)
            place = self.told(block, f"$ {command.text}\n{output}(exit code {code})")
            if "about" in block.words:
                assert bool(wanted) == bool(output), place
            else:
                assert matches(wanted, output), place
            explained = re.search("^w2v: (error|warning)", wanted, re.MULTILINE)
            assert code == 0 or explained or then == "echo $?", place
        if "about" in block.words:
            wanted = "\n".join(line for command in shown for line in command.output)
            output = "".join(output for output, _ in printed)
            assert shared_words(wanted, output) >= COMMON_WORDS, self.told(block, output)

    def python(self, block):
        ast.parse("" if ">>>" in block.text else block.text)
        path = self.folder / "block.txt"
        path.write_text(block.text)
        options = ["-m", "doctest", "-o", "ELLIPSIS", "-o", "NORMALIZE_WHITESPACE"]
        result = self.execute([sys.executable, *(options if ">>>" in block.text else []), path])
        assert result.returncode == 0, self.told(block, result.stdout)

    def bash(self, script):
        return self.execute(["bash", "-c", script])

    def execute(self, command):
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS,
            check=False,
        )  # fmt: skip

    def told(self, block, printed):
        return f"{self.page}, line {block.start + 1}:\n{block.text}----- printed:\n{printed}"


def matches(wanted, printed):
    """Whether this is what was shown, ``...`` standing for anything."""
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(wanted, printed, options)


def shared_words(wanted, printed):
    """The share of the words of one text that are in the other."""
    wanted, printed = (Counter(re.findall(r"[^\W\d_]+", text)) for text in (wanted, printed))
    return (wanted & printed).total() / max(wanted.total(), 1)


@pytest.fixture
def folder(stand_ins, tmp_path):
    docs_files.copy(stand_ins, tmp_path / "page")
    return tmp_path / "page"


@pytest.mark.parametrize("page", PAGES)
def test_what_is_shown_runs(page, folder, environment):
    runner = Runner(page, folder, environment)
    for block in markdown.blocks(page_text(page)):
        if "long" not in block.words and not markdown.libraries(block):
            runner.run(block)


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES)
def test_what_takes_big_data_runs(page, folder, environment):
    chosen = [block for block in markdown.blocks(page_text(page)) if "long" in block.words]
    if chosen and not SHARED_DATA.exists():
        pytest.skip("the big data is not here; it is not part of the repository")
    runner = Runner(page, folder, environment)
    for path in SHARED_DATA.iterdir() if chosen else ():
        (folder / path.name).unlink(missing_ok=True)
        (folder / path.name).symlink_to(path)
    for block in chosen:
        runner.run(block)


LIBRARY_BLOCKS = [
    pytest.param(page, block, id=f"{page}:{block.start}")
    for page in PAGES
    for block in markdown.blocks(page_text(page))
    if markdown.libraries(block)
]


@pytest.mark.parametrize(("page", "block"), LIBRARY_BLOCKS)
def test_examples_for_other_libraries_run(page, block, folder, environment):
    if block.kind == "python":
        compile(block.text, page, "exec")
    for library in markdown.libraries(block):
        if importlib.util.find_spec(library) is None:
            pytest.skip(f"{library} is not installed")
    runner = Runner(page, folder, environment)
    for other in markdown.blocks(page_text(page)):
        if other.kind == "files":
            runner.run(other)
    runner.run(block)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_in_a_block_that_is_run(page):
    for block in markdown.blocks(page_text(page)):
        place = f"{page}, line {block.start}"
        assert block.kind in KINDS, f"{place}: a block of kind {block.kind!r}"
        if block.kind in ("text", "toml", "json"):
            assert not OURS.search(block.text), f"{place}: shows a command that no test runs"


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_the_text_are_known(page):
    for code in markdown.inline_code(page_text(page)):
        found = re.match(r"w2v ([a-z][\w-]*)(.*)", code)
        if not found:
            continue
        assert found[1] in COMMANDS, f"{page}: {code}"
        command = cli.get_command(click.Context(cli), found[1])
        names = ((*parameter.opts, *parameter.secondary_opts) for parameter in command.params)
        known = {name for of_parameter in names for name in of_parameter}
        named = set(re.findall(r"(?<!\S)--?[a-z][\w-]*", found[2]))
        assert named <= known | {"--help", "-h"}, f"{page}: {code}"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    text = page_text(page)
    for target in markdown.links(text):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        assert path.exists(), f"{page}: {target}"
        if anchor:
            assert anchor in markdown.anchors(path.read_text()), f"{page}: {target}"


def test_every_page_is_reached_from_the_readme():
    reached = {target.partition("#")[0] for target in markdown.links(page_text("README.md"))}
    assert set(PAGES) - {"README.md"} <= reached


def test_the_readme_is_a_first_page():
    assert len(page_text("README.md").splitlines()) <= LONGEST_README
