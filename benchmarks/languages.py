"""Two halves of one language as two languages: how many words find themselves, and how fast.

    python benchmarks/languages.py table [--folder DIR] [--muse DIR] [--vecmap DIR]
                                         [--python PYTHON]
    python benchmarks/languages.py speed [--folder DIR] [--repeat 3] [--threads 1]
    python benchmarks/languages.py large [--words 200000] [--dim 300] [--threads N]

The odd lines and the even lines of 17M tokens of Wikipedia are trained apart (skip-gram of dim 100,
the settings of word2vec.c, or with --defaults ours), so that each word of one half has its
translation, itself, in the other. Of the words that both have, the
5,000 most frequent are the training dictionary, and the next 1,500 the test; rarer ones, ranks
20,000 to 21,500, are a test of their own. With --folder the vectors stay in DIR, and are taken
again.

``table`` prints P@1, P@5 and P@10 of each method by cosine (NN) and by CSLS, all words of the other
half competing, and the CPU seconds of what w2v align does, words held out and scored included.
--muse and --vecmap name clones of facebookresearch/MUSE and artetxem/vecmap, which are run on the
same files by PYTHON, an interpreter that has torch, SciPy and NumPy; their scores are what their
own programs print, MUSE's of its last round.

``speed`` compares the mean of the ten best cosines of all words in both directions (r of CSLS) with
NumPy: a block's product, and ``partition`` of it, once for rows and once for columns. CPU seconds
are medians, of both in turns. ``large`` computes r for random vectors, in a process of its own:
seconds and the most memory.
"""

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from common import LIKE_WORD2VEC, ROOT, WIKI, describe_machine, require_data, train

from w2v_cli.alignment.config import AlignConfig
from w2v_cli.alignment.hubs import mean_of_best
from w2v_cli.alignment.mapping import normalized
from w2v_cli.evaluation.dictionary import Dictionary, read_dictionary
from w2v_cli.evaluation.translation import evaluate_translation
from w2v_cli.files.inputs import open_input
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.library.aligning import align_embeddings
from w2v_cli.machine.system import peak_memory_bytes
from w2v_cli.machine.threads import one_blas_thread

HALVES = ("odd", "even")
TRAINING, TEST, RARE = slice(0, 5000), slice(5000, 6500), slice(20_000, 21_500)
ROWS = {
    "Procrustes, raw": {"normalize": ()},
    "Procrustes, TGT stays": {"stays": True},
    "Procrustes": {},
    "Procrustes, refined 5 times": {"refine": 5},
    "least squares": {"method": "lstsq"},
    "VecMap's map": {"method": "vecmap"},
    "VecMap's map, refined 5 times": {"method": "vecmap", "refine": 5},
    "50 pairs": {"pairs": 50},
    "50 pairs, refined 5 times": {"pairs": 50, "refine": 5},
    "200 pairs": {"pairs": 200},
    "200 pairs, refined 5 times": {"pairs": 200, "refine": 5},
    "1,000 pairs": {"pairs": 1000},
}
K = 10
NUMPY_BLOCK = 1024


def halves(options):
    """The vectors of both halves, trained if they are not in the folder: two Embeddings."""
    folder = options.folder
    require_data()
    paths = [folder / f"{name}.txt" for name in HALVES]
    if not all(path.exists() for path in paths):
        with open_input(WIKI) as stream:
            lines = stream.read().splitlines(keepends=True)
        for start, path in enumerate(paths):
            text = folder / f"{path.stem}-lines.txt"
            text.write_bytes(b"".join(lines[start::2]))
            settings = [] if options.defaults else LIKE_WORD2VEC["skipgram"]
            train(text, path, "-d", 100, "--no-provenance", *settings)
    return [read_embeddings(path) for path in paths]


def dictionaries(source, target, folder):
    """Files of word pairs, most frequent first: training, test, and rare words."""
    words = [word for word in source.words if word in target.index]
    paths = {}
    for name, part in (("training", TRAINING), ("test", TEST), ("rare", RARE)):
        paths[name] = folder / f"{name}.dict"
        paths[name].write_text("".join(f"{word} {word}\n" for word in words[part]))
    return paths


