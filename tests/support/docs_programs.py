"""Programs of the documentation that change more than files, or need a network: stand-ins.

Usage: docs_programs.py NAME [ARGUMENT...]. They check what they are told, as far as can be seen
here, and do nothing, but for curl and `w2v fetch`, which take a file of `downloads/`.
"""

import configparser
import hashlib
import os
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
EXTRAS = re.compile(r"(?:^\.|w2v|\.whl)\[([a-z,]+)\]$")
DOWNLOADS = Path("downloads")
CORPORA = {
    "text8": "text8.zip",
    "questions-words": "questions-words.txt",
    "enwiki": "simplewiki-latest-pages-articles.xml.bz2",
    "simplewiki": "simplewiki-latest-pages-articles.xml.bz2",
    "fasttext-crawl:de": "cc.de.300.vec.gz",
    "fasttext-crawl:German": "cc.de.300.vec.gz",
    "glove-6b:50d": "glove.6B.zip",
}
"""What `w2v fetch` knows by name, and the file of ``downloads/`` that stands for it."""


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
    source = DOWNLOADS / url.rpartition("/")[2]
    if "-o" in args:
        shutil.copy(source, args[args.index("-o") + 1])
    elif any(arg.startswith("-") and "O" in arg for arg in args):
        shutil.copy(source, ".")
    else:
        sys.stdout.buffer.write(source.read_bytes())


def fetch(args):
    """Have ``w2v fetch`` find on this machine what it would fetch, with a cache of the page's own.

    ``args`` is the command as it is run here, "fetch", and the arguments of the page.
    """
    start = args.index("fetch") + 1
    command, options = args[:start], args[start:]
    environment = {**os.environ, "W2V_FETCH_CACHE": ".fetched"}
    if "--url" in options:
        place = options.index("--url") + 1
        options[place] = _download(options[place].rpartition("/")[2]).as_uri()
    elif options[0] in CORPORA:
        path = _download(CORPORA[options[0]])
        environment["W2V_FETCH_URL"] = path.as_uri()
        environment["W2V_FETCH_SHA256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    elif options[0] != "--list":
        sys.exit(f"w2v fetch: nothing in {DOWNLOADS}/ stands for {options[0]}")
    os.execve(command[0], [*command, *options], environment)


def _download(name):
    path = DOWNLOADS / name
    if not path.exists():
        sys.exit(f"w2v fetch: {path} is not there")
    return path.resolve()


PROGRAMS = {"pip": pip, "pipx": pip, "make": make, "curl": curl, "fetch": fetch}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](sys.argv[2:])
