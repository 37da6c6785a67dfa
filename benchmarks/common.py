"""What the benchmarks share: the data, a run of w2v, and a line that describes the machine."""

import json
import math
import platform
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
WIKI = DATA / "wiki_17m.txt.xz"
QUESTIONS = DATA / "questions-words.txt"
PAIRS = {"ws353": DATA / "EN-WS-353-ALL.txt", "men": DATA / "EN-MEN-TR-3k.txt"}
W2V = [sys.executable, "-m", "w2v_cli"]

LIKE_WORD2VEC = {
    model: [
        *("-m", model, "--lr", lr, "-w", 5, "-n", 5, "--ns-exponent", 0.75, "-t", 1e-3, "-e", 5),
        *("--vectors", "input"),
    ]
    for model, lr in {"skipgram": 0.025, "cbow": 0.05}.items()
}
"""The settings of word2vec.c, which were also ours until "Better vectors" of the CHANGELOG."""

sys.path.insert(0, str(ROOT))  # a benchmark needs no installation


def require_data():
    """End with a message if the data, which is not part of the repository, is absent."""
    if not WIKI.exists():
        sys.exit(f"skipped: {WIKI.name} is not here; it is not part of the repository")


def train(corpus, output, *options):
    """Run ``w2v train``; returns what ``--stats`` says."""
    stats = output.with_suffix(".json")
    command = [*W2V, "train", corpus, "-o", output, "--stats", stats, "-q", *options]
    subprocess.run([str(word) for word in command], cwd=ROOT, check=True)
    return json.loads(stats.read_text())


def epochs_for(seconds, stats):
    """How many epochs take so many seconds, as a run before shows."""
    return math.ceil(seconds * stats["words_per_second"] / stats["tokens_in_vocab"])


def describe_machine():
    """Processor, cores, Python, numba and the commit, in one line."""
    import numba

    from w2v_cli.machine.system import available_cpus

    return (
        f"{_processor()}, {available_cpus()} cores, Python {platform.python_version()}, numba "
        f"{numba.__version__}, commit {_commit()}"
    )


def _commit():
    command = ["git", "describe", "--always", "--dirty"]
    with suppress(OSError, subprocess.CalledProcessError):
        return subprocess.check_output(
            command, cwd=ROOT, stderr=subprocess.DEVNULL, text=True
        ).strip()
    return "unknown"


def _processor():
    with suppress(OSError), open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":")[1].strip()
    return platform.processor() or platform.machine()
