"""How fast the kernels of several checkouts train, in turns: each in a process of its own.

    python benchmarks/kernels.py BEFORE AFTER... [--rows sg100,sg300,cbow100,cbow300,hs100]
        [--threads 1,2] [--rounds 9] [--seconds 0.3] [--megabytes 14]

A checkout is a folder, or FOLDER+NAME=VALUE with an environment variable. Each process trains the
text once, and then its kernels go on for --seconds at a time, one process after the other, so that
whatever else the machine does meets all of them alike; reading, compiling and Python's share of
training are left out. A row is sg, cbow, hs (skip-gram with paths) or chs (CBOW with paths), the
length of vectors, and then maybe n20 (negatives), w10 (window) and l (always the whole window).

Prints the words a second of the first checkout, and for each other one the median of its ratios to
the first within a round, with their quartiles, and the losses of all. A pair of processes may
differ by 3 % from another one: other pages of memory, other places of code.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import mean, median, quantiles

ROW = re.compile(
    r"(?P<kind>sg|cbow|hs|chs)(?P<dim>\d+)(n(?P<negative>\d+))?(w(?P<window>\d+))?(l?)"
)


def main():
    """Measure what the command line says; with ``--work`` first, be one of the processes."""
    if sys.argv[1:2] == ["--work"]:
        work(sys.argv[2:])
        return
    from common import WIKI, describe_machine, require_data

    from w2v_cli.files.inputs import open_input

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("builds", nargs="+")
    parser.add_argument("--rows", default="sg100,sg300,cbow100,cbow300,hs100")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.3)
    parser.add_argument("--megabytes", type=float, default=14)
    options = parser.parse_args()
    require_data()
    print(describe_machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        with open_input(WIKI) as stream:
            Path(folder, "text").write_bytes(stream.read(int(1e6 * options.megabytes)))
        for threads in options.threads.split(","):
            for row in options.rows.split(","):
                found = in_turns(options, folder, arguments(row, threads))
                print(f"{row:12} {threads}  {told(found)}", flush=True)


def arguments(row, threads):
    """The options of ``w2v train`` for a row."""
    parts = ROW.fullmatch(row)
    is_path = "hs" in parts["kind"]
    chosen = ["-m", "cbow" if parts["kind"].startswith("c") else "skipgram", "-d", parts["dim"]]
    chosen += ["-w", parts["window"] or "5", "--loss", "hs" if is_path else "ns", "-j", threads]
    chosen += [] if is_path else ["--negative", parts["negative"] or "5"]
    return [*chosen, "--fixed-window"] if row.endswith("l") else chosen


def in_turns(options, folder, chosen):
    """For each checkout what each round found: [words a second, loss a pair]."""
    processes = [started(build, folder, chosen) for build in options.builds]
    found = [[] for _ in processes]
    for number in range(options.rounds + 1):
        order = list(range(len(processes)))
        for place in order if number % 2 else reversed(order):
            processes[place].stdin.write(f"{options.seconds}\n")
            processes[place].stdin.flush()
            found[place].append(json.loads(processes[place].stdout.readline()))
    for process in processes:
        process.stdin.close()
        process.wait()
    return [rounds[1:] for rounds in found]


def started(build, folder, chosen):
    """A process that has trained the text once."""
    path, *settings = build.split("+")
    variables = dict(setting.split("=") for setting in settings)
    process = subprocess.Popen(
        [
            sys.executable, __file__, "--work", "train", "text", "-o", os.devnull, "--format",
            "binary", "-q", "-e", "1", "--sample", "1e-3", "--ns-exponent", "0.75", "--lr",
            "0.025", "--no-provenance", *chosen,
        ],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(Path(path).resolve())} | variables,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    if process.stdout.readline() != "ready\n":
        raise SystemExit(f"{build} did not train")
    return process


def work(words):
    """Train by the command line, and go on for as many seconds as each line of the input says."""
    from w2v_cli.cli import main as command
    from w2v_cli.kernels import worker

    workers, chunks = [], []
    made, trained = worker.Worker.__init__, worker.Worker.train

    def make(self, *given, **named):
        made(self, *given, **named)
        workers.append(self)

    def train(self, ids, lr, seed):
        chunks.append((ids.copy(), lr, seed))
        return trained(self, ids, lr, seed)

    worker.Worker.__init__, worker.Worker.train = make, train
    try:
        command(words)
    except SystemExit as end:
        if end.code:
            raise
    worker.Worker.train = trained
    n_threads = int(words[words.index("-j") + 1])
    rate = max(lr for _, lr, _ in chunks) / 2
    places = [len(chunks) * number // n_threads for number in range(n_threads)]
    print("ready", flush=True)
    for line in sys.stdin:
        print(
            json.dumps(go_on(workers[-n_threads:], chunks, places, rate, float(line))), flush=True
        )


def go_on(workers, chunks, places, rate, seconds):
    """Train for some seconds, all threads; *in place:* where each is in the chunks."""
    start, found = time.perf_counter(), [None] * len(workers)

    def run(number):
        n_words = n_pairs = loss = 0
        while time.perf_counter() < start + seconds:
            ids, _, seed = chunks[places[number] % len(chunks)]
            places[number] += 1
            more = workers[number].train(ids, rate, seed + places[number])
            n_words, n_pairs, loss = n_words + more[0], n_pairs + more[1], loss + more[2]
        found[number] = n_words / (time.perf_counter() - start), n_pairs, loss

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(workers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    speeds, pairs, losses = zip(*found, strict=True)
    return sum(speeds), sum(losses) / max(sum(pairs), 1)


def told(found):
    """A line on all checkouts."""
    first, *others = found
    parts = [f"{median(speed for speed, _ in first):,.0f} words/s, loss {mean_loss(first):.4f}"]
    for other in others:
        ratios = [after[0] / before[0] for before, after in zip(first, other, strict=True)]
        low, _, high = quantiles(ratios, n=4)
        speed = median(speed for speed, _ in other)
        parts.append(
            f"{speed:,.0f}, x {median(ratios):.3f} ({low:.2f} to {high:.2f}), loss "
            f"{mean_loss(other):.4f}"
        )
    return "  |  ".join(parts)


def mean_loss(rounds):
    """The mean of the losses of rounds."""
    return mean(loss for _, loss in rounds)


if __name__ == "__main__":
    main()
