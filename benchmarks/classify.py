"""Classifiers beside fastText: CPU seconds of training, documents a second, and P@1.

    python benchmarks/classify.py [--fasttext PYTHON] [--packages FOLDER] [--repeat 3]
                                  [--set NAME TRAIN TEST]... [--only speed|predict|accuracy]

--fasttext is a Python that has ``fasttext`` (fasttext-wheel 0.9.2). Documents for speed are made:
words by Zipf's law, and 6 % of tokens from 1,500 words of the label's own, 20,000 documents, 4
labels. A run's time is CPU time of a process with 16 epochs less that of one with 1, which leaves
reading, starting and writing out; runs alternate, and the table gives medians.

Accuracy is P@1 of three seeds at equal settings, fastText with 12 threads, as fewer leave rows at
zero. --packages is a folder with the unpacked packages names 0.3.0 and chatterbot-corpus 1.3.3, of
which documents are made; --set adds others, in the format of fastText.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean, median

import numpy as np
from common import W2V, describe_machine

CASES = {
    "dim 100, words": {"dim": 100},
    "dim 100, bigrams": {"dim": 100, "word_ngrams": 2},
    "dim 10, words": {"dim": 10},
    "dim 10, bigrams": {"dim": 10, "word_ngrams": 2},
    "dim 100, characters 3-6": {"dim": 100, "min_n": 3, "max_n": 6},
    "dim 100, words, ova": {"dim": 100, "loss": "ova"},
    "dim 100, words, hs": {"dim": 100, "loss": "hs"},
}
TEST_DOCUMENTS = 4_000
TIMES = 50
"""The test set is answered so often, as a start takes as long as some 100,000 answers."""
TRAINER = """
import json, resource, sys
import fasttext
train, options = sys.argv[1], json.loads(sys.argv[2])
model = fasttext.train_supervised(train, verbose=0, **options)
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime)
if len(sys.argv) > 3:
    model.save_model(sys.argv[3])
"""
TESTER = """
import fasttext, sys
model = fasttext.load_model(sys.argv[1])
print(model.test(sys.argv[2])[1])
"""
PREDICTOR = """
import fasttext, sys, time
model = fasttext.load_model(sys.argv[1])
lines = [line.rstrip("\\n") for line in open(sys.argv[2])]
started = time.process_time()
model.f.multilinePredict([line + "\\n" for line in lines], 1, 0.0, "strict")
print(len(lines) / (time.process_time() - started))
"""
THEIRS = {
    "word_ngrams": "wordNgrams", "min_n": "minn", "max_n": "maxn", "epochs": "epoch",
    "threads": "thread",
}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fasttext", default=sys.executable)
    parser.add_argument("--packages", type=Path)
    parser.add_argument("--set", nargs=3, action="append", default=[], dest="sets")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", choices=("speed", "predict", "accuracy"))
    parser.add_argument("--case", action="append")
    args = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        made = made_documents(folder)
        if args.only in (None, "speed"):
            speed(made[0], folder, args)
        if args.only in (None, "predict"):
            predict(*made, folder, args)
        if args.only in (None, "accuracy"):
            accuracy({"made": (*made, {"dim": 16, "epochs": 5, "lr": 0.5}), **sets(args, folder)},
                     folder, args)  # fmt: skip


def made_documents(folder):
    """Files of made documents: (20,000 to train on, 4,000 to test)."""
    rng = np.random.default_rng(0)
    zipf = 1 / np.arange(1, 30_001)
    zipf /= zipf.sum()
    paths = []
    for name, number in (("train", 20_000), ("test", TEST_DOCUMENTS)):
        path = folder / f"made-{name}.txt"
        with open(path, "w") as file:
            for _ in range(number):
                label, length = rng.integers(0, 4), rng.integers(20, 120)
                words = rng.choice(30_000, length, p=zipf)
                own = rng.random(length) < 0.06
                words[own] = 30_000 + label * 1500 + rng.integers(0, 1500, own.sum())
                file.write(f"__label__{label} " + " ".join(f"w{word}" for word in words) + "\n")
        paths.append(path)
    return paths


def ours(train, output, options):
    """CPU seconds of `w2v classify train`."""
    words = []
    for name, value in {"lr": 0.3, **options}.items():
        words += [f"--{name.replace('_', '-')}", str(value)]
    command = [*W2V, "classify", "train", str(train), "-o", str(output), "-q", *words]
    return cpu_seconds(command)


def cpu_seconds(command):
    """CPU seconds of a child."""
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def fasttext(python, train, options, output=None):
    """CPU seconds of fastText's training."""
    found = {THEIRS.get(name, name): value for name, value in {"lr": 0.3, **options}.items()}
    command = [python, "-c", TRAINER, str(train), json.dumps(found)]
    command += [str(output)] if output else []
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def speed(train, folder, args):
    """Training: medians of CPU seconds of 15 epochs."""
    print("\n| training, 15 epochs | ours, CPU s | fastText, CPU s | ratio |\n|---|---|---|---|")
    cases = {name: each for name, each in CASES.items() if not args.case or name in args.case}
    for name, options in cases.items():
        output = folder / "ours.bin"
        ours(train, output, {**options, "epochs": 1, "threads": 1})  # compiles
        mine, theirs = [], []
        for _ in range(args.repeat):
            few, many = ({**options, "epochs": n, "threads": 1} for n in (1, 16))
            mine.append(ours(train, output, many) - ours(train, output, few))
            theirs.append(
                fasttext(args.fasttext, train, many) - fasttext(args.fasttext, train, few)
            )
        mine, theirs = median(mine), median(theirs)
        print(f"| {name} | {mine:.2f} | {theirs:.2f} | {theirs / mine:.1f} |", flush=True)


