"""What is built and installed: the wheel, the source distribution, and a clean environment."""

import ast
import email
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest
from conftest import ROOT

import w2v_cli
from w2v_cli.machine.libraries import PACKAGES

NOT_SOURCE = shutil.ignore_patterns(
    ".*", "__pycache__", "*.egg-info", "build", "dist", "site", "node_modules"
)
NO_COMPILER = "/nonexistent"


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """(wheel, source distribution); the wheel is built from the latter, as `make dist` does."""
    pytest.importorskip("build")
    pytest.importorskip("setuptools", "70.1", "older setuptools need wheel too")
    folder = tmp_path_factory.mktemp("dist")
    source = folder / "source"
    shutil.copytree(ROOT, source, ignore=NOT_SOURCE)
    if (ROOT / ".ci").is_dir():
        shutil.copytree(ROOT / ".ci", source / ".ci")
    # Not as a module of the copy, whose own folder may be called build.
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, source]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [wheel], [archive] = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, archive


@pytest.fixture(scope="session")
def metadata(built):
    with zipfile.ZipFile(built[0]) as wheel:
        [name] = [name for name in wheel.namelist() if name.endswith("/METADATA")]
        return email.message_from_bytes(wheel.read(name))


def package_files():
    """All files of the package in the repository, as paths within it."""
    files = (path for path in (ROOT / "w2v_cli").rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}


def test_the_wheel_has_the_package_and_nothing_else(built):
    assert built[0].name == f"w2v-{w2v_cli.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(built[0]) as wheel:
        names = set(wheel.namelist())
        [entry_points] = [name for name in names if name.endswith("/entry_points.txt")]
        assert "w2v = w2v_cli.cli:main" in wheel.read(entry_points).decode()
    info = f"w2v-{w2v_cli.__version__}.dist-info/"
    inside = {name for name in names if not name.startswith(info)}
    assert inside == package_files()
    assert {"w2v_cli/py.typed", "w2v_cli/__init__.pyi", "w2v_cli/__main__.py"} <= inside
    assert {f"w2v_cli/maps/explorer/page.{ending}" for ending in ("html", "css", "js")} <= inside
    assert any(re.fullmatch(re.escape(info) + "(licenses/)?LICENSE", name) for name in names)


def test_the_source_distribution_has_what_building_and_testing_need(built):
    top = f"w2v-{w2v_cli.__version__}/"
    with tarfile.open(built[1]) as archive:
        names = {name.removeprefix(top) for name in archive.getnames()}
    needed = ["LICENSE", "README.md", "CHANGELOG.md", "Makefile", "setup.cfg", "pyproject.toml"]
    needed += ["ruff.toml", "MANIFEST.in", ".ci/run", "data/sample.txt", "docs/api.md"]
    assert set(needed) | package_files() <= names
    for folder in ("tests", "benchmarks", "fuzz", "data"):
        files = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*.py")}
        assert {name for name in files if "/." not in name} <= names, folder
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_the_metadata_is_complete(metadata):
    assert (metadata["Name"], metadata["Version"]) == ("w2v", w2v_cli.__version__)
    assert metadata["Requires-Python"] == ">=3.10"
    assert metadata["Description-Content-Type"].startswith("text/markdown")
    assert "# w2v" in metadata.get_payload()
    assert metadata["Summary"]
    assert "MIT" in (metadata["License"] or metadata["License-Expression"])
    classifiers = metadata.get_all("Classifier")
    assert "Typing :: Typed" in classifiers
    for minor in (10, 11, 12, 13):
        assert f"Programming Language :: Python :: 3.{minor}" in classifiers


def test_every_package_that_a_message_names_is_that_of_an_extra(metadata):
    """And every extra that users may name is in ``all``, but for PyTorch, and MPI for clusters."""
    extras = set(metadata.get_all("Provides-Extra"))
    modules, named = set(), set()
    for path in (ROOT / "w2v_cli").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "require":
                modules |= {node.args[0].value.partition(".")[0]}
        named |= set(re.findall(r"pip install ([a-z-]+)", path.read_text()))
    assert modules == set(PACKAGES)
    named |= set(PACKAGES.values())
    required = metadata.get_all("Requires-Dist")
    of_extras = [
        requirement for requirement in required if re.search(r"extra == ['\"](?!test)", requirement)
    ]
    assert named <= {re.match(r"[\w-]+", requirement)[0] for requirement in of_extras}
    [of_all] = [
        requirement
        for requirement in metadata.get_all("Requires-Dist")
        if requirement.startswith("w2v[")
    ]
    for_developers = {"bench", "fuzz", "models", "peers", "test"}
    assert set(re.search(r"\[(.*?)\]", of_all)[1].split(",")) == extras - for_developers - {
        "all",
        "distill",
        "mpi",
        "mpi-local",
        "torch",
    }


@pytest.mark.long
def test_a_clean_environment_without_a_compiler(built, tmp_path):
    """Needs the package index. What is installed trains, answers and scores."""
    folder = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {
        "PATH": str(folder / "bin"), "CC": NO_COMPILER, "CXX": NO_COMPILER,
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }  # fmt: skip

    def run(program, *args):
        command = [str(folder / "bin" / program), *map(str, args)]
        return subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    pip = ("-m", "pip", "install", "--quiet", "--only-binary", ":all:")
    installed = run("python", *pip, built[0])
    if installed.returncode != 0 and "No matching distribution" in installed.stderr:
        pytest.skip(f"the package index cannot be used: {installed.stderr}")
    assert installed.returncode == 0, installed.stderr
    assert run("python", "-m", "pip", "check").returncode == 0
    sample = ROOT / "data" / "sample.txt"
    trained = run("w2v", "train", sample, "-o", "v.bin", "-e", "2", "-q")
    assert (trained.returncode, trained.stderr) == (0, "")
    found = run("python", "-m", "w2v_cli", "neighbors", "v.bin", "-k", "1", "king - man + woman")
    assert found.stdout.split("\t")[2] == "queen", found.stderr
    questions = ROOT / "data" / "sample-questions.txt"
    scored = run("w2v", "evaluate-analogies", "v.bin", questions, "--min-accuracy", "0.3")
    assert scored.returncode == 0, scored.stderr
    code = "from w2v_cli import load; print(len(load('v.bin').neighbors('king', 3)))"
    assert run("python", "-W", "error", "-c", code).stdout == "3\n"
    plotted = run("w2v", "plot", "v.bin", "-o", "map.png", "king")
    assert plotted.returncode == 1
    assert "; pip install matplotlib" in plotted.stderr
