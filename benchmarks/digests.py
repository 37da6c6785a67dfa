"""Whether two checkouts train the same bytes: digests of what one thread and one seed make.

    python benchmarks/digests.py BEFORE [AFTER]

runs the same commands with the code of both folders, and tells where what they wrote differs.
Without AFTER, the second is the folder that this file lies in.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE_LINES = 6000
COMMON = ["--threads", "1", "--seed", "7", "--epochs", "2", "--min-count", "2"]
TRAINED = {
    f"{model} {loss} dim {dim}": ["-m", model, "--loss", loss, "-d", str(dim)]
    for model in ("skipgram", "cbow")
    for loss, dim in (("ns", 20), ("ns", 50), ("hs", 24), ("softmax", 16))
} | {
    "pairwise": ["--share-negatives", "0"],
    "pairwise cbow": ["--share-negatives", "0", "-m", "cbow"],
    "fixed window": ["--fixed-window", "--window", "3"],
    "many negatives": ["--negative", "14"],
    "flat negatives": ["--ns-exponent", "0"],
    "no subsampling": ["--sample", "0", "--max-sentence", "7"],
    "lower case": ["--lowercase", "--digits", "zero"],
    "small vocabulary": ["--max-vocab", "300"],
    "preset gensim": ["--preset", "gensim"],
}
FORMATS = ("txt", "bin", "glove", "w2v", "npy", "safetensors", "tsv")


def main():
    """Compare two checkouts; exit code 1 if a digest differs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path, nargs="?", default=ROOT)
    options = parser.parse_args()
    before, after = digests(options.before), digests(options.after)
    different = [name for name in before if before[name] != after.get(name)]
    for name, digest in after.items():
        print(f"{'DIFFERS' if name in different else 'same':8}{digest[:16]}  {name}")
    print(f"{len(before) - len(different)} of {len(before)} are the same")
    return 1 if different else 0


def digests(checkout):
    """What the code of a folder makes: dict of what -> SHA-256 as hexadecimal digits."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        run = Runner(checkout, Path(folder))
        lines = (ROOT / "data" / "sample.txt").read_text().splitlines(keepends=True)
        run.write("text", "".join(lines[:SAMPLE_LINES]))
        run.write("more", "".join(lines[SAMPLE_LINES:]) + "Paris unseen unseen unseen words\n" * 3)
        for name, options in TRAINED.items():
            found |= run.train(name, "text", "out.bin", *options)
        for extension in FORMATS:
            as_format = ["--format", extension] if extension in ("glove", "tsv") else []
            found |= run.train(
                f"format {extension}", "text", f"v.{extension}", "-d", "12", *as_format
            )
        found |= run.train("two matrices", "text", "both.w2v", "-d", "12", "--keep-context")
        found |= run.train(
            "saved outputs", "text", "in.bin", "-d", "12",
            "--save-context", "out-matrix.bin", "--save-vocab", "vocab.txt",
        )  # fmt: skip
        found["saved outputs"] += digest_of(run.folder / "out-matrix.bin")
        found["vocabulary"] = digest_of(run.folder / "vocab.txt")
        for start in ("v.bin", "both.w2v"):
            for freeze in ([], ["--freeze"]):
                name = " ".join(["init", start, *freeze])
                found |= run.train(name, "more", "joined.bin", "--init", start, *freeze)
        found |= run.train("given vocabulary", "more", "g.bin", "--vocab", "vocab.txt", "-d", "12")
        run("encode", "text", "-o", "text.w2vc", "--threads", "1", "--min-count", "2")
        found |= run.train("encoded", "text.w2vc", "e.bin", "-d", "12")
        found |= run.checkpoints()
        run("vocab", "text", "-o", "words.txt", "--threads", "1")
        found["vocab"] = digest_of(run.folder / "words.txt")
        run("compat-word2vec", "-train", "text", "-output", "compat.bin", "-binary", "1", "-size",
            "24", "-threads", "1", "-iter", "2", "-min-count", "2")  # fmt: skip
        found["compat-word2vec"] = digest_of(run.folder / "compat.bin")
        for extension in ("txt", "npy", "safetensors"):
            run("convert", "v.bin", f"converted.{extension}", "--no-provenance")
            found[f"convert {extension}"] = digest_of(run.folder / f"converted.{extension}")
    return found


class Runner:
    """Runs commands of a checkout in a folder."""

    def __init__(self, checkout, folder):
        self.folder = folder
        self._env = {**os.environ, "PYTHONPATH": str(checkout.resolve())}

    def write(self, name, text):
        """Make a file in the folder."""
        (self.folder / name).write_text(text)

    def __call__(self, *args):
        """Run a command, which has to succeed."""
        command = [sys.executable, "-m", "w2v_cli", *args]
        done = subprocess.run(
            command, cwd=self.folder, env=self._env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(args)}: {done.stderr}")
        return done

    def train(self, name, corpus, output, *options):
        """{name: digest} of the vectors of a training."""
        self("train", corpus, "-o", output, "--no-provenance", *COMMON, *options)
        return {name: digest_of(self.folder / output)}

    def checkpoints(self):
        """A training that is gone on from a checkpoint, and what the checkpoint holds."""
        run = ["text", "-o", "c.bin", "-d", "12", "--no-provenance", *COMMON]
        self("train", *run, "--checkpoint", "saved", "--checkpoint-every", "30%")
        folder = self.folder / "saved"
        newest, before = sorted(folder.glob("*.npz"), reverse=True)[:2]
        with zipfile.ZipFile(newest) as archive:
            found = {
                f"checkpoint {name}": hashlib.sha256(archive.read(name)).hexdigest()
                for name in ("syn0.npy", "syn1.npy")
            }
        newest.unlink()
        (self.folder / "c.bin").unlink()
        self("train", *run, "--resume", "saved")
        return {**found, "resumed": digest_of(self.folder / "c.bin"), "of": before.name}


def digest_of(path):
    """SHA-256 of a file, as hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
