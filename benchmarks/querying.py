"""Queries a second: `w2v neighbors` from a pipe beside gensim, and what a query costs where.

python benchmarks/querying.py VECTORS [--queries 4000] [--gensim-queries 300] [--repeat 5] [--index]

The w2v figure is that of the whole process, from a pipe to a pipe, less that of the same process
with one query, so that loading is in neither. gensim answers with `most_similar`, one by one, and
all at once with the matrix product and sort that its own code does for one.
"""

import argparse
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
from common import ROOT, W2V, describe_machine

from w2v_cli.embeddings.index import build_index
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.formats.reading import read_embeddings

TOPN = 10
GENSIM_BATCH = 100


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vectors")
    parser.add_argument("--queries", type=int, default=4000)
    parser.add_argument("--gensim-queries", type=int, default=300)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--index", action="store_true", help="also build and ask an index")
    args = parser.parse_args()
    print(describe_machine())
    embeddings = read_embeddings(args.vectors)
    print(f"{args.vectors}: {len(embeddings)} x {embeddings.dim}")
    rows = np.random.default_rng(1).choice(len(embeddings), args.queries)
    words = [embeddings.words[row] for row in rows]
    few = words[: args.gensim_queries]
    library = timed(lambda: embeddings.nearest(embeddings.unit(rows), TOPN))
    ways = {
        "w2v neighbors, process": (lambda: piped(args.vectors, words), len(words)),
        "w2v, library": (library, len(words)),
        **gensim_ways(embeddings, few),
    }
    if args.index:
        ways |= index_way(embeddings, rows)
    times = {name: [] for name in ways}
    for _ in range(args.repeat):
        for name, (way, n_queries) in ways.items():
            times[name].append(n_queries / way())
    base = median(times["gensim most_similar"])
    for name, rates in times.items():
        middle = median(rates)
        print(
            f"{name:30} {middle:9,.0f} queries/s ({min(rates):,.0f} to {max(rates):,.0f}), "
            f"{middle / base:.1f} x gensim"
        )


def timed(function):
    """A function that calls another one and returns the seconds that it took."""

    def run():
        start = time.perf_counter()
        function()
        return time.perf_counter() - start

    return run


def piped(vectors, words):
    """Seconds that a process takes for the words, more than for one."""
    return process_seconds(vectors, words) - process_seconds(vectors, words[:1])


def process_seconds(vectors, words):
    start = time.perf_counter()
    subprocess.run(
        [*W2V, "neighbors", vectors, "-k", str(TOPN)],
        input="\n".join(words).encode(),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=False,
    )
    return time.perf_counter() - start


def gensim_ways(embeddings, words):
    from gensim.models import KeyedVectors

    keyed = KeyedVectors(embeddings.dim)
    keyed.add_vectors(list(embeddings.words), embeddings.vectors)
    keyed.fill_norms()
    unit = keyed.get_normed_vectors()

    def one_by_one():
        for word in words:
            keyed.most_similar(word, topn=TOPN)

    def batch():
        for start in range(0, len(words), GENSIM_BATCH):
            rows = [keyed.key_to_index[word] for word in words[start : start + GENSIM_BATCH]]
            scores = unit[rows] @ unit.T
            best = np.argpartition(scores, -TOPN - 1, axis=1)[:, -TOPN - 1 :]
            np.argsort(np.take_along_axis(scores, best, axis=1), axis=1)

    return {
        "gensim most_similar": (timed(one_by_one), len(words)),
        "NumPy, batches of gensim's": (timed(batch), len(words)),
    }


def index_way(embeddings, rows):
    index, seconds = build_index(Embeddings(embeddings.words, embeddings.vectors))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "v.index"
        index.write(path)
        n_bytes = path.stat().st_size
    print(f"{index.facts}, built in {seconds['build']:.1f} s, {n_bytes} bytes")
    search = timed(lambda: index.nearest(embeddings.unit(rows), TOPN))
    return {"w2v, library, index": (search, len(rows))}


if __name__ == "__main__":
    main()
