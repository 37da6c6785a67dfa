"""Files of word vectors: recognised by content when read, by extension when written.

What is named here is imported when it is first asked for: the list of formats needs no NumPy.
"""

_HOMES = {
    "ALL": "registry",
    "CHOICES": "registry",
    "ENCODING_ERRORS": "registry",
    "FORMATS": "registry",
    "Format": "registry",
    "check_format": "registry",
    "check_target": "registry",
    "format_for": "registry",
    "format_named": "registry",
    "Read": "reading",
    "read": "reading",
    "read_embeddings": "reading",
    "words_files": "sidecar",
    "check_words": "writing",
    "write_embeddings": "writing",
}
"""Name -> the module that defines it."""

__all__ = list(_HOMES)


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    return value
