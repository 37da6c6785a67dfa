"""Settings that are found: `w2v classify tune` beside fastText's autotune, in the same time.

    python benchmarks/classify_tune.py --packages FOLDER [--fasttext PYTHON] [--seconds 60]
                                       [--repeat 1] [--set names|languages|topics]...
                                       [--searches]

The sets are those of ``classify.py`` with each line once, so that none is both trained on and
tested. A tenth of the training part is the validation file of both. P@1 is of the test part,
which neither has seen. ``all`` is the wall time of the whole process, ``CPU`` that of
all its threads. By hand: the settings of ``classify.py``, trained on all of the training part.

With --searches, instead: what kinds of search find in the same number of trials, of several seeds:
the score of the best trial, and P@1 of the test part.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean
from types import SimpleNamespace

import numpy as np
from classify import TESTER, fasttext, sets
from common import W2V, describe_machine

AUTOTUNER = """
import fasttext, sys
train, validation, seconds, seed, output = sys.argv[1:]
model = fasttext.train_supervised(
    train, autotuneValidationFile=validation, autotuneDuration=int(seconds), verbose=0,
    seed=int(seed),
)
model.save_model(output)
"""
KINDS = {
    "as it is": {},
    "new draws alone": {"CHANGED": 1.0, "NEW": 1e9},
    "changes alone": {"NEW": 0.0},
    "without stopping": {"MARKS": ()},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packages", type=Path, required=True)
    parser.add_argument("--fasttext", default=sys.executable)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--set", action="append", dest="chosen")
    parser.add_argument("--searches", action="store_true")
    parser.add_argument("--trials", type=int, default=30)
    args = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        found = sets(SimpleNamespace(sets=[], packages=args.packages), folder)
        found = {
            name: once(name, each, folder)
            for name, each in found.items()
            if name in (args.chosen or found)
        }
        (searches if args.searches else beside)(found, folder, args)


def once(name, found, folder):
    """A set with each line once: four fifths to train on, and the others."""
    train, test, settings = found
    lines = sorted({*Path(train).read_text().splitlines(), *Path(test).read_text().splitlines()})
    mixed = [lines[place] for place in np.random.default_rng(1).permutation(len(lines))]
    border = 4 * len(lines) // 5
    paths = folder / f"{name}-once-train.txt", folder / f"{name}-once-test.txt"
    for path, part in zip(paths, (mixed[:border], mixed[border:]), strict=True):
        path.write_text("".join(f"{line}\n" for line in part))
    return (*paths, settings)


def beside(found, folder, args):
    """Both programs in the same time."""
    print("\n| P@1 | by hand, fastText | autotune, fastText | all, s | CPU, s | w2v classify tune "
          "| all, s | CPU, s | trials |\n|---|---|---|---|---|---|---|---|---|")  # fmt: skip
    for name, (train, test, settings) in found.items():
        part, validation = split(train, folder)
        model = folder / "model.bin"
        fasttext(args.fasttext, train, {**settings, "threads": 12}, model)
        by_hand = fasttext_score(args.fasttext, model, test)
        theirs, ours = [], []
        for seed in range(1, args.repeat + 1):
            command = [args.fasttext, "-c", AUTOTUNER, part, validation, args.seconds, seed, model]
            times = timed(command)[1]
            theirs.append((fasttext_score(args.fasttext, model, test), *times))
            command = [*W2V, "classify", "tune", part, "-o", model, "--validation", validation,
                       "--time", f"{args.seconds}s", "--seed", seed, "--json", "-q"]  # fmt: skip
            printed, times = timed(command)
            n_trials = len(json.loads(printed)["trials"])
            ours.append((score(model, test), *times, n_trials))
        cells = [f"{by_hand:.4f}", *shown(theirs), *shown(ours)]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def shown(rows):
    """Means of columns, as text."""
    first, *others = map(mean, zip(*rows, strict=True))
    return [f"{first:.4f}", *(f"{other:.0f}" for other in others)]


def split(train, folder):
    """Files of nine lines of ten, and of the others; lines are shuffled already."""
    lines = Path(train).read_text().splitlines(keepends=True)
    paths = folder / "part.txt", folder / "validation.txt"
    paths[0].write_text("".join(line for number, line in enumerate(lines) if number % 10))
    paths[1].write_text("".join(lines[::10]))
    return paths


def timed(command):
    """(what it prints, (wall seconds, CPU seconds))."""
    import resource

    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([str(word) for word in command], check=True, capture_output=True)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout, (seconds, used)


def fasttext_score(python, model, test):
    """P@1 by fastText."""
    return float(timed([python, "-c", TESTER, model, test])[0])


def score(model, test):
    """P@1 by w2v."""
    return json.loads(timed([*W2V, "classify", "test", model, test, "--json", "-q"])[0])["accuracy"]


def searches(found, folder, args):
    """Kinds of search with the same number of trials."""
    print(f"\n| {args.trials} trials, {args.repeat} seeds | set | best trial | P@1 | seconds |"
          "\n|---|---|---|---|---|")  # fmt: skip
    for name, (train, test, _) in found.items():
        for kind, values in KINDS.items():
            rows = []
            for seed in range(1, args.repeat + 1):
                code = (
                    "import sys\nfrom w2v_cli.tuning.classifiers import search, trials\n"
                    f"for name, value in {values!r}.items():\n"
                    "    setattr(trials if hasattr(trials, name) else search, name, value)\n"
                    "from w2v_cli.cli import main\nmain(sys.argv[1:])\n"
                )
                model = folder / "model.bin"
                command = [sys.executable, "-c", code, "classify", "tune", train, "-o", model, "-j",
                           1, "--trials", args.trials, "--seed", seed, "--json", "-q"]  # fmt: skip
                printed, (_, seconds) = timed(command)
                rows.append((json.loads(printed)["score"], score(model, test), seconds))
            best, of_test, seconds = map(mean, zip(*rows, strict=True))
            print(f"| {kind} | {name} | {best:.4f} | {of_test:.4f} | {seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
