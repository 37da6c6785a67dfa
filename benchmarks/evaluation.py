"""Speed of scoring 70,000 vectors on analogies and word pairs, beside gensim in the same run.

    python benchmarks/evaluation.py [--vectors FILE.bin] [--repeat 3] [--tasks analogies pairs]

FILE.bin is a binary word2vec file; without it, vectors are trained on the Wikipedia text for one
epoch. For each tool: evaluation alone, after loading, and a whole process. Wall time and CPU time,
medians of runs in turn; on a machine where other programs run, CPU time is the fairer one.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from common import DATA, QUESTIONS, ROOT, W2V, WIKI, describe_machine, require_data, train

PAIRS = sorted(DATA.glob("EN-*.txt"))

TIMED = """
import json, resource, sys, time, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, {root!r})
{setup}
def clock():
    return time.perf_counter(), time.process_time()
before = clock()
{work}
seconds = [b - a for a, b in zip(before, clock())]
print(json.dumps({{"alone": seconds, "result": result}}))
"""
GENSIM_SETUP = """
from gensim.models import KeyedVectors
keyed = KeyedVectors.load_word2vec_format({vectors!r}, binary=True)
"""
GENSIM = {
    "analogies": "result = keyed.evaluate_word_analogies({questions!r}, restrict_vocab=10**9)[0]",
    "pairs": "result = [keyed.evaluate_word_pairs(path, restrict_vocab=10**9)[1].statistic "
    "for path in {pairs!r}][-1]",
}
OWN_SETUP = """
from w2v_cli.evaluation.analogies import evaluate_analogies
from w2v_cli.evaluation.pairs import read_pairs
from w2v_cli.evaluation.questions import read_questions
from w2v_cli.evaluation.similarity import evaluate_similarity
from w2v_cli.formats.reading import read_embeddings
embeddings = read_embeddings({vectors!r})
"""
OWN = {
    "analogies": "result = evaluate_analogies(embeddings, read_questions({questions!r}), "
    "threads=2).total.accuracy",
    "pairs": "result = evaluate_similarity(embeddings, [read_pairs(path) for path in {pairs!r}])"
    ".files[-1].spearman",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--tasks", nargs="+", choices=GENSIM, default=list(GENSIM))
    args = parser.parse_args()
    require_data()
    print(describe_machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        vectors = args.vectors
        if vectors is None:
            vectors = Path(folder) / "vectors.bin"
            train(WIKI, vectors, "-e", 1)
        for task in args.tasks:
            compare(task, str(vectors.resolve()), args.repeat)


def compare(task, vectors, repeat):
    """Time both tools in turn and print medians and ratios."""
    names = {
        "root": str(ROOT),
        "vectors": vectors,
        "questions": str(QUESTIONS),
        "pairs": [str(path) for path in PAIRS],
    }
    programs = {
        "gensim": program(GENSIM_SETUP, GENSIM[task], names),
        "w2v": program(OWN_SETUP, OWN[task], names),
    }
    commands = {tool: [sys.executable, "-c", text] for tool, text in programs.items()}
    tests = {"analogies": [QUESTIONS], "pairs": PAIRS}[task]
    command = {"analogies": "evaluate-analogies", "pairs": "evaluate-similarity"}[task]
    commands["w2v command"] = [*W2V, command, vectors, *map(str, tests), "--json"]
    runs = {tool: [] for tool in commands}
    for _ in range(repeat):
        for tool, line in commands.items():
            runs[tool].append(run(line))
            print(f"  {task}, {tool}: {shown(runs[tool][-1])}", file=sys.stderr, flush=True)
    row = "{:10} {:12} {:>10} {:>10} {:>10} {:>10} {:>12} {:>10}"
    columns = ("alone s", "alone CPU", "whole s", "whole CPU", "peak MB", "result")
    print(row.format("", "", *columns))
    for tool, of_tool in runs.items():
        numbers = [median(of_run[i] for of_run in of_tool) for i in range(5)]
        print(row.format(task, tool, *(f"{number:.2f}" for number in numbers), of_tool[0][5]))


def program(setup, work, names):
    """The text of a program that prints the time of ``work`` after ``setup``."""
    return TIMED.format(setup=setup.format(**names), work=work.format(**names), root=str(ROOT))


def run(line):
    """(evaluation alone: wall, CPU; whole process: wall, CPU; peak MB; the result)."""
    watched = [sys.executable, "-c", WATCH, *line]
    result = subprocess.run(watched, cwd=ROOT, capture_output=True, text=True, check=True)
    output, usage = result.stdout, json.loads(result.stderr.splitlines()[-1])
    found = json.loads(output)
    alone = found.get("alone", [float("nan")] * 2)
    score = found.get("result", found.get("total", {}).get("accuracy"))
    if score is None:
        score = found["files"][-1]["spearman"]
    return (*alone, *usage, f"{score:.5f}")


WATCH = """
import json, resource, subprocess, sys, time
before = time.perf_counter()
subprocess.run(sys.argv[1:], check=True)
seconds = time.perf_counter() - before
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
numbers = [seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000]
print(json.dumps(numbers), file=sys.stderr)
"""


def shown(numbers):
    return " ".join(n if isinstance(n, str) else f"{n:.2f}" for n in numbers)


if __name__ == "__main__":
    main()
