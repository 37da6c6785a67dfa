"""How small, how good: quantized vectors of 17M tokens of Wikipedia, and fastText's own quantizer.

    python benchmarks/quantizing.py [--folder DIR] [--pairs FILE...] [--variants NAME...]
                                    [--fasttext PYTHON [--rows N] [--dim N] [--runs 3]]

Trains skip-gram with n-grams of 3 to 6 characters and without, dim 100, quantizes both, and prints
a row a variant: size, relative error of words and of n-grams, analogies (3CosAdd, per cent of those
asked), 1000 times Spearman's rho of each set of pairs (unknown words are made of their n-grams),
and CPU seconds to quantize and write, with one thread, the compiler left out. With --folder the
trained vectors stay in DIR, and those that are there are taken.

With --fasttext, a Python that has fastText (0.9.2, numpy below 2), the same rows are quantized by
both: fastText refuses models without labels, so it gets one with labels whose words have these
rows (-pretrainedVectors, no learning), and the CPU seconds are those of its quantize() alone, of
one thread as it has no more. Errors are of the rows as each file has them.
"""

import os

# Threads of BLAS that wait for one another would count as work. Read when NumPy is imported.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
from common import (
    LIKE_WORD2VEC,
    PAIRS,
    QUESTIONS,
    WIKI,
    describe_machine,
    require_data,
    train,
)

from w2v_cli import Vectors, load
from w2v_cli.embeddings.lookup import Lookup
from w2v_cli.evaluation.analogies import answer_questions
from w2v_cli.evaluation.correlation import spearman
from w2v_cli.evaluation.pairs import read_pairs
from w2v_cli.evaluation.questions import read_questions
from w2v_cli.evaluation.similarity import pair_cosines
from w2v_cli.formats.reading import read_embeddings

TRAINED = {
    "n-grams": ["--min-n", 3, "--max-n", 6, "-e", 3],
    "words": LIKE_WORD2VEC["skipgram"],
}
VARIANTS = {
    "--dsub 2": {},
    "--dsub 4": {"dsub": 4},
    "--no-qnorm": {"qnorm": False},
    "--keep 100000": {"keep": 100_000},
    "--keep 50000": {"keep": 50_000},
    "--keep 20000": {"keep": 20_000},
    "--keep 100000 --dsub 4": {"keep": 100_000, "dsub": 4},
}
UNKNOWN = "unknownnesses"
OF_FASTTEXT = """
import sys, time
import fasttext
vectors, corpus, target, dim = sys.argv[1:]
model = fasttext.train_supervised(
    corpus, pretrainedVectors=vectors, dim=int(dim), lr=1e-12, epoch=1, minCount=1, thread=1,
    verbose=0)
before = time.process_time()
model.quantize(dsub=2, qnorm=True)
print(time.process_time() - before)
model.save_model(target)
"""
"""Trains nothing: labels are read, and words have the vectors of a file."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--pairs", nargs="+", type=Path, default=[])
    parser.add_argument("--variants", nargs="*", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--fasttext", metavar="PYTHON")
    parser.add_argument("--rows", type=int, default=40_000)
    parser.add_argument("--dim", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    require_data()
    print(describe_machine(), flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        if args.variants:
            for model, options in TRAINED.items():
                compare(trained(folder, model, options), args, Path(temporary))
        if args.fasttext:
            beside_fasttext(trained(folder, "words", TRAINED["words"]), args, Path(temporary))


def trained(folder, model, options):
    """The path of trained vectors, which may be there."""
    path = folder / f"quantizing-{model}.w2v"
    if not path.exists():
        train(WIKI, path, *options)
    return path


def compare(source, args, folder):
    """Print a row for each variant."""
    pairs = [PAIRS["men"], *args.pairs]
    names = [path.stem.removeprefix("EN-") for path in pairs]
    columns = ["", "MB", "words off", "n-grams off", "analogies", *names, "CPU s"]
    print(f"\n{source.stem}\n| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
    vectors, target = load(source), folder / "quantized.ftz"
    row("as trained", source, os.path.getsize(source), ["", ""], pairs, "")
    vectors.quantize(target)  # compiles
    for variant in args.variants:
        if vectors.composed(UNKNOWN) is None and "keep" in variant:
            continue  # which takes the first words, no more
        before = time.process_time()
        done = vectors.quantize(target, **VARIANTS[variant])
        seconds = f"{time.process_time() - before:.1f}"
        errors = [f"{100 * done.word_error:.1f} %", f"{100 * done.ngram_error:.1f} %"]
        row(variant, target, done.n_bytes, errors, pairs, seconds)


def row(name, path, n_bytes, errors, pairs, seconds):
    """Print what one file is worth."""
    embeddings = read_embeddings(path)
    known, correct = answer_questions(embeddings, read_questions(QUESTIONS))[:2]
    scores = [f"{1000 * rank_correlation(embeddings, read_pairs(path)):.0f}" for path in pairs]
    analogies = f"{100 * correct.sum() / known.sum():.1f}"
    cells = [name, f"{n_bytes / 1e6:.1f}", *errors, analogies, *scores, seconds]
    print(f"| {' | '.join(cells)} |", flush=True)


def rank_correlation(embeddings, pair_file):
    """Spearman's rho of cosines and scores."""
    known, cosines = pair_cosines(embeddings, Lookup(embeddings.words), pair_file)[:2]
    return spearman(np.array(pair_file.scores)[known], cosines)


def beside_fasttext(source, args, folder):
    """Print seconds and errors of both for the same rows."""
    vectors = load(source)
    rows = np.tile(vectors.matrix, (-(-args.rows // len(vectors)), -(-args.dim // vectors.dim)))
    rows = rows[: args.rows, : args.dim] + np.random.default_rng(1).normal(
        0, 1e-3, (args.rows, args.dim)
    )
    same = Vectors.from_arrays([f"w{row}" for row in range(args.rows)], rows.astype(np.float32))
    same.save(folder / "rows.vec")
    (folder / "labels.txt").write_text("__label__a w0\n__label__b w1\n")
    same.quantize(folder / "warm.ftz")
    ours, theirs, errors = [], [], []
    for run in range(args.runs):
        before = time.process_time()
        done = same.quantize(folder / "ours.ftz", seed=run + 1)
        ours.append(time.process_time() - before)
        command = [args.fasttext, "-c", OF_FASTTEXT, "rows.vec", "labels.txt", "theirs.ftz"]
        result = subprocess.run(
            [*command, str(args.dim)], cwd=folder, check=True, capture_output=True, text=True
        )
        theirs.append(float(result.stdout.split()[-1]))
        found = load(folder / "theirs.ftz")[list(same.words)]
        lost = np.linalg.norm(found - same.matrix) / np.linalg.norm(same.matrix)
        errors.append((done.word_error, lost))
    our_error, their_error = np.mean(errors, axis=0)
    print(
        f"\n{args.rows:,} x {args.dim}: ours {median(ours):.1f} s of CPU, {our_error:.4f} off; "
        f"fastText {median(theirs):.1f} s, {their_error:.4f} off: "
        f"{median(theirs) / median(ours):.1f} times as fast"
    )


if __name__ == "__main__":
    main()
