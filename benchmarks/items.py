"""Hit rate of the next item: settings that w2v tune found, beside the defaults.

    python benchmarks/items.py [--ratings ml-100k.inter] [--seeds 3] [--grid "..."]

Without a file, sessions are made: items with popularity as in Zipf's law, of which each has a few
that follow it, among noise. A file of ratings has columns with tabs between, user, item, rating and
time, below a header (MovieLens 100k as RecBole's wheel brings it along); a session is what a user
rated, in order.

The last item of each session is for the final score alone. What is left is tuned with
``--next-item``, which holds out the last but one of up to 10,000 sessions, and trained with the
settings that were saved, and with the defaults.
"""

import argparse
import csv
import json
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from statistics import mean

import numpy as np
from common import ROOT, W2V, describe_machine

GRID = "ns-exponent=-0.5,0,0.75 sample=0,0.0001 window=3,10 epochs=5,20,60"
N_ITEMS, N_SESSIONS, N_FOLLOWING = 5_000, 20_000, 8
FOLLOWED = 0.6
"""How often the next item is one that follows; else it is any."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ratings", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--grid", default=GRID)
    parser.add_argument("--threads", default="1")
    args = parser.parse_args()
    print(describe_machine(), flush=True)
    sessions = rated(args.ratings) if args.ratings else made(np.random.default_rng(1))
    n_items = len({item for session in sessions for item in session})
    print(f"{len(sessions):,} sessions, {sum(map(len, sessions)):,} of {n_items:,} items")
    print(f"the 10 most popular items: hit rate {popularity(sessions):.4f}")
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), sessions, args)


def compare(folder, sessions, args):
    """Tune, train with what was found and with the defaults, and print the scores of both."""
    training, held_out, best = folder / "train.txt", folder / "all.txt", folder / "best.toml"
    write(training, [session[:-1] for session in sessions])
    write(held_out, sessions)
    threads = ["-j", args.threads]
    tuned = run("tune", training, "--next-item", "--grid", args.grid, "--save", best, "--json",
                *threads)  # fmt: skip
    found = json.loads(tuned)
    print(f"tuned, {len(found['trials'])} trials: {found['best']}; saved {found['settled']}")
    for metric in ("hit_rate", "ndcg"):
        scores = {"defaults": [], "tuned": []}
        for seed in range(1, args.seeds + 1):
            for name, options in (("defaults", []), ("tuned", ["--config", best])):
                vectors = folder / f"{name}-{seed}.bin"
                if not vectors.exists():
                    run("train", training, "-o", vectors, *options, "--seed", seed, *threads)
                result = json.loads(run("evaluate-sessions", vectors, held_out, "--json"))
                scores[name].append(result[metric])
        for name, of_seeds in scores.items():
            print(f"{metric}@10, {name}: {mean(of_seeds):.4f}  {[round(x, 4) for x in of_seeds]}")
        ratio = mean(scores["tuned"]) / mean(scores["defaults"])
        print(f"{metric}@10: tuned is {ratio:.2f} times the defaults", flush=True)


def run(*words):
    """What a quiet run of w2v prints."""
    command = [*W2V, *map(str, words), "-q"]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def write(path, sessions):
    path.write_text("".join(" ".join(session) + "\n" for session in sessions))


def made(rng):
    """Sessions of items that mostly follow one another in a few ways."""
    popularity = 1 / np.arange(1, N_ITEMS + 1)
    flatter = popularity**0.5
    ways = (N_ITEMS, N_FOLLOWING)
    following = rng.choice(N_ITEMS, ways, p=flatter / flatter.sum())
    lengths = rng.integers(4, 20, N_SESSIONS)
    n_items = int(lengths.sum())
    by_chance = rng.choice(N_ITEMS, n_items, p=popularity / popularity.sum())
    follows = rng.random(n_items) < FOLLOWED
    way = rng.integers(N_FOLLOWING, size=n_items)
    sessions, place = [], 0
    for length in lengths:
        session = [int(by_chance[place])]
        for at in range(place + 1, place + length):
            session.append(int(following[session[-1], way[at]] if follows[at] else by_chance[at]))
        place += length
        sessions.append([f"i{item}" for item in session])
    return sessions


def rated(path):
    """Sessions of a file of ratings, each what one user rated in order."""
    of_user = {}
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file, delimiter="\t")
        next(rows)
        for user, item, _, time in rows:
            of_user.setdefault(user, []).append((float(time), item))
    return [[item for _, item in sorted(rows)] for rows in of_user.values()]


def popularity(sessions):
    """How often the last item is one of the ten that are there most often."""
    counts = Counter(item for session in sessions for item in session[:-1])
    best = {item for item, _ in counts.most_common(10)}
    return mean(session[-1] in best for session in sessions)


if __name__ == "__main__":
    main()
