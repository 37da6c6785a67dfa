"""The documentation is true: what it shows is run, and its links lead somewhere.

Blocks of a page are run in their order, in one folder, which has the files of `docs_files`:

* ``sh``: bash; must succeed;
* ``console``: commands after ``$ `` with what they print, on both streams. It must be that, but for
  ``...``, which stands for anything. A command that fails must show an error or a warning, or
  ``echo $?`` next;
* ``console about``: the same where numbers and order differ from machine to machine: most of the
  words shown must be printed;
* ``python``: a program, or with ``>>>`` a doctest; the names of a block are there in the next;
* ``python torch``, ``sh spacy``: needs that library, and nothing of the blocks before;
* ``toml``, ``json`` and ``text`` are not run, and show no command of ours;
* ``console about long``: needs big data that is not part of the repository, and minutes.
"""

import fcntl
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import click
import pytest
from conftest import ROOT, SHARED_DATA
from support import docs_files, docs_programs
from support.commands import EVERY
from support.docs_runner import Runner, make_tutorial, markdown
from support.forked_command import settings

from w2v_cli.cli import cli

PAGES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
KINDS = {"sh", "console", "python", "toml", "json", "text", "files"}
COMMANDS = sorted(cli.list_commands(click.Context(cli)))
OURS = re.compile(
    rf"(^|[|;&(])[ $]*(w2v ({'|'.join(COMMANDS)})|python3? -m w2v_cli)\b", re.MULTILINE
)
PROGRAMS = ("iconv", "jq", "unzip", "xzcat")
LONGEST_README = 155


