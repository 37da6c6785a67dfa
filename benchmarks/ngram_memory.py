"""Peak memory of training with n-grams, beside fastText's.

    python benchmarks/ngram_memory.py --fasttext PYTHON [--dim 300] [--repeat 3]

Both programs train skip-gram with n-grams of 3 to 6 characters and 2 million buckets, in two
threads, on a text that has each word of the Wikipedia text that stands there five times or more
five times: memory goes by the words, not by how often they come. Prints the peaks of resident
memory of the processes, in MB, and their ratio; the two take turns, and the table has medians.
--fasttext is a Python that has ``fasttext`` (fasttext-wheel 0.9.2 with numpy below 2).
"""

import argparse
import json
import lzma
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from statistics import median

from common import W2V, WIKI, describe_machine, require_data

FEWEST = 5
WORDS_OF_LINE = 20
FASTTEXT = """
import fasttext, json, sys
fasttext.train_unsupervised(sys.argv[1], verbose=0, thread=2, **json.loads(sys.argv[2]))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fasttext", default=sys.executable)
    parser.add_argument("--dim", type=int, default=300)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    require_data()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.txt"
        n_words = write_words(text)
        options = ["--min-n", 3, "--max-n", 6, "-d", args.dim, "-e", 1, "-j", 2, "-q"]
        mine = [*W2V, "train", text, "-o", Path(folder) / "vectors.w2v", *options]
        options = json.dumps({"minn": 3, "maxn": 6, "dim": args.dim, "epoch": 1})
        theirs = [args.fasttext, "-c", FASTTEXT, text, options]
        peaks = [(peak_memory(mine), peak_memory(theirs)) for _ in range(args.repeat)]
    ours, others = (median(column) for column in zip(*peaks, strict=True))
    print(f"{n_words:,} words, dim {args.dim}")
    print(f"ours {ours:.0f} MB, fastText {others:.0f} MB, ratio {ours / others:.2f}")


def write_words(path):
    """A text of all frequent words; returns how many there are."""
    with lzma.open(WIKI, "rt") as source:
        counts = Counter(word for line in source for word in line.split())
    words = [word for word, count in counts.most_common() if count >= FEWEST]
    with open(path, "w") as target:
        for start in range(0, len(words), WORDS_OF_LINE):
            line = " ".join(words[start : start + WORDS_OF_LINE])
            target.write(f"{line}\n" * FEWEST)
    return len(words)


def peak_memory(command):
    """Run it; its peak memory in MB."""
    process = subprocess.Popen([str(word) for word in command])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return usage.ru_maxrss * 1024 / 1e6


if __name__ == "__main__":
    main()
