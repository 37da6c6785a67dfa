"""What checkpoints cost: processor and wall time of training with them and without, in turn.

    python benchmarks/checkpoints.py [--rounds 5] [--every 2s] [OPTIONS FOR w2v train]

Checkpoints come far more often than by default, so that their cost can be told from noise; the
last column is what one costs, as a share of the ten minutes that are the default.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path
from statistics import median

from common import W2V, WIKI, describe_machine, require_data, train

DEFAULT_SECONDS = 600


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--every", default="2s")
    args, options = parser.parse_known_args()
    require_data()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        corpus = encoded(folder)
        plain, kept, n_written = [], [], []
        for number in range(args.rounds):
            plain.append(seconds(corpus, folder / "plain.bin", options))
            saved = folder / f"saved{number}"
            extra = ["--checkpoint", saved, "--checkpoint-every", args.every, *options]
            kept.append(seconds(corpus, folder / "kept.bin", extra))
            n_written.append(kept[-1] / float(args.every.rstrip("s")))
            size = max(path.stat().st_size for path in saved.iterdir())
    cost = (median(kept) - median(plain)) / median(n_written)
    print(f"without {median(plain):.2f} s, with one each {args.every} {median(kept):.2f} s")
    print(f"{size / 1e6:,.0f} MB a checkpoint, {cost:.3f} s each: {cost / DEFAULT_SECONDS:.4%}")


def encoded(folder):
    """The corpus, encoded once."""
    path = folder / "corpus.w2vc"
    subprocess.run([*W2V, "encode", str(WIKI), "-o", str(path), "-q"], check=True)
    return path


def seconds(corpus, output, options):
    """Training seconds of a run."""
    return train(corpus, output, *options)["seconds"]["train"]


if __name__ == "__main__":
    main()
