"""Training speed beside word2vec.c, gensim and fastText: the same text, in turn, in one run.

    python benchmarks/speed.py [--rows sg100 sg300 cbow100 cbow300 hs100] [--lines 40000]
                               [--repeat 3] [--threads 2] [--seconds 3 | --w2v-epochs N]

Speed is words a second of training alone: reading the vocabulary and compiling are left out for
all of them. Words are counted before subsampling. The table gives the median of the repetitions
and its ratios to word2vec.c and gensim; ratios within one run are what counts on a shared machine.

The others train one epoch. w2v, with all threads and with one, trains as many on the same text as
take it --seconds, since a fraction of a second says little. The work of its one thread is also
given in GFLOP/s, 6 for each input, output and dimension (three matrix products), as a share of
what NumPy's single-precision matrix product reaches with one thread in the same run.
"""

import argparse
import logging
import lzma
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
from common import LIKE_WORD2VEC, WIKI, describe_machine, epochs_for, require_data, train

from w2v_cli.methods.huffman import huffman_paths
from w2v_cli.methods.sampling import keep_probabilities

CBOW = {"skipgram": 0, "cbow": 1}
LEARNING_RATE = {"skipgram": 0.025, "cbow": 0.05}
WINDOW, NEGATIVE, SAMPLE, MIN_COUNT = 5, 5, 1e-3, 5
ONE_THREAD = "w2v, one thread"


class Row(NamedTuple):
    """A row of the table: what is trained."""

    model: str
    dim: int
    loss: str = "ns"

    @property
    def negative(self):
        return NEGATIVE if self.loss == "ns" else 0


ROWS = {
    "sg100": Row("skipgram", 100),
    "sg300": Row("skipgram", 300),
    "cbow100": Row("cbow", 100),
    "cbow300": Row("cbow", 300),
    "hs100": Row("skipgram", 100, "hs"),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--lines", type=int, default=40_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--w2v-epochs", type=int)
    args = parser.parse_args()
    require_data()
    print(describe_machine())
    peers = {"word2vec.c": word2vec_c, "gensim": gensim}
    if find_spec("fasttext"):
        peers["fastText"] = fasttext
    else:
        print("skipped: fastText, which is not installed (pip install fasttext-wheel)")
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus.txt"
        with lzma.open(WIKI, "rb") as wiki:
            corpus.write_bytes(b"".join(islice(wiki, args.lines)))
        words = len(corpus.read_bytes().split())
        print(f"{args.lines} lines, {words} words, {args.threads} threads")
        header = f"{'row':8}  {'trainer':15}  {'words/s':>11}"
        print(f"{header}  /word2vec.c  /gensim   runs", flush=True)
        for name in args.rows:
            compare(name, corpus, words, peers, args)


def compare(name, corpus, words, peers, args):
    row = ROWS[name]
    # This run compiles, too.
    first = w2v(corpus, row, args.threads, epochs=1)
    epochs = args.w2v_epochs or epochs_for(args.seconds, first)
    speeds = {trainer: [] for trainer in [*peers, "w2v", ONE_THREAD]}
    rates, limits = [], []
    for _ in range(args.repeat):
        for peer, seconds in peers.items():
            speeds[peer].append(words / seconds(corpus, words, row, args.threads))
        stats = w2v(corpus, row, args.threads, epochs)
        speeds["w2v"].append(words * epochs / stats["seconds"]["train"])
        limits.append(sgemm_gflops())
        stats = w2v(corpus, row, 1, epochs)
        speeds[ONE_THREAD].append(words * epochs / stats["seconds"]["train"])
        rates.append(gflops(row, stats, corpus))
    middle = {trainer: median(runs) for trainer, runs in speeds.items()}
    for trainer, runs in speeds.items():
        speed = middle[trainer]
        ratios = f"{speed / middle['word2vec.c']:11.2f}  {speed / middle['gensim']:7.2f}"
        listed = " ".join(f"{each:,.0f}" for each in sorted(runs))
        print(f"{name:8}  {trainer:15}  {speed:>11,.0f}  {ratios}   {listed}")
    rate, limit = median(rates), median(limits)
    print(
        f"{name:8}  {args.threads} threads / one: {middle['w2v'] / middle[ONE_THREAD]:.2f}; "
        f"one thread {rate:.1f} GFLOP/s, {rate / limit:.0%} of sgemm's {limit:.1f}; "
        f"{epochs} epochs",
        flush=True,
    )


