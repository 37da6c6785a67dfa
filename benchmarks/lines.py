"""How many words a language model scores and makes in a CPU second, in one thread.

    python benchmarks/lines.py [--text FILE] [--words N] [--dim 100] [--runs 5]

Trains an NNLM and an RNNLM for one epoch on the text (the sample of the repository without one),
with hierarchical softmax, and asks each to score the first words of it, and to make lines: drawn by
going down the tree, and at temperature 0.5, which looks at all words. Prints medians of the runs.
"""

import argparse
import tempfile
import time
from itertools import islice
from pathlib import Path
from statistics import median

from common import ROOT, describe_machine, train

LINES = 20


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", type=Path, default=ROOT / "data" / "sample.txt")
    parser.add_argument("--words", type=int, default=200_000)
    parser.add_argument("--dim", type=int, default=100)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    print(describe_machine())
    print("| | vocabulary | words scored | words made | at temperature 0.5 |\n" + "|---" * 5 + "|")
    with tempfile.TemporaryDirectory() as folder:
        for model in ("nnlm", "rnnlm"):
            path = Path(folder, f"{model}.w2v")
            train(args.text, path, "-m", model, "--loss", "hs", "-d", args.dim, "-e", 1)
            print(measured(path, args))


def measured(path, args):
    """A line of the table."""
    from w2v_cli import load_language_model
    from w2v_cli.machine.threads import one_blas_thread

    model = load_language_model(path)
    symbols = first_symbols(model, args.text, args.words)
    with one_blas_thread():
        rates = [
            rate(lambda: len(model._scorer.log_probabilities(symbols)), args.runs),
            rate(lambda: n_made(model, 1), args.runs),
            rate(lambda: n_made(model, 0.5), args.runs),
        ]
    cells = [model.kind, f"{len(model.words):,}", *(f"{each:,.0f}" for each in rates)]
    return f"| {' | '.join(cells)} |"


def first_symbols(model, text, n_words):
    """The first lines of a text as symbols, each with its end; int32."""
    import numpy as np

    from w2v_cli.files.inputs import open_input

    index = {word: number for number, word in enumerate(model.words)}
    symbols = []
    with open_input(text) as stream:
        while len(symbols) < n_words and (lines := list(islice(stream, 1000))):
            for line in lines:
                words = line.decode(errors="replace").split()
                symbols += [index[word] for word in words if word in index]
                symbols.append(len(index))
    return np.array(symbols, dtype=np.int32)


def n_made(model, temperature):
    """How many words there are in some lines that are made."""
    made = model.generate(n=LINES, temperature=temperature, max_words=20)
    return sum(len(line.split()) for line in made) + LINES


def rate(function, n_runs):
    """The median of what a function counts, a CPU second; the first run does not count."""
    function()
    rates = []
    for _ in range(n_runs):
        started = time.process_time()
        counted = function()
        rates.append(counted / (time.process_time() - started))
    return median(rates)


if __name__ == "__main__":
    main()
