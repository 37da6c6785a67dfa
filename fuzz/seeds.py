"""Valid files, small ones, for every reader: written by our own writers where there is one."""

import bz2
import gzip
import io
import json
import lzma
import pickle
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import zstandard

from w2v_cli.config import TextConfig
from w2v_cli.cooccurrence.countsfile import CountsFile, write_counts
from w2v_cli.cooccurrence.stanford import write_records
from w2v_cli.cooccurrence.table import Cooccurrences, CountRule
from w2v_cli.corpus.archive import write_archive
from w2v_cli.corpus.encoded import encode
from w2v_cli.corpus.facts import TextFacts
from w2v_cli.corpus.spool import Spool
from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.embeddings.subwords import Subwords
from w2v_cli.formats import fasttext_header, quantized
from w2v_cli.formats.writing import write_embeddings
from w2v_cli.languagemodels.model import NNLM, RNNLM, TANH, LanguageModel
from w2v_cli.methods.base import Layout, Parameters, Shape
from w2v_cli.training.checkpoint import Checkpoints
from w2v_cli.training.state import TrainingState

WORDS = ["the", "of", "new_york", "Größe", "x", "</s>"]
DIM = 3
TEXT = (
    "\ufeffthe Cat sat\n on\tthe mat 1984 \r\nGröße ÉTÉ日本\0語 \n\n the".encode()
    + b" \xff\xfe x" * 3
)
IDENTITY = {
    "version": "1",
    "corpus": {"digest": "ab", "tokens": 9, "vocabulary": 6},
    "options": {"dim": DIM, "lr": None, "model": "cbow"},
}
STATE = TrainingState(3, 100, 250, [1.5, 2.25], [125, 125], 3.5)


def parameters():
    """What a checkpoint is of: `Parameters` with two matrices."""
    shape = Shape(Layout(len(WORDS)), DIM)
    found = Parameters({"syn0": shape, "syn1": shape}, "syn0", "syn1")
    found["syn0"][:] = matrix()
    found["syn1"][:] = matrix() * np.float32(0.5)
    return found


def matrix():
    """Vectors of `WORDS`: float32, shape (6, 3)."""
    values = np.random.default_rng(1).normal(size=(len(WORDS), DIM))
    return values.astype(np.float32)


def compressed(data):
    """The same bytes in every compression that is read."""
    return [
        gzip.compress(data, mtime=0),
        bz2.compress(data),
        lzma.compress(data, preset=0),
        zstandard.ZstdCompressor(write_checksum=True).compress(data),
    ]


def with_compressed(seeds):
    """Seeds, and the first of them in every compression."""
    return [*seeds, *compressed(seeds[0])]


def of_format(folder, name, extension):
    """A file of vectors in one of our formats, as bytes; float16 too where there is that."""
    path = Path(folder, f"seed{extension}")
    counts = np.arange(6, 0, -1) if name in ("w2v", "safetensors") else None
    made = []
    for dtype in ("float32", "float16") if name in ("w2v", "safetensors", "npy") else ("float32",):
        write_embeddings(path, WORDS, matrix(), name, counts, {"options": {"dim": DIM}}, dtype)
        made.append(path.read_bytes())
    return made


def of_gensim(folder):
    """Pickles of gensim: ours, whose matrix is beside it, and one with all in it, as bytes."""
    write_embeddings(Path(folder, "seed.kv"), WORDS, matrix(), "gensim", np.arange(6, 0, -1))
    ours = Path(folder, "seed.kv").read_bytes()
    array = pickle.dumps(matrix().astype("<f4"), 3)
    # As gensim keeps small ones: an attribute that is set behind the others.
    key = pickle.dumps("vectors", 3)[2:-1]
    return [ours, ours[:-1] + b"}" + key + array[2:-1] + b"sb."]


def with_ngrams(folder, name, extension):
    """A file of vectors that are made of n-grams, as bytes; with few rows of them where it may."""
    path = Path(folder, f"seed{extension}")
    some = np.resize(matrix(), (7, DIM))
    subwords = [Subwords(Ngrams(7, 2, 3, "murmur", 2), some)]
    if name == "w2v":
        few = {"own": matrix(), "trained": np.arange(4) > 1}
        subwords.append(Subwords(Ngrams(99, 2, 3), some[:4], np.arange(4) * 9, **few))
    made = []
    for each in subwords:
        write_embeddings(path, WORDS, matrix(), name, subwords=each)
        made.append(path.read_bytes())
    return made


def with_language_models(folder):
    """Files of the own format with a language model, as bytes."""
    path, made = Path(folder, "seed.w2v"), []
    n_words, counts = len(WORDS), np.arange(len(WORDS), 0, -1)
    for kind, loss in ((NNLM, "hs"), (RNNLM, "softmax")):
        history = 2 if kind == NNLM else 0
        n_outputs = n_words + (loss != "hs")
        model = LanguageModel(
            kind, WORDS, counts, 3, np.resize(matrix(), (n_words + 1, DIM)),
            np.resize(matrix(), (DIM, history * DIM or DIM)), np.ones(DIM),
            np.resize(matrix(), (n_outputs, DIM)), None, loss, TANH, history,
        )  # fmt: skip
        write_embeddings(path, WORDS, matrix(), "w2v", counts, language_model=model)
        made.append(path.read_bytes())
    return made


def texts():
    """word2vec and GloVe text of many layouts."""
    rows = [
        f"{word} {' '.join(f'{number:.9g}' for number in row)}"
        for word, row in zip(WORDS, matrix().tolist(), strict=True)
    ]
    body = "\n".join(rows).encode() + b"\n"
    odd = b"\xef\xbb\xbf3 2\r\na\tb 1 2 \r\n\n c  -1e-3 +.5\n\xff 1e38 7e-46\n"
    return [b"6 3\n" + body, body, odd, b"7 3\n" + body, b"6 2\n" + body]


