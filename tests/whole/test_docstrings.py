"""The parameters that a docstring tells of are those of the function or class."""

import ast
import re

import pytest
from test_architecture import PACKAGE, SOURCES

SECTION = re.compile(r"^( *)Parameters\n\1-{3,}\n(.*?)(?=^\1\S[^\n]*\n\1-{3,}\n|\Z)", re.M | re.S)
ENTRY = re.compile(r"\*{0,2}\w+(, \*{0,2}\w+)*(?= +:|  +\w|$)")


def documented(docstring):
    """The names under "Parameters"; None if there is no such section."""
    found = SECTION.search(docstring or "")
    if found is None:
        return None
    names = []
    for line in found[2].splitlines():
        entry = ENTRY.match(line.removeprefix(found[1]))
        if entry and not line.startswith(found[1] + " "):
            names += [name.strip(" *") for name in entry[0].split(",")]
    return names


def parameters(function):
    """The names in a signature, but for self and cls."""
    spec = function.args
    named = [*spec.posonlyargs, *spec.args, spec.vararg, *spec.kwonlyargs, spec.kwarg]
    names = [each.arg for each in named if each is not None]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def told(path):
    """(name, documented parameters, those of the signature or the fields) of a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name.startswith("_"):
            continue
        names = documented(ast.get_docstring(node, clean=True))
        if names is None:
            continue
        function = node
        if isinstance(node, ast.ClassDef):
            made = [each for each in node.body if getattr(each, "name", "") == "__init__"]
            if not made:
                continue
            [function] = made
        yield node.name, names, parameters(function)


def test_sections_are_read():
    head, tail = "Do.\n\nParameters\n----------\n", "\n\nReturns\n-------\nx : int"
    assert documented(f"{head}a, b : int\nc : str   is\n    d : none{tail}") == ["a", "b", "c"]
    assert documented("Do.") is None


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_parameters_told_of_are_those_there_are(path):
    for name, names, expected in told(path):
        assert sorted(names) == sorted(expected), name
