"""Every reader as a function of bytes: it returns what is well-formed, or raises a W2VError.

What a reader returns is used as a command would use it; an assertion that fails, or any other
exception, is a defect of the reader.
"""

import codecs
import json
import os
import sys
import tempfile
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import rmtree
from types import SimpleNamespace

import numpy as np

from w2v_cli.config import TextConfig
from w2v_cli.cooccurrence import scratch
from w2v_cli.cooccurrence.countsfile import open_counts
from w2v_cli.cooccurrence.stanford import read_records
from w2v_cli.cooccurrence.table import CountRule
from w2v_cli.corpus import reader
from w2v_cli.corpus.archive import check_ids, open_archive
from w2v_cli.corpus.countfiles import read_counts, read_word_list
from w2v_cli.corpus.counting import count_text
from w2v_cli.corpus.guessing import guess_encoding
from w2v_cli.embeddings import index
from w2v_cli.embeddings.queries import QueryError, WordFinder, query_vectors
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import W2VError
from w2v_cli.evaluation.pairs import read_pairs
from w2v_cli.evaluation.questions import read_questions
from w2v_cli.files.inputs import open_input
from w2v_cli.formats import word2vec_text
from w2v_cli.formats.reading import read
from w2v_cli.machine import system
from w2v_cli.nextword.scoring import Scorer
from w2v_cli.training import checkpoint

from . import documents, fetched, options, seeds, transformers

MEMORY = "/dev/shm"
# What takes most of the time that reading a small file takes, and does not depend on its bytes.
system._group_limits = cache(system._group_limits)
reader.read_ahead = word2vec_text.read_ahead = iter
for _name in ("utf-16-be", "utf-16-le", "utf-32-be", "utf-32-le", "utf-8-sig", "cp437"):
    codecs.lookup(_name)  # JSON and ZIP archives may be in these: not to be imported while watched
guess_encoding(b"\xe4")  # likewise the encodings that words may be in


@dataclass(frozen=True)
class Target:
    """One reader.

    Attributes
    ----------
    name : str
    seeds : list of bytes   valid files
    run : callable          run(bytes) -> a function that reads; W2VError is a fine answer of it,
                            any other exception is not
    place : _Place          the files that it reads
    """

    name: str
    seeds: list
    run: object
    place: object


class _Place:
    """A folder in memory, with files whose content is replaced in place."""

    def __init__(self):
        self.path = Path(tempfile.mkdtemp(dir=MEMORY if os.path.isdir(MEMORY) else None))
        self._files = {}

    def put(self, name, data):
        """Write a file; returns its path."""
        if name not in self._files:
            self._files[name] = os.open(self.path / name, os.O_RDWR | os.O_CREAT, 0o600)
        file = self._files[name]
        os.ftruncate(file, 0)
        os.pwrite(file, data, 0)
        return str(self.path / name)

    def close(self):
        for file in self._files.values():
            os.close(file)
        rmtree(self.path)


def _reading(read, name, check=lambda result: None):
    """The run of a target that reads one file."""

    def make(place):
        def put_and_read(data):
            path = place.put(name, data)
            return lambda: check(read(path))

        return put_and_read

    return make


def _check_read(found):
    json.dumps(found.record)
    "".join(found.notes).encode()
    _check_embeddings(found.embeddings)


def _check_embeddings(found):
    n_rows, dim = found.vectors.shape
    assert len(found) == n_rows, found.vectors.shape
    assert n_rows > 0 or found.subwords
    if found.subwords:
        made = found.subwords.compose(["x", "the", "wider"])
        assert made.vectors.shape == (3, dim)
        assert (made.n_trained <= made.n_ngrams).all()
    assert dim > 0
    assert found.vectors.dtype == np.float32
    is_mapped = not isinstance(found.words, list)
    if is_mapped:
        assert all(found.words[found.index[word]] == word for word in found.words)
    else:
        _check_words(found.words, n_rows)
        assert all(found.index[word] == row for row, word in enumerate(found.words))
    assert found.counts is None or found.counts.shape == (n_rows,)
    if found.language_model:
        _check_language_model(found.language_model)
    if is_mapped:
        return  # of the format w2v: what is mapped is not looked at before it is used
    assert np.isfinite(found.vectors).all()
    if n_rows:
        found.nearest(found.unit(slice(0, 2)), 3)


