"""Vectors of any number and length, made of trained ones, for measuring how fast they are asked.

Random vectors would do for the products, but not for what is around them: which rows beat a floor,
how many questions are settled by the first rows, how long words are. So the first words are those
of a training, with their vectors turned into more dimensions; each other one is near to a word of
it, less the rarer it is, and has a name of its own.
"""

from dataclasses import dataclass

import numpy as np
from common import ROOT  # noqa: F401 - it finds the package

from w2v_cli.embeddings.blocks import LazyRows
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.formats.writing import write_embeddings

BLOCK = 4096
"""Rows that are made at a time, always the same."""
NOISE = 0.6
"""Of a made word, beside the length of the word that it is near to."""


@dataclass(frozen=True)
class Size:
    """A number of words, the length of their vectors, and what numbers are kept as."""

    n_words: int
    dim: int
    dtype: str

    @property
    def name(self):
        """As it is told: ``400,000 x 300``."""
        return f"{self.n_words:,} x {self.dim}"


SIZES = {
    "small": Size(70_000, 100, "float32"),
    "middle": Size(400_000, 300, "float32"),
    "large": Size(3_000_000, 300, "float16"),
}


def make_vectors(trained, path, size):
    """Write a file of vectors; those of a training are taken as they are where that is the size.

    Parameters
    ----------
    trained : str or Path   a file of vectors
    path : str              of the ``.w2v`` file to be written
    size : Size
    """
    embeddings = read_embeddings(trained)
    words = list(embeddings.words)[: size.n_words]
    n_real = len(words)
    base = np.array(embeddings.vectors[:n_real])
    rng = np.random.default_rng(1)
    words += [f"{words[i % n_real]}{i // n_real}" for i in range(n_real, size.n_words)]
    words = distinct(words)
    turn = np.linalg.qr(rng.standard_normal((size.dim, size.dim)))[0][: embeddings.dim]
    lengths = np.linalg.norm(base, axis=1)
    # Numbers along the axes fall off as those of trained vectors do.
    spread = np.arange(1, size.dim + 1) ** -0.5
    spread = (spread / np.linalg.norm(spread)).astype(np.float32)

    def rows_of(wanted):
        first, last = wanted.start // BLOCK, -(-wanted.stop // BLOCK)
        rows = np.concatenate([block_rows(number) for number in range(first, last)])
        return rows[wanted.start - first * BLOCK : wanted.stop - first * BLOCK]

    def block_rows(number):
        rows = np.arange(number * BLOCK, min((number + 1) * BLOCK, size.n_words))
        of = rows % n_real
        made = base[of] if size.dim == embeddings.dim else base[of] @ turn.astype(np.float32)
        noise = np.random.default_rng(number).standard_normal(made.shape, dtype=np.float32)
        scale = np.where(rows < n_real, 0, NOISE * lengths[of]).astype(np.float32)
        made += noise * (spread * scale[:, np.newaxis])
        return made

    rows = LazyRows(size.n_words, size.dim, rows_of)
    write_embeddings(path, words, rows, "w2v", dtype=size.dtype)


def distinct(words):
    """Words with something behind those that were there before."""
    seen, found = set(), []
    for word in words:
        name = word
        while name in seen:
            name += "_"
        seen.add(name)
        found.append(name)
    return found
