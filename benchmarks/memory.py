"""Resident memory of encoding a long stream from a pipe.

    python benchmarks/memory.py [--million-tokens 1000]

The stream is generated: Zipf-like words, a thousand new ones in each million tokens. Prints the
peak of the process's resident memory (its mapped files included) and the time it took.
"""

import argparse
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from common import W2V, describe_machine

TOKENS = 1_000_000
NEW_WORDS = 1_000
VOCABULARY = 300_000
BLOCKS = 8
LINE = 100


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--million-tokens", type=int, default=1000)
    args = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "stream.w2vc"
        started = time.perf_counter()
        command = [*W2V, "encode", "-", "-o", str(archive), "-q"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE)
        write_stream(process.stdin, args.million_tokens)
        process.stdin.close()
        if process.wait() != 0:
            raise SystemExit("w2v encode failed")
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
        size = archive.stat().st_size / 2**30
    print(
        f"{args.million_tokens} million tokens: peak {peak:.2f} GiB resident, {seconds:.0f} s, "
        f"archive {size:.2f} GiB"
    )


def write_stream(pipe, n_blocks):
    """Write blocks of a million tokens; the rare words at the end of each are new."""
    blocks = [make_block(np.random.default_rng(seed)) for seed in range(BLOCKS)]
    for number in range(n_blocks):
        pipe.write(blocks[number % BLOCKS])
        pipe.write(b" ".join(b"new%d-%d" % (number, word) for word in range(NEW_WORDS)) + b"\n")


def make_block(rng):
    words = (VOCABULARY ** rng.random(TOKENS - NEW_WORDS)).astype(int).astype("S7").tolist()
    lines = (words[start : start + LINE] for start in range(0, len(words), LINE))
    return b"\n".join(map(b" ".join, lines)) + b"\n"


if __name__ == "__main__":
    main()
