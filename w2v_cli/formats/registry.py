"""The list of all formats, and how one is found by its name or by that of a file.

Each format has a file of its own with a `Format` in it; the list below is all that joins them.
"""

import os

from ..errors import ConfigError, OutputError
from ..files.paths import is_special
from . import fasttext_model, numpy_array, projector, safetensors_file, w2v, word2vec
from .base import check_target
from .rows import encoded

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
    if not format_named(format).spaces:
        try:
            encoded(words)
        except OutputError as error:
            raise OutputError(f"{path}: {error}; --format w2v keeps them") from error
