"""How good vectors are for the time they take: defaults and presets, those before, and other tools.

    python benchmarks/frontier.py [--text FILE] [--words N] [--seeds 3] [--threads 2]
        [--settings NAME ...] [--pairs FILE ...] [--word2vec PROGRAM] [--gensim]
        [--json FILE] [--add FILE ...] [--plot FILE]

Settings are trained in turn, seed by seed, so that what else the machine does meets all of them.
Prints, for each, the means over the seeds with what a single seed may differ: analogies over the
whole vocabulary (3CosAdd, per cent of the questions asked; semantic and syntactic ones), Spearman's
rho times 1000 on each set of pairs, seconds of training, and CPU seconds of the whole command,
which other work on the machine disturbs least. --words takes the first lines of the text with so
many words. --word2vec is word2vec.c, built; it and gensim get the settings of both years, so that
nobody takes a setting for a method. --json keeps all runs, which another call shows with its own by
--add; --plot draws analogies against CPU seconds.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean, stdev

from common import DATA, LIKE_WORD2VEC, PAIRS, QUESTIONS, W2V, WIKI, describe_machine, require_data

SKIPGRAM_2013, CBOW_2013 = (LIKE_WORD2VEC[model] for model in ("skipgram", "cbow"))
SETTINGS = {
    "skip-gram as in 2013": SKIPGRAM_2013,
    "skip-gram": ["-m", "skipgram"],
    "CBOW as in 2013": CBOW_2013,
    "CBOW": ["-m", "cbow"],
    "fast as it was": [*CBOW_2013, "-e", 3],
    "fast": ["--preset", "fast"],
    "quality as it was": [*SKIPGRAM_2013, "-d", 200, "-e", 15],
    "quality": ["--preset", "quality"],
    "CBOW, 1 epoch": ["-m", "cbow", "-e", 1],
    "CBOW, 2 epochs": ["-m", "cbow", "-e", 2],
    "CBOW, 3 epochs": ["-m", "cbow", "-e", 3],
    "CBOW, 10 epochs": ["-m", "cbow", "-e", 10],
    "skip-gram, 2 epochs": ["-m", "skipgram", "-e", 2],
    "PPMI": ["-m", "ppmi"],
    "PPMI, dim 300": ["-m", "ppmi", "-d", 300],
}
PEERS = {
    "word2vec": {
        "word2vec.c, skip-gram": ["-cbow", 0, "-iter", 5],
        "word2vec.c, CBOW": ["-cbow", 1, "-iter", 5],
        "word2vec.c, skip-gram, our settings": [
            "-cbow", 0, "-alpha", 0.05, "-sample", 1e-4, "-iter", 7,
        ],
        "word2vec.c, CBOW, our settings": [
            "-cbow", 1, "-alpha", 0.083, "-sample", 1e-4, "-window", 7, "-negative", 9, "-iter", 5,
        ],
        "word2vec.c, CBOW, our settings, 3 epochs": [
            "-cbow", 1, "-alpha", 0.1, "-sample", 1e-4, "-window", 7, "-negative", 9, "-iter", 3,
        ],
    },
    "gensim": {
        "gensim, CBOW (its defaults)": {},
        "gensim, skip-gram": {"sg": 1},
        "gensim, CBOW, our settings": {
            "alpha": 0.083, "sample": 1e-4, "window": 7, "negative": 9, "ns_exponent": 0.5,
        },
        "gensim, skip-gram, our settings": {"sg": 1, "alpha": 0.05, "sample": 1e-4, "epochs": 7},
    },
}  # fmt: skip
GENSIM = """
import json, sys, time
from gensim.models import Word2Vec
started = time.perf_counter()
model = Word2Vec(corpus_file=sys.argv[1], workers=int(sys.argv[3]), seed=int(sys.argv[4]),
                 **json.loads(sys.argv[5]))
