"""Documents as vectors: `w2v embed` beside a loop in Python, and beside fastText.

python benchmarks/embedding.py [--words 1000000] [--repeat 5] [--fasttext PYTHON]

Processor seconds with one thread, from a file of text to a file of rows; vectors are in memory, and
code is compiled. The loop is what one writes with gensim or a dict: the mean of the vectors of the
words of a line. With --fasttext, the name of a Python that has the package, a small model with
subwords is trained, and `get_sentence_vector` is called for each line; `--unit-words` computes the
same of the same model, and the largest difference is told.
"""

import argparse
import lzma
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
from common import WIKI, describe_machine, require_data, train

from w2v_cli.config import TextConfig
from w2v_cli.corpus.sources import choose
from w2v_cli.formats.reading import read
from w2v_cli.pooling.embedder import Embedder
from w2v_cli.pooling.fit import new_fit
from w2v_cli.pooling.settings import Pooling
from w2v_cli.terminal.documentrows import NPY, TEXT, row_writer

TRAINED_LINES = 2000
"""Of the text, for the model of fastText: how good it is does not matter."""
FASTTEXT = """
import sys, time
import fasttext, numpy as np
few, lines, model, output, repeat = sys.argv[1:]
options = {"epoch": 1, "dim": 100, "bucket": 100000, "minCount": 1, "thread": 1, "verbose": 0}
fasttext.train_unsupervised(few, **options).save_model(model)
trained = fasttext.load_model(model)
for _ in range(int(repeat)):
    start = time.process_time()
    with open(lines) as stream:
        rows = np.array([trained.get_sentence_vector(line.rstrip("\\n")) for line in stream])
    np.save(output, rows)
    print(time.process_time() - start)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--fasttext", metavar="PYTHON")
    args = parser.parse_args()
    require_data()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines, n_words, n_lines = make_text(folder, args.words)
        train(lines, folder / "v.bin", "--epochs", "1")
        embeddings = read(folder / "v.bin").embeddings
        print(f"{n_lines:,} lines of {n_words:,} words; {len(embeddings):,} words of dim 100")
        seconds = measured(ways_of(embeddings, lines, folder), args.repeat)
        if args.fasttext:
            seconds |= beside_fasttext(args.fasttext, lines, folder, args.repeat)
        for way, each in seconds.items():
            middle = median(each)
            print(
                f"{way:34} {middle:7.3f} CPU s ({min(each):.3f} to {max(each):.3f}), "
                f"{n_words / middle / 1e6:6.2f} M words/s"
            )


def ways_of(embeddings, lines, folder):
    """Name -> function that does all of the work."""
    kv = {word: np.array(embeddings.vectors[row]) for word, row in embeddings.index.items()}
    array, text = folder / "rows.npy", folder / "rows.txt"
    sif = Pooling("sif", common_components=1)
    return {
        "loop, array": lambda: np.save(array, np.array(looped(kv, lines), dtype=np.float32)),
        "loop, text": lambda: write_text(looped(kv, lines), text),
        "w2v, array": lambda: embed(embeddings, lines, Pooling(), array, NPY),
        "w2v, text": lambda: embed(embeddings, lines, Pooling(), text, TEXT),
        "w2v, idf, array": lambda: embed(embeddings, lines, Pooling("idf"), array, NPY),
        "w2v, sif and 1 component, array": lambda: embed(embeddings, lines, sif, array, NPY),
    }


def looped(kv, lines):
    """Rows as a loop makes them."""
    rows, zeros = [], np.zeros(len(next(iter(kv.values()))), dtype=np.float32)
    with open(lines) as stream:
        for line in stream:
            found = [kv[word] for word in line.split() if word in kv]
            rows.append(np.mean(found, axis=0) if found else zeros)
    return rows


def write_text(rows, path):
    """Write rows as a loop does."""
    with open(path, "w") as stream:
        for row in rows:
            stream.write(" ".join(f"{number:.9g}" for number in row.tolist()) + "\n")


def embed(embeddings, lines, pooling, output, form):
    """What the command does, with one thread."""
    fit = new_fit(pooling, TextConfig(), embeddings)
    with Embedder(embeddings, choose([lines]), fit, str(output.parent)) as embedder:
        embedder.learn()
        dim = embeddings.dim
        with open(output, "wb") as stream, row_writer(form, stream, dim, True, 1) as writer:
            for part in embedder.parts():
                writer.write(*part)


def measured(ways, repeat):
    """Processor seconds of each way, taken in turn; a first run compiles."""
    seconds = {way: [] for way in ways}
    for number in range(repeat + 1):
        for way, function in ways.items():
            start = time.process_time()
            function()
            if number:
                seconds[way].append(time.process_time() - start)
    return seconds


def beside_fasttext(python, lines, folder, repeat):
    """Likewise fastText, and w2v with the same model."""
    few, model = folder / "few.txt", folder / "ft.bin"
    with open(lines) as stream:
        few.write_text("".join(line for line, _ in zip(stream, range(TRAINED_LINES), strict=False)))
    theirs, ours = folder / "theirs.npy", folder / "ours.npy"
    command = [python, "-c", FASTTEXT, few, lines, model, theirs, str(repeat)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    embeddings = read(model).embeddings
    unit = Pooling(unit_words=True)
    found = measured(
        {"w2v, fastText's model, array": lambda: embed(embeddings, lines, unit, ours, NPY)}, repeat
    )
    difference = np.abs(np.load(ours) - np.load(theirs)).max()
    print(f"largest difference to fastText: {difference:.1e}")
    return {"fastText, array": list(map(float, printed.split())), **found}


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
    return path, n_taken, n_lines


if __name__ == "__main__":
    main()
