"""Files of word vectors: recognised by content when read, by extension when written.

Each format has a file of its own with a `Format` in it; the list below is all that joins them.
"""

import os
from contextlib import contextmanager

from ..errors import ConfigError, OutputError
from ..files.inputs import open_input
from ..files.paths import display_name, is_special
from . import fasttext_model, numpy_array, projector, safetensors_file, w2v, word2vec
from .base import ENCODING_ERRORS, Format, Source, Target, check_target
from .detect import HEAD_SIZE
from .foreign import check_not_foreign
from .provenance import path_beside, read_beside, remove_beside, write_beside
from .rows import check_finite
from .sidecar import words_files
from .wordrules import encoded_lines

ALL = (
    word2vec.TEXT,
    word2vec.BINARY,
    word2vec.GLOVE,
    w2v.W2V,
    fasttext_model.FORMAT,
    safetensors_file.FORMAT,
    numpy_array.FORMAT,
    projector.FORMAT,
)
FORMATS = tuple(format.name for format in ALL if format.write)
"""What ``--format`` may be."""

__all__ = [
    "ALL",
    "ENCODING_ERRORS",
    "FORMATS",
    "Format",
    "Source",
    "Target",
    "check_format",
    "check_target",
    "check_words",
    "format_for",
    "format_named",
    "known_provenance",
    "open_source",
    "provenance_of",
    "read_embeddings",
    "recognise",
    "words_files",
    "write_embeddings",
]


def format_named(name):
    """The Format of that name.

    Raises
    ------
    ConfigError   if there is none that can be written
    """
    for format in ALL:
        if format.name == name and format.write:
            return format
    raise ConfigError(f"--format must be {', '.join(FORMATS[:-1])} or {FORMATS[-1]}, not {name!r}")


def format_for(path, override=None):
    """The format that a file of vectors is to be written in.

    Parameters
    ----------
    path : str or Path         its extension tells; ``-``, devices, and names without extension
                               are text
    override : str or None     one of FORMATS wins over the name

    Returns
    -------
    str   one of FORMATS

    Raises
    ------
    ConfigError   if the extension says nothing, or ``override`` is no format
    """
    if override is not None:
        return format_named(override).name
    extension = os.path.splitext(path)[1].lower()
    for format in ALL:
        if extension in format.extensions and format.write:
            return format.name
    if is_special(path):
        return word2vec.TEXT.name
    choices = "|".join(FORMATS)
    raise ConfigError(f"{path}: the extension {extension} tells no format; give --format {choices}")


def check_format(path, format):
    """Raise ConfigError if a format cannot be written to a path (None is no path)."""
    if path is not None:
        check_target(format_named(format), path)


def check_words(path, format, words):
    """Find out before the work whether words can be written to a path.

    Raises
    ------
    OutputError   if a word is empty, or holds what ends one in such a file
    """
    chosen = format_named(format)
    if not chosen.spaces:
        try:
            encoded_lines(words, chosen.ends)
        except OutputError as error:
            raise OutputError(f"{path}: {error}; --format w2v keeps it") from error


@contextmanager
def open_source(path, encoding_errors="replace", limit=None, keep_faults=False):
    """Open a file of word vectors and read its head.

    Parameters as for `read_embeddings`.

    Yields
    ------
    Source

    Raises
    ------
    InputError   if it cannot be read
    """
    with open_input(path) as stream:
        head = stream.read(HEAD_SIZE)
        yield Source(
            str(path), display_name(path), stream, head, encoding_errors, limit, keep_faults
        )


def recognise(source):
    """The Format of a source, told from its first bytes.

    Raises
    ------
    InputError   if it is none that can be read
    """
    for format in ALL:
        if format.recognises and format.recognises(source.head):
            return format
    check_not_foreign(source)
    return word2vec.recognise(source)


def read_embeddings(path, encoding_errors="replace", limit=None, keep_faults=False):
    """Read a file of word vectors in any of the formats; plain or compressed.

    Parameters
    ----------
    path : str or Path      ``-`` is standard input
    encoding_errors : str   ``replace``: bytes that are not UTF-8 become U+FFFD, with a note;
                            ``strict``: they are an error
    limit : int or None     read the first rows only, and no more of the file than they need
    keep_faults : bool      rows that are not finite, or whose word was there before, are kept

    Returns
    -------
    Embeddings   its ``notes`` tell what was repaired (words not UTF-8, words there twice, a
                 header that does not fit)

    Raises
    ------
    InputError   if it cannot be read, is no file of vectors, is cut short inside a row, has rows
                 of different length, or holds numbers that are not finite
    """
    with open_source(path, encoding_errors, limit, keep_faults) as source:
        return recognise(source).read(source)


def write_embeddings(
    path,
    words,
    vectors,
    format,
    counts=None,
    provenance=None,
    dtype="float32",
    context=None,
    beside=False,
):
    """Write word vectors in the given format, whole or not at all.

    Parameters
    ----------
    path : str or Path      ``-`` is standard output
    words : sequence of str, length n_words
    vectors : ndarray of float32, shape (n_words, dim)   may be a view into a wider matrix
    format : str            one of FORMATS
    counts : ndarray of int64, shape (n_words,), or None   written by formats that keep them
    provenance : dict or None                              likewise
    dtype : str             ``float16`` where the format has it
    context : ndarray of float32, shape (n_words, dim), or None   the output matrix, likewise
    beside : bool           for formats that do not keep the provenance, write it to a file beside;
                            if not, one that is there of earlier vectors is removed

    Raises
    ------
    OutputError   if the file cannot be written, a number is not finite, or a word cannot stand in
                  such a file, since its readers could not tell where it ends
    ConfigError   if the format has no float16, or cannot be written to such a path
    """
    chosen = format_named(format)
    check_target(chosen, path, dtype)
    check_finite(words, vectors, path)
    if context is not None:
        check_finite(words, context, path)
    target = Target(str(path), dtype, counts, provenance, context)
    chosen.write(target, words, vectors)
    if chosen.keeps_provenance or not beside or provenance is None:
        remove_beside(path)
    elif path_beside(path) is not None:
        write_beside(str(path), target.checksum, provenance)


def provenance_of(path):
    """How a file of word vectors came about, and what was noticed when looking for it.

    Returns
    -------
    provenance : dict or None
    notes : list of str

    Raises
    ------
    InputError   if the file cannot be read; but a few of its rows are looked at
    """
    with open_source(path, limit=1, keep_faults=True) as source:
        format = recognise(source)
        embeddings = format.read(source)
    return known_provenance(path, format, embeddings)


def known_provenance(path, format, embeddings):
    """`provenance_of` a file whose Format is known and that was read."""
    if format.keeps_provenance:
        return embeddings.provenance, []
    provenance, note = read_beside(path)
    return provenance or embeddings.provenance, [note] if note else []
