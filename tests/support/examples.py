"""Runs the command lines that the help shows, in a folder where there is what they name."""

import bz2
import glob
import gzip
import hashlib
import lzma
import os
import shlex
import shutil
import subprocess
import zipfile

import numpy as np
from support.language_models import random_model, save_model
from support.transformer_files import model_folder

from w2v_cli.classifying.request import ClassifyRequest
from w2v_cli.classifying.training import train_classifier
from w2v_cli.config import TrainConfig
from w2v_cli.cooccurrence.countsfile import CountsFile
from w2v_cli.cooccurrence.table import Cooccurrences, CountRule
from w2v_cli.corpus.archive import write_archive
from w2v_cli.formats.writing import write_embeddings
from w2v_cli.labelled.config import ClassifyConfig
from w2v_cli.training.prepare import prepare
from w2v_cli.training.request import Request

SHELL_ONLY = ("~", "$(")
"""What only a real shell understands."""
WORDS = [
    "the",
    "of",
    "king",
    "queen",
    "man",
    "woman",
    "paris",
    "france",
    "london",
    "england",
    "berlin",
    "germany",
    "breakfast",
    "cereal",
    "dinner",
    "lunch",
    "good",
    "better",
    "bad",
    "worse",
    "old",
    "new",
]
DUMP = (
    "<mediawiki><page><ns>0</ns><revision><text>the king and the queen of england"
    "</text></revision></page></mediawiki>"
)


def make_files(folder):
    """The files that examples name, small."""
    draw = np.random.default_rng(1)
    text = "\n".join(" ".join(draw.choice(WORDS, 10)) for _ in range(300)).encode() + b"\n"
    write = {
        "corpus.txt": text,
        "corpus.txt.gz": gzip.compress(text),
        "corpus.gz": gzip.compress(text),
        "wiki.txt.xz": lzma.compress(text),
        "news/a.txt": text,
        "shard1.txt": b"king 3\nqueen 2\n",
        "shard2.txt": b"queen 4\n",
        "words.tsv": b"king\tx\nqueen\ty\n",
        "words.txt": b"king\nqueen - woman + man\n",
        "list.txt": b"king\nqueen\nparis\n",
        "groups.tsv": b"king\tcourt\nqueen\tcourt\nparis\tcities\n",
        "questions-words.txt": b": capital-common-countries\n"
        b"paris france london england\nberlin germany paris france\n"
        b": gram3-comparative\ngood better bad worse\n",
        "web/questions-words.txt": b": family\nking queen man woman\n",
        "web/simplewiki.xml.bz2": bz2.compress(DUMP.encode()),
        "web/corpus.txt.gz": gzip.compress(text),
        "web/crawl.vec.gz": gzip.compress(b"2 300\n" + _rows("king queen", 300)),
        "web/wiki.vec": b"2 300\n" + _rows("roi reine", 300),
    }
    # With more words than the classes that are made of them.
    write["text8"] = text.replace(b"\n", b" ") + b" ".join(b"w%d" % n for n in range(500)) * 5
    write["q.txt"] = write["questions-words.txt"]
    for name in ("sessions.txt", "held-out.txt", "monday.txt", "tuesday.txt"):
        write[name] = text
    for name in ("wordsim353.tsv", "men.txt", "simlex999.txt"):
        write[name] = b"king\tqueen\t9\nparis\tfrance\t7\ngood\tcereal\t1\n"
    write["ws353.csv"] = b"Word 1,Word 2,Human (mean),1\nking,queen,9,8\nparis,france,7,7\n"
    write["danish.csv"] = b"Word 1,da1,Word 2,da2,Score\nx,king,y,queen,9\nx,paris,y,france,7\n"
    write["german.txt"] = b": nouns: SI/PL\nking queen man woman\n"
    write["BATS_3.0/E01 [country - capital].txt"] = b"paris\tfrance\nlondon\tengland/uk\n"
    reviews = b"".join(b"__label__%s %s\n" % (b"good" if n % 2 else b"bad", line)
                       for n, line in enumerate(text.splitlines()))  # fmt: skip
    for name in ("reviews.txt", "names.txt", "test.txt", "new.txt"):
        write[name] = reviews
    table = "".join(f"{n % 5},{line}\n" for n, line in enumerate(text.decode().splitlines()))
    for name in ("reviews.csv", "test.csv", "new.csv"):
        write[name] = f"stars,review\n{table}".encode()
    for name, data in write.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    with zipfile.ZipFile(folder / "web" / "text8.zip", "w") as archive:
        archive.writestr("text8", write["text8"])
    with zipfile.ZipFile(folder / "web" / "glove.zip", "w") as archive:
        archive.writestr("glove.6B.100d.txt", _rows("king queen", 100))
    vectors = draw.standard_normal((len(WORDS) + 1, 20), dtype=np.float32)
    # With the counts and the word of two parts that other formats cannot hold.
    words = [*WORDS, "new york"]
    write_embeddings(folder / "vectors.bin", words, vectors, "w2v")
    counts = np.arange(len(WORDS), 0, -1)
    write_embeddings(folder / "vectors.w2v", WORDS, vectors[:-1], "w2v", counts)
    both = {"counts": counts, "context": vectors[1:]}
    write_embeddings(folder / "cbow.w2v", WORDS, vectors[:-1], "w2v", **both)
    for name in ("old", "new", "items", "saved/v"):
        (folder / name).parent.mkdir(exist_ok=True)
        write_embeddings(folder / f"{name}.bin", WORDS, vectors[:-1], "binary")
    _two_languages(folder, vectors[:-1])
    write_embeddings(folder / "cc.en.300.bin", [*WORDS, "unseenword"], vectors, "binary")
    _encode(folder / "corpus.txt", folder / "corpus.w2vc")
    table = Cooccurrences(
        ["king", "queen"], np.array([3, 2]), CountRule(), np.array([0, 1, 1]),
        np.ones(1, np.uint32), np.ones(1, np.uint64),
    )  # fmt: skip
    for name in ("shard1", "shard2"):
        CountsFile(table).save(folder / f"{name}.w2vx")
    config = ClassifyConfig(dim=4, epochs=1)
    train_classifier(
        ClassifyRequest(config, (str(folder / "reviews.txt"),), output=str(folder / "model.bin"))
    )
    model = random_model(words=WORDS, n_words=len(WORDS), scale=0.3)
    save_model(folder / "model.w2v", model)
    tensor = "bert.embeddings.word_embeddings.weight"
    model_folder(folder / "bert-base", vectors, tensor, {"vocab.txt": "\n".join(WORDS)})
    write_embeddings(folder / "glove.txt", WORDS, vectors[:-1], "glove")
    google = (folder / "old.bin").read_bytes()
    (folder / "GoogleNews.bin.gz").write_bytes(gzip.compress(google))


