"""GloVe beside Stanford's programs: the same text and options, in turn, in one run.

    python benchmarks/glove.py --stanford GloVe/build [--epochs 15] [--dim 100] [--seeds 3]
    python benchmarks/glove.py --stanford GloVe/build --one-epoch --dim 300 [--repeat 3]

The first form goes from text to vectors: vocab_count, cooccur, shuffle and glove on one side, one
``w2v train --model glove`` on the other, and asks both for analogies. Window 10, x_max 10, words
from 5 times on, two threads. The second one measures an epoch: of w2v by the difference between
runs of six and of one, on counts that are there; of glove by a run of one epoch, on records that
are shuffled.

CPU time of all threads is what is compared; wall time is shown. Files are in the page cache.
"""

import argparse
import json
import lzma
import os
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import mean, median

from common import QUESTIONS, ROOT, W2V, WIKI, describe_machine, require_data

MIN_COUNT, WINDOW, X_MAX = 5, 10, 10
MORE_EPOCHS = 5


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stanford", type=Path, help="where its programs are; else left out")
    parser.add_argument("--bytes", type=int, help="of the text, from its beginning; all without")
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--dim", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--one-epoch", action="store_true")
    parser.add_argument("--repeat", type=int, default=3, help="with --one-epoch")
    args = parser.parse_args()
    require_data()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = folder / "text"
        with lzma.open(WIKI) as packed:
            text.write_bytes(packed.read(args.bytes or -1))
        if args.one_epoch:
            compare_epochs(args, folder, text)
        else:
            compare_wholes(args, folder, text)


def compare_wholes(args, folder, text):
    ours = folder / "ours.bin"
    train = [*W2V, "train", text, "-o", ours, *options(args)]
    run([*train, "-e", 1])  # which also compiles
    scores, times = [], []
    for seed in range(1, args.seeds + 1):
        times.append(run([*train, "-e", args.epochs, "--seed", seed]))
        scores.append(analogies(ours))
    tell("w2v, text to vectors", times)
    print(f"  analogies {mean(scores):.2f} % {[round(score, 2) for score in scores]}")
    if args.stanford:
        theirs = folder / "theirs"
        steps = {
            **counting(args, folder, text),
            "glove": glove(args, folder, theirs, args.epochs),
        }
        each = {name: step() for name, step in steps.items()}
        for name, time_of in each.items():
            tell(name, [time_of])
        tell("Stanford, text to vectors", [tuple(map(sum, zip(*each.values(), strict=True)))])
        print(f"  analogies {analogies(theirs.with_suffix('.txt')):.2f} %")


def compare_epochs(args, folder, text):
    counts, ours = folder / "counts.w2vx", folder / "ours.bin"
    run([*W2V, "cooccur", text, "-o", counts, "-w", WINDOW, "--min-count", MIN_COUNT, "-q"])
    train = [*W2V, "train", counts, "-o", ours, *options(args)]
    run([*train, "-e", 1])
    if args.stanford:
        for step in counting(args, folder, text).values():
            step()
    times, theirs = [], []
    for _ in range(args.repeat):
        few, many = (run([*train, "-e", epochs]) for epochs in (1, 1 + MORE_EPOCHS))
        pairs = zip(few, many, strict=True)
        times.append(tuple((more - less) / MORE_EPOCHS for less, more in pairs))
        if args.stanford:
            theirs.append(glove(args, folder, folder / "theirs", 1)())
    tell("w2v, an epoch", times)
    if args.stanford:
        tell("Stanford, an epoch", theirs)


def options(args):
    return [
        *("-m", "glove", "-d", args.dim, "-w", WINDOW, "--x-max", X_MAX, "-j", args.threads),
        *("--min-count", MIN_COUNT, "-q"),
    ]


def counting(args, folder, text):
    """What comes before training there: name -> function that does it."""
    program, vocabulary = args.stanford.resolve(), folder / "vocab.txt"
    records, shuffled = folder / "records.bin", folder / "shuffled.bin"
    commands = {
        "vocab_count": (["-min-count", MIN_COUNT], text, vocabulary),
        "cooccur": (["-vocab-file", vocabulary, "-window-size", WINDOW], text, records),
        "shuffle": ([], records, shuffled),
    }

    def step(name, given, source, target):
        def go():
            with source.open("rb") as stdin, target.open("wb") as stdout:
                return run([program / name, "-verbose", 0, *given], folder, stdin, stdout)

        return go

    return {name: step(name, *rest) for name, rest in commands.items()}


def glove(args, folder, output, epochs):
    command = [
        *(args.stanford.resolve() / "glove", "-verbose", 0, "-iter", epochs),
        *("-vector-size", args.dim, "-x-max", X_MAX, "-threads", args.threads, "-seed", 1),
        *("-vocab-file", folder / "vocab.txt", "-input-file", folder / "shuffled.bin"),
        *("-save-file", output),
    ]
    return lambda: run(command, folder)


def analogies(vectors):
    """The accuracy of all questions, in percent."""
    command = [*W2V, "evaluate-analogies", vectors, QUESTIONS, "--json"]
    found = subprocess.run(list(map(str, command)), check=True, capture_output=True, cwd=ROOT)
    return 100 * json.loads(found.stdout)["total"]["accuracy"]


def tell(name, times):
    cpu, wall = (median(column) for column in zip(*times, strict=True))
    shown = [round(each, 2) for each, _ in times]
    print(f"{name:28}  {cpu:8.2f} s CPU  {wall:8.2f} s wall   {shown}", flush=True)


def run(command, folder=ROOT, stdin=None, stdout=subprocess.DEVNULL):
    """(CPU seconds, wall seconds) of a command."""
    before, started = os.times(), time.perf_counter()
    subprocess.run(
        list(map(str, command)), check=True, stdin=stdin, stdout=stdout, cwd=folder,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    after = os.times()
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    return cpu, time.perf_counter() - started


if __name__ == "__main__":
    main()
