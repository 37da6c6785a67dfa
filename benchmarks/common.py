"""What the benchmarks share: where the data is, and a line that describes the machine."""

import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
WIKI = DATA / "wiki_17m.txt.xz"
QUESTIONS = DATA / "questions-words.txt"
PAIRS = {"ws353": DATA / "EN-WS-353-ALL.txt", "men": DATA / "EN-MEN-TR-3k.txt"}
W2V = [sys.executable, "-m", "w2v_cli"]


def require_data():
    """End with a message if the data, which is not part of the repository, is absent."""
    if not WIKI.exists():
        sys.exit(f"skipped: {WIKI.name} is not here; it is not part of the repository")


def describe_machine():
    """Processor, cores, Python, numba and the commit, in one line."""
    import numba

    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return (
        f"{_processor()}, {len(os.sched_getaffinity(0))} cores, Python "
        f"{platform.python_version()}, numba {numba.__version__}, commit {commit}"
    )


def _processor():
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":")[1].strip()
    return platform.processor()
