"""Programs of the documentation that change more than files, or need a network: stand-ins.

Usage: docs_programs.py NAME [ARGUMENT...]. They check what they are told, as far as can be seen
here, and do nothing, but for curl, which takes a file that the page has put into `downloads/`.
"""

import configparser
import os
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXTRAS = re.compile(r"(?:^\.|w2v|\.whl)\[([a-z,]+)\]$")


def pip(args):
    """Accept what installs, if the extras that are named are there."""
    if not args or args[0] not in ("install", "inject"):
        sys.exit(f"pip: not known: {' '.join(args)}")
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    for arg in args[1:]:
        named = EXTRAS.search(arg)
        for extra in named[1].split(",") if named else ():
            if extra not in setup["options.extras_require"]:
                sys.exit(f"pip: there is no extra {extra}")


def make(args):
    """Say what the project's Makefile would do: an unknown target is an error."""
    os.execvp("/usr/bin/make", ["make", "-C", str(ROOT), "-n", *args])


def curl(args):
    """Copy the file of ``downloads/`` that has the name of what is to be fetched."""
    url = args[-1]
    if not url.startswith(("https://", "http://")):
        sys.exit(f"curl: not an address: {url}")
    source = Path("downloads", url.rpartition("/")[2])
    if "-o" in args:
        shutil.copy(source, args[args.index("-o") + 1])
    elif any(arg.startswith("-") and "O" in arg for arg in args):
        shutil.copy(source, ".")
    else:
        sys.stdout.buffer.write(source.read_bytes())


PROGRAMS = {"pip": pip, "pipx": pip, "make": make, "curl": curl}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](sys.argv[2:])