def _check_language_model(model):
    """It scores a line; its matrices are mapped, and may hold anything."""
    line = np.array([0, model.sentence_end], dtype=np.int32)
    with np.errstate(all="ignore"):
        assert (Scorer(model).log_probabilities(line) <= 1e-6).all()


def _check_words(words, n_words):
    words = list(words)
    assert len(words) == len(set(words)) == n_words
    "\n".join(words).encode()


def _same_by_compiled_code(path):
    """Text read by compiled code is what NumPy makes of it, or refused for the same reason."""
    found = []
    for word2vec_text.COMPILED_FROM in (0, sys.maxsize):
        try:
            made = read(path)
        except W2VError as error:
            found.append(str(error))
        else:
            _check_read(made)
            vectors = made.embeddings.vectors
            found.append((made.embeddings.words, vectors.tobytes(), made.notes))
    assert found[0] == found[1], found


def _drain(path):
    with open_input(path) as stream:
        while stream.read(1 << 16):
            pass


def _count(path):
    for text in (
        TextConfig(lowercase=True, digits="zero"),
        TextConfig(tokenize="words+punctuation", sentences=True),
    ):
        counts = count_text([path], text)
        words, numbers = counts.select()
        _check_words(words, len(numbers))
        assert numbers.sum() == counts.facts.tokens_read


def _open_encoded(path):
    archive = open_archive(path)
    with archive.corpus:
        _check_words(archive.words, len(archive.counts))
        assert archive.counts.min() > 0
        repr(archive.facts)
        check_ids(archive)


def _open_pairs(path):
    found = open_counts(path)
    _check_table(found.table)
    repr(found.facts)


def _check_table(table):
    _check_words(table.words, table.n_words)
    assert len(table.columns) == len(table.sums) == table.starts[-1]
    rows = np.repeat(np.arange(table.n_words), np.diff(table.starts))
    assert (table.sums > 0).all()
    assert (table.columns < table.n_words).all()
    assert not table.rule.symmetric or (table.columns >= rows).all()
    places = rows * table.n_words + table.columns
    assert (np.diff(places) > 0).all()


class _InMemory:
    """A temporary file that is in no folder; readers of records may write no other."""

    def __init__(self, **_):
        self._descriptor = os.memfd_create("scratch")

    def fileno(self):
        return self._descriptor

    def close(self):
        os.close(self._descriptor)


def _read_records(path):
    scratch.tempfile = SimpleNamespace(TemporaryFile=_InMemory)
    for rule in (CountRule(2), CountRule(2, symmetric=False)):
        counts = np.ones(len(seeds.WORDS), np.int64)
        with suppress(W2VError):
            table, _ = read_records([path], seeds.WORDS, counts, rule, 1 << 20, MEMORY, 1)
            _check_table(table)


def _read_lists(path):
    for words in (read_word_list(path, spaces=True), read_word_list(path)):
        _check_words(words, len(words))


def _check_counts(found):
    words, counts = found
    _check_words(words, len(counts))
    assert counts.min() > 0


def _check_questions(sections):
    for section in sections:
        section.name.encode()
        assert all(len(question) == 4 for question in section.questions)
        assert section.category in ("semantic", "syntactic", None)


def _check_pairs(found):
    assert len(found.pairs) == len(found.scores) > 0
    assert np.isfinite(found.scores).all()


def _checkpoint(place):
    model = seeds.parameters()
    saved = checkpoint.Checkpoints(str(place.path), seeds.IDENTITY, lambda message: None)
    expected = model.vectors.copy()

    def put_and_read(data):
        place.put("checkpoint-000000000003.npz", data)

        def read():
            state = saved.restore(model)
            state.losses()
            assert model.vectors.shape == expected.shape

        return read

    return put_and_read


def _beside(matrix, ending):
    """Reads the words beside an array."""

    def make(place):
        path = place.put("v.npy", matrix)

        def put_and_read(data):
            place.put("v" + ending, data)
            return lambda: _check_read(read(path))

        return put_and_read

    return make


