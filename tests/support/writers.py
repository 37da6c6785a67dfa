"""Every command that writes files: how to call it in a small folder, and what it then makes."""

import gzip
import json
import random
import zipfile

import numpy as np

from w2v_cli.formats.classifier_file import read_classifier
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.formats.writing import write_embeddings

N_WORDS = 60
N_LINES = 2000
DIM = 8

TRAIN = [
    "train", "{}.txt", "-q", "-d", DIM, "-e", 2, "-j", 1, "--min-count", 1, "-o", "out.bin",
    "--save-vocab", "out.vocab", "--save-context", "out.ctx", "--format", "binary",
    "--stats", "out.json", "--no-provenance",
]  # fmt: skip
COMMANDS = {
    "train": (TRAIN, ["out.bin", "out.ctx", "out.json", "out.vocab"]),
    "vocab": (["vocab", "{}.txt", "-o", "out.vocab"], ["out.vocab"]),
    "encode": (["encode", "{}.txt", "-o", "out.w2vc", "-q"], ["out.w2vc"]),
    "cooccur": (["cooccur", "{}.txt", "-o", "out.w2vx", "-q"], ["out.w2vx"]),
    "convert": (["convert", "{}.bin", "out.npy", "-q"], ["out.npy", "out.words.txt"]),
    "convert-w2v": (["convert", "{}.bin", "out.w2v", "-q"], ["out.w2v"]),
    "convert-gzip": (["convert", "{}.bin", "out.gz", "--format", "binary", "-q"], ["out.gz"]),
    "refine": (["refine", "{}.bin", "out.w2v", "--int8", "-q"], ["out.w2v"]),
    "align": (["align", "{}.bin", "{}.bin", "--identical", "-o", "out.w2v", "-q"], ["out.w2v"]),
    "quantize": (["quantize", "{}.bin", "out.ftz", "-q"], ["out.ftz"]),
    "index": (["index", "{}.bin", "-o", "out.index", "-q"], ["out.index"]),
    "plot": (["plot", "{}.bin", "-o", "out.svg"], ["out.svg"]),
    "compare": (
        ["compare", "{}.bin", "{}.bin", "--aligned", "-n99", "-q", "-o", "out.tsv"],
        ["out.tsv"],
    ),
    "explore": (["explore", "{}.bin", "-o", "out.html"], ["out.html"]),
    "classify": (
        [
            "classify",
            "train",
            "{}.lab",
            "-q",
            "-d",
            DIM,
            "-e",
            2,
            "-j",
            1,
            "-o",
            "out.clf",
            "--stats",
            "out.json",
            "--no-provenance",
        ],
        ["out.clf", "out.json"],
    ),
    "word2phrase": (
        ["compat-word2phrase", "-train", "{}.txt", "-output", "out.joined", "-debug", 0],
        ["out.joined"],
    ),
}
"""Name -> (arguments, in which {} stands for one of SOURCES; the files that are made)."""
LIBRARIES = {"index": "faiss", "plot": "matplotlib"}
SOURCES = ("a", "b")
SOURCE_ENDS = (".txt", ".bin", ".lab")
"""Of the files of each: text, vectors, text with labels."""


def make_sources(folder):
    """Two texts, files of vectors, and so on, such that no output of one could be of the other."""
    for seed, name in enumerate(SOURCES, 1):
        draw = random.Random(seed)
        words = [f"{name}{number}" for number in range(N_WORDS)]
        lines = [" ".join(draw.choices(words, k=12)) for _ in range(N_LINES)]
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n")
        vectors = np.random.default_rng(seed).standard_normal((N_WORDS, DIM), dtype=np.float32)
        write_embeddings(folder / f"{name}.bin", words, vectors, "binary")
        labels = ["__label__yes", "__label__no"]
        labelled = [f"{draw.choice(labels)} {line}" for line in lines]
        (folder / f"{name}.lab").write_text("\n".join(labelled) + "\n")


def arguments(command, source):
    """The arguments of a command for one of SOURCES."""
    return [str(arg).format(source) for arg in COMMANDS[command][0]]


def source_of(path):
    """The source that a whole output is of; AssertionError if it is not whole."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    check = {
        ".bin": lambda: _check_binary(data),
        ".gz": lambda: _check_binary(data),
        ".ctx": lambda: _check_binary(data),
        ".json": lambda: json.loads(data),
        ".vocab": lambda: _check(len(data.splitlines()) == N_WORDS and data.endswith(b"\n")),
        ".txt": lambda: _check(len(data.splitlines()) == N_WORDS and data.endswith(b"\n")),
        ".tsv": lambda: _check(data.endswith(b"\n") and data.count(b"\n") == N_WORDS),
        ".joined": lambda: _check(len(data.splitlines()) == N_LINES and data.endswith(b"\n")),
        ".npy": lambda: _check(np.load(path).shape == (N_WORDS, DIM)),
        ".w2v": lambda: _check(zipfile.ZipFile(path).testzip() is None),
        ".w2vc": lambda: _check(zipfile.ZipFile(path).testzip() is None),
        ".clf": lambda: _check(len(read_classifier(str(path)).words) == N_WORDS + 1),
        ".ftz": lambda: _check(len(read_embeddings(path)) == N_WORDS),
        ".w2vx": lambda: _check(zipfile.ZipFile(path).testzip() is None),
        ".index": lambda: _check(zipfile.ZipFile(path).testzip() is None),
        ".svg": lambda: _check(data.endswith(b"</svg>\n")),
        ".html": lambda: _check(data.rstrip().endswith(b"</html>")),
    }
    check[path.suffix]()
    if path.suffix == ".npy":
        return _source_of_matrix(np.load(path))
    found = [name for name in SOURCES if f"{name}7".encode() in data]
    return found[0] if len(found) == 1 else None


def _source_of_matrix(matrix):
    for seed, name in enumerate(SOURCES, 1):
        expected = np.random.default_rng(seed).standard_normal((N_WORDS, DIM), dtype=np.float32)
        if np.array_equal(matrix, expected):
            return name
    raise AssertionError("numbers of neither source")


def _check_binary(data):
    header, rows = data.split(b"\n", 1)
    _check(header == b"%d %d" % (N_WORDS, DIM) and rows.endswith(b"\n"))
    _check(len(rows) == sum(len(f"a{n}") + 2 + 4 * DIM for n in range(N_WORDS)))


def _check(whole):
    assert whole, "not a whole file"