model.wv.save_word2vec_format(sys.argv[2], binary=True)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", type=Path, default=WIKI)
    parser.add_argument("--words", type=int)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--settings", nargs="*", default=list(SETTINGS)[:8])
    parser.add_argument("--pairs", type=Path, nargs="*", default=[])
    parser.add_argument("--word2vec")
    parser.add_argument("--gensim", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--add", type=Path, nargs="*", default=[])
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    require_data()
    print(describe_machine(), flush=True)
    pairs = {**PAIRS, "mturk": DATA / "EN-MTurk-771.txt"}
    pairs |= {path.stem: path for path in args.pairs}
    with tempfile.TemporaryDirectory() as folder:
        text = part_of(args.text, args.words, Path(folder))
        runs = [run for path in args.add for run in json.loads(path.read_text())]
        for seed in range(1, 2 * args.seeds, 2):  # an ensemble of two takes two
            for name, command in commands(args, text, Path(folder), seed):
                runs.append({"name": name, "seed": seed, **measured(command, folder, pairs)})
                if args.json:
                    args.json.write_text(json.dumps(runs))
    table = summary(runs, list(pairs))
    print(table)
    if args.plot:
        draw(runs, args.plot)


def part_of(text, n_words, folder):
    """The text, unpacked, or its first lines: every tool reads the same file."""
    from w2v_cli.files.inputs import open_input

    part = folder / "text"
    seen = 0
    with open_input(text) as stream, open(part, "wb") as file:
        for line in stream:
            file.write(line)
            seen += len(line.split())
            if n_words and seen >= n_words:
                break
    return part


def commands(args, text, folder, seed):
    """Yield (name, command that writes vectors.bin)."""
    vectors, threads = folder / "vectors.bin", str(args.threads)
    for name in args.settings:
        command = [*W2V, "train", text, "-o", vectors, "-q", "-j", threads, "--seed", seed]
        yield name, [*command, "--stats", folder / "stats.json", *SETTINGS[name]]
    if args.word2vec and seed == 1:  # it has no seed
        fixed = ["-train", text, "-output", vectors, "-binary", 1, "-threads", threads]
        for name, options in PEERS["word2vec"].items():
            yield name, [args.word2vec, *fixed, "-size", 100, "-debug", 0, *options]
    if args.gensim:
        for name, options in PEERS["gensim"].items():
            program = [sys.executable, "-c", GENSIM, text, vectors, threads, seed]
            yield name, [*program, json.dumps(options)]


def measured(command, folder, pairs):
    """Run it; what it took, and what its vectors are worth."""
    return run(command, folder) | scores(Path(folder, "vectors.bin"), pairs)


def run(command, folder):
    """Run it; what it took."""
    stats = Path(folder, "stats.json")
    stats.unlink(missing_ok=True)
    started = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    seconds = time.perf_counter() - started
    training = json.loads(stats.read_text())["seconds"]["train"] if stats.exists() else seconds
    return {"seconds": seconds, "training": training, "cpu": usage.ru_utime + usage.ru_stime}


def scores(vectors, pairs):
    from w2v_cli import load

    loaded = load(vectors)
    found = loaded.evaluate_analogies(QUESTIONS)
    total = {"analogies": found.total, "semantic": found.semantic, "syntactic": found.syntactic}
    return {name: 100 * score.accuracy for name, score in total.items()} | {
        name: 1000 * loaded.evaluate_similarity(path).files[0].spearman
        for name, path in pairs.items()
    }


def summary(runs, pairs):
    """Lines of a Markdown table: means, and half of a 95 % interval of the analogies."""
    columns = ["analogies", "semantic", "syntactic", *pairs, "training", "cpu"]
    lines = ["| | " + " | ".join([*columns[:-2], "training s", "CPU s"]) + " |"]
    lines.append("|" + "---|" * (len(columns) + 1))
    for name in dict.fromkeys(run["name"] for run in runs):
        own = [run for run in runs if run["name"] == name]
        cells = [f"{mean(run[column] for run in own):.0f}" for column in columns]
        cells[:3] = [f"{mean(run[column] for run in own):.1f}" for column in columns[:3]]
        if len(own) > 1:
            half = T_95.get(len(own), 2) * stdev(run["analogies"] for run in own) / len(own) ** 0.5
            cells[0] += f" ± {half:.1f}"
        cells[-2:] = [f"{mean(run[column] for run in own):.1f}" for column in columns[-2:]]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


T_95 = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78}
"""Quantiles of Student's t for means of so many seeds."""


STYLES = {"w2v": ("o", "C0"), "gensim": ("^", "C2"), "word2vec.c": ("s", "C3")}
"""Tool -> marker and color of its points."""


def draw(runs, path):
    """Analogies against CPU seconds, one point a setting."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(9, 6))
    for name in dict.fromkeys(run["name"] for run in runs):
        own = [run for run in runs if run["name"] == name]
        x, y = (mean(run[column] for run in own) for column in ("cpu", "analogies"))
        tool = name.split(",")[0] if name.split(",")[0] in ("word2vec.c", "gensim") else "w2v"
        marker, color = STYLES[tool]
        axes.plot(x, y, marker, color=color)
        shown = name.removeprefix(f"{tool}, ")
        axes.annotate(shown, (x, y), xytext=(6, 3), textcoords="offset points", fontsize=8)
    for tool, (marker, color) in STYLES.items():
        axes.plot([], [], marker, color=color, label=tool)
    axes.set(
        xscale="log", xlabel="CPU seconds, reading and writing included", ylabel="analogies, %"
    )
    axes.margins(x=0.25)
    axes.grid(alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    main()
