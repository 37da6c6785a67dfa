"""What --dedup does to vectors of a text that repeats itself, and what it costs where none does.

    python benchmarks/dedup.py [--seeds 2] [--repeat 5] [OPTIONS FOR w2v train]

The text that repeats itself is Wikipedia as a crawl of web sites would give it: every eight lines
are a page, between a header and a footer of ten lines that all pages share and one that has the
number of the page; and a tenth of the pages is there again, up to twenty times. Trained on are that
text, the same with --dedup, the same without the repeats of lines of three words and more, so that
short ones stay, and the text that it was made of. One line a run: what is trained in an epoch,
analogies (3CosAdd) in per cent, Spearman's rho on WordSim-353 and MEN, and seconds of training.

The cost is CPU seconds of one thread that encodes the text without repeats, and of comparing its
lines.
"""

import argparse
import json
import lzma
import random
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import mean, median

import numpy as np
from common import PAIRS, QUESTIONS, ROOT, W2V, WIKI, describe_machine, require_data, train

LINES_A_PAGE = 8
COPIED, MOST_COPIES = 0.1, 20
SHORT = 3
HEADER = """\
home
about us
search this site for articles people and places
log in or create an account to edit pages and to follow the changes of others
main page contents current events random article"""
FOOTER = """\
see also
external links
the text of this page may be used by everyone under the terms of the licence of the site
all names and marks belong to their owners and are used here to tell what is meant
privacy policy terms of use help contact developers statistics mobile view"""
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=5)
    args, options = parser.parse_known_args()
    require_data()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        clean, crawled, long_once = (Path(folder) / name for name in ("clean", "crawled", "once"))
        clean.write_bytes(lzma.open(WIKI).read())
        lines = clean.read_text().splitlines()
        crawled.write_text("\n".join(as_crawled(lines)) + "\n")
        long_once.write_text("\n".join(without_repeats(crawled)) + "\n")
        measure_cost(clean, args.repeat)
        runs = {
            "repeats": [crawled],
            "repeats, --dedup": [crawled, "--dedup"],
            "repeats of short lines alone": [long_once],
            "the text it was made of": [clean],
        }
        measure_vectors(runs, options, range(1, args.seeds + 1), Path(folder) / "v.bin")


def as_crawled(lines):
    """The lines of pages, each between what all pages have; some pages are there again."""
    rng = random.Random(1)
    pages = [lines[at : at + LINES_A_PAGE] for at in range(0, len(lines), LINES_A_PAGE)]
    again = [
        page
        for page in rng.sample(range(len(pages)), int(COPIED * len(pages)))
        for _ in range(int(MOST_COPIES ** rng.random()))
    ]
    order = [*range(len(pages)), *again]
    rng.shuffle(order)
    for number in order:
        yield from HEADER.splitlines()
        yield "page number " + " ".join(DIGITS[int(digit)] for digit in str(number))
        yield from pages[number]
        yield from FOOTER.splitlines()


def without_repeats(path):
    """The lines of a text, those of SHORT words and more once."""
    seen = set()
    for line in path.read_text().splitlines():
        is_long = len(line.split()) >= SHORT
        if not is_long or line not in seen:
            yield line
        if is_long:
            seen.add(line)


def measure_cost(path, repeat):
    from w2v_cli.config import TextConfig
    from w2v_cli.corpus.counting import count_text
    from w2v_cli.corpus.encoded import encode

    seconds = {"without": [], "--dedup": []}
    for _ in range(repeat + 1):
        times = [time.process_time()]
        counted = count_text([str(path)], TextConfig(), str(path.parent))
        times.append(time.process_time())
        counted.drop_repeats(str(path.parent))
        times.append(time.process_time())
        words, _ = counted.select()
        encode(counted.spools, counted.id_maps(words)).close()
        counting, dropping, encoding = np.diff([*times, time.process_time()])
        seconds["without"].append(counting + encoding)
        seconds["--dedup"].append(dropping)
    # The first round may have compiled.
    without, more = (median(found[1:]) for found in seconds.values())
    ratio = 1 + more / without
    print(f"encoding: {without:.2f} CPU seconds; --dedup {more:.2f} more, {ratio:.3f} times")


def measure_vectors(runs, options, seeds, vectors):
    columns = "words trained on  analogies  ws353   men     seconds"
    print(f"{'text':30}  seed  {columns}", flush=True)
    rows = {name: [] for name in runs}
    for seed in seeds:
        for name, corpus in runs.items():
            stats = train(corpus[0], vectors, *corpus[1:], "--seed", seed, *options)
            row = {
                "words": stats["tokens_in_vocab"],
                **scores(vectors),
                "seconds": stats["seconds"]["train"],
            }
            rows[name].append(row)
            print_row(name, seed, row)
    for name, of_seeds in rows.items():
        print_row(name, "mean", {key: mean(row[key] for row in of_seeds) for key in of_seeds[0]})


def scores(vectors):
    files = [str(path) for path in PAIRS.values()]
    similar = asked("evaluate-similarity", vectors, *files)["files"]
    return {
        "analogies": 100 * asked("evaluate-analogies", vectors, QUESTIONS)["total"]["accuracy"],
        **{name: found["spearman"] for name, found in zip(PAIRS, similar, strict=True)},
    }


def asked(command, vectors, *files):
    words = [*W2V, command, str(vectors), *map(str, files), "--json", "-q"]
    return json.loads(subprocess.check_output(words, cwd=ROOT))


def print_row(name, seed, row):
    print(
        f"{name:30}  {seed!s:4}  {row['words']:16,.0f}  {row['analogies']:9.2f}  "
        f"{row['ws353']:.3f}   {row['men']:.3f}   {row['seconds']:6.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
