"""From opening a model with n-grams to the first neighbors of an unknown word, beside fastText.

    python benchmarks/ngram_opening.py [--fasttext PYTHON] [--words 500000] [--buckets 2000000]
                                       [--dim 300] [--min-n 3] [--max-n 6] [--repeat 3]
                                       [--folder FOLDER] [--stages]

Each measurement is a whole process, from its start to its end, the files in the page cache, all in
turn. Prints the median of the wall and processor seconds and the largest resident memory (mapped
files included), and our time as a part of fastText's. --fasttext is a Python that has ``fasttext``
(fasttext-wheel 0.9.2). The model is made up: words of syllables, rows and counts at random, as
large as those that are published (2 M buckets of 300 numbers: 3.6 GB with the outputs; as much
again for each ``.w2v``). --stages also tells what reading is made of.
"""

import argparse
import struct
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from common import W2V, describe_machine
from loading import measure, whole

BLOCK_ROWS = 1 << 16
UNKNOWN = "unforeseeablenesses"
FASTTEXT = """
import sys
import fasttext
model = fasttext.load_model(sys.argv[1])
print(model.get_nearest_neighbors(sys.argv[2], k=10))
"""
STAGES = """
import sys, time
start = time.perf_counter(), time.process_time()
def told(what):
    global start
    now = time.perf_counter(), time.process_time()
    print(f"  {what:24} {now[0] - start[0]:.3f} s, {now[1] - start[1]:.3f} s of CPU")
    start = now
from w2v_cli.formats.reading import read
from w2v_cli.embeddings.queries import WordFinder
told("imports")
embeddings = read(sys.argv[1]).embeddings
told("reading")
vector = WordFinder(embeddings).vector(sys.argv[2])
told("vector of the word")
embeddings.norms
told("norms")
embeddings.nearest(vector, 10)
told("search")
embeddings.nearest(vector, 10)
told("search again")
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fasttext", metavar="PYTHON")
    parser.add_argument("--words", type=int, default=500_000)
    parser.add_argument("--buckets", type=int, default=2_000_000)
    parser.add_argument("--dim", type=int, default=300)
    parser.add_argument("--min-n", type=int, default=3)
    parser.add_argument("--max-n", type=int, default=6)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", help="for the models, which take several gigabytes")
    parser.add_argument("--types", nargs="*", default=["float32"], help="of numbers in .w2v")
    parser.add_argument("--stages", action="store_true")
    args = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        files = {"bin": Path(name, "v.bin")}
        files |= {dtype: Path(name, f"v-{dtype}.w2v") for dtype in args.types}
        # In a process of its own: what a child uses at its peak begins with its parent's memory.
        maker = get_context("spawn").Process(target=make_files, args=(files, args))
        maker.start()
        maker.join()
        print(
            f"{args.words:,} words, {args.buckets:,} buckets, {args.dim} dimensions, n-grams "
            f"{args.min_n}-{args.max_n}; the .bin is {files['bin'].stat().st_size / 1e9:.2f} GB"
        )
        measure(measurements(files, args.fasttext), args.repeat)
        for path in files.values() if args.stages else ():
            print(path.name)
            whole([sys.executable, "-c", STAGES, path, UNKNOWN], shown=True)


def make_files(files, args):
    """Write the same model in all formats; ``files`` has the paths, the ``.bin`` first."""
    from w2v_cli.formats.conversion import Conversion, convert
    from w2v_cli.formats.registry import format_named

    write_model(files["bin"], args)
    for dtype in args.types:
        conversion = Conversion(format_named("w2v"), dtype=dtype)
        convert(str(files["bin"]), str(files[dtype]), conversion)


def write_model(path, args):
    """A model of fastText of random numbers."""
    from w2v_cli.formats.fasttext_header import ENTRY, SHAPE, SIZES, pack_settings

    rng = np.random.default_rng(0)
    words = made_words(args.words, rng)
    settings = {"dim": args.dim, "buckets": args.buckets, "min_n": args.min_n, "max_n": args.max_n}
    with open(path, "wb") as file:
        file.write(pack_settings(settings))
        file.write(SIZES.pack(len(words), len(words), 0, 10**9, -1))
        for row, word in enumerate(words):
            file.write(word.encode() + b"\0" + ENTRY.pack(10**9 // (row + 1), 0))
        for n_rows in (len(words) + args.buckets, len(words)):
            file.write(struct.pack("<?", False) + SHAPE.pack(n_rows, args.dim))
            for start in range(0, n_rows, BLOCK_ROWS):
                shape = min(BLOCK_ROWS, n_rows - start), args.dim
                file.write(rng.standard_normal(shape, dtype=np.float32).tobytes())


def made_words(n_words, rng):
    """Different words of syllables, some of which are far more frequent: list of str."""
    starts = ["", *"bcdfghklmnprstvw", "st", "tr", "ch", "sch", "ph"]
    syllables = [start + vowel for start in starts for vowel in "aeiou"]
    syllables += [syllable + end for syllable in syllables for end in "nrst"]
    shares = 1 / np.arange(1, len(syllables) + 1)
    rng.shuffle(syllables)
    words = {}
    while len(words) < n_words:
        lengths = rng.integers(1, 6, n_words)
        drawn = rng.choice(len(syllables), lengths.sum(), p=shares / shares.sum()).tolist()
        place = 0
        for length in lengths.tolist():
            word = "".join(syllables[number] for number in drawn[place : place + length])
            words[word] = None
            place += length
    return list(words)[:n_words]


def measurements(files, fasttext):
    """Functions without arguments, by name: each gives wall, processor seconds and peak memory."""
    table = {"cat v.bin": lambda: whole(["cat", files["bin"]])}
    for path in files.values():
        command = [*W2V, "neighbors", path, UNKNOWN, "-k", "10"]
        table[f"w2v, {path.name}"] = lambda command=command: whole(command)
    if fasttext:
        command = [fasttext, "-c", FASTTEXT, files["bin"], UNKNOWN]
        table["fastText, v.bin"] = lambda: whole(command)
    return table


if __name__ == "__main__":
    main()
