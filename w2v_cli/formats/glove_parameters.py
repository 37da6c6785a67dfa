"""All parameters of GloVe, as Stanford's program saves them: two matrices, rows with a bias each.

======================== ==================================================================
``-model 0``, text       a line a word: w, b, c, b'; without a header unless asked for
``-binary 1``            2 V (dim + 1) numbers of 64 bits: all w, b, then all c, b'; no words
``-save-gradsq 1``       the same layouts, of AdaGrad's sums of squares, which start at 1
======================== ==================================================================

Source: save_params in GloVe's glove.c.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

import numpy as np

from ..embeddings.blocks import row_blocks
from ..errors import InputError, field
from .arrays import join_words
from .registry import GLOVE_PARTS

USUAL_DIMS = (25, 50, 100, 200, 300)
"""Those of published vectors."""
DOUBLE = np.dtype("<f8")
LOOKED_AT = 64
SIZES = (1e-12, 1e3)
"""Between these are the numbers of vectors; bytes that are none hardly are 64 such in a row."""
GRADIENTS = (1.0, 1e12)
"""Between these are sums of squares."""
SIX_DIGITS = re.compile(rb"(?:[ \t]+\d+\.\d{6})+\s*")
RARE = 1.5
"""Sums of squares of words that are rare hardly rise above 1."""


@dataclass(frozen=True)
class Parameters:
    """A row of parameters, and what is taken of it.

    Attributes
    ----------
    dim : int     numbers of a word, and of a context; a bias stands behind each
    taken : str   one of GLOVE_PARTS
    """

    dim: int
    taken: str = "sum"

    @property
    def n_numbers(self) -> int:
        """In a row."""
        return 2 * (self.dim + 1)

    @property
    def n_taken(self) -> int:
        """Numbers of a vector."""
        return 2 * self.dim if self.taken == "both" else self.dim

    def take(self, words: np.ndarray, contexts: np.ndarray) -> np.ndarray:
        """Vectors of rows of both matrices, each of shape (n, dim or more): (n, `n_taken`)."""
        words, contexts = words[:, : self.dim], contexts[:, : self.dim]
        if self.taken == "sum":
            return words + contexts
        if self.taken == "both":
            return np.concatenate([words, contexts], axis=1)
        return words if self.taken == "word" else contexts

    def of_rows(self, rows: np.ndarray) -> np.ndarray:
        """Likewise of rows as text has them: (n, `n_numbers`)."""
        return self.take(rows, rows[:, self.dim + 1 :])


def parameters_of(n_numbers: int, taken: str, name: str) -> Parameters:
    """What rows of so many numbers are.

    Raises
    ------
    InputError   if they cannot be parameters
    """
    if n_numbers < 4 or n_numbers % 2:
        raise InputError(
            f"{name}: {n_numbers} numbers follow each word, and all parameters of GloVe are twice "
            f"a vector and its bias; leave out {field('glove_parameters')}"
        )
    return Parameters(n_numbers // 2 - 1, taken)


def doubt_note(n_numbers: int, name: str) -> str | None:
    """What is to be said of vectors without a header that may be parameters; None otherwise."""
    if n_numbers % 2 or n_numbers // 2 - 1 not in USUAL_DIMS:
        return None
    return (
        f"{name}: {n_numbers} numbers follow each word, as glove -model 0 writes for vectors of "
        f"length {n_numbers // 2 - 1}; if it did, read them with {field('glove_parameters', 'sum')}"
    )


def gradients_error(name: str) -> InputError:
    """The error of a file of sums of squares."""
    return InputError(
        f"{name}: holds sums of squared gradients, as glove -save-gradsq 1 writes, and no vectors; "
        "give the file of vectors that lies beside it"
    )


def refuse_gradients(lines: list[bytes], name: str) -> None:
    """Refuse text of sums of squares: pairs of rows of six digits, none below 1, some near it.

    Parameters
    ----------
    lines : list of bytes   the first ones, whole
    name : str              for messages

    Raises
    ------
    InputError
    """
    numbers = [line[len(line.split(None, 1)[0]) :] for line in lines if line.strip()]
    if not all(map(SIX_DIGITS.fullmatch, numbers)):
        return
    values = [[float(number) for number in row.split()] for row in numbers]
    lengths = {len(row) for row in values}
    least = min(map(min, values))
    if len(lengths) == 1 and lengths.pop() % 2 == 0 and GRADIENTS[0] <= least < RARE:
        raise gradients_error(name)


def recognises(head: bytes) -> bool:
    """Whether a file begins with numbers of 64 bits, each as small as those of vectors are."""
    return len(head) >= LOOKED_AT * DOUBLE.itemsize and holds_doubles(head)


def holds_doubles(head: bytes) -> bool:
    """Likewise of a file of any length."""
    numbers = _first_doubles(head)
    least, largest = SIZES
    return bool(numbers) and all(least < abs(number) < largest for number in numbers)


def holds_gradients(head: bytes) -> bool:
    """Whether such numbers are sums of squares."""
    numbers = _first_doubles(head)
    least, largest = GRADIENTS
    return len(numbers) == LOOKED_AT and all(least <= number < largest for number in numbers)


def _first_doubles(head: bytes) -> tuple[float, ...]:
    n_numbers = min(len(head) // DOUBLE.itemsize, LOOKED_AT)
    return struct.unpack_from(f"<{n_numbers}d", head)


def read(source):
    """The Embeddings of a source of numbers of 64 bits, whose words it was told.

    Raises
    ------
    InputError   if words and numbers do not belong together
    """
    words, counts = source.vocabulary
    matrix, dim = _parameters(source, len(words))
    n_words = len(words) if source.limit is None else min(source.limit, len(words))
    parameters = Parameters(dim, source.glove_parameters or GLOVE_PARTS[0])
    source.take_memory(4 * n_words * parameters.n_taken)
    vectors = np.empty((n_words, parameters.n_taken), np.float32)
    with np.errstate(over="ignore"):
        for rows in row_blocks(n_words):
            stop = min(rows.stop, n_words)
            contexts = matrix[len(words) + rows.start : len(words) + stop]
            vectors[rows] = parameters.take(matrix[rows.start : stop], contexts)
    return join_words(words[:n_words], vectors, source, counts[:n_words])


def _parameters(source, n_words):
    """Rows of both matrices, ndarray of float64, (2 n_words, dim + 1), and dim."""
    if source.is_plain_file:
        n_bytes, data = source.stream.size, None
    else:
        data = source.read_all()
        n_bytes = len(data)
    row_bytes = 2 * n_words * DOUBLE.itemsize
    dim, rest = divmod(n_bytes, row_bytes)
    if rest or dim < 2:
        raise InputError(
            f"{source.name}: holds {n_bytes:,} bytes, and those of all parameters of {n_words:,} "
            f"words are a multiple of {row_bytes:,}; give the {field('vocab')} that it was trained "
            "with, or get or make the file again"
        )
    if data is None:
        matrix = np.memmap(source.path, DOUBLE, "r", shape=(2 * n_words, dim))
    else:
        matrix = np.frombuffer(data, DOUBLE).reshape(2 * n_words, dim)
    return matrix, dim - 1
