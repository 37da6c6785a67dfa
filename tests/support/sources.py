"""The sources of the package: each file is parsed once for all tests that look at the code."""

import ast
from functools import cache
from itertools import groupby

from conftest import ROOT

PACKAGE = ROOT / "w2v_cli"
SOURCES = sorted(PACKAGE.rglob("*.py"))


@cache
def tree(path):
    """The syntax tree of a file; nobody may change it."""
    return ast.parse(path.read_text())


def room_of(path):
    """The folder at the top level that a file is in; "" for those of the package itself."""
    first, *rest = path.relative_to(PACKAGE).parts
    return first if rest else ""


ROOMS = {room: list(paths) for room, paths in groupby(sorted(SOURCES, key=room_of), room_of)}
"""Room -> its files: a test of a room costs as little as one of a file."""