def predict(train, test, folder, args):
    """Prediction: documents a CPU second, start-up left out."""
    many = folder / "many.txt"
    many.write_text(Path(test).read_text() * TIMES)
    n_more = TIMES * TEST_DOCUMENTS - TEST_DOCUMENTS
    print("\n| documents a CPU second | ours | fastText | ratio |\n|---|---|---|---|")
    for name in ("dim 100, words", "dim 100, bigrams", "dim 10, bigrams"):
        model = folder / "model.bin"
        ours(train, model, {**CASES[name], "epochs": 1, "threads": 1})
        mine, theirs = [], []
        for _ in range(args.repeat):
            command = [*W2V, "classify", "predict", model, "-o", "/dev/null", "-q", "-j", "1"]
            seconds = cpu_seconds([*command, many]) - cpu_seconds([*command, test])
            mine.append(n_more / seconds)
            done = subprocess.run(
                [args.fasttext, "-c", PREDICTOR, str(model), str(many)],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
            theirs.append(float(done.stdout))
        mine, theirs = median(mine), median(theirs)
        print(f"| {name} | {mine:,.0f} | {theirs:,.0f} | {mine / theirs:.1f} |", flush=True)


def sets(args, folder):
    """The sets of documents: name -> (train, test, settings)."""
    words = {"dim": 16, "epochs": 25, "lr": 0.5}
    found = {name: (train, test, words) for name, train, test in args.sets}
    if args.packages:
        characters = {**words, "min_n": 2, "max_n": 4}
        rng = np.random.default_rng(1)
        for name, lines, settings in (
            ("names", names(args.packages), characters),
            ("languages", conversations(args.packages, by_language=True), characters),
            ("topics", conversations(args.packages, by_language=False), words),
        ):
            mixed = [lines[place] for place in rng.permutation(len(lines))]
            border = 4 * len(lines) // 5
            paths = []
            for kind, part in (("train", mixed[:border]), ("test", mixed[border:])):
                paths.append(folder / f"{name}-{kind}.txt")
                paths[-1].write_text("".join(f"{line}\n" for line in part))
            found[name] = (*paths, settings)
    return found


def names(packages):
    """First names with their sex, as documents."""
    lines = []
    for sex in ("male", "female"):
        [path] = packages.rglob(f"dist.{sex}.first")
        lines += [f"__label__{sex} {line.split()[0].lower()}" for line in path.open()]
    return lines


def conversations(packages, by_language):
    """Lines of conversations: in 28 languages, or in English by topic."""
    [data] = [path for path in packages.rglob("chatterbot_corpus/data") if path.is_dir()]
    lines = []
    for path in sorted(data.glob("*/*.yml" if by_language else "english/*.yml")):
        label = path.parent.name if by_language else path.stem
        for line in path.read_text(errors="replace").splitlines():
            # "- - question" and "  - answer"; what stands before is the name of the topic.
            text = line.strip().lstrip("- ").strip("'\"")
            if line.startswith(("- - ", "  - ")) and text:
                lines.append(f"__label__{label} {text.lower()}")
    return lines


def accuracy(found, folder, args):
    """P@1 of three seeds."""
    print("\n| P@1, three seeds | ours | fastText | settings |\n|---|---|---|---|")
    for name, (train, test, settings) in found.items():
        mine, theirs = [], []
        for seed in (1, 2, 3):
            ours(train, folder / "m.bin", {**settings, "seed": seed})
            command = [*W2V, "classify", "test", folder / "m.bin", test, "--json", "-q"]
            done = subprocess.run(
                [str(word) for word in command], check=True, capture_output=True, text=True
            )
            mine.append(json.loads(done.stdout)["accuracy"])
            options = {**settings, "seed": seed, "threads": 12}
            fasttext(args.fasttext, train, options, folder / "f.bin")
            command = [args.fasttext, "-c", TESTER, str(folder / "f.bin"), str(test)]
            theirs.append(
                float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            )
        shown = " ".join(f"{key} {value}" for key, value in settings.items())
        print(f"| {name} | {mean(mine):.4f} | {mean(theirs):.4f} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