def table(options):
    """Print P@k of all methods."""
    folder = options.folder
    source, target = halves(options)
    paths = dictionaries(source, target, folder)
    training = read_dictionary(paths["training"])
    tests = [read_dictionary(paths[name]) for name in ("test", "rare")]
    print(describe_machine())
    print(f"{len(source):,} and {len(target):,} words; P@1 / 5 / 10 of 1,500 words")
    print("| | NN | CSLS | rare, CSLS | CPU seconds |")
    print("|---|---|---|---|---|")
    for name, asked in ROWS.items():
        pairs = Dictionary(name, training.pairs[: asked.get("pairs")])
        config = {key: asked[key] for key in asked if key not in ("pairs", "stays")}
        start = time.process_time()
        done = align_embeddings(
            source, target, pairs, AlignConfig(**config), not asked.get("stays", False)
        )
        seconds = time.process_time() - start
        scores = evaluate_translation(done.source, done.target, tests, K)
        cells = [told(scores[0].nn), told(scores[0].csls), told(scores[1].csls)]
        print(f"| {name} | {' | '.join(cells)} | {seconds:.1f} |", flush=True)
    if options.vecmap:
        vecmap(options, paths)
    if options.muse:
        muse(options, paths)


def told(retrieval):
    """P@1 / 5 / 10 in per cent."""
    return " / ".join(f"{100 * share.value:.1f}" for share in retrieval.precision.values())


def run(options, place, *command):
    """(what a program of others prints, CPU seconds)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [options.python, *map(str, command)]
    done = subprocess.run(words, cwd=place, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words)}\n{done.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout + done.stderr, seconds


def vecmap(options, paths):
    """VecMap's supervised map, scored by its own program and by ours."""
    folder = options.folder.resolve()
    files = [folder / f"{name}.txt" for name in HALVES]
    made = [folder / f"vecmap-{name}.txt" for name in HALVES]
    training = paths["training"].resolve()
    _, seconds = run(
        options, options.vecmap, "map_embeddings.py", "--supervised", training, *files, *made
    )
    found = {}
    for name, more in (("nn", []), ("csls", ["--retrieval", "csls"])):
        text, _ = run(
            options,
            options.vecmap,
            "eval_translation.py",
            *made,
            "-d",
            paths["test"].resolve(),
            *more,
        )
        found[name] = re.search(r"Accuracy: *([\d.]+)%", text)[1]
    print(f"| VecMap itself | {found['nn']} | {found['csls']} | | {seconds:.1f} |")
    tests = [read_dictionary(paths[name]) for name in ("test", "rare")]
    scores = evaluate_translation(*map(read_embeddings, made), tests, K)
    cells = [told(scores[0].nn), told(scores[0].csls), told(scores[1].csls)]
    print(f"| VecMap's files, scored by us | {' | '.join(cells)} | |", flush=True)


def muse(options, paths):
    """MUSE's Procrustes and its refinement, as it scores them itself."""
    folder = options.folder.resolve()
    for name, more in (
        ("raw", []),
        ("normalised", ["--normalize_embeddings", "renorm,center,renorm"]),
    ):
        text, seconds = run(
            options,
            options.muse,
            *("supervised.py", "--cuda", "False", "--n_refinement", 5, "--emb_dim", 100),
            *("--max_vocab", -1, "--src_lang", "en", "--tgt_lang", "en", "--export", "txt"),
            *("--src_emb", folder / "odd.txt", "--tgt_emb", folder / "even.txt"),
            *("--dico_train", paths["training"].resolve(), "--dico_eval", paths["test"].resolve()),
            *("--exp_path", folder / f"muse-{name}", *more),
        )
        for way, label in (("nn", "NN"), ("csls_knn_10", "CSLS")):
            rounds = re.findall(rf"{way} - Precision at k = (\d+): ([\d.]+)", text)
            by_round = [rounds[start : start + 3] for start in range(0, len(rounds), 3)]
            for number in (0, -1):
                shares = " / ".join(f"{float(share):.1f}" for _, share in by_round[number])
                when = "dictionary" if number == 0 else "last round"
                print(
                    f"MUSE, {name}, {when}, {label}: {shares} ({seconds:.0f} s in all)", flush=True
                )


