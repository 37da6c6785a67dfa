"""What vectors with n-grams are worth, beside fastText's and beside those without n-grams.

    python benchmarks/ngram_accuracy.py [--fasttext PYTHON] [--words N] [--seeds 3] [--epochs 2]
        [--threads 2] [--settings NAME ...] [--rare FILE] [--pairs FILE ...]
        [--json FILE] [--add FILE ...]

Settings are trained in turn, seed by seed. Those that begin with "as fastText" have what fastText
has: window 5, 5 negatives by the square root of counts, sample 1e-4, learning rate 0.05, vectors
of 100 numbers, words that occur five times, and --epochs. The others are what `w2v train` does by
itself, with its own number of epochs.

--fasttext is a Python that has ``fasttext`` (fasttext-wheel 0.9.2 with numpy below 2). It trains
with twelve threads: with fewer than ten it leaves rows at zero. It takes no seed, but threads make
each run another one.

Prints the means over the seeds: analogies over the whole vocabulary (3CosAdd, per cent of the
questions asked; semantic and syntactic ones); Spearman's rho times 1000 on each set of pairs, of
those whose words the text has; the same on the rare words of --rare, of the pairs whose words the
text has, and of all: words that it does not have are made of their n-grams, and where there are
none, such a pair has cosine 0. Then CPU seconds of the whole command, its peak memory and
the size of the file, in MB. --json keeps all runs, which another call shows with its own by --add.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean, stdev

from common import DATA, PAIRS, QUESTIONS, W2V, WIKI, describe_machine, require_data
from frontier import part_of

AS_FASTTEXT = [
    *("-w", 5, "-n", 5, "--ns-exponent", 0.5, "-t", 1e-4, "--lr", 0.05),
    *("--vectors", "input"),
]
NGRAMS = ["--min-n", 3, "--max-n", 6]
SAME = {
    "as fastText: skip-gram 3-6": ["-m", "skipgram", *AS_FASTTEXT, *NGRAMS],
    "as fastText: skip-gram": ["-m", "skipgram", *AS_FASTTEXT],
    "as fastText: CBOW 3-6": ["-m", "cbow", *AS_FASTTEXT, *NGRAMS],
    "as fastText: CBOW": ["-m", "cbow", *AS_FASTTEXT],
}
OWN = {
    "skip-gram 3-6": NGRAMS,
    "skip-gram 4-6": ["--min-n", 4, "--max-n", 6],
    "skip-gram 5-5": ["--min-n", 5, "--max-n", 5],
    "skip-gram auto": ["--min-n", "auto"],
    "skip-gram": [],
    "CBOW 3-6": ["-m", "cbow", *NGRAMS],
    "CBOW": ["-m", "cbow"],
    "--preset fasttext": ["--preset", "fasttext"],
    "--preset floret": ["--preset", "floret"],
}
PEER = {
    "fastText: skip-gram 3-6": {"model": "skipgram"},
    "fastText: CBOW 3-6": {"model": "cbow"},
}
FASTTEXT = """
import fasttext, json, sys
text, output, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
model = fasttext.train_unsupervised(text, verbose=0, thread=12, minn=3, maxn=6, ws=5, neg=5, t=1e-4,
                                    lr=0.05, dim=100, minCount=5, **options)
model.save_model(output)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fasttext")
    parser.add_argument("--words", type=int)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--settings", nargs="*", default=[*SAME, *OWN, *PEER])
    parser.add_argument("--rare", type=Path)
    parser.add_argument("--pairs", type=Path, nargs="*", default=[])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--add", type=Path, nargs="*", default=[])
    args = parser.parse_args()
    require_data()
    print(describe_machine(), flush=True)
    pairs = {**PAIRS, "mturk": DATA / "EN-MTurk-771.txt"}
    pairs |= {path.stem: path for path in args.pairs}
    runs = [run for path in args.add for run in json.loads(path.read_text())]
    with tempfile.TemporaryDirectory() as folder:
        text = part_of(WIKI, args.words, Path(folder))
        encoded = Path(folder) / "text.w2vc"
        run([*W2V, "encode", text, "-o", encoded, "-q", "--min-count", 5])
        for seed in range(1, args.seeds + 1):
            for name in args.settings:
                if name in PEER and not args.fasttext:
                    continue
                command, output = command_of(name, args, text, encoded, seed)
                used = run(command)
                runs.append({"name": name, "seed": seed, **used, **worth(output, pairs, args.rare)})
                output.unlink()
                if args.json:
                    args.json.write_text(json.dumps(runs))
    print(summary(runs))


def command_of(name, args, text, encoded, seed):
    """(command that trains, the file that it writes)."""
    if name in PEER:
        output = encoded.with_name("model.bin")
        options = json.dumps(PEER[name] | {"epoch": args.epochs})
        return [args.fasttext, "-c", FASTTEXT, text, output, options], output
    output = encoded.with_name("vectors.w2v")
    options = [*SAME[name], "-e", args.epochs] if name in SAME else OWN[name]
    fixed = ["-o", output, "-q", "-j", args.threads, "--seed", seed]
    return [*W2V, "train", encoded, *fixed, *options], output


def run(command):
    """Run it; its CPU seconds and peak memory."""
    process = subprocess.Popen([str(word) for word in command])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return {"cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / 1000}


def worth(path, pairs, rare):
    """Scores of a file of vectors, and its size."""
    from w2v_cli import load

    known = load(path, compose=False)
    analogies = known.evaluate_analogies(QUESTIONS)
    parts = "total", "semantic", "syntactic"
    found = {part: 100 * getattr(analogies, part).accuracy for part in parts}
    sets = pairs | ({"rare, known": rare} if rare else {})
    found |= {
        name: 1000 * known.evaluate_similarity(of).files[0].spearman for name, of in sets.items()
    }
    if rare:
        found["rare, all"] = 1000 * of_all_pairs(path, rare)
    return found | {"file": path.stat().st_size / 1e6}


def of_all_pairs(path, rare):
    """Spearman's rho of all pairs; one with a word that has no vector counts as cosine 0."""
    import numpy as np

    from w2v_cli.embeddings.lookup import Lookup
    from w2v_cli.evaluation.correlation import spearman
    from w2v_cli.evaluation.pairs import read_pairs
    from w2v_cli.evaluation.similarity import pair_cosines
    from w2v_cli.formats.reading import read_embeddings

    pair_file, embeddings = read_pairs(rare), read_embeddings(path)
    lookup = Lookup(embeddings.words, True, len(embeddings))
    known, cosines, _ = pair_cosines(embeddings, lookup, pair_file)
    every = np.zeros(len(known))
    every[known] = cosines
    return spearman(np.array(pair_file.scores), every)


def summary(runs):
    """Lines of a Markdown table: means, and the standard deviation over seeds of the first one."""
    columns = [name for name in runs[0] if name not in ("name", "seed", "cpu", "memory", "file")]
    ends = {"cpu": "CPU s", "memory": "memory, MB", "file": "file, MB"}
    lines = ["| | seeds | " + " | ".join([*columns, *ends.values()]) + " |"]
    lines.append("|" + "---|" * (len(columns) + 5))
    for name in dict.fromkeys(run["name"] for run in runs):
        own = [run for run in runs if run["name"] == name]
        cells = [str(len(own))]
        for column in [*columns, *ends]:
            values = [run[column] for run in own]
            of_questions = column in ("total", "semantic", "syntactic")
            cells.append(f"{mean(values):.{1 if of_questions else 0}f}")
            if column == "rare, all" and len(own) > 1:
                cells[-1] += f" ± {stdev(values):.0f}"
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
