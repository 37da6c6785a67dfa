"""How fast two checkouts train and start, side by side: has a change made anything slower?

    python benchmarks/builds.py BEFORE [AFTER] [--words 2000000] [--rounds 9] [--only TEXT]

Runs of both take turns, and the medians are compared: words a second of training alone, as --stats
tells them, and CPU seconds of commands that only show help.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from common import WIKI, describe_machine, require_data

from w2v_cli.files.inputs import open_input

ROOT = Path(__file__).resolve().parent.parent
KINDS = {
    f"{model} {loss} dim {dim}, {threads} thread{'s' * (threads > 1)}": [
        "-m", model, "--loss", loss, "-d", str(dim), "-j", str(threads),
    ]
    for threads in (1, 2)
    for model, loss, dim in (
        ("skipgram", "ns", 100),
        ("cbow", "ns", 100),
        ("skipgram", "ns", 300),
        ("cbow", "ns", 300),
        ("skipgram", "hs", 100),
    )
}  # fmt: skip
HELP = (["--help"], ["train", "--help"], ["convert", "--help"])


def main():
    """Print a line for each kind of training and command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path, nargs="?", default=ROOT)
    parser.add_argument("--words", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", default="", help="kinds of training whose names have this text")
    options = parser.parse_args()
    require_data()
    print(describe_machine())
    builds = [options.before.resolve(), options.after.resolve()]
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "text")
        with open_input(WIKI) as stream:
            corpus.write_bytes(stream.read(6 * options.words))
        for kind in (kind for kind in KINDS if options.only in kind):
            times = [[], []]
            for _ in range(options.rounds + 1):
                for build, found in zip(builds, times, strict=True):
                    found.append(speed(build, folder, KINDS[kind]))
            show(kind, [statistics.median(found[1:]) for found in times], "words/s", ",.0f")
    for arguments in HELP:
        times = [[], []]
        for _ in range(options.rounds + 1):
            for build, found in zip(builds, times, strict=True):
                found.append(cpu_seconds(build, arguments))
        medians = [statistics.median(found[1:]) for found in times]
        show(" ".join(["w2v", *arguments]), medians, "CPU s", ".3f")


def show(what, medians, unit, form):
    """Print two medians and their ratio."""
    before, after = (format(median, form) for median in medians)
    print(f"{what:32} {before:>12} {after:>12} {unit}  {medians[1] / medians[0]:.3f}", flush=True)


def speed(build, folder, arguments):
    """Words a second of one epoch, compiling and reading left out."""
    run(build, folder, "train", "text", "-o", "v.bin", "-e", "1", "--stats", "stats.json",
        "--no-provenance", "-q", *arguments)  # fmt: skip
    return json.loads(Path(folder, "stats.json").read_text())["words_per_second"]


def cpu_seconds(build, arguments):
    """What a command takes of the processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(build, ".", *arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run(build, folder, *arguments):
    """Run a command of a checkout, which has to succeed."""
    subprocess.run(
        [sys.executable, "-m", "w2v_cli", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(build)},
        stdout=subprocess.DEVNULL,
        check=True,
    )


if __name__ == "__main__":
    main()
