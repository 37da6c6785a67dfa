"""TensorBoard's embedding projector: vectors in one TSV file, words in ``NAME.metadata.tsv``.

The metadata has a header row only if it has more than one column, as the projector wants it.
"""

from ..files.outputs import atomic_outputs
from .base import Format
from .sidecar import stem
from .wordrules import FIELD_ENDS, encoded

WRITE_ROWS = 1024


def _side_files(path):
    return [stem(path).removesuffix("_tensor") + ".metadata.tsv"]


def _write(target, words, vectors):
    [beside] = _side_files(target.path)
    row_format = "\t".join(["%.9g"] * vectors.shape[1]) + "\n"
    with atomic_outputs([target.path, beside]) as [file, words_stream]:
        stream = target.summed(file)
        for start in range(0, len(vectors), WRITE_ROWS):
            rows = vectors[start : start + WRITE_ROWS].tolist()
            stream.write("".join([row_format % tuple(row) for row in rows]).encode())
        _write_metadata(words_stream, words, target.counts)


def _write_metadata(stream, words, counts):
    raw_words = encoded(words, FIELD_ENDS)
    if counts is None:
        stream.write(b"".join([b"%b\n" % raw for raw in raw_words]))
    else:
        pairs = zip(raw_words, counts, strict=True)
        stream.write(b"word\tcount\n" + b"".join([b"%b\t%d\n" % pair for pair in pairs]))


FORMAT = Format(
    name="tsv",
    title="TSV for the TensorBoard projector",
    extensions=(".tsv",),
    write=_write,
    side_files=_side_files,
    needs_file=True,
    ends=FIELD_ENDS,
)
