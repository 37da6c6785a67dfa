"""Accuracy with default options on 17M tokens of Wikipedia, several seeds a model.

    python benchmarks/accuracy.py [--seeds 3] [--models skipgram cbow] [OPTIONS FOR w2v train]

Prints one line a run and the mean of each model: analogies (3CosAdd, whole vocabulary) in per
cent of the questions asked, and Spearman's rho on WordSim-353 and MEN.
"""

import argparse
import json
import subprocess
import tempfile
import warnings
from pathlib import Path
from statistics import mean

from common import PAIRS, QUESTIONS, W2V, WIKI, describe_machine, require_data


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--models", nargs="+", default=["skipgram", "cbow"])
    args, options = parser.parse_known_args()
    require_data()
    print(describe_machine(), flush=True)
    print("model     seed  analogies  asked  semantic  syntactic  ws353   men", flush=True)
    for model in args.models:
        rows = [run(model, seed, options) for seed in range(1, args.seeds + 1)]
        print_row(model, "mean", {key: mean(row[key] for row in rows) for key in rows[0]})


def run(model, seed, options):
    with tempfile.TemporaryDirectory() as folder:
        vectors = Path(folder) / "vectors.bin"
        train = ["train", str(WIKI), "-o", str(vectors), "-m", model, "--seed", str(seed), "-q"]
        subprocess.run([*W2V, *train, *options], check=True)
        evaluate = ["evaluate-analogies", str(vectors), str(QUESTIONS), "--json"]
        score = json.loads(subprocess.check_output([*W2V, *evaluate]))
        row = {
            "analogies": 100 * score["total"]["accuracy"],
            "asked": score["total"]["asked"],
            "semantic": 100 * score["semantic"]["accuracy"],
            "syntactic": 100 * score["syntactic"]["accuracy"],
            **similarities(vectors),
        }
    print_row(model, seed, row)
    return row


def similarities(vectors):
    from gensim.models import KeyedVectors

    keyed = KeyedVectors.load_word2vec_format(str(vectors), binary=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            name: keyed.evaluate_word_pairs(str(path), restrict_vocab=10**9)[1].statistic
            for name, path in PAIRS.items()
        }


def print_row(model, seed, row):
    print(
        f"{model:8}  {seed:>4}  {row['analogies']:8.2f}%  {row['asked']:5.0f}  "
        f"{row['semantic']:7.2f}%  {row['syntactic']:8.2f}%  {row['ws353']:.3f}  {row['men']:.3f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
