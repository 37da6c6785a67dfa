"""Does `w2v compare` find words that have changed? By Procrustes, by neighbors, and by a compass.

Odd and even lines of wiki_17m are two periods in which nothing has changed. In the second, changes
are planted in words of three ranges of frequency:

* swapped: two words of about one frequency change places;
* mixed: a word takes over half of the places of another one that is twice as frequent.

Words are ranked by each score; told are the average precision of what was planted, among all words
that both halves have at least ``--min-count`` times, its median rank, and the share of it among as
many first words as there are planted ones.

Run: python benchmarks/periods.py [--planted 20] [--min-count 50] [--dim 100] [--epochs 5]
"""

import argparse
import re
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from common import WIKI, describe_machine, require_data, train

from w2v_cli.alignment.comparing import Comparison
from w2v_cli.files.inputs import open_input
from w2v_cli.formats.reading import read_embeddings

RANGES = ((100, 300), (300, 1000), (1000, 5000))
SLICE_EPOCHS = (1, 2, 5)
KINDS = ("swapped", "mixed")
LIKE = 1.15
"""Words that change places are equally frequent, up to this factor."""
TWICE = (1.6, 2.4)
"""So many times as frequent is the word whose places another one takes over."""
WORD = re.compile(rb"\S+")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--planted", type=int, default=20, help="of each kind in each range")
    parser.add_argument("--min-count", type=int, default=50)
    parser.add_argument("--dim", type=int, default=100)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--lines", type=int, help="of the text; all without")
    args = parser.parse_args()
    require_data()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), args)


def measure(folder, args):
    """Plant, train, rank, and print."""
    early, late = folder / "early.txt", folder / "late.txt"
    split(early, late, args.lines)
    planted = plant(late, choose(early, late, args.planted, np.random.default_rng(1)))
    options = ("-d", args.dim, "-e", args.epochs)
    seconds = {}
    for name in ("early", "late"):
        for seed in (1, 2):
            stats = train(
                folder / f"{name}.txt", folder / f"{name}{seed}.w2v", *options, "--seed", seed
            )
            seconds[f"{name} alone"] = stats["seconds"]["train"]
    compass = folder / "compass.w2v"
    texts = folder / "both.txt"
    texts.write_bytes(early.read_bytes() + late.read_bytes())
    seconds["compass"] = train(texts, compass, *options, "--keep-context")["seconds"]["train"]
    for epochs in SLICE_EPOCHS:
        for name in ("early", "late"):
            frozen = ("--init", compass, "--freeze", "outputs", "-e", epochs)
            stats = train(folder / f"{name}.txt", folder / f"{name}-c{epochs}.w2v", *frozen)
            seconds[f"{name} from the compass, {epochs}"] = stats["seconds"]["train"]
    for name in ("early", "late"):
        train(folder / f"{name}.txt", folder / f"{name}-i.w2v", *options, "--vectors", "input")
    print("seconds of training:", {name: round(value, 1) for name, value in seconds.items()})
    spaces = {path.stem: read_embeddings(path) for path in folder.glob("*.w2v")}
    report(spaces, planted, args.min_count)


def split(early, late, n_lines):
    """Write odd and even lines."""
    with open_input(WIKI) as stream, open(early, "wb") as odd, open(late, "wb") as even:
        for number, line in enumerate(stream):
            if n_lines and number >= n_lines:
                break
            (even if number % 2 else odd).write(line)


def choose(early, late, n_planted, rng):
    """{kind: [(word, other)]}: the planted words, none of them twice."""
    counts = [Counter(path.read_bytes().split()) for path in (early, late)]
    known = {word: min(counts[0][word], counts[1][word]) for word in counts[0]}
    words = [word for word, count in known.items() if count >= RANGES[0][0] and word.isalpha()]
    used, chosen = set(), {kind: [] for kind in KINDS}
    for low, high in RANGES:
        band = [word for word in words if low <= known[word] < high]
        for kind in KINDS:
            factors = (1 / LIKE, LIKE) if kind == "swapped" else TWICE
            n_pairs = n_planted // 2 if kind == "swapped" else n_planted
            for word in rng.permutation(np.array(band, dtype=object)):
                if n_pairs == 0:
                    break
                least, most = (factor * known[word] for factor in factors)
                others = [
                    other
                    for other in words
                    if least <= known[other] <= most and other not in used and other != word
                ]
                if word in used or not others:
                    continue
                other = others[rng.integers(len(others))]
                used |= {word, other}
                chosen[kind].append((word, other))
                n_pairs -= 1
    return chosen


