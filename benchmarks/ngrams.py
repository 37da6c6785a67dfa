"""Training with n-grams beside fastText and gensim: CPU seconds of training, on the same text and
options.

    python benchmarks/ngrams.py [--fasttext PYTHON] [--gensim PYTHON] [--words 1000000]
                                [--threads 2] [--repeat 3] [--dim 100] [--only skipgram-3-6]

--fasttext is a Python that has ``fasttext`` (fasttext-wheel 0.9.2 with numpy below 2), --gensim one
that has gensim; what is not given is left out. CPU time of a process of fastText that trains for
one epoch, less that of one that reads the text and trains for none; of gensim's `train` alone, from
a file of lines; the runs of all programs alternate, and the table gives the medians. Ours is taken
in one process from the second training on, when all code is compiled.
"""

import argparse
import json
import lzma
import subprocess
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

GENSIM = """
import json, resource, sys
from gensim.models import FastText, Word2Vec
text, options = sys.argv[1], json.loads(sys.argv[2])
kind = FastText if options["max_n"] else Word2Vec
if kind is Word2Vec:
    del options["min_n"], options["max_n"]
model = kind(window=5, negative=5, ns_exponent=0.5, sample=1e-3, min_count=5, alpha=0.05, **options)
model.build_vocab(corpus_file=text)
def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
before = used()
model.train(corpus_file=text, total_examples=model.corpus_count,
            total_words=model.corpus_total_words, epochs=1)
print(used() - before)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fasttext")
    parser.add_argument("--gensim")
    parser.add_argument("--only", default="", help="cases whose names have this text")
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
        cases = [case for case in CASES if args.only in name_of(case)]
        prepared = [prepare(case, text, folder, args) for case in cases]
        for each in prepared:
            ours(each)
        peers = {"fastText": (fasttext, args.fasttext), "gensim": (gensim, args.gensim)}
        peers = {name: peer for name, peer in peers.items() if peer[1]}
        times = {case: {name: [] for name in ["ours", *peers]} for case in cases}
        for _ in range(args.repeat):
            for case, each in zip(cases, prepared, strict=True):
                times[case]["ours"].append(ours(each))
                for name, (seconds, python) in peers.items():
                    times[case][name].append(seconds(python, case, text, args))
    show(times, peers)


def show(times, peers):
    """Print a table: medians, and how often ours goes into each."""
    columns = ["ours", *(f"{name} | ratio" for name in peers)]
    print("| CPU s | " + " | ".join(columns) + " |")
    print("|---" * (2 + 2 * len(peers)) + "|")
    for case, found in times.items():
        medians = {name: median(seconds) for name, seconds in found.items()}
        mine = medians.pop("ours")
        others = [f"{theirs:.2f} | {theirs / mine:.1f}" for theirs in medians.values()]
        print("| " + " | ".join([name_of(case), f"{mine:.2f}", *others]) + " |")


def name_of(case):
    """A case in a word."""
    model, low, high = case
    return f"{model}-{low}-{high}" if high else f"{model}-none"


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


def fasttext(python, case, text, args):
    """CPU seconds of an epoch."""
    model, low, high = case
    seconds = []
    for epochs in (1, 0):
        options = {"model": model, "minn": low, "maxn": high, "epoch": epochs, "lr": 0.05}
        options |= {"thread": args.threads, "dim": args.dim}
        seconds.append(_told(python, FASTTEXT, text, options)[-2])
    return seconds[0] - seconds[1]


def gensim(python, case, text, args):
    """CPU seconds of an epoch."""
    model, low, high = case
    options = {"sg": int(model == "skipgram"), "min_n": low, "max_n": high}
    options |= {"workers": args.threads, "vector_size": args.dim}
    return _told(python, GENSIM, text, options)[-1]


def _told(python, program, text, options):
    """The numbers that a program of another Python prints."""
    command = [python, "-c", program, str(text), json.dumps(options)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [float(number) for number in told.split()]


if __name__ == "__main__":
    main()
