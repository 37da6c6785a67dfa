"""CPU time of `--help`, of the group and of each command: best and median of several runs.

python benchmarks/startup.py [--repeat 9]
"""

import argparse
import resource
import subprocess
from statistics import median

from common import W2V, describe_machine

from w2v_cli.cli import COMMANDS


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=9)
    args = parser.parse_args()
    print(describe_machine())
    for command in ["", *COMMANDS]:
        times = [cpu_seconds([*W2V, *command.split(), "--help"]) for _ in range(args.repeat)]
        name = f"w2v {command} --help".replace("  ", " ")
        print(f"{name:32}  best {min(times):.3f} s, median {median(times):.3f} s")


def cpu_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
