"""Neighbors, analogies and similarities beside gensim and faiss's flat index, by size of vectors.

    python benchmarks/queries.py [--sizes small middle large] [--threads 2] [--repeat 3]
        [--tasks one many analogies similarity] [--programs w2v gensim faiss command]
        [--folder FOLDER] [--peers PYTHON] [--base FOLDER]

The vectors are made once and stay in FOLDER: 70,000 x 100 are trained on the Wikipedia text, and
the others are made of them (queryvectors.py); 3,000,000 x 300 are kept in half precision by w2v,
and as float32 by gensim and faiss, which have no other. Each cell is a process of its own, in
turns; the medians count. "one" is a query after the vectors are open, "many" those of a batch
(gensim has none: its answers one by one), both with ten neighbors; "analogies" is a question over
all words, "similarity" a file of pairs, by w2v with its intervals. "command" is the whole process
of w2v from its start. Peak memory includes files that are mapped.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

import numpy as np
from common import DATA, QUESTIONS, ROOT, W2V, WIKI, describe_machine, require_data, train
from queryvectors import SIZES, make_vectors

from w2v_cli.embeddings.lookup import Lookup
from w2v_cli.evaluation.questions import read_questions
from w2v_cli.formats.reading import read_embeddings

PROGRAMS = ("w2v", "gensim", "faiss", "command")
TASKS = ("one", "many", "analogies", "similarity")
ABSENT = {("faiss", "similarity")}
PAIRS = sorted(map(str, DATA.glob("EN-*.txt")))
SLOW = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
"""Variables that make NumPy's products other than they are where nobody sets them."""
MANY = {"small": 4000, "middle": 2000, "large": 500}
"""Queries at a time."""
GENSIM_QUESTIONS = {"small": 400, "middle": 60, "large": 8}
FAISS_QUESTIONS = {"small": 20_000, "middle": 4000, "large": 500}
"""Questions that a peer is asked; the time for one is what counts."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--programs", nargs="+", choices=PROGRAMS, default=list(PROGRAMS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "w2v-queries")
    parser.add_argument("--peers", default=sys.executable, help="Python that has gensim and faiss")
    parser.add_argument("--base", help="folder of another version of w2v, to stand beside it")
    args = parser.parse_args()
    require_data()
    # Its children inherit it, and all libraries have as many threads as there are processors.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: args.threads])
    args.folder.mkdir(parents=True, exist_ok=True)
    print(describe_machine(), f"{args.threads} threads", flush=True)
    for size in args.sizes:
        spec = prepare(args, size)
        for task in args.tasks:
            compare(args, size, task, spec)


def prepare(args, size):
    """Make the files of a size, where they are not there; returns what children are told."""
    folder = args.folder
    trained = folder / "small.w2v"
    if not trained.exists():
        train(WIKI, trained, "-e", 2)
    own = folder / f"{size}.w2v"
    if not own.exists():
        make_vectors(trained, str(own), SIZES[size])
    spec = {
        "root": str(ROOT),
        "threads": args.threads,
        "w2v": str(own),
        "gensim": str(folder / f"{size}.kv"),
        "faiss": str(folder / f"{size}.faiss"),
        "matrix": str(folder / f"{size}.npy"),
        "words": str(folder / f"{size}.txt"),
        "questions": str(QUESTIONS),
        "pairs": PAIRS,
    }
    spec_path = folder / f"{size}.json"
    if not spec_path.exists():
        add_questions(spec, size, folder)
        spec_path.write_text(json.dumps(spec))
        if not Path(spec["faiss"]).exists():
            make_files_of_peers(args, spec)
    # The number of threads, and where this version lies, may have changed.
    spec = json.loads(spec_path.read_text()) | {"threads": args.threads, "root": str(ROOT)}
    spec_path.write_text(json.dumps(spec))
    return spec | {"path": str(spec_path)}


def add_questions(spec, size, folder):
    """What is asked: rows for neighbors, and a part of the questions for each peer."""
    embeddings = read_embeddings(spec["w2v"])
    rng = np.random.default_rng(1)
    spec["rows"] = rng.choice(min(len(embeddings), 300_000), MANY[size], replace=False).tolist()
    lookup = Lookup(embeddings.words)
    questions = [
        words for section in read_questions(spec["questions"]) for words in section.questions
    ]
    rows = lookup.rows(questions, 4)
    known = np.flatnonzero((rows >= 0).all(axis=1))
    some = rng.permutation(known)
    spec["faiss_questions"] = rows[some[: FAISS_QUESTIONS[size]]].tolist()
    spec["gensim_questions"] = str(folder / f"{size}-questions.txt")
    few = (" ".join(questions[number]) for number in some[: GENSIM_QUESTIONS[size]])
    Path(spec["gensim_questions"]).write_text(": some\n" + "\n".join(few) + "\n")
    Path(spec["words"]).write_text("\n".join(embeddings.words) + "\n")
    np.save(spec["matrix"], embeddings.vectors)


PEERS = """
import json, sys
import faiss, numpy as np
from gensim.models import KeyedVectors
spec = json.load(open(sys.argv[1]))
matrix = np.load(spec["matrix"])
words = open(spec["words"]).read().split("\\n")[:-1]
keyed = KeyedVectors(matrix.shape[1])
keyed.add_vectors(words, matrix)
keyed.save(spec["gensim"])
del keyed
for start in range(0, len(matrix), 4096):
    rows = matrix[start : start + 4096]
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-30)
index = faiss.IndexFlatIP(matrix.shape[1])
index.add(matrix)
faiss.write_index(index, spec["faiss"])
"""


def make_files_of_peers(args, spec):
    path = args.folder / "made.json"
    path.write_text(json.dumps(spec))
    subprocess.run([args.peers, "-c", PEERS, str(path)], check=True)
    Path(spec["matrix"]).unlink()


def compare(args, size, task, spec):
    """Run all programs in turns, and print a row of a table for each."""
    programs = [name for name in args.programs if (name, task) not in ABSENT]
    programs += ["base", "base command"] * bool(args.base)
    runs = defaultdict(list)
    for _ in range(args.repeat):
        for name in programs:
            runs[name].append(run(args, name, task, spec))
            shown = {key: value for key, value in runs[name][-1].items() if key != "found"}
            print(f"  {size} {task} {name}: {shown}", file=sys.stderr, flush=True)
    middle = {
        name: {key: median(each[key] for each in of) for key in ("open", "wall", "cpu", "memory")}
        for name, of in runs.items()
    }
    for name, numbers in middle.items():
        ratio = numbers["wall"] / middle["w2v"]["wall"] if "w2v" in middle else float("nan")
        agreed = agreement(runs["w2v"][0], runs[name][0]) if "w2v" in runs else ""
        print(
            f"| {SIZES[size].name} | {task} | {name} | {numbers['open']:.3f} | "
            f"{1000 * numbers['wall']:.4g} | {1000 * numbers['cpu']:.4g} | {ratio:.2f} | "
            f"{numbers['memory']:,.0f} | {agreed} |",
            flush=True,
        )


def agreement(own, other):
    """What came out: the share of neighbors that both found, or the figures of the other."""
    found = other.get("found")
    if not isinstance(found, list) or not found or not isinstance(found[0], list):
        return found
    shares = [len(set(a) & set(b)) / len(a) for a, b in zip(own["found"], found, strict=False)]
    return f"{np.mean(shares):.4f}"


def run(args, name, task, spec):
    """What one process tells, by `queryprograms`; of a command its whole time, for each unit."""
    environment = {key: value for key, value in os.environ.items() if key not in SLOW}
    root = args.base if name.startswith("base") else str(ROOT)
    environment["PYTHONPATH"] = root
    if not name.endswith("command"):
        program = "w2v" if name == "base" else name
        python = args.peers if program in ("gensim", "faiss") else sys.executable
        path = Path(spec["path"])
        if name == "base":
            path = path.with_suffix(".base.json")
            path.write_text(json.dumps({**spec, "root": root}))
        script = str(ROOT / "benchmarks" / "queryprograms.py")
        result = subprocess.run(
            [python, script, program, task, str(path)],
            stdout=subprocess.PIPE,
            env=environment,
            check=True,
        )
        return json.loads(result.stdout)
    return run_command(task, spec, environment, root)


def run_command(task, spec, environment, root):
    """The whole process of w2v, from its start to its last line, for each unit."""
    words, n_units, text = Path(spec["words"]), 1, ""
    command = {
        "analogies": ["evaluate-analogies", spec["w2v"], spec["questions"], "--json"],
        "similarity": ["evaluate-similarity", spec["w2v"], *spec["pairs"], "--json"],
    }.get(task, ["neighbors", spec["w2v"]])
    if task in ("one", "many"):
        rows = spec["rows"][: 1 if task == "one" else None]
        every = words.read_text().split("\n")
        n_units, text = len(rows), "".join(every[row] + "\n" for row in rows)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as told:
        given.write(text.encode())
        given.seek(0)
        start = time.perf_counter()
        process = subprocess.Popen(
            [*W2V, *command],
            cwd=root,
            stdin=given,
            stdout=told,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        _, _, usage = os.wait4(process.pid, 0)
        seconds, cpu = time.perf_counter() - start, usage.ru_utime + usage.ru_stime
        told.seek(0)
        output = told.read()
    found = None
    if task == "analogies":
        total = json.loads(output)["total"]
        n_units, found = total["asked"], round(total["accuracy"], 4)
    elif task == "similarity":
        n_units = len(spec["pairs"])
        found = [round(each["spearman"], 4) for each in json.loads(output)["files"]]
    numbers = {"open": float("nan"), "wall": seconds / n_units, "cpu": cpu / n_units}
    return {**numbers, "memory": usage.ru_maxrss / 1000, "found": found}


if __name__ == "__main__":
    main()
