"""What stands behind the dictionary in a file of a classifier: which n-grams stayed, and matrices.

Matrices that are quantized are written so, and the others in floats. Where n-grams were pruned,
pairs say which bucket has which row; fastText writes these in the order of a hash table, which
differs whenever it has read them, and takes them in any.
"""

import numpy as np

from ..embeddings.blocks import LazyRows
from ..errors import OutputError
from ..quantization.rows import QuantizedRows
from .fasttext_header import ENTRY, MAGIC, SHAPE, SIZES, WRITTEN_SETTINGS
from .fasttext_model import StoredNodes
from .fasttext_writing import NOT_PRUNED, QUANTIZED, UNQUANTIZED, rows_of_nodes, write_rows
from .quantized import quantized_bytes, write_quantized

PAIR = np.dtype("<i4")
PAIR_BYTES = 2 * PAIR.itemsize


def check_matrices(classifier, path, as_floats):
    """Raise OutputError if n-grams are pruned and floats stand for the rest: there is no place."""
    if classifier.is_pruned and (as_floats or not isinstance(classifier.inputs, QuantizedRows)):
        raise OutputError(
            f"{path}: a model without some of its n-grams has a place in quantized files only; "
            "it stays as it is"
        )


def n_pruned(classifier):
    """How many n-grams stayed, as the file has it; -1: nothing was pruned."""
    return len(classifier.buckets) if classifier.is_pruned else NOT_PRUNED


def write_matrices(stream, classifier, as_floats):
    """Write the n-grams that stayed, if some did not, then the inputs and the outputs.

    Parameters
    ----------
    stream : object           ``write(bytes)``
    classifier : Classifier
    as_floats : bool          what is quantized is decoded
    """
    if classifier.is_pruned:
        order = classifier.ngram_order
        order = np.arange(len(classifier.buckets)) if order is None else order
        stream.write(np.column_stack([classifier.buckets[order], order]).astype(PAIR).tobytes())
    _write_inputs(stream, classifier, as_floats)
    _write_matrix(stream, stored_outputs(classifier), as_floats)


def _write_inputs(stream, classifier, as_floats):
    n_words, n_buckets, dim = len(classifier.words), classifier.ngrams.n_buckets, classifier.dim
    if isinstance(classifier.inputs, QuantizedRows):
        _write_matrix(stream, classifier.inputs, as_floats)
        return
    stream.write(UNQUANTIZED + SHAPE.pack(n_words + n_buckets, dim))
    write_rows(stream, classifier.inputs[:n_words])
    if n_buckets:
        write_rows(stream, _all_buckets(classifier, n_words))


def _write_matrix(stream, rows, as_floats):
    if isinstance(rows, QuantizedRows) and not as_floats:
        stream.write(QUANTIZED)
        write_quantized(stream, rows)
    else:
        stream.write(UNQUANTIZED + SHAPE.pack(*rows.shape))
        write_rows(stream, rows)


def stored_outputs(classifier):
    """The outputs as fastText numbers them: rows of float32, (n_labels, dim), or QuantizedRows."""
    outputs = classifier.outputs
    if isinstance(outputs, StoredNodes):
        return outputs.stored
    return rows_of_nodes(outputs, classifier.dim) if classifier.loss == "hs" else outputs


def _all_buckets(classifier, n_words):
    """The rows of all buckets, zeros where there is none."""
    if classifier.buckets is None:
        return classifier.inputs[n_words:]
    order = np.argsort(classifier.buckets)
    rising, dim = classifier.buckets[order], classifier.dim

    def rows_of(rows):
        start, stop, _ = rows.indices(classifier.ngrams.n_buckets)
        first, last = np.searchsorted(rising, [start, stop])
        block = np.zeros((stop - start, dim), dtype=np.float32)
        block[rising[first:last] - start] = classifier.inputs[n_words + order[first:last]]
        return block

    return LazyRows(classifier.ngrams.n_buckets, dim, rows_of)


def head_bytes(names):
    """How long the file is before its matrices: int.

    Parameters
    ----------
    names : list of bytes   words and labels
    """
    head = len(MAGIC) + WRITTEN_SETTINGS.size + SIZES.size
    return head + len(names) * (1 + ENTRY.size) + sum(map(len, names))


def matrix_bytes(n_rows, dim, dsub=None, has_factors=False):
    """How long a matrix is there, with the flag before it: of floats if ``dsub`` is None."""
    if dsub is None:
        return len(UNQUANTIZED) + SHAPE.size + 4 * n_rows * dim
    return len(QUANTIZED) + quantized_bytes(n_rows, dim, dsub, has_factors)
