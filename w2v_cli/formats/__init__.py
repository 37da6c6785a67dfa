"""Files of word vectors: recognised by content when read, by extension when written."""

from .base import ENCODING_ERRORS, Format, check_target
from .reading import Read, read, read_embeddings
from .registry import ALL, FORMATS, check_format, check_words, format_for, format_named
from .sidecar import words_files
from .writing import write_embeddings

__all__ = [
    "ALL",
    "ENCODING_ERRORS",
    "FORMATS",
    "Format",
    "Read",
    "check_format",
    "check_target",
    "check_words",
    "format_for",
    "format_named",
    "read",
    "read_embeddings",
    "words_files",
    "write_embeddings",
]
