"""``w2v compat-word2phrase`` beside word2phrase.c: the same text, and how long both take.

    python benchmarks/word2phrase.py [--words 2000000] [--repeat 3] [--binary PATH]

Two runs each, the second over the result of the first, with the thresholds of the demo of
word2vec.c (200, then 100), counting across line ends as word2phrase.c does. Printed are CPU seconds
of user and system (medians), the largest memory, and whether the text is the same, line by line,
but for the blank at the start of each line there. ``--words 0`` takes all 17 million.
"""

import argparse
import lzma
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from common import ROOT, W2V, WIKI, describe_machine, require_data

THRESHOLDS = (200, 100)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=2_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--binary", default=shutil.which("word2phrase"))
    args = parser.parse_args()
    require_data()
    if not args.binary:
        sys.exit("skipped: there is no word2phrase; name it with --binary")
    print(describe_machine())
    programs = {
        "w2v": [*W2V, "compat-word2phrase", "--cross-lines", "-debug", "0"],
        "word2phrase.c": [os.path.abspath(args.binary), "-debug", "0"],
    }
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text"
        write_text(text, args.words)
        for number, threshold in enumerate(THRESHOLDS, 1):
            measured = {name: [] for name in programs}
            for _ in range(args.repeat):
                for name, command in programs.items():
                    output = text.with_name(f"{name}.{number}")
                    options = ["-train", text, "-output", output, "-threshold", threshold]
                    measured[name].append(measure([*map(str, [*command, *options])]))
            for name, runs in measured.items():
                seconds, memory = median(run[0] for run in runs), max(run[1] for run in runs)
                print(f"pass {number}, {name:14} {seconds:6.2f} CPU s  {memory / 2**20:6.2f} GiB")
            theirs = (text.with_name(f"word2phrase.c.{number}")).read_text().split("\n")
            text = text.with_name(f"w2v.{number}")
            same = text.read_text().split("\n") == [line.removeprefix(" ") for line in theirs]
            print(f"pass {number}: the text is {'the same' if same else 'another'}", flush=True)


def write_text(path, n_words):
    """The first lines of Wikipedia with about so many words; all of it if that is 0."""
    is_cut = n_words > 0
    with lzma.open(WIKI, "rt") as lines, path.open("w") as out:
        for line in lines:
            out.write(line)
            n_words -= line.count(" ") + 1
            if n_words <= 0 and is_cut:
                return


def measure(command):
    """(CPU seconds, KiB at most) of a program."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[0]} has failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


if __name__ == "__main__":
    main()
