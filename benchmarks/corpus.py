"""Counting and encoding text beside gensim, word2vec.c and wc: the same file, in turn, in one run.

    python benchmarks/corpus.py [--repeat 3]

What is timed: w2v counts the words and maps every token to its id in a file, with one and with two
threads, kernels compiled; gensim scans the vocabulary from a corpus file and maps LineSentence to
ids; word2vec.c only learns its vocabulary; `wc -w` in the C locale only counts. The text is in the
page cache. Compressed text is timed beside the plain file, and the decompressor alone.

Text as people write it is the same words with capitals, commas and full stops put in. Cutting it
into words is timed beside the plain scan of it, one thread each, and where it is installed, beside
the pattern of a word for the package regex: to find the words of each line, and to count them.
"""

import argparse
import gzip
import importlib.util
import logging
import lzma
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path
from statistics import median

import zstandard
from common import WIKI, describe_machine, require_data

MIN_COUNT = 5
WORD_PATTERN = r"[\p{L}\p{M}\p{N}]+(?:['\u2019_-][\p{L}\p{M}\p{N}]+|(?<=\d)[.,](?=\d)\p{N}+)*"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    require_data()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "corpus.txt"
        with lzma.open(WIKI) as text:
            data = text.read()
        plain.write_bytes(data)
        packed = {"gzip": plain.with_suffix(".gz"), "zstd": plain.with_suffix(".zst")}
        packed["gzip"].write_bytes(gzip.compress(data, 6))
        packed["zstd"].write_bytes(zstandard.ZstdCompressor().compress(data))
        w2v(plain, 1)
        compare({name: (job, plain) for name, job in JOBS.items()}, args.repeat)
        one_line, one_a_line = plain.with_suffix(".line"), plain.with_suffix(".words")
        one_line.write_bytes(data.replace(b"\n", b" "))
        one_a_line.write_bytes(data.replace(b" ", b"\n"))
        print("the same words in one line, and one a line, two threads:")
        shapes = {"lines": plain, "one line": one_line, "one word a line": one_a_line}
        compare({name: (two_threads, path) for name, path in shapes.items()}, args.repeat)
        written = plain.with_suffix(".written")
        written.write_bytes(as_written(data))
        for name, path in {"without": plain, "with": written}.items():
            print(f"text {name} punctuation, one thread:")
            compare({mode: (job, path) for mode, job in scans().items()}, args.repeat)
        print("counted alone, two threads, by a process that runs, beside a whole wc:")
        compare({"w2v": (counted, plain), "wc -w": (word_count, plain)}, args.repeat)
        for name, path in packed.items():
            print(f"{name}, two threads:")
            jobs = {
                "plain": (two_threads, plain),
                name: (two_threads, path),
                "plain, counted": (counted, plain),
                f"{name}, counted": (counted, path),
                "decompressing alone": (drain, path),
            }
            compare(jobs, args.repeat)


def compare(jobs, repeat):
    seconds = {name: [] for name in jobs}
    for _ in range(repeat):
        for name, (job, path) in jobs.items():
            started = time.perf_counter()
            job(path)
            seconds[name].append(time.perf_counter() - started)
    for name, times in seconds.items():
        middle = median(times)
        slower = middle / median(seconds[next(iter(jobs))])
        print(f"{name:32}  {middle:7.3f} s  {slower:6.2f}   {[round(each, 3) for each in times]}")
    sys.stdout.flush()


def as_written(data):
    """Text with a capital and a full stop for every 20 words, and a comma for every 10."""
    words = data.split(b" ")
    words[9::10] = [word + b"," for word in words[9::10]]
    words[14::20] = [word + b"." for word in words[14::20]]
    words[15::20] = [word.capitalize() for word in words[15::20]]
    return b" ".join(words)


def scans():
    """Ways to cut text into tokens: name -> function of a path."""
    modes = {
        "blanks": {},
        "words": {"tokenize": "words"},
        "words+punctuation": {"tokenize": "words+punctuation"},
        "words, sentences": {"tokenize": "words", "sentences": True},
        "blanks, sentences": {"sentences": True},
    }
    jobs = {name: partial(scan, **mode) for name, mode in modes.items()}
    if importlib.util.find_spec("regex"):
        jobs |= {
            "regex, found": find_words,
            "regex, counted": partial(find_words, counts=Counter()),
        }
    return jobs


def scan(path, **mode):
    from w2v_cli.config import TextConfig
    from w2v_cli.corpus.counting import count_text

    count_text([str(path)], TextConfig(**mode))


def find_words(path, counts=None):
    import regex

    pattern = regex.compile(WORD_PATTERN)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            words = pattern.findall(line)
            if counts is not None:
                counts.update(words)


def w2v(path, threads):
    from w2v_cli.config import TextConfig
    from w2v_cli.corpus.counting import count_text
    from w2v_cli.corpus.encoded import encode
    from w2v_cli.corpus.vocabulary import Vocabulary

    counts = count_text([str(path)], TextConfig(threads=threads), str(path.parent))
    vocabulary = Vocabulary.from_counts(*counts.select(MIN_COUNT), MIN_COUNT)
    encode(counts.spools, counts.id_maps(vocabulary.words)).close()


def two_threads(path):
    w2v(path, 2)


def one_thread(path):
    w2v(path, 1)


def counted(path):
    scan(path, threads=2)


def gensim(path):
    from gensim.models import Word2Vec
    from gensim.models.word2vec import LineSentence

    logging.disable(logging.CRITICAL)
    model = Word2Vec(vector_size=1, min_count=MIN_COUNT)
    model.build_vocab(corpus_file=str(path))
    index = model.wv.key_to_index
    for sentence in LineSentence(str(path)):
        _ = [index[word] for word in sentence if word in index]


def word2vec_c(path):
    program = shutil.which("word2vec", path=Path(sys.executable).parent)
    vocabulary = path.with_name("c.vocab")
    command = [program, "-train", path, "-min-count", str(MIN_COUNT), "-save-vocab", vocabulary]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def word_count(path):
    environment = {**os.environ, "LC_ALL": "C"}
    subprocess.run(["wc", "-w", path], check=True, stdout=subprocess.DEVNULL, env=environment)


def drain(path):
    from w2v_cli.files.inputs import READ_SIZE, open_input

    with open_input(path) as stream:
        while stream.read(READ_SIZE):
            pass


JOBS = {
    "w2v, two threads": two_threads,
    "w2v, one thread": one_thread,
    "wc -w": word_count,
    "word2vec.c, vocabulary only": word2vec_c,
    "gensim, vocabulary and ids": gensim,
}


if __name__ == "__main__":
    main()
