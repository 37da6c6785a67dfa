"""Which Format a file of vectors has, told from its first bytes."""

from ..errors import InputError
from .detect import HEADER, detect
from .registry import ALL, format_named
from .word2vec import recognise as recognise_by_layout


def recognise(source):
    """The Format of a Source; InputError if it is none of ours."""
    for format in ALL:
        if format.recognises(source.head):
            return format
    if not HEADER.match(source.head):
        from .foreign import check_not_foreign

        check_not_foreign(source)
    return format_named(recognise_by_layout(source))


def looks_like_vectors(head, name):
    """Whether a file that begins with these bytes would be read as vectors."""
    if any(format.recognises(head) for format in ALL):
        return True
    try:
        detect(head, name)
    except InputError:
        return False
    return True