def _with_words(extension, ending, words):
    """Reads an array that has its words beside it."""

    def make(place):
        place.put("v" + ending, words)

        def put_and_read(data):
            path = place.put("v" + extension, data)
            return lambda: _check_read(read(path))

        return put_and_read

    return make


def _query(_place):
    embeddings = Embeddings([*seeds.WORDS, "'", "-", "a b"], np.eye(9, dtype=np.float32))
    finders = [WordFinder(embeddings), WordFinder(embeddings, ignore_case=True)]

    def put_and_read(data):
        text = data.decode(errors="surrogateescape")

        def read():
            finder = finders[len(data) % 2]
            for ask in (finder.words, lambda text: [finder.query(text)]):
                with suppress(QueryError):
                    vectors, _ = query_vectors(embeddings, ask(text))
                    assert np.isfinite(vectors).all()

        return read

    return put_and_read


class _IndexIVF:
    """In the place of the index of faiss, which trusts what it reads and is not ours."""

    ntotal, d, nlist = 6, seeds.DIM, 1


class _Faiss:
    IndexIVF = _IndexIVF

    class PyCallbackIOReader:
        def __init__(self, read):
            while read(1 << 16):
                pass

    @staticmethod
    def read_index(_reader):
        return _IndexIVF()


def _index(place):
    embeddings = Embeddings(seeds.WORDS, seeds.matrix())
    index._faiss = lambda: _Faiss

    def put_and_read(data):
        path = place.put("v.index", data)
        return lambda: index.read_index(path, embeddings)

    return put_and_read


def _index_seeds(folder):
    embeddings = Embeddings(seeds.WORDS, seeds.matrix())
    facts = index.IndexFacts(
        index.FORMAT, index.vectors_digest(embeddings), 6, seeds.DIM, 1, 1, 1.0, 6
    )
    path = Path(folder, "seed.index")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(index.META, json.dumps(facts.__dict__))
        archive.writestr(index.PAYLOAD, b"IwSq" + bytes(100))
    return [path.read_bytes()]


WORD_LINES = "\n".join(seeds.WORDS).encode() + b"\n"
WORD_JSON = seeds.sidecars()[2]
QUESTIONS = (
    b"\xef\xbb\xbf: capital\nathens greece oslo norway\r\n\n: gram1 [semantic]\na b c d\n"
    b": B [syntactic]\nx y z w\n"
)
ANSWERS = b"# x\nable\tunable\nhappy\tunhappy/cheerless/\ndry wet\n"
PAIRS = [
    b"# x\nword1\tword2\tscore\na\tb\t1.5\nc\td\t9\n",
    b'a;"b;c";2,5\nd;e;1\n',
    b"w1,w2,3.5\nx,y,-1e3\n",
    b"sun  moon 5\nold new 1\n",
    b",Word 1,Word 2,1,2,3\n0,a,b,1,2,NA\n1,c,d,2,3,4\n",
    b"\xff\xfea\0 \0b\0 \0" + b"1\0,\x005\0\n\0",
    b"t;sun -> moon;5,5\ni;old -> new;\n",
]
QUERIES = ["x", "the - of + 2*new_york", "'a b' - \\x", "The\tOF", '"the"of', "-1.5e0*x + ' '"]
_VECTORS = {
    "text": ".txt", "binary": ".bin", "glove": ".glove", "fasttext": ".bin", "floret": ".floret",
    "w2v": ".w2v",
}  # fmt: skip
_COUNTS = [b"the 10\nof 9\n</s> 0\nx 1\n", b"\xef\xbb\xbfa b\t3\r\n\n x 007 \n"]
_LISTS = [b"the\n of \r\n\nof\nx", b"\xef\xbb\xbfnew_york\na\0\n"]


@cache
def _all_makers():
    with tempfile.TemporaryDirectory() as folder:
        return _makers(folder)


