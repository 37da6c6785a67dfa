"""The house rules that code can check: imports point one way, and starting up is quick."""

import ast
import re
import subprocess
import sys

import pytest
from conftest import ROOT
from support.commands import EVERY
from support.sources import PACKAGE, ROOMS, SOURCES, tree

from w2v_cli import errors
from w2v_cli.cli import COMMANDS

# From the bottom to the top: what stands in a line may use what stands in lines above it.
LAYERS = [
    ["__init__", "errors"],
    ["wording", "compiling", "config"],
    ["presets"],
    ["files", "machine"],
    ["corpus", "embeddings", "kernels", "progress", "quantization"],
    ["phrases", "cooccurrence", "labelled", "languagemodels", "alignment"],
    ["methods", "formats", "evaluation", "maps", "fetching", "compat", "pooling"],
    ["distilling", "distributed", "nextword"],
    ["training", "interop", "library"],
    ["classifying", "vectors", "arguments"],
    ["tuning"],
    ["api"],
    ["classifiers", "comparison"],
    ["documents", "terminal"],
    ["commands"],
    ["cli"],
]
LEVEL = {unit: level for level, layer in enumerate(LAYERS) for unit in layer}


def unit_of(path):
    """The part of the house a file belongs to: a module or a folder at the top level."""
    unit = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "cli" if unit == "__main__" else unit


