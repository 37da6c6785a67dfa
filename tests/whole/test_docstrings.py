"""What docstrings tell of is there: the parameters, and names in single backticks."""

import ast
import builtins
import importlib
import re
from functools import cache

import pytest
from support.sources import PACKAGE, ROOMS, SOURCES, tree

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
    for node in ast.walk(tree(path)):
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


@pytest.mark.parametrize("room", ROOMS)
def test_the_parameters_told_of_are_those_there_are(room):
    for path in ROOMS[room]:
        for name, names, expected in told(path):
            assert sorted(names) == sorted(expected), f"{path}: {name}"


NAME = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


def docstrings(path):
    """The docstrings of a file: of modules, classes, functions and constants."""
    for node in ast.walk(tree(path)):
        value = node.value.value if is_constant(node) else None
        if isinstance(value, str):
            yield value


def is_constant(node):
    """Whether a line of code is a constant and nothing else."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def module_of(path):
    """The dotted name of a file below the package; that of a folder for its ``__init__``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def names_in(tree):
    """All that a piece of code gives a name: what it defines, assigns, takes and imports."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield node.asname or node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


@cache
def modules():
    """Module -> the names in it."""
    return {module_of(path): set(names_in(tree(path))) for path in SOURCES}


@cache
def classes():
    """Class -> the names in it."""
    return {
        node.name: set(names_in(node))
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
    }


@cache
def rooms_around(module):
    """The folders a module is in, from the package ("") down to the module, if it is one itself."""
    parts = module.split(".")
    folders = [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
    return ["", *(folder for folder in folders if (PACKAGE / folder.replace(".", "/")).is_dir())]


def is_known(name, module):
    """Whether a name in a docstring of a module leads somewhere.

    A function or module of another room needs what it is in before it: `errors.field`.
    """
    first, _, rest = name.partition(".")
    if first == PACKAGE.name:
        return is_known(rest, "")
    if rest:
        return is_below_a_room(name, module) or is_in_a_class(first, rest) or is_in_python(name)
    rooms = rooms_around(module)
    beside = [other for other in modules() if rooms_around(other)[-1] == rooms[-1]]
    return (
        name in classes()
        or name in modules()
        or any(f"{room}.{name}" in modules() for room in rooms)
        or any(name in modules()[other] for other in ["", *beside])
    )


def is_below_a_room(name, module):
    """Whether it is a module, or what a module or its class defines, seen from there."""
    for room in rooms_around(module):
        above, _, last = f"{room}.{name}".strip(".").rpartition(".")
        home, _, kind = above.rpartition(".")
        if f"{above}.{last}" in modules() or last in modules().get(above, ()):
            return True
        if kind in modules().get(home, ()) and is_in_a_class(kind, last):
            return True
    return False


def is_in_a_class(kind, name):
    """Whether a class of the package has it."""
    return name in classes().get(kind, ())


def is_in_python(name):
    """Whether it is in Python itself, or a library."""
    above, _, last = name.rpartition(".")
    try:
        return hasattr(getattr(builtins, above, None) or importlib.import_module(above), last)
    except ImportError:
        return False


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("wikifil", "fetching"),
        ("Run", "training.checkpoint"),
        ("spelling", "wording.nearnames"),
        ("errors.fields", "training.run"),
        ("Vectors.colour", "api"),
        ("w2v_cli.nothing", "api"),
        ("time.monotonous", "tuning.session"),
    ],
)
def test_a_name_that_leads_nowhere_is_found(name, module):
    assert not is_known(name, module)


@pytest.mark.parametrize("room", ROOMS)
def test_names_in_backticks_lead_somewhere(room):
    for path in ROOMS[room]:
        named = {match[1] for text in docstrings(path) for match in NAME.finditer(text)}
        lost = {name for name in named if not is_known(name, module_of(path))}
        assert not lost, path
