"""TensorBoard's embedding projector: vectors in one TSV file, words in ``NAME.metadata.tsv``.

The metadata has a header row only if it has more than one column, as the projector wants it.
"""

from ..embeddings.blocks import row_blocks
from ..files.outputs import atomic_outputs
from .rows import WRITE_ROWS
from .sidecar import stem
from .wordrules import FIELD_ENDS, encode_words


def side_files(path):
    """Where the words lie."""
    return [stem(path).removesuffix("_tensor") + ".metadata.tsv"]


def write(target, words, vectors):
    """Write the vectors, and the words beside them, with counts where they are known."""
    [beside] = side_files(target.path)
    row_format = "\t".join(["%.9g"] * vectors.shape[1]) + "\n"
    with atomic_outputs([target.path, beside]) as [file, words_stream]:
        stream = target.sum_up(file)
        for block in row_blocks(len(vectors), WRITE_ROWS):
            rows = vectors[block].tolist()
            stream.write("".join([row_format % tuple(row) for row in rows]).encode())
        _write_metadata(words_stream, words, target.counts)


def _write_metadata(stream, words, counts):
    raw_words = encode_words(words, FIELD_ENDS)
    if counts is None:
        stream.write(b"".join([b"%b\n" % raw for raw in raw_words]))
    else:
        pairs = zip(raw_words, counts, strict=True)
        stream.write(b"word\tcount\n" + b"".join([b"%b\t%d\n" % pair for pair in pairs]))
