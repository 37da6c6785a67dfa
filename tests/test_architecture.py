"""The house rules that code can check: imports point one way, and starting up is quick."""

import ast
import subprocess
import sys

import pytest
from conftest import ROOT

from w2v_cli.cli import COMMANDS

PACKAGE = ROOT / "w2v_cli"

# From the bottom to the top: a module may import those of lower layers, and its own package.
LAYERS = [
    ["__init__"],
    ["errors", "interrupting", "memory", "replicas", "suggestions"],
    ["config", "presets", "parallel", "jit", "paths", "plaintext", "resources", "compression"],
    ["optional", "subwords", "inputs", "newfile", "npyheader", "storedzip", "words", "topk"],
    ["outputs", "wordfiles", "state", "footprint", "sentence_end", "clustering", "grid"],
    ["budget", "provenance", "planning"],
    ["corpus", "vocabulary", "sampling", "huffman", "model", "kernels", "embeddings"],
    ["schedule", "objective", "checkpoint", "formats", "queries", "spelling", "restriction"],
    ["trainer", "warmstart", "evaluation", "conversion", "inspection", "approximate", "projection"],
    ["pipeline", "wordmap", "fetching", "calibration", "tuning", "interop"],
    ["vectors"],
    ["api"],
    ["documents"],
    ["drawing", "explorer"],
    ["commands"],
    ["cli"],
    ["__main__"],
]
LEVEL = {unit: level for level, layer in enumerate(LAYERS) for unit in layer}
SOURCES = sorted(PACKAGE.rglob("*.py"))


def unit_of(path):
    """The part of the house a file belongs to: a module or a folder at the top level."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_units(path):
    """(unit, line) of every import of the package's own modules in a file."""
    package = ["w2v_cli", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            for name in names:
                full = [*base, *name.split(".")]
                unit = full[1]
                yield unit if unit in LEVEL else "__init__", node.lineno


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path):
    unit = unit_of(path)
    assert unit in LEVEL, f"{unit} has no place in LAYERS"
    for imported, line in imported_units(path):
        assert imported == unit or LEVEL[imported] < LEVEL[unit], (
            f"{path.name}:{line} imports {imported}, which is not below {unit}"
        )


def test_only_commands_know_click_and_only_kernels_know_numba():
    for path in SOURCES:
        text = path.read_text()
        if unit_of(path) not in ("commands", "cli"):
            assert "import click" not in text, path
            assert "print(" not in text, path
        if unit_of(path) != "kernels":
            assert "numba" not in [
                alias.name.split(".")[0]
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Import)
                for alias in node.names
            ], path


def test_functions_fit_a_screen():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = node.end_lineno - body[0].lineno + 1 if body else 0
                assert lines <= 60, f"{path.name}: {node.name} has {lines} lines"


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_loads_nothing_heavy(command):
    code = (
        "import sys\n"
        "from w2v_cli.cli import main\n"
        f"sys.argv = ['w2v', *{command.split()!r}, '--help']\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert end.code == 0, end.code\n"
        "heavy = {'numpy', 'numba', 'scipy', 'rich', 'zstandard', 'matplotlib', 'sklearn'}\n"
        "heavy &= set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "Usage: w2v" in result.stdout


def test_every_public_function_says_what_it_does():
    for path in SOURCES:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path.name}: {node.name} has no docstring"
