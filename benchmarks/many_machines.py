"""Training by many ranks: accuracy, simulated; speed, on a real MPI; and a model of what it costs.

    python benchmarks/many_machines.py simulate [--corpus FILE] [--ranks 1 2 4 8 16 32] [--seeds 1]
                                                [--first-seed 1] [--blocks] [--round-words N]
                                                [OPTIONS FOR w2v train]
    python benchmarks/many_machines.py mpi [--corpus FILE] [--repeat 5] [OPTIONS FOR w2v train]
    python benchmarks/many_machines.py model [--dim 300] [--n-words 1000000] [--rate 1000000]

`simulate` trains with ranks that are threads of one process, one thread each, by the real trainer,
or with --blocks by blocks of the vocabulary (blocks.py). It prints analogies (per cent of those
asked), Spearman's rho on MEN and WordSim-353, the bytes that ranks send for a word of the text, and
how often they talk. `mpi` runs one process, and two by mpirun, in turn. `model` predicts words a
second: --rate is of one thread.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean, median

import numpy as np
from blocks import train_by_blocks
from common import PAIRS, QUESTIONS, ROOT, W2V, WIKI, describe_machine, require_data

from w2v_cli.config import TrainConfig
from w2v_cli.corpus.archive import open_archive
from w2v_cli.distributed.replicas import FIRST_ROWS
from w2v_cli.distributed.rounds import MOST_WORDS, WHOLE_EVERY, borders_of, words_of_round
from w2v_cli.distributed.simulated import simulate
from w2v_cli.formats.writing import write_embeddings
from w2v_cli.methods.sampling import keep_probabilities, negative_probabilities
from w2v_cli.training.report import NeverStopping
from w2v_cli.training.request import Request
from w2v_cli.training.run import begin, run

SETTINGS = {"dim": 100, "epochs": 5, "sample": 1e-4, "lr": 0.025}
EPISODES = 20
"""Of an epoch by blocks: few, as each hands the whole matrix of outputs round."""
NODES = (1, 8, 32, 128)
GIGABITS = (10, 100)
THREADS = 16
THREADS_SPEEDUP = 0.8
"""Of the speed of one thread that each of many has: see RESULTS.md."""
LATENCY = 50e-6
"""Seconds of a message; a round has about 8 rounds of messages for each doubling of the nodes."""
MESSAGES = 8
MERGE_RATE, MOST_MERGE_RATE = 2e9, 8e9
"""Bytes of rows that are prepared and put together a second by a thread, and by a node at most: the
first was measured, the second is a guess of what its memory allows."""
USES_SECONDS = 2e-9
"""For each word of the vocabulary in a round, to count how often its rows were used."""
LOOK_SECONDS = 2e-3
"""Of a round, to see along which directions rows are pulled. These are by merging.py."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    modes = parser.add_subparsers(dest="mode", required=True)
    simulated = modes.add_parser("simulate")
    simulated.add_argument("--ranks", type=int, nargs="+", default=[1, 2, 4, 8, 16, 32])
    simulated.add_argument("--seeds", type=int, default=1)
    simulated.add_argument("--first-seed", type=int, default=1)
    simulated.add_argument("--blocks", action="store_true")
    simulated.add_argument("--round-words", type=int)
    real = modes.add_parser("mpi")
    real.add_argument("--repeat", type=int, default=5)
    for each in (simulated, real):
        each.add_argument("--corpus", type=Path, help="an encoded corpus, or a text")
        each.add_argument("--mpirun", default="mpirun")
        for name, value in SETTINGS.items():
            each.add_argument(f"--{name}", type=type(value), default=value)
    model = modes.add_parser("model")
    model.add_argument("--dim", type=int, default=300)
    model.add_argument("--n-words", type=int, default=1_000_000)
    model.add_argument("--rate", type=float, default=1e6, help="words/s of one thread")
    args = parser.parse_args()
    if args.mode == "model":
        print_model(args)
        return
    with tempfile.TemporaryDirectory() as folder:
        corpus = encoded(args.corpus, Path(folder))
        print(describe_machine(), flush=True)
        (print_simulated if args.mode == "simulate" else print_real)(args, corpus, Path(folder))


