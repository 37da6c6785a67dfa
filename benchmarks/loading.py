"""How fast vectors are read: text, binary and the own format, beside gensim and ``cat``.

    python benchmarks/loading.py [--rows 400000] [--dim 300] [--repeat 3] [--skip-gensim-text]

Each measurement is a process of its own, the files in the page cache, all in turn. Prints the
median of the wall and processor seconds, and the largest resident memory (mapped files included).
The vectors are random numbers of nine digits. For whole processes it is `w2v neighbors FILE WORD`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import numpy as np
from common import ROOT, W2V, describe_machine

BLOCK_ROWS = 4096

OURS = """
import json, sys, time
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.machine.system import peak_memory_bytes
start = time.perf_counter(), time.process_time()
vectors = read_embeddings(sys.argv[1]).vectors
seconds = time.perf_counter() - start[0], time.process_time() - start[1]
print(json.dumps([*seconds, peak_memory_bytes()]))
"""
GENSIM = """
import json, sys, time
from gensim.models import KeyedVectors
from w2v_cli.machine.system import peak_memory_bytes
start = time.perf_counter(), time.process_time()
if sys.argv[2] == "load":
    KeyedVectors.load(sys.argv[1], mmap="r")
else:
    KeyedVectors.load_word2vec_format(sys.argv[1], binary=sys.argv[2] == "binary")
seconds = time.perf_counter() - start[0], time.process_time() - start[1]
print(json.dumps([*seconds, peak_memory_bytes()]))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=400_000)
    parser.add_argument("--dim", type=int, default=300)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--skip-gensim-text", action="store_true", help="it takes minutes")
    args = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"v.{name}" for name in ("txt", "bin", "w2v", "gensim")}
        # In a process of its own: what a child uses at its peak begins with its parent's memory.
        maker = get_context("spawn").Process(target=make_files, args=(files, args.rows, args.dim))
        maker.start()
        maker.join()
        print(f"{args.rows:,} x {args.dim}; the matrix is {args.rows * args.dim * 4 / 1e6:,.0f} MB")
        measure(measurements(files, args.skip_gensim_text), args.repeat)


def make_files(files, n_rows, dim):
    """Write the same vectors in all formats; ``files`` has the paths by format."""
    from gensim.models import KeyedVectors

    from w2v_cli.formats.reading import read_embeddings
    from w2v_cli.formats.writing import write_embeddings

    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((n_rows, dim), dtype=np.float32) / dim
    words = [f"w{row}" for row in range(n_rows)]
    for name, format in (("txt", "text"), ("bin", "binary"), ("w2v", "w2v")):
        write_embeddings(files[name], words, vectors, format)
    read_embeddings(files["txt"])  # compiles
    keyed = KeyedVectors(dim)
    keyed.add_vectors(words, vectors)
    keyed.save(str(files["gensim"]))


def measurements(files, skip_gensim_text):
    """Functions without arguments, by name: each gives wall, processor seconds and peak memory."""
    first = ["neighbors", "w1", "-k", "10"]
    table = {
        "cat v.txt": lambda: whole(["cat", files["txt"]]),
        "cat v.bin": lambda: whole(["cat", files["bin"]]),
        "read text, w2v": lambda: told(OURS, files["txt"]),
        "read text, gensim": lambda: told(GENSIM, files["txt"], "text"),
        "read binary, w2v": lambda: told(OURS, files["bin"]),
        "read binary, gensim": lambda: told(GENSIM, files["bin"], "binary"),
        "open own format, w2v": lambda: told(OURS, files["w2v"]),
        "open own format, gensim": lambda: told(GENSIM, files["gensim"], "load"),
        "python -c 'import numpy'": lambda: whole([sys.executable, "-c", "import numpy"]),
    }
    for name in ("w2v", "bin", "txt"):
        command = [*W2V, first[0], files[name], *first[1:]]
        table[f"first answer, v.{name}"] = lambda command=command: whole(command)
    if skip_gensim_text:
        del table["read text, gensim"]
    return table


def measure(table, n_times):
    results = {name: [] for name in table}
    for _ in range(n_times):
        for name, function in table.items():
            results[name].append(function())
    for name, runs in results.items():
        wall, cpu, peak = (median(column) for column in zip(*runs, strict=True))
        best = min(run[0] for run in runs)
        memory = f"{peak / 1e6:8,.0f} MB"
        print(f"{name:28} {wall:8.3f} s (best {best:.3f}), {cpu:8.3f} s of CPU, peak {memory}")


def told(code, *args):
    """What a Python process says of itself."""
    command = [sys.executable, "-c", code, *map(str, args)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return json.loads(subprocess.check_output(command, env=environment))


def whole(command, shown=False):
    """A whole process, from its start to its end; ``shown``: with what it prints."""
    started = time.perf_counter()
    output = None if shown else subprocess.DEVNULL
    process = subprocess.Popen(list(map(str, command)), stdout=output, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} failed")
    seconds = time.perf_counter() - started
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


if __name__ == "__main__":
    main()
