"""TensorBoard's embedding projector: vectors in one TSV file, words in ``NAME.metadata.tsv``.

The metadata has a header row only if it has more than one column, as the projector wants it.
"""

from ..files.outputs import atomic_outputs
from .sidecar import check_without, stem, write_text

WRITE_ROWS = 1024
FIELD_ENDS = "\t\r\n"


def side_files(path):
    """Where the words lie."""
    return [stem(path).removesuffix("_tensor") + ".metadata.tsv"]


def write(target, words, vectors):
    """Write the vectors, and the words beside them, with counts where they are known."""
    [beside] = side_files(target.path)
    row_format = "\t".join(["%.9g"] * vectors.shape[1]) + "\n"
    with atomic_outputs([target.path, beside]) as [file, words_stream]:
        stream = target.sum_up(file)
        for start in range(0, len(vectors), WRITE_ROWS):
            rows = vectors[start : start + WRITE_ROWS].tolist()
            stream.write("".join([row_format % tuple(row) for row in rows]).encode())
        _write_metadata(words_stream, words, target.counts)


def _write_metadata(stream, words, counts):
    check_without(FIELD_ENDS, words)
    if counts is None:
        write_text(stream, "".join(f"{word}\n" for word in words))
    else:
        pairs = zip(words, counts, strict=True)
        write_text(stream, "word\tcount\n" + "".join(f"{word}\t{int(n)}\n" for word, n in pairs))
