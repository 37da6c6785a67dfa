"""word2vec text and binary, and GloVe text: told apart by their layout, read in blocks of rows."""

from ..errors import OutputError
from . import word2vec_binary, word2vec_text
from .base import stream_writer
from .detect import detect
from .rows import collect
from .wordrules import check_first

READERS = {"text": word2vec_text, "binary": word2vec_binary}


def recognise(source):
    """The name of the format of a source that has no mark of its own.

    Raises
    ------
    InputError   if it is no file of vectors
    """
    layout = detect(source.head, source.name, source.glove_parameters)
    if layout.format == "binary":
        is_whole = not source.stream.peek(1)
        layout = word2vec_binary.known_type(layout, source.head, is_whole, source.name)
    source.layout = layout
    return "glove" if source.layout.n_rows is None else source.layout.format


def read(source):
    """The Embeddings of a source whose layout is known."""
    layout = source.layout
    source.notes += layout.notes
    reader = READERS[layout.format]
    rest = source.head[layout.start :]
    return collect(reader.read_blocks(rest, source), layout, source)


def _write_glove(stream, words, vectors):
    """Rows without a header; what could not be read back without one is refused."""
    if vectors.shape[1] < 2:
        raise OutputError("GloVe text needs at least 2 numbers a row; write word2vec text")
    check_first(words[0])
    word2vec_text.write_rows(stream, words, vectors)


write_text = stream_writer(word2vec_text.write)
write_binary = stream_writer(word2vec_binary.write)
write_glove = stream_writer(_write_glove)