def encoded(corpus, folder):
    """The text as an archive, which ranks share out evenly."""
    if corpus is None:
        require_data()
        corpus = WIKI
    if corpus.suffix == ".w2vc":
        return corpus
    archive = folder / "text.w2vc"
    subprocess.run([*W2V, "encode", str(corpus), "-o", str(archive), "-q"], cwd=ROOT, check=True)
    return archive


def print_simulated(args, corpus, folder):
    """A line for each number of ranks and seed, and one of the means."""
    print("ranks  seed  analogies  men    ws353  bytes/word  rounds  loss    seconds", flush=True)
    for n_ranks in args.ranks:
        rows = []
        for seed in range(args.first_seed, args.first_seed + args.seeds):
            started = time.perf_counter()
            train = by_blocks if args.blocks else by_replicas
            row = train(args, corpus, n_ranks, seed, folder / "vectors.w2v")
            row |= scores(folder / "vectors.w2v") | {"seconds": time.perf_counter() - started}
            rows.append(row)
            print_row(n_ranks, seed, row)
        if args.seeds > 1:
            print_row(n_ranks, "mean", {key: mean(row[key] for row in rows) for key in rows[0]})


def print_row(n_ranks, seed, row):
    print(
        f"{n_ranks:5}  {seed:>4}  {row['analogies']:8.2f}%  {row['men']:.3f}  {row['ws353']:.3f}  "
        f"{row['bytes']:10.0f}  {row['rounds']:6.0f}  {row['loss']:.4f}  {row['seconds']:7.0f}",
        flush=True,
    )


def config_of(args, seed):
    settings = {name: getattr(args, name) for name in SETTINGS}
    return TrainConfig(**settings, threads=1, seed=seed, vectors="input")


def by_replicas(args, corpus, n_ranks, seed, output):
    request = Request(
        config=config_of(args, seed), paths=(str(corpus),), round_words=args.round_words
    )

    def work(communicator):
        return run(begin(request.by(communicator)), stopping=NeverStopping()), communicator

    results = simulate(n_ranks, work)
    trained, _ = results[0]
    n_tokens = trained.prepared.corpus.n_tokens
    words = args.round_words or words_of_round(n_tokens, args.epochs, n_ranks)
    n_trained = trained.training.tokens_processed
    write(output, trained.words, trained.training.parameters.vectors, trained.counts)
    return {
        "bytes": sum(each.bytes_sent for _, each in results) / n_trained,
        "rounds": len(borders_of(n_tokens, args.epochs, words, n_ranks)) - 1,
        "loss": trained.training.losses[-1],
    }


def by_blocks(args, corpus, n_ranks, seed, output):
    archive = open_archive(str(corpus))
    text, counts = archive.corpus, archive.counts
    words = args.round_words or text.length // EPISODES
    config = config_of(args, seed)
    keep = keep_probabilities(counts, config.sample)
    chances = negative_probabilities(counts, config.ns_exponent)
    inputs, _, loss, sent, episodes = train_by_blocks(text, keep, chances, config, n_ranks, words)
    write(output, archive.words, inputs, counts)
    return {
        "bytes": sent / (text.n_tokens * args.epochs), "rounds": episodes * n_ranks, "loss": loss,
    }  # fmt: skip


def write(path, words, vectors, counts):
    write_embeddings(
        str(path), list(words), np.ascontiguousarray(vectors), format="w2v", counts=counts,
        beside=False, provenance=None, settings={},
    )  # fmt: skip


