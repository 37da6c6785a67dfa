"""Documents as vectors: `w2v embed` beside a loop in Python, and beside fastText.

python benchmarks/embedding.py [--words 4000000] [--repeat 5] [--fasttext PYTHON]

Processor seconds (user and system) of whole processes with one thread, less those of the same
process with an empty text, so that reading the vectors is in none. The loop is what one writes with
gensim or a dict: the mean of the vectors of the words of a line. With --fasttext, the name of a
Python that has the package, a model with subwords is trained, and `get_sentence_vector` is called
for each line; `w2v embed --unit-words` computes the same, and the largest difference is told.
"""

import argparse
import json
import lzma
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
from common import ROOT, W2V, WIKI, describe_machine, require_data, train

LOOP = """
import sys
import numpy as np
sys.path.insert(0, {root!r})
from w2v_cli.formats.reading import read_embeddings
embeddings = read_embeddings({vectors!r})
index, matrix = embeddings.index, np.array(embeddings.vectors)
kv = {{word: matrix[row] for word, row in index.items()}}
zeros, rows = np.zeros(matrix.shape[1], dtype=np.float32), []
for line in open({lines!r}):
    found = [kv[word] for word in line.split() if word in kv]
    row = np.mean(found, axis=0) if found else zeros
    if {text}:
        sys.stdout.write(" ".join(f"{{number:.9g}}" for number in row.tolist()) + "\\n")
    else:
        rows.append(row)
if rows:
    np.save({output!r}, np.array(rows, dtype=np.float32))
"""
FASTTEXT = """
import fasttext, numpy as np
model = fasttext.load_model({vectors!r})
rows = [model.get_sentence_vector(line.rstrip("\\n")) for line in open({lines!r})]
if rows:
    np.save({output!r}, np.array(rows))
"""
FASTTEXT_MODEL = """
import fasttext
fasttext.train_unsupervised(
    {lines!r}, epoch=1, dim=100, bucket=200000, thread=2, verbose=0
).save_model({vectors!r})
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=4_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--fasttext", metavar="PYTHON")
    args = parser.parse_args()
    require_data()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines, n_words, n_lines = make_text(folder, args.words)
        print(f"{n_lines:,} lines of {n_words:,} words, dim 100")
        train(lines, folder / "v.bin", "--epochs", "1")
        ways = ways_of_w2v(folder)
        if args.fasttext:
            ways |= ways_of_fasttext(folder, args.fasttext)
        seconds = {way: [] for way in ways}
        for way in ways:
            processor_seconds(*ways[way](lines))  # compiles
        for _ in range(args.repeat):
            for way, command in ways.items():
                empty = processor_seconds(*command(folder / "empty.txt"))
                seconds[way].append(processor_seconds(*command(lines)) - empty)
        report(seconds, n_words)
        if args.fasttext:
            ours, theirs = np.load(folder / "ours.npy"), np.load(folder / "theirs.npy")
            print(f"largest difference to fastText: {np.abs(ours - theirs).max():.1e}")


def make_text(folder, n_words):
    """(path, words, lines) of the first lines of the Wikipedia text; words are cut at blanks."""
    taken, n_taken, n_lines = [], 0, 0
    with lzma.open(WIKI, "rt") as stream:
        for line in stream:
            words = line.split()
            # Lines of the text are whole articles: sentences are nearer to what is embedded.
            for start in range(0, len(words), 25):
                taken.append(" ".join(words[start : start + 25]) + "\n")
                n_lines += 1
            n_taken += len(words)
            if n_taken >= n_words:
                break
    path = folder / "lines.txt"
    path.write_text("".join(taken))
    (folder / "empty.txt").write_text("")
    return path, n_taken, n_lines


def ways_of_w2v(folder):
    """Name -> function of a text, which gives (command, where its output goes)."""
    vectors = folder / "v.bin"

    def embed(*options, output=None):
        target = ["-o", output] if output else []
        return lambda lines: ([*W2V, "embed", vectors, lines, "-q", "-j", "1", *options, *target],)

    def loop(text):
        def command(lines):
            code = LOOP.format(
                root=str(ROOT), vectors=str(vectors), lines=str(lines), text=text,
                output=str(folder / "loop.npy"),
            )  # fmt: skip
            return ([sys.executable, "-c", code],)

        return command

    return {
        "loop, array": loop(False),
        "loop, text": loop(True),
        "w2v embed, array": embed(output=folder / "rows.npy"),
        "w2v embed, text": embed(),
        "w2v embed, idf, array": embed("--weighting", "idf", output=folder / "rows.npy"),
        "w2v embed, sif and a component, array": embed(
            "--weighting", "sif", "--common-components", "1", output=folder / "rows.npy"
        ),
    }


def ways_of_fasttext(folder, python):
    """Likewise, for a model of fastText that is trained here."""
    model = folder / "ft.bin"
    code = FASTTEXT_MODEL.format(lines=str(folder / "lines.txt"), vectors=str(model))
    subprocess.run([python, "-c", code], check=True)

    def theirs(lines):
        code = FASTTEXT.format(
            lines=str(lines), vectors=str(model), output=str(folder / "theirs.npy")
        )
        return ([python, "-c", code],)

    def ours(lines):
        output = folder / "ours.npy" if lines.name == "lines.txt" else folder / "empty.npy"
        command = [*W2V, "embed", model, lines, "-q", "-j", "1", "--unit-words", "-o", output]
        return (command,)

    return {"fastText, array": theirs, "w2v embed, fastText's model, array": ours}


def processor_seconds(command):
    """User and system time of a command whose output is thrown away."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [str(word) for word in command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report(seconds, n_words):
    middle = {way: median(each) for way, each in seconds.items()}
    for way, each in seconds.items():
        print(
            f"{way:40} {middle[way]:7.2f} CPU s ({min(each):.2f} to {max(each):.2f}), "
            f"{n_words / middle[way] / 1e6:6.2f} M words/s"
        )
    print(json.dumps({way: round(each, 3) for way, each in middle.items()}))


if __name__ == "__main__":
    main()
