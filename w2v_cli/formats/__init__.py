"""Files of word vectors: recognised by content when read, by extension when written."""

import os

from ..errors import ConfigError
from ..inputs import open_input
from ..outputs import atomic_output
from ..paths import display_name, is_special
from . import w2v, word2vec_binary, word2vec_text
from .detect import HEAD_SIZE, detect
from .rows import check_finite, collect

FORMATS = ("text", "binary", "w2v")
EXTENSIONS = {"": "text", ".txt": "text", ".vec": "text", ".bin": "binary", ".w2v": "w2v"}
MODULES = {"text": word2vec_text, "binary": word2vec_binary}


def format_for(path, override=None):
    """The format that a file of vectors is to be written in.

    Parameters
    ----------
    path : str or Path         ``.txt``, ``.vec``, ``-``, devices, and names without
                               extension: text; ``.bin``: binary
    override : str or None     one of FORMATS wins over the name

    Returns
    -------
    str   one of FORMATS

    Raises
    ------
    ConfigError   if the extension says nothing, or ``override`` is no format
    """
    if override is not None:
        if override not in FORMATS:
            raise ConfigError(f"--format must be {' or '.join(FORMATS)}, not {override!r}")
        return override
    extension = os.path.splitext(path)[1].lower()
    if extension in EXTENSIONS:
        return EXTENSIONS[extension]
    if is_special(path):
        return "text"
    choices = "|".join(FORMATS)
    raise ConfigError(f"{path}: the extension {extension} tells no format; give --format {choices}")


def check_format(path, format):
    """Raise ConfigError if a format cannot be written to a path (None is no path)."""
    if format == "w2v" and path is not None:
        w2v.check_name(path)


def read_embeddings(path):
    """Read a file of word vectors: word2vec text or binary, GloVe text, or w2v; also compressed.

    Parameters
    ----------
    path : str or Path   ``-`` is standard input

    Returns
    -------
    Embeddings   its ``notes`` tell what was repaired (words not UTF-8, words there twice)

    Raises
    ------
    InputError   if it cannot be read, is no file of vectors, is cut short, has rows of different
                 length or other than its header says, or holds numbers that are not finite
    """
    name = display_name(path)
    notes = []
    with open_input(path) as stream:
        head = stream.read(HEAD_SIZE)
        layout = detect(head, name)
        if layout.format == "w2v":
            if os.path.isfile(path) and not stream.is_compressed:
                return w2v.read(path)
            return w2v.read_stream(head, stream, name)
        reader = MODULES[layout.format]
        blocks = reader.read_blocks(head[layout.start :], stream, layout, name, notes)
        return collect(blocks, layout, name, notes, stream.size)


def write_embeddings(path, words, vectors, format, counts=None, provenance=None):
    """Write word vectors in the given format, whole or not at all.

    Parameters
    ----------
    path : str or Path      ``-`` is standard output
    words : list of str, length n_words
    vectors : ndarray of float32, shape (n_words, dim)   may be a view into a wider matrix
    format : str            one of FORMATS
    counts : ndarray of int64, shape (n_words,), or None   kept by the format w2v alone
    provenance : dict or None                              kept by the format w2v alone

    Raises
    ------
    ConfigError   if the format cannot be written to such a path
    OutputError   if the file cannot be written, a number is not finite, or a word is empty or
                  holds a space or newline, which no reader of these formats could tell apart
    """
    check_finite(words, vectors, path)
    check_format(path, format)
    if format == "w2v":
        with atomic_output(path) as stream:
            w2v.write(stream, words, vectors, counts, provenance=provenance)
        return
    with atomic_output(path) as stream:
        MODULES[format].write(stream, words, vectors)
