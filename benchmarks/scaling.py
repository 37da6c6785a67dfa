"""Training speed with 1, 2, 4, ... threads, up to all processors.

    python benchmarks/scaling.py [--corpus FILE | --generate TOKENS] [--threads 1 2 4 ...]
                                 [--model skipgram] [--dim 100] [--loss ns] [--repeat 3]
                                 [--seconds 3]

The numbers of threads take turns, each trains for about --seconds, and the table gives the medians.
A generated text has words drawn by Zipf's law from as many as the Wikipedia text has, which is the
default where it is at hand.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
from common import LIKE_WORD2VEC, ROOT, W2V, WIKI, describe_machine, epochs_for, require_data, train

from w2v_cli.machine.system import available_cpus

VOCABULARY = 70_000
BLOCK = 1_000_000
LINE = 100


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--corpus", type=Path, default=WIKI)
    source.add_argument("--generate", type=int, metavar="TOKENS")
    parser.add_argument("--threads", type=int, nargs="+", default=powers_of_two(available_cpus()))
    parser.add_argument("--model", choices=["skipgram", "cbow"], default="skipgram")
    parser.add_argument("--dim", type=int, default=100)
    parser.add_argument("--loss", choices=["ns", "hs"], default="ns")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    args = parser.parse_args()
    if args.corpus == WIKI and not args.generate:
        require_data()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        text, encoded = args.corpus.absolute(), Path(folder) / "corpus.w2vc"
        if args.generate:
            text = Path(folder) / "corpus.txt"
            generate(text, args.generate)
        encode = [*W2V, "encode", str(text), "-o", str(encoded), "-q"]
        subprocess.run(encode, cwd=ROOT, check=True)
        measure(encoded, args)


def powers_of_two(most):
    """1, 2, 4, ... and the most."""
    return [1 << power for power in range(most.bit_length()) if 1 << power < most] + [most]


def measure(encoded, args):
    options = [*LIKE_WORD2VEC[args.model], "-d", args.dim, "--loss", args.loss]
    output = encoded.with_name("vectors.bin")

    def run(threads, epochs):
        return train(encoded, output, *options, "-j", threads, "-e", epochs)

    run(args.threads[0], 1)  # compiles
    first = {threads: run(threads, 1) for threads in args.threads}
    tokens = first[args.threads[0]]["tokens_in_vocab"]
    print(f"{args.model} {args.loss}, dim {args.dim}, {tokens} words")
    epochs = {threads: epochs_for(args.seconds, stats) for threads, stats in first.items()}
    speeds = {threads: [] for threads in args.threads}
    for _ in range(args.repeat):
        for threads, runs in speeds.items():
            runs.append(run(threads, epochs[threads])["words_per_second"])
    base = median(speeds[args.threads[0]])
    print(f"threads      words/s  times {args.threads[0]} thread(s)   runs")
    for threads, runs in speeds.items():
        middle = median(runs)
        listed = " ".join(f"{speed:,.0f}" for speed in sorted(runs))
        print(f"{threads:7}  {middle:>11,.0f}  {middle / base:17.2f}   {listed}", flush=True)


def generate(path, n_tokens):
    """Write a text whose n-th word has a chance of about 1 / n."""
    words = np.array([b"w%d" % word for word in range(VOCABULARY)], dtype=object)
    bounds = np.cumsum(1 / np.arange(1, VOCABULARY + 1))
    rng = np.random.default_rng(1)
    with open(path, "wb") as file:
        for start in range(0, n_tokens, BLOCK):
            drawn = rng.random(min(BLOCK, n_tokens - start)) * bounds[-1]
            tokens = words[np.searchsorted(bounds, drawn, side="right")]
            for first in range(0, len(tokens), LINE):
                file.write(b" ".join(tokens[first : first + LINE]) + b"\n")


if __name__ == "__main__":
    main()
