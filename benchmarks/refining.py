"""What each refinement does to vectors of 17M tokens of Wikipedia: accuracy, size, seconds.

    python benchmarks/refining.py [--seeds 3] [--models skipgram cbow] [--variants NAME...]
                                  [--folder DIR] [--pairs FILE...]

Trains with the default options and --keep-context, one thread, and refines what comes out. With
--folder the trained vectors stay in DIR, as MODEL-SEED.w2v, and those that are there are taken.
With --pairs more sets of word pairs are scored than those of the data.

Prints a row a variant, means over the seeds: analogies (3CosAdd, whole vocabulary) in per cent of
the questions asked, and 1000 times Spearman's rho of each set; behind analogies and behind the mean
of all sets the difference to the vectors as trained, paired by seed, and half the width of its 95 %
interval (Student's t). Then the size of the file (.w2v), and the CPU seconds to load, refine and
write, with one thread. Intervals of single scores are left out, since they take most of the time.
"""

import os

# Threads of BLAS that wait for one another would count as work. Read when NumPy is imported.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import tempfile
import time
from pathlib import Path
from statistics import mean, stdev

import numpy as np
from common import DATA, LIKE_WORD2VEC, QUESTIONS, WIKI, describe_machine, require_data, train

from w2v_cli import load
from w2v_cli.embeddings.lookup import Lookup
from w2v_cli.evaluation.analogies import answer_questions
from w2v_cli.evaluation.correlation import spearman
from w2v_cli.evaluation.pairs import read_pairs
from w2v_cli.evaluation.questions import read_questions
from w2v_cli.evaluation.similarity import pair_cosines
from w2v_cli.formats.reading import read_embeddings

AS_TRAINED = {"center": False}
VARIANTS = {
    "as trained": AS_TRAINED,
    "centered": {},
    "centered, by frequency": {"weights": "frequency"},
    "all but the top 1": {"remove_top": 1},
    "all but the top 2": {"remove_top": 2},
    "all but the top 3": {"remove_top": 3},
    "Zipf whitening, power .25": {"whiten": 0.25},
    "Zipf whitening, power .5": {"whiten": 0.5},
    "Zipf whitening, power 1": {"whiten": 1.0},
    "uniform whitening, power .5": {"whiten": 0.5, "weights": "uniform"},
    "uniform whitening, power 1": {"whiten": 1.0, "weights": "uniform"},
    "PCA to 75": {"dim": 75},
    "PCA to 50": {"dim": 50},
    "PCA to 25": {"dim": 25},
    "centered, float16": {"dtype": "float16"},
    "centered, int8": {"dtype": "int8"},
    "PCA to 50, int8": {"dim": 50, "dtype": "int8"},
    "w + c": {"vectors": "sum", **AS_TRAINED},
    "w + c, centered": {"vectors": "sum"},
    "u(w) + .5 u(c)": {"vectors": "sum", "balance": 0.5, **AS_TRAINED},
    "u(w) + u(c)": {"vectors": "sum", "balance": 1.0, **AS_TRAINED},
    "[u(w); u(c)]": {"vectors": "concat", "balance": 1.0, **AS_TRAINED},
    "[u(w); u(c)], PCA to 100": {"vectors": "concat", "balance": 1.0, "dim": 100},
}
"""Options of `Vectors.refine`, and the type of numbers in the file."""
STUDENT = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78}
"""Of 95 % of all, by the number of seeds."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3, choices=[1, *STUDENT])
    parser.add_argument("--models", nargs="+", default=["skipgram", "cbow"])
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--pairs", nargs="+", type=Path, default=[])
    args = parser.parse_args()
    require_data()
    pairs = [*sorted(DATA.glob("EN-*.txt")), *args.pairs]
    print(describe_machine(), flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        for model in args.models:
            sources = [trained(folder, model, seed) for seed in range(1, args.seeds + 1)]
            compare(model, sources, args.variants, pairs, Path(temporary))


def trained(folder, model, seed):
    """The path of trained vectors, which may be there."""
    path = folder / f"{model}-{seed}.w2v"
    if not path.exists():
        train(WIKI, path, *LIKE_WORD2VEC[model], "--seed", seed, "--keep-context", "-j", 1)
    return path


def compare(model, sources, variants, pairs, folder):
    """Print a row for each variant."""
    names = [path.stem.removeprefix("EN-") for path in pairs]
    print(f"\n{model}\n| | analogies | {' | '.join(names)} | mean of pairs | MB | CPU s |")
    print("|---" * (len(names) + 5) + "|", flush=True)
    first = None
    for variant in variants:
        runs = [refined(source, VARIANTS[variant], pairs, folder) for source in sources]
        first = first or runs
        columns = [
            told(runs, first, lambda run: run["analogies"], ".1f"),
            *(f"{mean(run['pairs'][at] for run in runs):.0f}" for at in range(len(names))),
            told(runs, first, lambda run: mean(run["pairs"]), ".0f"),
            f"{mean(run['bytes'] for run in runs) / 1e6:.1f}",
            f"{mean(run['seconds'] for run in runs):.1f}",
        ]
        print(f"| {variant} | {' | '.join(columns)} |", flush=True)


def told(runs, first, number, form):
    """A mean, and how it differs from that of other runs."""
    values, others = [number(run) for run in runs], [number(run) for run in first]
    text = f"{mean(values):{form}}"
    if runs is first or len(runs) < 2:
        return text
    differences = [value - other for value, other in zip(values, others, strict=True)]
    half = STUDENT[len(runs)] * stdev(differences) / len(runs) ** 0.5
    return f"{text} ({mean(differences):+{form}} ± {half:{form}})"


def refined(source, options, pairs, folder):
    """Scores, size and seconds of one file, refined."""
    target, options = folder / "refined.w2v", dict(options)
    dtype = options.pop("dtype", "float32")
    before = time.process_time()
    load(source).refine(**options).save(target, dtype=dtype)
    seconds = time.process_time() - before
    embeddings = read_embeddings(target)
    known, correct = answer_questions(embeddings, read_questions(QUESTIONS))
    return {
        "analogies": 100 * correct.sum() / known.sum(),
        "pairs": [1000 * rank_correlation(embeddings, read_pairs(path)) for path in pairs],
        "bytes": os.path.getsize(target),
        "seconds": seconds,
    }


def rank_correlation(embeddings, pair_file):
    """Spearman's rho of cosines and scores."""
    known, cosines = pair_cosines(embeddings, Lookup(embeddings.words), pair_file)
    return spearman(np.array(pair_file.scores)[known], cosines)


if __name__ == "__main__":
    main()
