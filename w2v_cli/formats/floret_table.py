"""floret's table (``.floret``): rows of hashed n-grams alone, which spaCy reads.

A first line ``buckets dim min_n max_n hashes seed < >``, then a line for each bucket: its number
and its numbers, a blank behind each. There are no words in it: each has the mean of the rows of its
n-grams, and of itself between its marks.
"""

import re

import numpy as np

from ..config import MURMUR
from ..embeddings.blocks import first_not_finite, row_blocks
from ..embeddings.murmur import SEED
from ..embeddings.ngrams import WORD_END, WORD_START, Ngrams
from ..embeddings.subwords import Subwords
from ..embeddings.table import Embeddings
from ..errors import InputError
from .base import stream_writer
from .detect import MAX_DIM, Layout
from .w2v_ngrams import LONGEST_NGRAM, MOST_BUCKETS
from .word2vec_text import read_blocks

HEADER = re.compile(
    rb"(\d{1,10}) (\d{1,8}) (\d{1,8}) (\d{1,8}) ([1-4]) (\d{1,10}) (\S+) (\S+)\r?\n"
)
"""Buckets, dim, shortest and longest n-gram, hashes, seed, and the marks of a word."""


def recognises(head):
    """Whether a file that begins with these bytes is such a table."""
    return HEADER.match(head) is not None


def read(source):
    """Embeddings without words, which make a vector of any word."""
    found = HEADER.match(source.head)
    *sizes, seed = map(int, found.groups()[:6])
    n_buckets, dim, min_n, max_n, n_hashes = sizes
    _check(source.name, n_buckets, dim, max_n)
    if seed != SEED or found.groups()[6:] != (WORD_START, WORD_END):
        raise InputError(
            f"{source.name}: its n-grams are hashed with the seed {seed} and marks "
            f"{found[7].decode(errors='replace')} {found[8].decode(errors='replace')}; only {SEED} "
            "< > can be read"
        )
    source.layout = Layout("text", n_buckets, dim, found.end(), first_line=2)
    rows = _rows(source, found.end())
    ngrams = Ngrams(n_buckets, min_n, max_n, MURMUR, n_hashes)
    source.provenance = {
        "program": "floret",
        "options": {
            "dim": dim, "min_n": min_n, "max_n": max_n, "buckets": n_buckets, "hashes": n_hashes,
        },
    }  # fmt: skip
    # What no word has, we write as zeros; floret leaves it at random.
    subwords = Subwords(ngrams, rows, trained=rows.any(axis=1))
    return Embeddings([], np.empty((0, dim), dtype=np.float32), subwords=subwords)


def _check(name, n_buckets, dim, max_n):
    if 0 < n_buckets <= MOST_BUCKETS and 0 < dim <= MAX_DIM and max_n <= LONGEST_NGRAM:
        return
    raise InputError(
        f"{name}: is damaged: a table of {n_buckets} x {dim} for n-grams of up to {max_n} "
        "characters; get or make the file again"
    )


def _rows(source, start):
    """The rows of all buckets: ndarray of float32, shape (n_buckets, dim)."""
    layout, parts, n_rows = source.layout, [], 0
    for keys, values in read_blocks(source.head[start:], source):
        for number, key in enumerate(keys, n_rows):
            if key != b"%d" % number:
                raise InputError(
                    f"{source.name}: is damaged: row {key.decode(errors='replace')!r:.60} where "
                    f"row {number} should be; get or make the file again"
                )
        n_rows += len(values)
        parts.append(np.array(values, dtype=np.float32))
        source.take_memory(4 * values.size)
    if n_rows != layout.n_rows:
        raise InputError(
            f"{source.name}: is cut short, or too long: {n_rows:,} rows of {layout.n_rows:,}; "
            "get or make the file again"
        )
    rows = np.concatenate(parts)
    if (row := first_not_finite(rows)) is not None:
        raise InputError(
            f"{source.name}: row {row} holds NaN, infinity or a number too large for float32; "
            "get or make the file again"
        )
    return rows


def _write(stream, ngrams, rows):
    sizes = *rows.shape, ngrams.min_n, ngrams.max_n, ngrams.n_hashes, SEED
    stream.write(b"%d %d %d %d %d %d " % sizes + WORD_START + b" " + WORD_END + b"\n")
    row_format = b"%d " + b"%.9g " * rows.shape[1] + b"\n"
    for block in row_blocks(len(rows)):
        numbers = enumerate(rows[block].tolist(), block.start)
        stream.write(b"".join(row_format % (bucket, *row) for bucket, row in numbers))


def write(target, _words, _vectors):
    """Write the table of a Target's ``subwords``; words and vectors have no place in it."""
    ngrams, rows = target.subwords.ngrams, target.subwords.all_rows()
    stream_writer(lambda stream, *_: _write(stream, ngrams, rows))(target, (), ())