def imported_units(path, inside=None):
    """(unit, line) of every import of the package's own modules in a file.

    With ``inside``, the name of a room, only what is imported from there: the units within it.
    """
    package = ["w2v_cli", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            for name in names:
                full = [*base, *name.split("."), *(alias.name for alias in node.names)]
                if inside is None:
                    yield full[1] if full[1] in LEVEL else "__init__", node.lineno
                elif full[1] == inside:
                    yield full[2], node.lineno


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_one_way(room):
    for path in ROOMS[room]:
        unit = unit_of(path)
        assert unit in LEVEL, f"{unit} has no place in LAYERS"
        for imported, line in imported_units(path):
            assert imported == unit or LEVEL[imported] < LEVEL[unit], (
                f"{path.name}:{line} imports {imported}, which is not below {unit}"
            )


CLICK = ["terminal", "commands", "cli"]
COMPILED = [
    "compiling",
    "kernels",
    "alignment/loops.py",
    "embeddings/composing.py",
    "cooccurrence/loops.py",
    "corpus/scan.py",
    "corpus/wordscan.py",
    "corpus/mapping.py",
    "corpus/repeatscan.py",
    "formats/digits.py",
    "formats/parse.py",
    "classifying/loops.py",
    "distributed/loops.py",
    "labelled/loops.py",
    "phrases/joins.py",
    "phrases/pairs.py",
    "phrases/textloops.py",
    "methods/ppmi/loops.py",
    "pooling/kernel.py",
    "quantization/nearest.py",
]
PRIVATE = ["compiling/numba_cache.py", "compiling/numba_parts.py", "compiling/numba_private.py"]
PUBLIC = ["numba", "numba.extending", "llvmlite", "llvmlite.ir", "llvmlite.binding"]
PUBLIC_NAMES = {"njit", "types", "__version__", "ir", "intrinsic"}
PRIVATE_ATTRIBUTES = {
    "_cache", "_cache_file", "_get_host_cpu_features", "_index_key", "signatures",
    "targetctx", "typeof_pyval",
}  # fmt: skip


def modules_of(path):
    """(module, names or None) of all imports of libraries in a file, wherever they are."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module, {alias.name for alias in node.names}


def libraries_of(path):
    """The names of all libraries that a file imports."""
    return {module.partition(".")[0] for module, _ in modules_of(path)}


@pytest.mark.parametrize("library", ["click", "numba", "llvmlite"])
def test_a_library_stays_where_it_belongs(library):
    rooms = CLICK if library == "click" else COMPILED
    users = [path for path in SOURCES if library in libraries_of(path)]
    assert users, f"nothing imports {library}"
    for path in users:
        place = str(path.relative_to(PACKAGE))
        assert unit_of(path) in rooms or place in rooms, f"{place} imports {library}"


def test_few_files_use_what_numba_keeps_to_itself():
    for path in SOURCES:
        if str(path.relative_to(PACKAGE)) in PRIVATE:
            continue
        for module, names in modules_of(path):
            if module.partition(".")[0] in ("numba", "llvmlite"):
                assert module in PUBLIC, f"{path} imports {module}: move that to one of {PRIVATE}"
                private = names and names - PUBLIC_NAMES
                assert not private, f"{path} imports {private}: move that to one of {PRIVATE}"
        attributes = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
        assert not attributes & PRIVATE_ATTRIBUTES, f"{path}: {attributes & PRIVATE_ATTRIBUTES}"


def test_compiled_code_is_made_of_its_own_room_alone():
    """Which is what the digest of its sources covers, see `compiling.cache`."""
    compiled = [path for path in SOURCES if "numba" in libraries_of(path)]
    compiled = [path for path in compiled if unit_of(path) != "compiling"]
    assert compiled
    for path in compiled:
        assert path.parent != PACKAGE, f"{path} has compiled code and is in no room"
        for imported, line in imported_units(path):
            assert imported in ("compiling", unit_of(path)), f"{path}:{line} imports {imported}"


def spoken(tree):
    """The strings of a file: messages, and docstrings too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, node.lineno


LIBRARY = [path for path in SOURCES if unit_of(path) not in CLICK]
WHOLE_COMMAND = re.compile(
    r"w2v ([a-z-]+(?: (?:train|predict|test|explain))?)((?: --[a-z-]+(?: [A-Z]+)?)+)"
)
"""A command of ours that is advised is the same for every front end."""


def test_the_library_does_not_speak_the_command_line():
    """It names fields, by `errors.field` in messages; each front end spells them its own way."""
    for path in LIBRARY:
        for text, line in spoken(tree(path)):
            found = re.search(r"(?<![\w-])--[a-z]", WHOLE_COMMAND.sub("", text))
            assert not found, f"{path.relative_to(PACKAGE)}:{line} says {text!r}"


def test_commands_that_the_library_advises_are_there():
    advised = [
        match.groups()
        for path in LIBRARY
        for text, _ in spoken(tree(path))
        for match in WHOLE_COMMAND.finditer(text)
    ]
    assert advised
    for name, options in advised:
        command = EVERY[name]
        known = {option for param in command.params for option in param.opts}
        assert set(re.findall("--[a-z-]+", options)) <= known, name


def is_text_of_a_message(node):
    """Whether an expression is what somebody is told: str(error), error.message, notes."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in ("str", "repr")
    return isinstance(node, ast.Attribute) and node.attr in ("message", "args", "notes")


def test_nothing_is_decided_by_the_text_of_a_message():
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
                assert not is_text_of_a_message(node.comparators[0]), f"{path}:{node.lineno}"


OWN_ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type)} | {
    "QueryError",
    "UnknownWordError",
    "NotQuestionsError",
    "ChecksumError",
}


def texts_of_errors(path):
    """(line, expression) where an error of ours that was caught is put into words by ``str``."""
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.ExceptHandler) or node.name is None:
            continue
        kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        if not {ast.unparse(kind) for kind in kinds} <= OWN_ERRORS:
            continue
        for inner in ast.walk(node):
            is_put = isinstance(inner, ast.FormattedValue) or (
                isinstance(inner, ast.Call) and ast.unparse(inner.func) == "str"
            )
            part = inner.value if isinstance(inner, ast.FormattedValue) else inner
            if is_put and ast.unparse(part) in (node.name, f"str({node.name})"):
                yield node.lineno, ast.unparse(inner)


def test_a_message_within_another_one_keeps_its_fields():
    """That is ``error.message``: ``str(error)`` is spelled for Python already."""
    for path in SOURCES:
        for line, text in texts_of_errors(path):
            raise AssertionError(f"{path.relative_to(PACKAGE)}:{line}: {text} is not .message")


def test_nothing_but_the_front_ends_prints():
    for path in SOURCES:
        if unit_of(path) not in [*CLICK, "progress"]:
            assert "print(" not in path.read_text(), path


# Likewise within the room that has an order of its own.
TERMINAL = [
    ["spelling", "ranges", "pictures", "spaces"],
    ["warnings", "tables", "standard_input", "stopping", "prompt", "filefacts"],
    ["help"],
    ["forms"],
    ["printing", "documentrows", "comparing", "fetchlist"],
    ["settings"],
    ["command", "group"],
    ["checks", "answers", "progress", "singledash"],
    ["options", "synonyms"],
    ["training", "scoring", "conversion", "questioning"],
    ["quantizingclassifiers"],
    ["quantizing"],
]


def test_the_room_of_the_terminal_has_an_order_inside():
    level = {name: number for number, row in enumerate(TERMINAL) for name in row}
    room = PACKAGE / "terminal"
    for path in sorted(room.rglob("*.py")):
        own = path.relative_to(room).parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        assert own in level, f"terminal/{own} has no place in TERMINAL"
        for imported, line in imported_units(path, inside="terminal"):
            assert imported == own or level[imported] < level[own], (
                f"{path.name}:{line} imports {imported}, which is not below {own}"
            )


def test_a_room_is_not_a_drawer():
    files = [path for path in PACKAGE.iterdir() if path.suffix == ".py"]
    assert len(files) <= 12
    room = PACKAGE / "commands"
    commands = {path.stem for path in room.glob("*.py")} - {"__init__"}
    commands |= {path.parent.name for path in room.glob("*/__init__.py")}
    assert commands == {command.replace("-", "_") for command in COMMANDS}


LONGER = {"scan_words": 85}
"""A compiled loop in which each call costs: arrays are counted references there."""


def test_functions_fit_a_screen():
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = node.end_lineno - body[0].lineno + 1 if body else 0
                assert lines <= LONGER.get(node.name, 60), (
                    f"{path.name}: {node.name} has {lines} lines"
                )


def test_help_loads_nothing_heavy():
    """One process asks for the help of all commands: what one loads is there after it."""
    names = ["", *EVERY]
    code = (
        "import sys\n"
        "from w2v_cli.cli import main\n"
        f"for name in {names!r}:\n"
        "    sys.argv = ['w2v', *name.split(), '--help']\n"
        "    try:\n        main()\n"
        "    except SystemExit as end:\n        assert end.code == 0, (name, end.code)\n"
        "    heavy = {'numpy', 'numba', 'scipy', 'rich', 'zstandard', 'matplotlib', 'sklearn'}\n"
        "    heavy &= set(sys.modules)\n"
        "    assert not heavy, (name, heavy)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("Usage: w2v") == len(names)


def test_every_public_function_says_what_it_does():
    for path in SOURCES:
        for node in tree(path).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path.name}: {node.name} has no docstring"
