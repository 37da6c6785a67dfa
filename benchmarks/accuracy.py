"""Accuracy on 17M tokens of Wikipedia of several variants of training, several seeds each.

    python benchmarks/accuracy.py [--seeds 3] [--variants sg cbow sg-w10-n15 ...] [--pairwise]
                                  [OPTIONS FOR w2v train]

Prints one line a run and the mean of each variant: analogies (3CosAdd, whole vocabulary) in per
cent of the questions asked, Spearman's rho on WordSim-353 and MEN, and words a second.

With --pairwise each variant is trained in turn with its reference, in which every pair of words is
trained by itself (--share-negatives 0), and the difference of the means is printed. CBOW has one
pair a center, so it is its own reference unless --share-negatives says otherwise.
"""

import argparse
import json
import subprocess
import tempfile
import warnings
from pathlib import Path
from statistics import mean

from common import (
    LIKE_WORD2VEC,
    PAIRS,
    QUESTIONS,
    ROOT,
    W2V,
    WIKI,
    describe_machine,
    require_data,
    train,
)

from w2v_cli.presets import PRESETS

SKIPGRAM, CBOW = (LIKE_WORD2VEC[model] for model in ("skipgram", "cbow"))
WIDE = ["-w", 10, "-n", 15]
VARIANTS = {
    "sg": SKIPGRAM,
    "cbow": CBOW,
    "sg-w10-n15": [*SKIPGRAM, *WIDE],
    "cbow-w10-n15": [*CBOW, *WIDE],
    "sg-hs": [*SKIPGRAM, "--loss", "hs"],
    "cbow-hs": [*CBOW, "--loss", "hs"],
    **{f"preset-{name}": ["--preset", name] for name in PRESETS},
}
SHARING = ("sg", "sg-w10-n15", "sg-hs")
"""Variants with several inputs a center, which are trained together."""
PAIRWISE = ["--share-negatives", 0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=["sg", "cbow"])
    parser.add_argument("--pairwise", action="store_true")
    args, options = parser.parse_known_args()
    require_data()
    print(describe_machine())
    columns = "analogies  asked  semantic  syntactic  ws353   men     words/s"
    print(f"{'variant':22}  seed  {columns}", flush=True)
    for name in args.variants:
        runs = {name: [*VARIANTS[name], *options]}
        if args.pairwise and name in SHARING:
            runs[f"{name} pairwise"] = [*runs[name], *PAIRWISE]
        compare(runs, range(1, args.seeds + 1))
        if args.pairwise and name not in SHARING:
            print(f"{name:22}  has no pairwise reference: nothing is shared", flush=True)


def compare(runs, seeds):
    """Train each with each seed, in turn; print the means and how they differ."""
    rows = {name: [] for name in runs}
    for seed in seeds:
        for name, options in runs.items():
            rows[name].append(run(options, seed))
            print_row(name, seed, rows[name][-1])
    means = []
    for name, of_seeds in rows.items():
        means.append({key: mean(row[key] for row in of_seeds) for key in of_seeds[0]})
        print_row(name, "mean", means[-1])
    if len(means) == 2:
        name, (own, reference) = next(iter(runs)), means
        points = own["analogies"] - reference["analogies"]
        speed = own["speed"] / reference["speed"]
        print(f"{name:22}  {points:+.2f} points, {speed:.2f} times as fast as pairwise", flush=True)


def run(options, seed):
    with tempfile.TemporaryDirectory() as folder:
        vectors = Path(folder) / "vectors.bin"
        stats = train(WIKI, vectors, "--seed", seed, *options)
        evaluate = ["evaluate-analogies", str(vectors), str(QUESTIONS), "--json"]
        score = json.loads(subprocess.check_output([*W2V, *evaluate], cwd=ROOT))
        return {
            "analogies": 100 * score["total"]["accuracy"],
            "asked": score["total"]["asked"],
            "semantic": 100 * score["semantic"]["accuracy"],
            "syntactic": 100 * score["syntactic"]["accuracy"],
            **similarities(vectors),
            "speed": stats["words_per_second"],
        }


def similarities(vectors):
    from gensim.models import KeyedVectors

    keyed = KeyedVectors.load_word2vec_format(str(vectors), binary=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            name: keyed.evaluate_word_pairs(str(path), restrict_vocab=10**9)[1].statistic
            for name, path in PAIRS.items()
        }


def print_row(name, seed, row):
    print(
        f"{name:22}  {seed:>4}  {row['analogies']:8.2f}%  {row['asked']:5.0f}  "
        f"{row['semantic']:7.2f}%  {row['syntactic']:8.2f}%  {row['ws353']:.3f}  {row['men']:.3f}  "
        f"{row['speed']:>10,.0f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
