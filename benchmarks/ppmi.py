"""What PPMI vectors are worth, and what they take: settings and readouts, on one text.

    python benchmarks/ppmi.py [--text FILE] [--seeds 3] [--threads 2] [--settings NAME ...]
        [--readouts NAME ...] [--pairs FILE ...]

Trains from the text, seed by seed, keeps both matrices, and reads vectors out of them in several
ways. Prints a table as frontier.py does; seconds are those of the training that several readouts
have in common, counting and reading included. Seeds draw the random columns that the decomposition
begins with. A setting may be given as options, in quotes: "--shift 3 --dim 50".
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

from common import PAIRS, W2V, WIKI, describe_machine, require_data
from frontier import run, scores, summary

SETTINGS = ("", "--shift 0.5", "--window 5", "--smoothing 1", "--dim 300")
READOUTS = ("balanced", "input", "sum")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", type=Path, default=WIKI)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--settings", nargs="+", default=SETTINGS)
    parser.add_argument("--readouts", nargs="+", choices=READOUTS, default=READOUTS)
    parser.add_argument("--pairs", nargs="+", type=Path, default=[])
    args = parser.parse_args()
    require_data()
    pairs = {**PAIRS, **{path.stem: path for path in args.pairs}}
    print(describe_machine())
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1, args.seeds + 1):
            for setting in args.settings:
                runs += trained(args, setting, seed, Path(folder), pairs)
    runs.sort(key=lambda run: run["order"])
    print(summary(runs, pairs))


def trained(args, setting, seed, folder, pairs):
    """What came out of one training, by each readout."""
    both, vectors = folder / "both.w2v", folder / "vectors.bin"
    command = [*W2V, "train", args.text, "-o", both, "-q", "-j", args.threads, "--seed", seed]
    command += ["--model", "ppmi", "--vectors", "input", "--keep-context", *setting.split()]
    command += ["--stats", folder / "stats.json"]
    told = setting or "defaults"
    taken = run(command, folder)
    for place, readout in enumerate(args.readouts):
        convert = [*W2V, "convert", both, vectors, "--vectors", readout, "-q", "--no-provenance"]
        subprocess.run(list(map(str, convert)), check=True, stderr=subprocess.DEVNULL)
        order = args.settings.index(setting), place
        yield {**taken, **scores(vectors, pairs), "name": f"{told}, {readout}", "order": order}


if __name__ == "__main__":
    main()