def page_text(page):
    return (ROOT / page).read_text()


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory, w2v):
    """The folder of `docs_files`, made once for all workers of pytest-xdist."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
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
    support = shlex.quote(str(ROOT / "tests" / "support"))
    client = f"{python} -I -S {support}/forked_command.py {fork_server.path}"
    lines = {
        "w2v": f'[ "$1" = fetch ] && exec {python} {support}/docs_programs.py fetch {client} "$@"\n'
        f'exec {client} "$@"',
        "python": f'exec {python} "$@"',
        "python3": f'exec {python} "$@"',
    }
    beside = os.path.dirname(sys.executable)
    if os.path.exists(f"{beside}/mpirun"):
        # A launcher starts the command itself: no fork of another process is one of its own.
        path = f"PATH={shlex.quote(beside)}:$PATH HYDRA_IFACE=lo"
        lines["mpirun"] = f'export {path}; exec mpirun "$@"'
    for name in docs_programs.PROGRAMS.keys() - {"fetch"}:
        lines[name] = f'exec {python} {support}/docs_programs.py {name} "$@"'
    for name, line in lines.items():
        (programs / name).write_text(f"#!/bin/sh\n{line}\n")
        (programs / name).chmod(0o755)
    base = {**os.environ, "PYTHONPATH": str(ROOT)}
    return base | {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "FORKED_COMMAND_SETTINGS": json.dumps(settings(base)),
        "FORKED_COMMAND_SOCKET": fork_server.path,
        "COLUMNS": "80",
    }


@pytest.fixture
def folder(stand_ins, tmp_path):
    docs_files.copy(stand_ins, tmp_path / "page")
    return tmp_path / "page"


def require_programs(page):
    """Skip the test if a page uses a program that many machines lack, and this one does."""
    text = "".join(block.text for block in markdown.blocks(page_text(page)))
    for program in PROGRAMS:
        if re.search(rf"\b{program}\b", text) and shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


@pytest.mark.parametrize("page", PAGES)
def test_what_is_shown_runs(page, folder, environment):
    require_programs(page)
    with Runner(page, folder, environment) as runner:
        for block in markdown.blocks(page_text(page)):
            if "long" not in block.words and not markdown.libraries(block):
                runner.run(block)


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES)
def test_what_takes_big_data_runs(page, folder, environment):
    chosen = [block for block in markdown.blocks(page_text(page)) if "long" in block.words]
    if chosen and not SHARED_DATA.exists():
        pytest.skip("the big data is not here; it is not part of the repository")
    for path in SHARED_DATA.iterdir() if chosen else ():
        (folder / path.name).unlink(missing_ok=True)
        (folder / path.name).symlink_to(path)
    with Runner(page, folder, environment) as runner:
        for block in chosen:
            runner.run(block)


LIBRARY_BLOCKS = [
    pytest.param(page, block, id=f"{page}:{block.start}")
    for page in PAGES
    for block in markdown.blocks(page_text(page))
    if markdown.libraries(block)
]


@pytest.mark.long
@pytest.mark.parametrize(("page", "block"), LIBRARY_BLOCKS)
def test_examples_for_other_libraries_run(page, block, folder, environment):
    if block.kind == "python":
        compile(block.text, page, "exec")
    for library in markdown.libraries(block):
        if importlib.util.find_spec(library) is None:
            pytest.skip(f"{library} is not installed")
    with Runner(page, folder, environment) as runner:
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
        # The longest name: that of a command of a group.
        command = EVERY[max((n for n in EVERY if f"{code} ".startswith(f"w2v {n} ")), key=len)]
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
    missing = set(PAGES) - {"README.md"} - reached
    assert not missing, f"README.md has no link to {sorted(missing)}"


def test_the_readme_is_a_first_page():
    assert len(page_text("README.md").splitlines()) <= LONGEST_README


def block_of(text):
    (block,) = markdown.blocks(text)
    return block


@pytest.fixture
def runner(tmp_path, environment):
    with Runner("page.md", tmp_path, environment) as runner:
        yield runner


@pytest.mark.parametrize(
    "text",
    [
        "```sh\nfalse\ntrue\n```",
        "```sh\nfalse | true\n```",
        "```sh\nw2v neighbors missing.bin king\n```",
        "```sh\nw2v fetch text9\n```",
        "```sh\nw2v fetch --list --lisst\n```",
        "```console\n$ echo one\ntwo\n```",
        "```console\n$ echo one\n```",
        "```console\n$ echo one; false\none\n```",
        "```console about\n$ echo one two three\none four five\n```",
        "```console about\n$ echo one; false\none\n```",
        "```console about\n$ true\none\n```",
        "```python\nassert False\n```",
        "```python\n>>> 1 + 1\n3\n```",
    ],
)
def test_what_is_not_true_is_noticed(text, runner):
    with pytest.raises(AssertionError, match=r"page\.md, line 2"):
        runner.run(block_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "```sh\nyes | head -1\n```",
        "```console\n$ echo one\none\n$ echo two >&2; false\ntwo\n$ echo $?\n1\n```",
        "```console\n$ w2v info missing.bin\nw2v: error: missing.bin: ...\n```",
        "```console\n$ echo 'a\n> b'\na\nb\n```",
        "```console about\n$ echo three words here, 4\nthree 5 words\n```",
        "```python\n>>> 1 + 1\n2\n```",
    ],
)
def test_what_is_true_passes(text, runner):
    runner.run(block_of(text))


def test_a_page_sets_what_holds_for_all_its_blocks(runner):
    runner.run(block_of("<!-- files\necho 'export A=1; f() { echo f $A; }' > .bash_env\n-->"))
    runner.run(block_of("```console\n$ f\nf 1\n```"))


def test_python_goes_on_from_block_to_block(runner):
    blocks = [
        "a = 1\nprint(a)\n",
        ">>> b = a + 1\n>>> b\n2\n",
        "assert b == 2\n",
        "raise SystemExit\n",
    ]
    for text in blocks[:-1]:
        runner.run(block_of(f"```python\n{text}```"))
    with pytest.raises(AssertionError, match="SystemExit"):
        runner.run(block_of(f"```python\n{blocks[-1]}```"))


def test_a_page_is_taken_apart():
    page = (
        "# One & Two\n[a](b.md#c) `[no](x)`\n```text\n# no\n[no](y)\n```\n"
        "<!-- files\ntrue\n-->\n````sh spacy\n```\n````\n"
    )
    found = [(block.kind, block.words, block.lines) for block in markdown.blocks(page)]
    assert found == [
        ("text", (), ("# no", "[no](y)")),
        ("files", (), ("true",)),
        ("sh", ("spacy",), ("```",)),
    ]
    assert markdown.links(page) == ["b.md#c"]
    assert markdown.anchors(page) == {"one--two"}
    with pytest.raises(ValueError, match="line 1: the block"):
        markdown.blocks("```sh\nnothing\n")


def test_the_tutorial_can_be_made_again():
    page = "```console\n$ echo 1\nold\n$ echo 2\n> echo 3\n```\n```console long\n$ x\n```\n"

    def run(script):
        return subprocess.check_output(["bash", "-c", script], text=True)

    assert make_tutorial.remade(page, run, long=False) == page.replace("old", "1").replace(
        "> echo 3\n", "> echo 3\n2\n3\n"
    )
