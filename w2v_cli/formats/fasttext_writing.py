"""Writing fastText's ``.bin``, such that fastText and gensim read it as if they had trained it;
and, quantized, its ``.ftz``.

The layout is that of `fasttext_model`. Rows of n-grams stand at their buckets, those of no n-gram
of the vocabulary are zero (fastText leaves them at random). The output matrix is zero where there
is none, or where it is a tree of other words: programs that go on training need its rows.
"""

import numpy as np

from ..embeddings.blocks import LazyRows
from ..errors import OutputError
from ..files.compression import compressed
from ..files.outputs import atomic_output
from .arrays import blocks_of
from .fasttext_header import ENTRY, SHAPE, SIZES, pack_settings
from .quantized import write_quantized
from .wordrules import NULS_AND_BLANKS, encode_words

LARGEST_COUNT = 10**15
"""What fastText takes for infinity when it builds the tree of hierarchical softmax."""
NOT_PRUNED = -1
WORD_KIND = 0
UNQUANTIZED, QUANTIZED = b"\0", b"\1"
NOTHING_BUT_WORDS = {"buckets": 0, "min_n": 0, "max_n": 0}


def write(target, words, vectors):
    """Write a model; see the text of this file.

    Parameters
    ----------
    target : Target          its ``subwords`` are written, if there are some, and else the vectors
                             as those of words without n-grams
    words : sequence of str, length n_words
    vectors : rows of float32, shape (n_words, dim)

    Raises
    ------
    OutputError   if a word or a count cannot stand in such a file
    """
    n_words, dim = vectors.shape
    subwords = target.subwords
    rows = vectors if subwords is None else subwords.own
    buckets = None if subwords is None else subwords.all_rows()
    settings = {**target.settings, **_sizes(target), "dim": dim}
    n_buckets = 0 if buckets is None else len(buckets)
    with (
        atomic_output(target.path) as file,
        compressed(target.sum_up(file), target.path) as stream,
    ):
        stream.write(pack_settings(settings))
        stream.write(_dictionary(target, words, NOT_PRUNED))
        stream.write(UNQUANTIZED + SHAPE.pack(n_words + n_buckets, dim))
        write_rows(stream, rows)
        if buckets is not None:
            write_rows(stream, buckets)
        stream.write(UNQUANTIZED + SHAPE.pack(n_words, dim))
        write_rows(stream, outputs_of(target.nodes, target.context, n_words, dim))


def write_quantized_model(target, words, inputs, outputs):
    """Write a quantized model, ``.ftz``; without an output matrix its place is left empty.

    Parameters
    ----------
    target : Target                    its ``subwords`` have the buckets of the rows of n-grams, or
                                       are None; rows are not looked at
    words : sequence of str
    inputs : QuantizedRows             of words, then of n-grams
    outputs : QuantizedRows or None    as fastText numbers them

    Raises
    ------
    OutputError   if a word or a count cannot stand in such a file
    """
    buckets = None if target.subwords is None else target.subwords.buckets
    settings = {**target.settings, **_sizes(target), "dim": inputs.shape[1]}
    with (
        atomic_output(target.path) as file,
        compressed(target.sum_up(file), target.path) as stream,
    ):
        stream.write(pack_settings(settings))
        stream.write(_dictionary(target, words, NOT_PRUNED if buckets is None else len(buckets)))
        if buckets is not None:
            stream.write(
                np.column_stack([buckets, np.arange(len(buckets))]).astype("<i4").tobytes()
            )
        stream.write(QUANTIZED)
        write_quantized(stream, inputs)
        if outputs is None:
            stream.write(UNQUANTIZED + SHAPE.pack(0, inputs.shape[1]))
        else:
            stream.write(QUANTIZED)
            write_quantized(stream, outputs)


def _sizes(target):
    """Sizes of the n-grams; as a model without any had them, where it was read from one."""
    if target.subwords is not None:
        ngrams = target.subwords.ngrams
        return {"buckets": ngrams.n_buckets, "min_n": ngrams.min_n, "max_n": ngrams.max_n}
    named = {name: target.settings.get(name) for name in ("min_n", "max_n")}
    if named["max_n"] == 0 and isinstance(named["min_n"], int):
        return {**named, "buckets": 0}
    return NOTHING_BUT_WORDS


def _dictionary(target, words, n_pruned):
    """Words with their counts, and sizes before them."""
    if len(set(words)) < len(words):
        raise OutputError(f"{target.path}: fastText takes no word twice, and one is there twice")
    counts = target.counts
    counts = np.ones(len(words), dtype=np.int64) if counts is None else np.asarray(counts)
    if counts.max() >= LARGEST_COUNT or counts.min() < 0:
        raise OutputError(
            f"{target.path}: fastText takes counts below {LARGEST_COUNT:,}, not {counts.max():,}; "
            "divide all of them by one number"
        )
    tokens = target.settings.get("tokens")
    if type(tokens) is not int or not 0 <= tokens < 1 << 63:
        tokens = int(counts.sum())
    raw = encode_words(words, NULS_AND_BLANKS)
    entries = zip(raw, counts.tolist(), strict=True)
    sizes = SIZES.pack(len(raw), len(raw), 0, tokens, n_pruned)
    return sizes + b"".join(word + b"\0" + ENTRY.pack(count, WORD_KIND) for word, count in entries)


def outputs_of(nodes, context, n_words, dim):
    """The output matrix as fastText numbers its rows: rows of float32, shape (n_words, dim).

    Parameters
    ----------
    nodes : rows of float32, shape (n_words - 1, dim), or None   of a tree, see `Embeddings`
    context : rows of float32, shape (n_words, dim), or None     of words; without either: zeros
    n_words, dim : int
    """
    if nodes is not None and len(nodes) == n_words - 1:
        return rows_of_nodes(nodes, dim)
    if context is not None and context.shape == (n_words, dim):
        return context
    return LazyRows(
        n_words, dim, lambda rows: np.zeros((len(range(*rows.indices(n_words))), dim), np.float32)
    )


def rows_of_nodes(nodes, dim):
    """The output matrix of a tree: towards the root, with signs turned, and a last row of zeros.

    Parameters
    ----------
    nodes : rows of float32, shape (n - 1, dim)   as `methods.huffman` numbers them
    dim : int
    """
    n_rows = len(nodes) + 1

    def rows_of(rows):
        start, stop, _ = rows.indices(n_rows)
        last = min(stop, n_rows - 1)
        block = np.zeros((stop - start, dim), dtype=np.float32)
        some = np.asarray(nodes[n_rows - 1 - last : n_rows - 1 - start])
        block[: last - start] = -some[::-1]
        return block

    return LazyRows(n_rows, dim, rows_of)


def write_rows(stream, rows):
    """Write a matrix as float32, block by block."""
    for block in blocks_of(rows, "float32"):
        stream.write(block.data)
