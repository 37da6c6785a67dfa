"""Finding and joining phrases beside word2phrase.c and gensim: the same file, in turn, in one run.

    python benchmarks/phrases.py --word2phrase word2phrase.c [--bytes 12000000] [--repeat 3]

What is timed: one pass with word2phrase.c's score above 200, count 5, from text to text in which
phrases are joined. w2v does so by two commands, one that finds and one that joins; its table of
phrases alone and that of two passes are timed too. word2phrase.c is built from the source that is
named, with the options of its makefile. gensim learns from a LineSentence, with its
own score and connector words off, and joins by a frozen model.

CPU time of all threads is what is compared; wall time is shown. The text is in the page cache.
"""

import argparse
import lzma
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from common import ROOT, W2V, WIKI, describe_machine, require_data

SCORE = ["--score", "word2phrase", "--threshold", "200", "--members", "any"]
BUILD = "gcc {} -o {} -lm -pthread -O3 -march=native -Wall -funroll-loops -Wno-unused-result"
GENSIM = """
import sys
from gensim.models.phrases import Phrases
from gensim.models.word2vec import LineSentence

text = LineSentence(sys.argv[1], max_sentence_length=10**9)
model = Phrases(text, min_count=5, threshold=10).freeze()
with open(sys.argv[2], "w") as out:
    for sentence in text:
        out.write(" ".join(model[sentence]) + "\\n")
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--word2phrase", help="word2phrase.c; without, it is left out")
    parser.add_argument("--bytes", type=int, help="of the text, from its beginning; all without")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--no-gensim", action="store_true")
    args = parser.parse_args()
    require_data()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        text, table, joined = (Path(folder) / name for name in ("text", "phrases.tsv", "joined"))
        with lzma.open(WIKI) as packed:
            text.write_bytes(packed.read(args.bytes or -1))
        jobs = jobs_of(text, table, joined)
        if args.word2phrase:
            program = Path(folder) / "word2phrase"
            subprocess.run(
                BUILD.format(Path(args.word2phrase).resolve(), program).split(), check=True
            )
            jobs["word2phrase.c"] = [
                [program, "-train", text, "-output", joined, "-threshold", "200", "-debug", "0"]
            ]
        if not args.no_gensim:
            jobs["gensim"] = [[sys.executable, "-c", GENSIM, text, joined]]
        for commands in jobs.values():  # which also compiles
            if commands[0][1] == "-m":
                run(commands)
        compare(jobs, args.repeat)


def jobs_of(text, table, joined):
    w2v = [*W2V, "phrases", "-q"]
    find = [*w2v, text, "-o", table, *SCORE]
    return {
        "w2v, text to text": [find, [*w2v, "--apply", table, text, "-o", joined]],
        "w2v, the table": [find],
        "w2v, two passes, the table": [[*find, "--threshold", "200,100"]],
    }


def compare(jobs, repeat):
    found = {name: [] for name in jobs}
    for _ in range(repeat):
        for name, commands in jobs.items():
            found[name].append(run(commands))
    first = median(cpu for cpu, _ in found[next(iter(jobs))])
    for name, times in found.items():
        cpu, wall = (median(column) for column in zip(*times, strict=True))
        shown = [round(each, 2) for each, _ in times]
        print(f"{name:28}  {cpu:7.2f} s CPU  {cpu / first:6.2f}   {wall:7.2f} s wall   {shown}")


def run(commands):
    """(CPU seconds, wall seconds) of commands, one after the other."""
    before, started = os.times(), time.perf_counter()
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    after = os.times()
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    return cpu, time.perf_counter() - started


if __name__ == "__main__":
    main()
