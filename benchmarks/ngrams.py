"""Training with n-grams beside fastText: CPU seconds of training, on the same text and options.

    python benchmarks/ngrams.py [--fasttext PYTHON] [--words 1000000] [--threads 2] [--repeat 3]
                                [--dim 100]

--fasttext is a Python that has ``fasttext`` (fasttext-wheel 0.9.2 with numpy below 2). CPU time of
a process that trains for one epoch, less that of one that reads the text and trains for none; the
runs of both programs alternate, and the table gives the medians. Ours is taken in one process
from the second training on, when all code is compiled.
"""

import argparse
import json
import lzma
import subprocess
import sys
import tempfile
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median

from common import WIKI, describe_machine, require_data

CASES = [("skipgram", 3, 6), ("skipgram", 5, 5), ("cbow", 3, 6), ("skipgram", 0, 0), ("cbow", 0, 0)]
AS_FASTTEXT = {"window": 5, "negative": 5, "ns_exponent": 0.5, "sample": 1e-3, "lr": 0.05}
FASTTEXT = """
import fasttext, json, resource, sys
text, options = sys.argv[1], json.loads(sys.argv[2])
fasttext.train_unsupervised(text, verbose=0, ws=5, neg=5, t=1e-3, minCount=5, **options)
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fasttext", default=sys.executable)
    parser.add_argument("--words", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--dim", type=int, default=100)
    args = parser.parse_args()
    require_data()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.txt"
        write_text(text, args.words)
        prepared = [prepare(case, text, folder, args) for case in CASES]
        for each in prepared:
            ours(each)
        found = {case: ([], []) for case in CASES}
        for _ in range(args.repeat):
            for case, each in zip(CASES, prepared, strict=True):
                found[case][0].append(ours(each))
                found[case][1].append(fasttext(case, text, args))
    print("| | ours, CPU s | fastText, CPU s | ratio |\n|---|---|---|---|")
    for (model, low, high), times in found.items():
        mine, theirs = map(median, times)
        name = f"{model} {low}-{high}" if high else f"{model}, no n-grams"
        print(f"| {name} | {mine:.2f} | {theirs:.2f} | {theirs / mine:.1f} |")


def write_text(path, n_words):
    """The first lines of the text with so many words."""
    with lzma.open(WIKI, "rt") as source, open(path, "w") as target:
        for line in source:
            if n_words <= 0:
                break
            n_words -= len(line.split())
            target.write(line)


def prepare(case, text, folder, args):
    """The `Prepared` of a case."""
    from w2v_cli.config import TrainConfig
    from w2v_cli.training.prepare import prepare
    from w2v_cli.training.request import Request

    model, low, high = case
    config = TrainConfig(
        model=model,
        min_n=low,
        max_n=high,
        epochs=1,
        threads=args.threads,
        dim=args.dim,
        **AS_FASTTEXT,
    )
    return prepare(Request(config, paths=(str(text),), tmpdir=folder))


def ours(prepared):
    """CPU seconds of an epoch."""
    from w2v_cli.training.trainer import train_model

    before = getrusage(RUSAGE_SELF)
    counts = prepared.vocabulary.counts
    train_model(prepared.corpus, counts, prepared.config, lists=prepared.lists)
    after = getrusage(RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def fasttext(case, text, args):
    """CPU seconds of an epoch."""
    model, low, high = case
    seconds = []
    for epochs in (1, 0):
        options = {"model": model, "minn": low, "maxn": high, "epoch": epochs, "lr": 0.05}
        options |= {"thread": args.threads, "dim": args.dim}
        command = [args.fasttext, "-c", FASTTEXT, str(text), json.dumps(options)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        seconds.append(float(told.split()[-2]))
    return seconds[0] - seconds[1]


if __name__ == "__main__":
    main()
