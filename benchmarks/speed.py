"""Training speed beside gensim and word2vec.c: the same words, in turn, in one run.

    python benchmarks/speed.py [--lines 40000] [--repeat 3] [--dims 100] [--threads 2]

Speed is words a second of training alone: reading the vocabulary and compiling are left out for
all three. Words are counted before subsampling. The table gives the median of the repetitions and
its ratio to word2vec.c; ratios within one run are what counts on a shared machine.
"""

import argparse
import json
import logging
import lzma
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from statistics import median

from common import W2V, WIKI, describe_machine, require_data

MODELS = {"skipgram": 0, "cbow": 1}
LEARNING_RATE = {"skipgram": 0.025, "cbow": 0.05}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=40_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--dims", type=int, nargs="+", default=[100])
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    require_data()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus.txt"
        with lzma.open(WIKI, "rb") as wiki:
            corpus.write_bytes(b"".join(islice(wiki, args.lines)))
        words = len(corpus.read_bytes().split())
        print(f"{args.lines} lines, {words} words, {args.threads} threads")
        print("model     dim  trainer      words/s   ratio   runs", flush=True)
        for dim in args.dims:
            for model in MODELS:
                compare(corpus, words, model, dim, args)


def compare(corpus, words, model, dim, args):
    speeds = {trainer: [] for trainer in TRAINERS}
    for _ in range(args.repeat):
        for trainer, measure in TRAINERS.items():
            speeds[trainer].append(measure(corpus, words, model, dim, args.threads))
    base = median(speeds["word2vec.c"])
    for trainer, runs in speeds.items():
        middle = median(runs)
        listed = " ".join(f"{speed:,.0f}" for speed in sorted(runs))
        row = f"{model:8}  {dim:3}  {trainer:10}  {middle:>9,.0f}  {middle / base:5.2f}x"
        print(f"{row}   {listed}", flush=True)


def word2vec_c(corpus, words, model, dim, threads):
    program = shutil.which("word2vec", path=Path(sys.executable).parent)
    vocabulary, one_line = corpus.with_name("c.vocab"), corpus.with_name("one-line.txt")
    with open(corpus, "rb") as file:
        one_line.write_bytes(file.readline())
    run_timed(program, {"-train": corpus, "-min-count": 5, "-save-vocab": vocabulary})
    options = {
        "-output": corpus.with_name("c.bin"),
        "-read-vocab": vocabulary,
        "-min-count": 5,
        "-cbow": MODELS[model],
        "-size": dim,
        "-window": 5,
        "-negative": 5,
        "-hs": 0,
        "-sample": 1e-3,
        "-iter": 1,
        "-alpha": LEARNING_RATE[model],
        "-binary": 1,
        "-threads": threads,
    }
    # A run on one line has the same tables to fill and the same file to write.
    overhead = run_timed(program, {"-train": one_line, **options})
    return words / (run_timed(program, {"-train": corpus, **options}) - overhead)


def run_timed(program, options):
    command = [program, *(str(word) for pair in options.items() for word in pair)]
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def gensim(corpus, words, model, dim, threads):
    from gensim.models import Word2Vec

    logging.disable(logging.CRITICAL)
    trained = Word2Vec(
        vector_size=dim,
        sg=1 - MODELS[model],
        window=5,
        negative=5,
        sample=1e-3,
        min_count=5,
        workers=threads,
        alpha=LEARNING_RATE[model],
        epochs=1,
    )
    trained.build_vocab(corpus_file=str(corpus))
    started = time.perf_counter()
    trained.train(corpus_file=str(corpus), total_words=words, epochs=1)
    return words / (time.perf_counter() - started)


def w2v(corpus, words, model, dim, threads):
    stats = corpus.with_name("stats.json")
    train = ["train", corpus, "-o", corpus.with_name("w2v.bin"), "-q", "--stats", stats]
    options = ["-m", model, "-d", dim, "-j", threads, "-e", 1]
    subprocess.run([*W2V, *map(str, train + options)], check=True)
    return words / json.loads(stats.read_text())["seconds"]["train"]


TRAINERS = {"word2vec.c": word2vec_c, "gensim": gensim, "w2v": w2v}


if __name__ == "__main__":
    main()