def plain_means(source, target, k):
    """r of all words in both directions by NumPy: product and partition of blocks."""
    near_source = np.empty(len(source))
    largest = np.full((k, len(target)), -np.inf, np.float32)
    for start in range(0, len(source), NUMPY_BLOCK):
        product = source[start : start + NUMPY_BLOCK] @ target.T
        near_source[start : start + NUMPY_BLOCK] = np.partition(product, -k, axis=1)[:, -k:].mean(
            axis=1
        )
        both = np.concatenate([largest, np.partition(product, -k, axis=0)[-k:]])
        largest = np.partition(both, -k, axis=0)[-k:]
    return near_source, largest.mean(axis=0)


def plain_one_way(source, target, k):
    """r of the source alone: product and partition of blocks."""
    return np.concatenate(
        [
            np.partition(source[start : start + NUMPY_BLOCK] @ target.T, -k, axis=1)[:, -k:].mean(
                axis=1
            )
            for start in range(0, len(source), NUMPY_BLOCK)
        ]
    )


def product_alone(source, target, k):
    """The products of blocks, of which nothing is kept."""
    for start in range(0, len(source), NUMPY_BLOCK):
        source[start : start + NUMPY_BLOCK] @ target.T


def speed(options):
    """Print seconds of ours and of NumPy."""
    source, target = (
        normalized(each.vectors[: options.words], ["unit"]) for each in halves(options)
    )
    ways = {
        "ours, both directions": lambda: mean_of_best(source, target, K, options.threads),
        "NumPy, both directions": lambda: plain_means(source, target, K),
        "NumPy, one direction": lambda: plain_one_way(source, target, K),
        "NumPy, the product alone": lambda: product_alone(source, target, K),
    }
    mean_of_best(source[:100], target[:100], K)  # compiles
    seconds = {name: [] for name in ways}
    print(describe_machine())
    with one_blas_thread():
        for _ in range(options.repeat):
            for name, way in ways.items():
                start = time.process_time()
                way()
                seconds[name].append(time.process_time() - start)
    middle = {name: statistics.median(times) for name, times in seconds.items()}
    ours = middle["ours, both directions"]
    print(f"{len(source):,} x {len(target):,}, dim {source.shape[1]}, {options.threads} threads")
    for name, value in middle.items():
        print(f"| {name} | {value:.2f} s | {value / ours:.2f} |")


def large(options):
    """Print seconds and memory of r for random vectors."""
    rng = np.random.default_rng(1)
    source, target = (
        normalized(rng.standard_normal((options.words, options.dim), np.float32), ["unit"])
        for _ in range(2)
    )
    before = peak_memory_bytes()
    start, cpu = time.perf_counter(), time.process_time()
    mean_of_best(source, target, K, options.threads)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(describe_machine())
    print(
        f"{options.words:,} x {options.words:,}, dim {options.dim}, {options.threads or 'all'} "
        f"threads: {seconds:.1f} s, {cpu:.1f} of CPU, at most {peak_memory_bytes() / 1e6:,.0f} MB, "
        f"{before / 1e6:,.0f} before"
    )


def main():
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("table", "speed", "large"))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--defaults", action="store_true")
    parser.add_argument("--muse", type=Path)
    parser.add_argument("--vecmap", type=Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--words", type=int, default=200_000)
    parser.add_argument("--dim", type=int, default=300)
    options = parser.parse_args()
    os.chdir(ROOT)
    act = {"table": table, "speed": speed, "large": large}[options.what]
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
        act(options)
        return
    with tempfile.TemporaryDirectory() as folder:
        options.folder = Path(folder)
        act(options)


if __name__ == "__main__":
    main()
