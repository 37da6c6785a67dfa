"""Matrices that a file holds as they are, joined with their words."""

import numpy as np

from ..embeddings.blocks import row_blocks
from ..embeddings.table import Embeddings
from ..errors import InputError
from ..files.inputs import READ_SIZE
from .rows import finite_rows
from .wordrules import empty_note, repeated_note


def join_words(
    words, matrix, source, counts=None, subwords=None, context=None, nodes=None, norms=None
):
    """Embeddings of a matrix and the words of its rows, checked.

    Parameters
    ----------
    words : list of str, length n_rows
    matrix : ndarray of a float type, shape (n_rows, dim)   may be mapped from a file
    source : Source
    counts : sequence of int, length n_rows, or None
    subwords : Subwords or None
    context : rows of float32, shape (n_rows or more, dim), or None   the output matrix
    nodes : rows of float32, or None   likewise, of the tree that all of the words make
    norms : ndarray of float64, length n_rows, or None   lengths of the rows, where they are known

    Returns
    -------
    Embeddings   rows whose word is empty are left out, with a note; so are those whose word was
                 there before, unless the source keeps faults

    Raises
    ------
    InputError   if the numbers of words and rows differ, or a number is not finite
    """
    check_lengths(words, len(matrix), source.name)
    if source.limit is not None:
        words, matrix = words[: source.limit], matrix[: source.limit]
        counts = None if counts is None else counts[: source.limit]
    if not len(matrix) or not matrix.shape[1]:
        raise InputError(
            f"{source.name}: holds no vectors: {matrix.shape[0]} x {matrix.shape[1]}; "
            "give a file with some"
        )
    if counts is not None:
        counts = np.asarray(counts, dtype=np.int64)
    n_all = len(nodes) + 1 if nodes is not None else len(matrix)
    chosen = None
    if norms is not None and np.isfinite(norms).all():
        source.largest = float(norms.max())
    else:
        chosen, norms = finite_rows(words, matrix, source), None
    if chosen is not None:
        words, matrix, counts = _some_rows(chosen, words, matrix, counts)
    kept = _each_once(words, source)
    if kept is not None:
        words, matrix, counts = _some_rows(kept, words, matrix, counts)
        norms = None if norms is None else norms[kept]
        chosen = kept if chosen is None else [chosen[row] for row in kept]
    places = slice(len(matrix)) if chosen is None else np.array(chosen)
    if subwords is not None and subwords.own is not None:
        subwords = subwords.with_own(subwords.own[places])
    if context is not None:
        context = context[places]
    if len(words) != n_all:
        nodes = None
    return Embeddings(words, matrix, counts, norms, subwords, context, nodes)


def read_numbers(read, n_bytes, dtype, name):
    """Numbers from a stream; memory is taken as they come, since a header may promise any size.

    Parameters
    ----------
    read : callable   read(n) -> the next n bytes, or fewer at the end
    n_bytes : int
    dtype : np.dtype
    name : str        for messages

    Returns
    -------
    ndarray of dtype, shape (n_bytes // itemsize,)

    Raises
    ------
    InputError   if there are fewer
    """
    data = bytearray()
    while len(data) < n_bytes:
        more = read(min(READ_SIZE, n_bytes - len(data)))
        if not more:
            raise InputError(
                f"{name}: is cut short: {len(data)} of {n_bytes} bytes of numbers; "
                "get or make the file again"
            )
        data += more
    return np.frombuffer(data, dtype)


def check_lengths(words, n_rows, name):
    """Raise InputError unless there is a word for each row."""
    if len(words) != n_rows:
        raise lengths_error(len(words), n_rows, name)


def lengths_error(n_words, n_rows, name):
    """The InputError of words and rows that are not as many."""
    return InputError(f"{name}: {n_rows} rows and {n_words} words do not belong together")


def _each_once(words, source):
    """The rows to keep, whose word is not empty nor was there before; None for all."""
    seen = {""} if source.keep_faults else {"", *words}
    if len(seen) == len(words) + 1 or (source.keep_faults and "" not in words):
        return None
    seen, kept, repeated = set(), [], []
    for row, word in enumerate(words):
        is_kept = word and (source.keep_faults or word not in seen)
        (kept if is_kept else repeated).append(row)
        seen.add(word)
    n_empty = sum(not words[row] for row in repeated)
    if n_empty:
        source.notes.append(empty_note(source.name, n_empty))
    if n_empty < len(repeated):
        again = [words[row] for row in repeated if words[row]]
        source.notes.append(repeated_note(source.name, again))
    if not kept:
        raise InputError(f"{source.name}: no word is left; get or make the file again")
    return kept


def _some_rows(kept, words, matrix, counts):
    """The rows of those numbers."""
    return [words[row] for row in kept], matrix[kept], None if counts is None else counts[kept]


def blocks_of(vectors, dtype):
    """Rows as a file holds them, some at a time: contiguous arrays of dtype, little-endian."""
    little = np.dtype(dtype).newbyteorder("<")
    for rows in row_blocks(len(vectors)):
        yield np.ascontiguousarray(vectors[rows], dtype=little)
