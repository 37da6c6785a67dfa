"""Run the commands of a page and write what they print below them.

    python docs/make_tutorial.py            # docs/tutorial.md, but for blocks marked long
    python docs/make_tutorial.py --long     # those, on the big data beside the repository

The page itself says which commands it shows: what stands after ``$ `` in its ``console`` blocks is
run in order, in a folder that has ``data/``, and what stands below is replaced. Tests run it all
again (`tests/whole/test_docs.py`).
"""

import argparse
import datetime
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import blocks

ROOT = Path(__file__).resolve().parent.parent
BIG_DATA = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "tutorial.md"
MADE = re.compile(r"^\*(Short|Long) part made on .*\*$", re.MULTILINE)


def transcript(block, run):
    """The lines of a ``console`` block with what its commands print now.

    Parameters
    ----------
    block : blocks.Block
    run : callable   run(script) -> what bash prints
    """
    commands = blocks.commands(block)
    lines = []
    outputs = blocks.outputs(run(blocks.script(commands)))
    for command, (output, _) in zip(commands, outputs, strict=True):
        first, *more = command.text.split("\n")
        lines.append(blocks.PROMPT + first)
        lines += [blocks.GOES_ON + line for line in more]
        lines += output.splitlines()
    return lines


def remade(page, run, long):
    """The text of a page with the outputs of its long blocks, or of all others, replaced."""
    lines = page.splitlines()
    chosen = [block for block in blocks.blocks(page) if ("long" in block.words) == long]
    replaced = []
    for block in chosen:
        if block.kind == "console":
            replaced.append((block, transcript(block, run)))
        elif block.kind in ("sh", "files"):
            run(block.text)
    for block, new in reversed(replaced):
        lines[block.start : block.start + len(block.lines)] = new
    return "\n".join(lines) + "\n"


def machine():
    """The processor, how many the process may use, and Python."""
    model = "a processor"
    with open("/proc/cpuinfo", encoding="ascii") as info:
        found = re.search(r"model name\s*: (.*)", info.read())
    if found:
        model = found[1]
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{model}, {len(os.sched_getaffinity(0))} cores, Python {version}"


def main():
    """Remake the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--long", action="store_true", help="the blocks marked long, and no others")
    long = parser.parse_args().long
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "data", Path(folder, "data"))
        if long:
            for path in BIG_DATA.iterdir():
                Path(folder, path.name).symlink_to(path)
        program = Path(folder, ".bin", "w2v")
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m w2v_cli "$@"\n')
        program.chmod(0o755)
        environment = {
            **os.environ,
            "PATH": f"{program.parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        }

        def run(command):
            return subprocess.run(
                ["bash", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            ).stdout  # fmt: skip

        page = remade(PAGE.read_text(), run, long)
    part = "Long" if long else "Short"
    made = f"*{part} part made on {datetime.date.today()}, {machine()}.*"
    PAGE.write_text(MADE.sub(lambda old: made if old[1] == part else old[0], page))


if __name__ == "__main__":
    main()
