"""How much memory and disk work will take: arithmetic, before anything is allocated."""

import math

from .memory import LINE_FLOATS
from .replicas import n_hot_rows

FLOAT_BYTES = 4
KERNEL_BYTES = 32 << 20
"""Compiled code, and the windows of text that threads look at."""
TABLE_BYTES = {"ns": 12, "hs": 20, "softmax": 4}
"""For each word, while training: chances to be kept, and those of negatives or starts of paths."""
PATH_BYTES = 5
EXTRA_NODES = 3
"""A path of the Huffman tree is so much longer than one in an even tree, on average over words."""
MAKING_BYTES = {"ns": 150, "hs": 410, "softmax": 100}
"""For each word, while tables are made; the outputs have not been touched then."""
WORD_BYTES = 150
"""A word of vectors that are read: text, its place in a list, and in a set of words seen."""
HALF_BYTES, ID_BYTES = 2, 8
INDEX_GROWTH = 1.5
"""Lists of an index that grow have room for so much more than is in them, on average."""
TEXT_NUMBER_BYTES = 9
"""A number in a text file, at least, in most of them: ``-0.12345 ``."""
COPIES_KEPT = 3
"""Checkpoints on the disk: the last two, and the one that is being written."""


def padded(dim):
    """Floats of a row of that length in memory, where rows are padded to cache lines."""
    return -(-dim // LINE_FLOATS) * LINE_FLOATS


def training_memory(n_words, config, checkpoints=False):
    """What training takes in memory beyond what the vocabulary and the program take already.

    Parameters
    ----------
    n_words : int
    config : TrainConfig
    checkpoints : bool   whether the matrices are copied to be written

    Returns
    -------
    dict of str to int   what -> bytes; the sum is the peak
    """
    hot = n_hot_rows(n_words, config.threads)
    row = FLOAT_BYTES * padded(config.dim)
    matrix = (n_words + config.threads * hot) * row
    tables = n_words * TABLE_BYTES[config.loss] + 2 * config.threads * hot * row
    if config.loss == "hs":
        tables += int(n_words * PATH_BYTES * (math.log2(max(n_words, 2)) + EXTRA_NODES))
    # While the tables are made, the second matrix takes no memory yet.
    tables = max(tables, n_words * MAKING_BYTES[config.loss] - matrix)
    parts = {"matrices": 2 * matrix, "tables": tables, "compiled code": KERNEL_BYTES}
    if checkpoints:
        parts["copy for a checkpoint"] = 2 * n_words * config.dim * FLOAT_BYTES
    return parts


def training_disk(n_words, config, format):
    """What a matrix takes on the disk, at least.

    Parameters
    ----------
    format : str   of its file

    Returns
    -------
    int   bytes
    """
    number = FLOAT_BYTES if format in ("binary", "w2v", "npy", "safetensors") else TEXT_NUMBER_BYTES
    return n_words * config.dim * number


def checkpoint_disk(n_words, config, n_there=0):
    """What checkpoints take on their disk, beyond the ``n_there`` that there are: int, bytes."""
    return max(COPIES_KEPT - n_there, 1) * 2 * n_words * config.dim * FLOAT_BYTES


def vectors_memory(n_rows, dim):
    """What vectors and their words take that are read into memory: int, bytes."""
    return n_rows * (FLOAT_BYTES * dim + WORD_BYTES)


def index_memory(n_rows, dim, n_trained, n_added):
    """What building an approximate index takes beyond the vectors: int, bytes.

    Parameters
    ----------
    n_rows, dim : int
    n_trained : int   rows from which the centers of its lists are made
    n_added : int     rows that are added at a time
    """
    at_work = 3 * FLOAT_BYTES * dim  # a row as float64, and as the float32 that is made of it
    lists = INDEX_GROWTH * n_rows * (HALF_BYTES * dim + ID_BYTES)
    return int(max(n_trained * at_work, lists + min(n_added, n_rows) * at_work))


def largest(fits, low, high):
    """The largest whole number from ``low`` to ``high`` that fits; None if ``low`` does not.

    ``fits`` is true up to some number, and false from there on.
    """
    if not fits(low):
        return None
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low


def shown_bytes(n_bytes):
    """Bytes for a message: ``1.5 GiB``."""
    size, unit = n_bytes / 1024**2, "MiB"
    if size >= 1024:
        size, unit = size / 1024, "GiB"
    return f"{size:,.1f} {unit}" if size < 100 else f"{size:,.0f} {unit}"