def plant(path, chosen):
    """Change a text; returns {word: (kind, count in it)}."""
    swapped = dict(chosen["swapped"]) | {other: word for word, other in chosen["swapped"]}
    mixed = {other: word for word, other in chosen["mixed"]}
    rng, turns = np.random.default_rng(2), {}

    def changed(match):
        word = match[0]
        if word in swapped:
            return swapped[word]
        if word in mixed and rng.random() < 0.5:
            return mixed[word]
        return word

    text = WORD.sub(changed, path.read_bytes())
    path.write_bytes(text)
    counts = Counter(text.split())
    for word in swapped:
        turns[word.decode()] = ("swapped", counts[word])
    for word in mixed.values():
        turns[word.decode()] = ("mixed", counts[word])
    return turns


def report(spaces, planted, min_count):
    """Print how well each score finds what was planted."""
    one = Comparison([spaces["early1"]], [spaces["late1"]], min_count)
    runs = [[spaces[f"{name}{seed}"] for seed in (1, 2)] for name in ("early", "late")]
    two = Comparison(*runs, min_count)
    inputs = Comparison([spaces["early-i"]], [spaces["late-i"]], min_count)
    rankings = {
        "Procrustes: change": (one, one.ranked(None)),
        "Procrustes, two runs of each: change": (two, two.ranked(None)),
        "Procrustes, two runs of each: net": (two, two.ranked(None, "net")),
        "neighbors: overlap of 10": (one, one.ranked(None, "overlap", 10)),
        "neighbors: overlap of 100": (one, one.ranked(None, "overlap", 100)),
        "neighbors: overlap of 1000": (one, one.ranked(None, "overlap", 1000)),
        "Procrustes of inputs: change": (inputs, inputs.ranked(None)),
    }
    for epochs in SLICE_EPOCHS:
        name = f"compass, {epochs} epochs"
        sides = [spaces[f"early-c{epochs}"]], [spaces[f"late-c{epochs}"]]
        compass = Comparison(*sides, min_count, is_aligned=True)
        turned = Comparison(*sides, min_count)
        rankings[f"{name}: change"] = compass, compass.ranked(None)
        rankings[f"{name}, rotated all the same: change"] = turned, turned.ranked(None)
        rankings[f"{name}: overlap of 100"] = compass, compass.ranked(None, "overlap", 100)
    print(
        "| score | words | planted | average precision | among the first | median rank: swapped "
        "| mixed |"
    )
    print("|---|---|---|---|---|---|---|")
    for name, (comparison, places) in rankings.items():
        words = [comparison.words[place] for place in places]
        is_planted = np.array([word in planted for word in words])
        ranks = {
            kind: [
                rank
                for rank, word in enumerate(words, 1)
                if word in planted and planted[word][0] == kind
            ]
            for kind in KINDS
        }
        found = is_planted[: is_planted.sum()].mean()
        medians = " | ".join(
            f"{np.median(ranks[kind]):.0f} of {len(ranks[kind])}" for kind in KINDS
        )
        print(f"| {name} | {len(words):,} | {is_planted.sum()} | {precision(is_planted):.3f} | "
              f"{found:.1%} | {medians} |")  # fmt: skip
    print_ranges(rankings, planted)
    print("mean change of words that were left alone:")
    for name in ("Procrustes: change", "compass, 2 epochs: change"):
        comparison = rankings[name][0]
        alone = [
            place
            for place in np.flatnonzero(comparison.is_candidate)
            if comparison.words[place] not in planted
        ]
        moved = [comparison.index[word] for word in planted if word in comparison.index]
        changes = comparison.changes
        high = np.percentile(changes[alone], 99)
        print(f"  {name}: {changes[alone].mean():.3f}, one in a hundred above {high:.3f}")
        print(f"    planted: {changes[moved].mean():.3f}")


def precision(is_planted):
    """The mean share of planted words down to each of them."""
    hits = np.flatnonzero(is_planted)
    return float(np.mean(np.arange(1, len(hits) + 1) / (hits + 1)))


def print_ranges(rankings, planted):
    """Median ranks by frequency."""
    for name in ("Procrustes: change", "neighbors: overlap of 100", "compass, 2 epochs: change"):
        comparison, places = rankings[name]
        rank = {comparison.words[place]: number for number, place in enumerate(places, 1)}
        told = []
        for low, high in RANGES:
            ranks = [
                rank[word]
                for word, (_, count) in planted.items()
                if low <= count < high and word in rank
            ]
            told.append(f"{low}-{high}: {np.median(ranks):.0f} of {len(ranks)}")
        print(f"median rank, {name}, by count: {'; '.join(told)}")


if __name__ == "__main__":
    main()
