"""What it takes to merge copies of a model, but for what the network takes: see many_machines.py.

    python benchmarks/merging.py [--dim 300] [--n-words 1000000]

Prints the bytes of rows that a thread prepares and puts together a second; the time for each word
of the vocabulary that counting the uses of rows takes; and that of a look at a matrix
(`curvature`). Times are those of the processor, and medians.
"""

import argparse
import os
import time
from statistics import median
from types import SimpleNamespace

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

import numpy as np
from common import describe_machine

from w2v_cli.config import TrainConfig
from w2v_cli.distributed.communicator import SUM_BYTES, Alone
from w2v_cli.distributed.curvature import N_DIRECTIONS, Curvature
from w2v_cli.distributed.loops import add_changes, take_changes
from w2v_cli.distributed.replicas import LIMITS, ROWS_BYTES
from w2v_cli.methods.base import Layout, Parameters, Shape
from w2v_cli.methods.word2vec.method import Word2Vec


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dim", type=int, default=300)
    parser.add_argument("--n-words", type=int, default=1_000_000)
    args = parser.parse_args()
    print(describe_machine())
    rows = np.random.default_rng(1).normal(size=(SUM_BYTES // (4 * args.dim), args.dim))
    rows = rows.astype(np.float32)
    print(f"rows: {rows.nbytes / median_seconds(merging(rows)) / 1e9:.2f} GB/s")
    counts = (1e9 / np.arange(1, args.n_words + 1)).astype(np.int64) + 5
    config = TrainConfig(dim=args.dim, sample=1e-4, lr=0.025)
    uses_of = Word2Vec().uses(counts, SimpleNamespace(paths=None), config)
    words = counts.astype(np.float32)
    seconds = median_seconds(lambda: uses_of(words))
    print(f"uses: {seconds / args.n_words * 1e9:.1f} ns a word")
    shape = Shape(Layout(n_words=len(rows)), args.dim)
    parameters = Parameters({"rows": shape, "others": shape}, "rows", "others")
    parameters["rows"][:] = parameters["others"][:] = rows
    uses = 1 / np.arange(1, len(rows) + 1)
    curvature = Curvature(Alone(), parameters, {"rows": uses, "others": uses})
    print(f"a look at a matrix: {median_seconds(curvature.look) / 2 * 1e3:.2f} ms")


def merging(rows):
    """A call that prepares and puts together all rows, as `Replicas` does."""
    base, matrix = rows.copy(), rows + np.float32(0.01)
    uses = np.empty(len(rows), dtype=np.float32)
    changes = np.empty((len(rows), rows.shape[1] + 1), dtype=np.float32)
    axes = np.linalg.qr(rows[:N_DIRECTIONS].T)[0].T
    along = np.full(N_DIRECTIONS, 0.01, dtype=np.float32)
    pull = np.ascontiguousarray(axes), along, np.float32(0.001)
    step = max(ROWS_BYTES // changes[0].nbytes, 1)
    parts = [slice(first, first + step) for first in range(0, len(rows), step)]

    def take(part):
        take_changes(matrix[part], base[part], uses[part], pull, changes[part])

    def add(part):
        add_changes(changes[part], pull, 2, LIMITS, base[part], matrix[part])

    def merge():
        uses[:] = 50
        for work in (take, add):
            for part in parts:
                work(part)

    return merge


def median_seconds(work, repeat=25):
    """Of a call; the first, which may compile, is not counted."""
    work()
    times = []
    for _ in range(repeat):
        started = time.thread_time()
        work()
        times.append(time.thread_time() - started)
    return median(times)


if __name__ == "__main__":
    main()