def _makers(folder):
    """name -> (seeds, what makes the function that reads)."""
    npy = seeds.of_format(folder, "npy", ".npy")
    makers = {
        "corpus": (seeds.with_compressed([seeds.TEXT]), _reading(_count, "c")),
        "counts": (
            seeds.with_compressed(_COUNTS),
            _reading(lambda path: read_counts([path]), "c", _check_counts),
        ),
        "wordlist": (
            seeds.with_compressed(_LISTS),
            _reading(_read_lists, "c"),
        ),
        "encoded": (seeds.encoded_corpora(folder), _reading(_open_encoded, "c.w2vc")),
        "cooccurrences": (seeds.counts_of_pairs(folder), _reading(_open_pairs, "c.w2vx")),
        "records": (seeds.with_compressed([seeds.records()]), _reading(_read_records, "c.bin")),
        "parsed": (seeds.texts(), _reading(_same_by_compiled_code, "v.txt")),
        "npy": (seeds.with_compressed(npy), _with_words(".npy", ".words.txt", WORD_LINES)),
        "safetensors": (
            seeds.with_compressed(seeds.of_format(folder, "safetensors", ".safetensors")),
            _with_words(".safetensors", ".vocab.json", WORD_JSON),
        ),
        "gensim": (
            seeds.with_compressed(seeds.of_gensim(folder)),
            _with_words(".kv", ".kv.vectors.npy", npy[0]),
        ),
        "words-json": (seeds.with_compressed(seeds.sidecars()), _beside(npy[0], ".vocab.json")),
        "words-lines": (seeds.with_compressed([WORD_LINES]), _beside(npy[0], ".words.txt")),
        "checkpoint": (seeds.checkpoints(folder), _checkpoint),
        "questions": (
            seeds.with_compressed([QUESTIONS, ANSWERS]),
            _reading(read_questions, "q", _check_questions),
        ),
        "pairs": (seeds.with_compressed(PAIRS), _reading(read_pairs, "p", _check_pairs)),
        "query": ([query.encode() for query in QUERIES], _query),
        "index": (_index_seeds(folder), _index),
        "fit": (documents.fit_seeds(folder), documents.fit),
        "config": (options.TOML, options.config),
        "provenance": (options.provenance_seeds(folder), options.provenance),
        "dump": (
            seeds.with_compressed([fetched.DUMP]),
            _reading(fetched.text_of("dump", fetched.check_lines), "dump.xml"),
        ),
        "wikifil": (
            seeds.with_compressed([fetched.DUMP]),
            _reading(fetched.text_of("wikifil", fetched.check_letters), "enwik"),
        ),
        "published": (
            seeds.with_compressed([fetched.VECTORS]),
            _reading(fetched.vectors_of("vectors"), "v.vec"),
        ),
        "zip": (fetched.archives(), _reading(fetched.text_of("any"), "c.zip")),
    }
    makers |= transformers.makers(folder, _check_read)
    of_vectors = {
        "text": seeds.texts(),
        "binary": seeds.binaries(folder),
        "glove": seeds.texts()[1:2],
        "fasttext": [
            seeds.fasttext(),
            seeds.fasttext(0, 1),
            seeds.fasttext(is_quantized=True),
            seeds.fasttext(4, 1, is_quantized=True),
            seeds.fasttext(has_outputs=True),
            seeds.fasttext(loss=1, has_outputs=True),
            seeds.of_floret(seeds.fasttext(has_outputs=True)),
        ],
        "floret": seeds.with_ngrams(folder, "floret", ".floret"),
        "w2v": seeds.of_format(folder, "w2v", ".w2v")
        + seeds.with_ngrams(folder, "w2v", ".w2v")
        + seeds.with_language_models(folder),
    }
    for name, made in of_vectors.items():
        reads = _reading(read, "v" + _VECTORS[name], _check_read)
        makers[name] = seeds.with_compressed(made), reads
    for name, data in zip(
        ("gzip", "bzip2", "xz", "zstd"), seeds.compressed(seeds.TEXT * 9), strict=True
    ):
        makers[name] = [data, data + data], _reading(_drain, "c")
    return makers


def names():
    """The names of all targets."""
    return sorted(_all_makers())


def target(name):
    """The Target of that name; what it reads is warmed up: code is compiled, modules are there."""
    data, make = _all_makers()[name]
    place = _Place()
    return Target(name, data, make(place), place)
