"""What it costs to keep old vectors fixed, and to compute the digest of the corpus.

Processor time of training, one thread, in turns; the median of each, as a ratio to plain training.
Run: python benchmarks/continuing.py [--rounds 5] [--words 2000000]
"""

import argparse
import statistics
import tempfile
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
from common import WIKI, describe_machine, require_data

from w2v_cli.config import TrainConfig
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.files.inputs import open_input
from w2v_cli.training.prepare import prepare
from w2v_cli.training.report import NeverStopping, Silence
from w2v_cli.training.request import Request
from w2v_cli.training.run import train
from w2v_cli.training.warmstart import OldVectors


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--words", type=int, default=2_000_000)
    args = parser.parse_args()
    require_data()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "text")
        with open_input(WIKI) as stream, open(text, "wb") as file:
            n_words = 0
            for line in islice(stream, 10_000_000):
                file.write(line)
                n_words += len(line.split())
                if n_words >= args.words:
                    break
        for model in ("skipgram", "cbow"):
            measure(text, folder, model, args.rounds)


def measure(text, folder, model, rounds):
    """Print the ratios for one architecture."""
    config = TrainConfig(model=model, epochs=1)
    request = Request(config, paths=(text,), tmpdir=folder)
    plain = train(prepare(request), Silence(), NeverStopping())
    words, vectors = plain.words, np.array(plain.vectors[0 : len(plain.words)])
    with_outputs = Embeddings(
        words, vectors, context=np.array(plain.context_vectors[0 : len(words)])
    )
    half, all_of_them = Embeddings(words[::2], vectors[::2]), Embeddings(words, vectors)
    kinds = {
        "plain": {},
        "from old vectors": {"old": OldVectors(all_of_them)},
        "half of the words frozen": {"old": OldVectors(half), "freeze": "inputs"},
        "all words frozen": {"old": OldVectors(all_of_them), "freeze": "inputs"},
        "outputs frozen": {"old": OldVectors(with_outputs), "freeze": "outputs"},
    }
    seconds = {kind: [] for kind in kinds}
    hashing = []
    for _ in range(rounds + 1):  # the first one compiles
        for kind, asked in kinds.items():
            prepared = prepare(replace(request, init="vectors", **asked))
            started = time.process_time()
            prepared.digest()
            hashing.append(time.process_time() - started)
            started = time.process_time()
            train(prepared, Silence(), NeverStopping())
            seconds[kind].append(time.process_time() - started)
    medians = {kind: statistics.median(times[1:]) for kind, times in seconds.items()}
    for kind, median in medians.items():
        print(f"{model:9} {kind:25} {median:7.2f} s  ratio {median / medians['plain']:.2f}")
    share = statistics.median(hashing) / medians["plain"]
    print(f"{model:9} digest of the corpus      {100 * share:.2f} % of an epoch")


if __name__ == "__main__":
    main()
