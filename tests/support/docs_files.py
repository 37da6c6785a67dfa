"""The files that the documentation names: small ones that stand for the user's own.

Each page is run in a copy of this folder, with `data/` as in the repository. What a page needs
beyond it is made by the page itself, in a comment that readers do not see::

    <!-- files
    head -c 20000 data/sample.txt > my-logs.txt
    -->

What `curl` and `w2v fetch` are to fetch lies in `downloads/`, and `.bash_env` holds for all blocks
of the page.
"""

import bz2
import gzip
import lzma
import shutil
import zipfile
from pathlib import Path

import numpy as np
from conftest import ROOT
from support.transformer_files import model_folder, wordpiece

EVERY = 20
"""One of so many lines of the sample is in the small texts."""
RARE = "new york breakfast cereal lunch dinner queen"
"""Words that are asked for, and hardly in the small text."""
STOP = "the\na\nof\nin\nand\n"
PAGES_OF_DUMP = 9
PAGE = (
    "<page><title>Page {0}</title><ns>0</ns><id>{0}</id><revision><id>{0}</id>"
    "<text>A '''page''' of [[Text|words]]. {1}</text></revision></page>"
)
DUMP = '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/">{}</mediawiki>'
SIMILARITY = "king\tqueen\t8.6\nparis\tfrance\t8\nman\twoman\t8.3\nking\tthe\t1\n"
TRAIN = "train {} -o {} -q -d 20 -e 2 -j 1 --no-provenance"
VECTORS = {
    "vectors.bin": "",
    "old.bin": "--seed 2",
    "new.bin": "--seed 3",
    "vectors.txt": "",
    "glove.6B.100d.txt": "--format glove",
    "wiki.w2v": "--keep-context",
    "google.bin": "",
}
"""Files of vectors, and the options with which they are made."""


def make(folder, w2v):
    """Make all files in an empty folder.

    Parameters
    ----------
    folder : Path
    w2v : callable   the fixture: runs the command
    """

    def run(line):
        result = w2v(*line.split(), cwd=folder)
        assert result.returncode == 0, result.errors

    text = _make_texts(folder)
    _make_words(folder)
    _make_downloads(folder, text)
    for name, options in VECTORS.items():
        run(f"{TRAIN.format('corpus.txt', name)} {options}")
    google = folder / "google.bin"
    _write(folder / "GoogleNews-vectors-negative300.bin.gz", gzip.compress(google.read_bytes()))
    google.unlink()
    _make_phrases(folder)
    run("convert phrases.txt vectors.w2v -q")
    run("vocab corpus.txt -o vocab.txt")
    run("encode corpus.txt -o wiki.w2vc -q")
    _make_fasttext_model(folder, text)
    _make_transformer(folder)


def copy(base, folder):
    """Make ``folder`` what a page is run in."""
    shutil.copytree(base, folder)
    shutil.copytree(ROOT / "data", folder / "data", ignore=lambda *_: ["facts", "frames"])


def _make_texts(folder):
    """The same small text under all names; returns it."""
    lines = (ROOT / "data" / "sample.txt").read_text().splitlines(keepends=True)
    text = "".join(lines[::EVERY]) + f"{RARE}\n" * 20
    data = text.encode()
    half = data.index(b"\n", len(data) // 2) + 1
    for name in ("corpus.txt", "wiki.txt", "more.txt", "other.txt", "slang.txt", "news.txt"):
        _write(folder / name, data)
    for name in ("corpus.gz", "corpus.txt.gz"):
        _write(folder / name, gzip.compress(data))
    for name in ("wiki.txt.xz", "wiki.xz"):
        _write(folder / name, lzma.compress(data))
    _write(folder / "corpus.txt.bz2", bz2.compress(data))
    for name, part in (("1", data[:half]), ("2", data[half:])):
        _write(folder / "news" / f"{name}.txt", part)
        _write(folder / f"shard{name}" / "part.txt", part)
    return text


def _make_words(folder):
    """Lists of words, questions and pairs."""
    _write(folder / "words.txt", b"king\nparis\nwoman\n")
    _write(folder / "list.txt", b"king\nqueen\nman\nwoman\nparis\nfrance\n")
    _write(folder / "words.tsv", b"king\tm\nqueen\tf\nparis\tn\n")
    _write(folder / "stop.txt", STOP.encode())
    _write(folder / "mine.txt", b"king\nqueen\nman\n")
    for name in ("wordsim353.tsv", "simlex999.txt", "men.txt", "pairs.tsv"):
        _write(folder / name, SIMILARITY.encode())
    questions = (ROOT / "data" / "sample-questions.txt").read_bytes()
    _write(folder / "questions-words.txt", questions)


def _published(dim, has_header):
    """Vectors as they are published, of a few words."""
    rows = [[word, *map(str, range(number, number + dim))] for number, word in enumerate("abcd")]
    header = f"{len(rows)} {dim}\n" if has_header else ""
    return (header + "".join(" ".join(row) + "\n" for row in rows)).encode()


def _make_downloads(folder, text):
    """What would come from a network."""
    downloads = folder / "downloads"
    _write(downloads / "corpus.txt.gz", (folder / "corpus.txt.gz").read_bytes())
    _write(downloads / "questions-words.txt", (folder / "questions-words.txt").read_bytes())
    with zipfile.ZipFile(downloads / "text8.zip", "w") as archive:
        archive.writestr("text8", text.replace("\n", " "))
    lines = text.splitlines()
    pages = (
        PAGE.format(number, ". ".join(lines[number::PAGES_OF_DUMP]))
        for number in range(PAGES_OF_DUMP)
    )
    dump = DUMP.format("".join(pages)).encode()
    _write(downloads / "cc.de.300.vec.gz", gzip.compress(_published(300, has_header=True)))
    with zipfile.ZipFile(downloads / "glove.6B.zip", "w") as archive:
        archive.writestr("glove.6B.50d.txt", _published(50, has_header=False))
    _write(downloads / "simplewiki-latest-pages-articles.xml.bz2", bz2.compress(dump))


def _make_phrases(folder):
    """Vectors of which one is of two words."""
    data = (folder / "vectors.txt").read_bytes()
    _write(folder / "phrases.txt", data.replace(b"\nyork ", b"\nnew york "))


def _make_transformer(folder):
    """A transformer whose tokens are the words, with half a word behind them."""
    _, *rows = (folder / "vectors.txt").read_text().splitlines()
    words = [row.split(" ")[0] for row in rows]
    matrix = np.array([row.split(" ")[1:] for row in rows], dtype=np.float32)
    tokens = ["[PAD]", "[UNK]", *words, "##ly"]
    rows = np.concatenate([matrix[:2], matrix, matrix[:1]])
    tensor = "embeddings.word_embeddings.weight"
    model_folder(folder / "bert-base", rows, tensor, {"tokenizer.json": wordpiece(tokens)})


def _make_fasttext_model(folder, text):
    """A model of fastText, if that is installed."""
    try:
        import fasttext
    except ImportError:
        return
    path = folder / "corpus.txt"
    model = fasttext.train_unsupervised(
        str(path), dim=10, epoch=1, bucket=1000, thread=1, verbose=0
    )
    model.save_model(str(folder / "cc.en.300.bin"))


def _write(path: Path, data):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