def _two_languages(folder, vectors):
    """Write vectors of two languages, which are one here, and dictionaries."""
    for name in ("en.bin", "de.bin", "en-in-de.bin"):
        write_embeddings(folder / name, WORDS, vectors, "binary")
    (folder / "pairs.tsv").write_text("king\tqueen\t9\nparis\tfrance\t7\n")
    more = ["gay", "awful", "broadcast", "dog"]
    rows = np.concatenate([vectors, vectors[: len(more)] + 1])
    periods = ("1900", "1990", "2000", "2020", "early", "late")
    for name in ("en", "de", "a", "b", "c", "a1", "a2", "b1", "b2", *periods):
        counts = np.full(len(rows), 60)
        write_embeddings(folder / f"{name}.w2v", [*WORDS, *more], rows, "w2v", counts)
    pairs = "".join(f"{word} {word}\n" for word in WORDS)
    for name in ("en-de.txt", "en-de.tsv", "en-de.0-5000.txt", "en-de.5000-6500.txt", "d.txt"):
        (folder / name).write_text(pairs)
    (folder / "freedict-eng-deu.index").write_text("king\tA\tW\n")
    (folder / "freedict-eng-deu.dict").write_text("king /kI/\nking, queen\n")


def _encode(text, path):
    """Write what ``w2v encode`` makes of a text."""
    request = Request(TrainConfig(min_count=1), (str(text),), tmpdir=str(path.parent))
    prepared = prepare(request)
    words = prepared.vocabulary
    with prepared.corpus as corpus:
        write_archive(path, corpus, words.words, words.counts, prepared.facts)


def _rows(words, dim):
    """Vectors of words as text."""
    rows = enumerate(words.split(), 1)
    return b"".join(f"{word}{f' {number}' * dim}\n".encode() for number, word in rows)


def fetched_here(folder, line):
    """(line, environment) such that what it would fetch comes from the folder."""
    line = line.replace("https://example.org", f"file://{folder}/web")
    files = {
        "text8": "text8.zip",
        "simplewiki": "simplewiki.xml.bz2",
        "questions-words": "questions-words.txt",
        "fasttext-crawl:de": "crawl.vec.gz",
        "fasttext-aligned:fr": "wiki.vec",
        "glove-6b:100d": "glove.zip",
    }
    for name, file in files.items():
        if line.startswith(f"w2v fetch {name}"):
            # As it is for who has not fetched it yet.
            for output in (name, "cc.de.300.vec.gz"):
                (folder / output).unlink(missing_ok=True)
            path = folder / "web" / file
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            return line, {"W2V_FETCH_URL": path.as_uri(), "W2V_FETCH_SHA256": digest}
    return line, {}


def run_line(w2v, folder, line):
    """Run a pipeline; AssertionError if a part of it fails.

    ``w2v`` is the fixture: the command runs in a fork, so that many are quick.
    """
    line, env = fetched_here(folder, line)
    data = b""
    for stage in line.split(" | "):
        args, source, target, errors = _parsed(stage, folder)
        data = (folder / source).read_bytes() if source else data
        if args[0] == "w2v":
            done = w2v(*args[1:], stdin=data, env=env, cwd=folder)
        elif shutil.which(args[0]) is None:
            return
        else:
            done = subprocess.run(args, input=data, capture_output=True, cwd=folder, check=False)
        assert done.returncode == 0, (stage, done.stderr)
        data = done.stdout
        if target:
            (folder / target).write_bytes(data)
        if errors:
            (folder / errors).write_bytes(done.stderr)


def _parsed(stage, folder):
    """(arguments, file of standard input, of output, of errors) of a part of a pipeline."""
    args, files = [], {"<": None, ">": None, "2>": None}
    words = iter(shlex.split(stage))
    for word in words:
        if word in files:
            files[word] = next(words)
        elif "*" in word and glob.has_magic(word) and " " not in word:
            found = sorted(glob.glob(word, root_dir=folder))
            args += found or [word]
        else:
            args.append(word)
    return args, files["<"], files[">"], files["2>"]


def run_in_shell(line, folder, environment):
    """Run a line in bash, with a home of its own."""
    for name in (".zfunc", ".local/share/bash-completion/completions", ".config/fish/completions"):
        os.makedirs(folder / name, exist_ok=True)
    subprocess.run(
        ["bash", "-e", "-c", line],
        cwd=folder,
        env={**environment, "HOME": str(folder)},
        check=True,
        capture_output=True,
        timeout=60,
    )
