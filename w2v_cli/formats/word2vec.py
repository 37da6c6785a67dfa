"""word2vec text and binary, and GloVe text: told apart by their layout, read in blocks of rows."""

from ..errors import OutputError
from . import word2vec_binary, word2vec_text
from .base import Format, stream_writer
from .detect import detect
from .rows import collect
from .wordrules import check_first

READERS = {"text": word2vec_text, "binary": word2vec_binary}


def recognise(source):
    """The format of a source that has no mark of its own.

    Raises
    ------
    InputError   if it is no file of vectors
    """
    source.layout = detect(source.head, source.name)
    if source.layout.n_rows is None:
        return GLOVE
    return TEXT if source.layout.format == "text" else BINARY


def _read(source):
    layout = source.layout
    source.notes += layout.notes
    reader = READERS[layout.format]
    rest = source.head[layout.start :]
    blocks = reader.read_blocks(rest, source.stream, layout, source.name, source.notes)
    return collect(blocks, layout, source)


def _write_glove(stream, words, vectors):
    """Rows without a header; what could not be read back without one is refused."""
    if vectors.shape[1] < 2:
        raise OutputError("GloVe text needs at least 2 numbers a row; write word2vec text")
    check_first(words[0])
    word2vec_text.write_rows(stream, words, vectors)


TEXT = Format(
    name="text",
    title="word2vec text",
    extensions=("", ".txt", ".vec"),
    read=_read,
    write=stream_writer(word2vec_text.write),
)
BINARY = Format(
    name="binary",
    title="word2vec binary",
    extensions=(".bin",),
    read=_read,
    write=stream_writer(word2vec_binary.write),
)
GLOVE = Format(
    name="glove",
    title="GloVe text",
    extensions=(".glove",),
    read=_read,
    write=stream_writer(_write_glove),
)
