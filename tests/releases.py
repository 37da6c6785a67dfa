"""The kernels' tests with the oldest and the newest Numba, NumPy and click that setup.cfg allows.

Usage: python tests/releases.py [PYTHON...]

Each Python (3.10 to 3.14, those that are found if none is named) gets throw-away environments.
What pip cannot install is told and is no failure; tests that fail are.
"""

import configparser
import glob
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PINNED = ("numba", "numpy", "click")
TOOLS = ("pytest", "pytest-xdist", "hypothesis", "setuptools")
TESTS = ("tests/kernels/test_vector.py", "tests/kernels/test_kernels.py", "tests/compiling")
VERSIONS = [f"3.{minor}" for minor in range(10, 15)]


def floors():
    """The oldest allowed release of each library: {"numba": "0.62", ...}"""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    required = config["options"]["install_requires"]
    return {name: re.search(rf"^{name} >= (\S+)", required, re.M)[1] for name in PINNED}


def pythons():
    """Pythons of each version on this machine: those of pyenv, or on the PATH."""
    for version in VERSIONS:
        found = sorted(glob.glob(os.path.expanduser(f"~/.pyenv/versions/{version}.*/bin/python")))
        yield found[-1] if found else f"python{version}"


def run(*command, **options):
    """Run a command; whether it went well, and what it printed if that is not shown."""
    try:
        done = subprocess.run(list(map(str, command)), cwd=ROOT, check=False, text=True, **options)
    except FileNotFoundError:
        return False, f"no {command[0]} here"
    return done.returncode == 0, done.stdout or ""


def install(python, folder, requirements):
    """An environment: (its Python or None, why there is none)."""
    captured = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    made, shown = run(python, "-m", "venv", folder, **captured)
    if not made:
        return None, shown
    own = Path(folder, "bin", "python")
    args = ["-m", "pip", "-q", "install", "--only-binary", ",".join(PINNED), *requirements]
    made, shown = run(own, *args, ROOT, **captured)
    errors = [line for line in shown.splitlines() if line.startswith("ERROR")]
    return (own, "") if made else (None, " ".join(errors) or shown)


def tested(python, requirements):
    """Run the tests in a new environment: ``passed``, ``FAILED`` or why there is no environment."""
    with tempfile.TemporaryDirectory(prefix="w2v-release-") as folder:
        own, fault = install(python, folder, [*requirements, *TOOLS])
        if own is None:
            return f"not to be had: {fault}"
        listing = "import numba, llvmlite, numpy, click, importlib.metadata as m, sys\n"
        listing += "print(sys.version.split()[0], *(f'{n} {m.version(n)}' for n in "
        listing += "('numba', 'llvmlite', 'numpy', 'click')), flush=True)"
        run(own, "-c", listing)
        env = {**os.environ, "NUMBA_CACHE_DIR": os.path.join(folder, "cache")}
        args = ["-m", "pytest", "-q", "-n", "auto", "-m", "not long", "-p", "no:cacheprovider"]
        return "passed" if run(own, *args, *TESTS, env=env)[0] else "FAILED"


def main(chosen):
    """Test all, and tell the results once more at the end."""
    oldest = [f"{name} == {version}.*" for name, version in floors().items()]
    results = {
        (python, name): tested(python, requirements)
        for python in chosen or pythons()
        for name, requirements in (("oldest", oldest), ("newest", PINNED))
    }
    for (python, name), result in results.items():
        sys.stdout.write(f"{python}, {name}: {result}\n")
    return "FAILED" in results.values()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