def scores(vectors):
    asked = json.loads(evaluate("evaluate-analogies", vectors, QUESTIONS))
    rhos = {
        name: json.loads(evaluate("evaluate-similarity", vectors, path))
        for name, path in PAIRS.items()
    }
    return {"analogies": 100 * asked["total"]["accuracy"]} | {
        name: answer["files"][0]["spearman"] if "files" in answer else answer["spearman"]
        for name, answer in rhos.items()
    }


def evaluate(command, vectors, path):
    return subprocess.check_output(
        [*W2V, command, str(vectors), str(path), "--json", "-q"], cwd=ROOT, text=True
    )


def print_real(args, corpus, folder):
    """Medians of one process, and of two on MPI, in turn."""
    runs = {1: [], 2: []}
    for _ in range(args.repeat):
        for size, rows in runs.items():
            rows.append(real_run(args, corpus, folder, size))
            print(size, rows[-1], flush=True)
    rates = {size: median(row["words_per_second"] for row in rows) for size, rows in runs.items()}
    shares = [row["merging"] for row in runs[2]]
    print(
        f"1 process: {rates[1]:,.0f} words/s, 2: {rates[2]:,.0f}, {rates[2] / rates[1]:.2f} times; "
        f"{100 * median(shares):.1f} % of the time on merging"
    )


def real_run(args, corpus, folder, size):
    stats = folder / "stats.json"
    options = [word for name in SETTINGS for word in (f"--{name}", str(getattr(args, name)))]
    command = [
        *([] if size == 1 else [args.mpirun, "-n", str(size)]),
        *W2V, "train", str(corpus), "-o", str(folder / "vectors.w2v"), "--stats", str(stats), "-q",
        *("-j", "1"), *options, *([] if size == 1 else ["--distributed"]),
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=ROOT, check=True, env=environment)
    told = json.loads(stats.read_text())
    merging = told.get("seconds_merging", 0) / told["seconds"]["train"]
    return {
        "words_per_second": told["words_per_second"], "merging": merging,
        "bytes_sent": told.get("bytes_sent", 0),
    }  # fmt: skip


def print_model(args):
    """Words a second that nodes would train, and what part of the time they would train."""
    n_rows = mean_rows(args.n_words)
    row = 2 * 4 * (args.dim + 1)
    print(
        f"a round: {MOST_WORDS:,} words, {n_rows:,.0f} rows of each matrix on average, "
        f"{n_rows * row / 1e6:.1f} MB; a thread {args.rate:,.0f} words/s, {THREADS} a node"
    )
    print("nodes  Gbit/s  million words/s  of one node's  training")
    node = args.rate * THREADS * THREADS_SPEEDUP
    for n_nodes in NODES:
        for gigabits in GIGABITS:
            training = MOST_WORDS / n_nodes / node
            whole = training
            if n_nodes > 1:
                whole += talking(n_nodes, n_rows * row, gigabits) + merging(args, n_rows * row)
            rate = MOST_WORDS / whole
            print(
                f"{n_nodes:5}  {gigabits:6}  {rate / 1e6:15.1f}  {rate / node:13.1f}  "
                f"{100 * training / whole:7.0f}%"
            )


def mean_rows(n_words):
    """How many rows of a matrix are merged in a round, on average."""
    rounds = np.arange(1, WHOLE_EVERY + 1)
    rows = np.minimum(FIRST_ROWS * (rounds & -rounds), n_words)
    rows[-1] = n_words
    return float(rows.mean())


def talking(n_nodes, n_bytes, gigabits):
    """Seconds of a round in which rows are sent."""
    sent = 2 * (n_nodes - 1) / n_nodes * n_bytes / (gigabits * 1e9 / 8)
    messages = MESSAGES * np.log2(n_nodes) * LATENCY
    return sent + messages


def merging(args, n_bytes):
    """Seconds of a round in which rows are prepared and put together, by all threads."""
    rate = min(MERGE_RATE * THREADS * THREADS_SPEEDUP, MOST_MERGE_RATE)
    return n_bytes / rate + USES_SECONDS * args.n_words + LOOK_SECONDS


if __name__ == "__main__":
    sys.exit(main())