def binaries(folder):
    """word2vec binary, with and without a newline behind each vector."""
    [ours] = of_format(folder, "binary", ".bin")
    rows = zip(WORDS, matrix(), strict=True)
    bare = b"".join(word.encode() + b" " + row.astype("<f4").tobytes() for word, row in rows)
    return [ours, b"6 3\n" + bare]


def fasttext(max_n=4, n_pruned=-1, is_quantized=False, loss=2, has_outputs=False):
    """A small model as fastText writes it."""
    buckets = 5
    settings = (DIM, 5, 5, 1, 5, 1, loss, 2, buckets, 2, max_n, 100, 1e-4)
    parts = [fasttext_header.MAGIC, struct.pack("<i", 12)]
    parts.append(struct.pack("<12id", *settings))
    parts.append(fasttext_header.SIZES.pack(len(WORDS), len(WORDS), 0, 99, n_pruned))
    for count, word in enumerate(WORDS, 1):
        parts.append(word.encode() + b"\0" + fasttext_header.ENTRY.pack(count, 0))
    parts.append(bytes(8 * max(n_pruned, 0)) + bytes([is_quantized]))
    if is_quantized:
        n_rows = len(WORDS) + (buckets if n_pruned < 0 else n_pruned)
        return b"".join(parts) + _quantized(n_rows) + b"\0" + fasttext_header.SHAPE.pack(0, 0)
    rows = np.vstack([matrix(), matrix()[: buckets if n_pruned < 0 else n_pruned]])
    parts.append(fasttext_header.SHAPE.pack(*rows.shape) + rows.astype("<f4").tobytes())
    outputs = matrix() if has_outputs else np.empty((0, 0))
    parts.append(b"\0" + fasttext_header.SHAPE.pack(*outputs.shape))
    return b"".join(parts) + outputs.astype("<f4").tobytes()


def of_floret(data):
    """A model of fastText as floret would write it: with the mode and the number of hashes."""
    place = len(fasttext_header.MAGIC) + struct.calcsize("<12i")
    return data[:place] + struct.pack("<2i", 2, 3) + data[place:]


def _quantized(n_rows):
    """The matrix of a quantized model, its lengths apart."""
    head = quantized.HEADER.pack(True, n_rows, DIM, n_rows * DIM) + bytes(range(n_rows * DIM))
    rows = quantized.QUANTIZER.pack(DIM, DIM, 1, 1) + np.ones(256 * DIM, "<f4").tobytes()
    norms = quantized.QUANTIZER.pack(1, 1, 1, 1) + np.arange(256, dtype="<f4").tobytes()
    return head + rows + bytes(range(n_rows)) + norms


def sidecars():
    """JSON that holds words, as the programs write it that we know of."""
    rows = {word: row for row, word in enumerate(WORDS)}
    pieces = [[word, -1.5] for word in WORDS[:5]]
    added = [{"id": 5, "content": "</s>", "special": True}]
    made = [
        WORDS,
        rows,
        {"tokens": rows, "counts": {str(row): 9 for row in range(6)}},
        {"model": {"type": "WordLevel", "vocab": rows}, "added_tokens": []},
        {"model": {"type": "Unigram", "vocab": pieces}, "added_tokens": added},
    ]
    return [json.dumps(content).encode() for content in made]


def encoded_corpora(folder):
    """Encoded corpora (.w2vc)."""
    path = str(Path(folder, "seed.w2vc"))
    spool = Spool(folder)
    spool.append(np.array([0, 1, 5, -1, 2, 3, 4, -1], dtype=np.int32))
    facts = TextFacts(9, {"not_utf8": 1}, 0, False, TextConfig(), ("a.txt",))
    with encode([spool], [np.arange(6, dtype=np.int32)]) as corpus:
        write_archive(path, corpus, WORDS, np.arange(6, 0, -1), facts)
        plain = Path(path).read_bytes()
        pruned = replace(facts, pruned_below=2, text=TextConfig(True, "zero", 1000))
        write_archive(path, corpus, ["a b", *WORDS[1:]], np.arange(6, 0, -1), pruned)
    return [plain, Path(path).read_bytes()]


def counts_of_pairs(folder):
    """Files of counts of pairs (.w2vx)."""
    path, made = str(Path(folder, "seed.w2vx")), []
    facts = TextFacts(9, {"not_utf8": 0}, 0, False, TextConfig(), ("a.txt",))
    for rule, known in ((CountRule(2), facts), (CountRule(3, False, "none"), None)):
        write_counts(path, CountsFile(_pairs(rule), known))
        made.append(Path(path).read_bytes())
    return made


def records():
    """Records of Stanford's GloVe."""
    stream = io.BytesIO()
    write_records(stream, _pairs(CountRule(2)), threads=1)
    return stream.getvalue()


def _pairs(rule):
    """Counts of three pairs of `WORDS`."""
    starts = np.array([0, 2, 2, 3, 3, 3, 3])
    columns, sums = np.array([0, 5, 3], np.uint32), np.array([4, 1, 2], np.uint64)
    return Cooccurrences(WORDS, np.arange(6), rule, starts, columns, sums)


def checkpoints(folder):
    """Checkpoints of the run that is told of by `IDENTITY`."""
    Checkpoints(str(folder), IDENTITY, None).save_last(STATE, parameters())
    [path] = Path(folder).glob("checkpoint-*.npz")
    return [path.read_bytes()]
