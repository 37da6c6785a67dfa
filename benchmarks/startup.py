"""How long commands take to start: CPU time of `--help`, and whole runs with the sample text.

python benchmarks/startup.py [--repeat 9]               # --help of the group and of each command
python benchmarks/startup.py --runs [--tree DIR ...]    # train, at first and later; neighbors

With ``--runs`` each round goes through all trees, so that their figures are of the same minutes.
A tree is a folder with sources of w2v; by default these.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from common import W2V, describe_machine

from w2v_cli.cli import COMMANDS

HERE = Path(__file__).resolve().parent.parent
SAMPLE = HERE / "data" / "sample.txt"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--runs", action="store_true")
    parser.add_argument("--tree", action="append", default=[])
    args = parser.parse_args()
    print(describe_machine())
    if args.runs:
        whole_runs(args.tree or [HERE], args.repeat)
        return
    for command in ["", *COMMANDS]:
        times = [cpu_seconds([*W2V, *command.split(), "--help"]) for _ in range(args.repeat)]
        name = f"w2v {command} --help".replace("  ", " ")
        print(f"{name:32}  best {min(times):.3f} s, median {median(times):.3f} s")


def cpu_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def whole_runs(trees, repeat):
    """Wall time of runs: the very first one of each round has no compiled code to find."""
    with tempfile.TemporaryDirectory() as folder:
        for tree in trees:  # bytecode is there, as pip leaves it
            run(tree, folder, f"{folder}/code", "train", "--help")
        found = {tree: {"first": [], "later": [], "neighbors": []} for tree in trees}
        for number in range(repeat):
            for tree in trees:
                code, vectors = f"{folder}/code{number}", f"{folder}/vectors.w2v"
                train = (tree, folder, code, "train", SAMPLE, "-o", vectors, "-q")
                found[tree]["first"].append(run(*train))
                found[tree]["later"].append(run(*train))
                found[tree]["neighbors"].append(
                    run(tree, folder, code, "neighbors", vectors, "king")
                )
    for tree, kinds in found.items():
        for kind, times in kinds.items():
            print(f"{tree}  {kind:9}  best {min(times):.2f} s, median {median(times):.2f} s")


def run(tree, folder, code, *args):
    """Seconds that a command takes with the compiled code of a folder."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env |= {"PYTHONPYCACHEPREFIX": f"{folder}/bytecode", "NUMBA_CACHE_DIR": code}
    started = time.perf_counter()
    command = [sys.executable, "-m", "w2v_cli", *map(str, args)]
    subprocess.run(command, check=True, env=env, cwd=tree, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