def word2vec_c(corpus, words, row, threads):
    program = shutil.which("word2vec", path=Path(sys.executable).parent)
    vocabulary, one_line = corpus.with_name("c.vocab"), corpus.with_name("one-line.txt")
    with open(corpus, "rb") as file:
        one_line.write_bytes(file.readline())
    run_timed(program, {"-train": corpus, "-min-count": MIN_COUNT, "-save-vocab": vocabulary})
    options = {
        "-output": corpus.with_name("c.bin"),
        "-read-vocab": vocabulary,
        "-min-count": MIN_COUNT,
        "-cbow": CBOW[row.model],
        "-size": row.dim,
        "-window": WINDOW,
        "-negative": row.negative,
        "-hs": int(row.loss == "hs"),
        "-sample": SAMPLE,
        "-iter": 1,
        "-alpha": LEARNING_RATE[row.model],
        "-binary": 1,
        "-threads": threads,
    }
    # A run on one line has the same tables to fill and the same file to write.
    overhead = run_timed(program, {"-train": one_line, **options})
    return run_timed(program, {"-train": corpus, **options}) - overhead


def run_timed(program, options):
    command = [program, *(str(word) for pair in options.items() for word in pair)]
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def gensim(corpus, words, row, threads):
    from gensim.models import Word2Vec

    logging.disable(logging.CRITICAL)
    trained = Word2Vec(
        vector_size=row.dim,
        sg=1 - CBOW[row.model],
        window=WINDOW,
        negative=row.negative,
        hs=int(row.loss == "hs"),
        sample=SAMPLE,
        min_count=MIN_COUNT,
        workers=threads,
        alpha=LEARNING_RATE[row.model],
        epochs=1,
    )
    trained.build_vocab(corpus_file=str(corpus))
    started = time.perf_counter()
    trained.train(corpus_file=str(corpus), total_words=words, epochs=1)
    return time.perf_counter() - started


def fasttext(corpus, words, row, threads):
    """Without subwords. It reads the vocabulary in the same call, so the second epoch counts."""
    from fasttext import train_unsupervised

    seconds = []
    for epochs in (1, 2):
        started = time.perf_counter()
        train_unsupervised(
            str(corpus),
            model=row.model,
            dim=row.dim,
            loss=row.loss,
            neg=NEGATIVE,
            ws=WINDOW,
            t=SAMPLE,
            minCount=MIN_COUNT,
            minn=0,
            maxn=0,
            lr=LEARNING_RATE[row.model],
            thread=threads,
            epoch=epochs,
            verbose=0,
        )
        seconds.append(time.perf_counter() - started)
    return seconds[1] - seconds[0]


def w2v(corpus, row, threads, epochs):
    options = [
        *LIKE_WORD2VEC[row.model],
        "-d",
        row.dim,
        "--loss",
        row.loss,
        "-j",
        threads,
        "-e",
        epochs,
    ]
    output, counts = corpus.with_name("w2v.bin"), corpus.with_name("w2v.vocab")
    return train(corpus, output, "--save-vocab", counts, *options)


def gflops(row, stats, corpus):
    """Arithmetic of a run, in 1e9 a second."""
    outputs = 1 + row.negative if row.loss == "ns" else mean_path(corpus)
    work = 6 * stats["pairs_trained"] * outputs * row.dim
    return work / stats["seconds"]["train"] / 1e9


def mean_path(corpus):
    """The mean length of the Huffman paths of the words that are left after subsampling."""
    lines = corpus.with_name("w2v.vocab").read_text().splitlines()
    counts = np.array([int(line.rsplit(" ", 1)[1]) for line in lines])
    lengths = np.diff(huffman_paths(counts).starts)
    return np.average(lengths, weights=counts * keep_probabilities(counts, SAMPLE))


SGEMM = """
import time, numpy as np
a, b = np.random.default_rng(1).random((2, 2048, 2048), dtype=np.float32)
seconds = []
for _ in range(5):
    started = time.perf_counter()
    a @ b
    seconds.append(time.perf_counter() - started)
print(2 * 2048**3 / min(seconds) / 1e9)
"""


def sgemm_gflops():
    """What NumPy's matrix product reaches with one thread, at best, in 1e9 a second."""
    names = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    environment = {**os.environ, **dict.fromkeys(names, "1")}
    return float(subprocess.check_output([sys.executable, "-c", SGEMM], env=environment))


if __name__ == "__main__":
    main()
