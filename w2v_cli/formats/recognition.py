"""Which Format a file of vectors has, told from its first bytes."""

from ..errors import InputError, field
from .detect import HEADER, detect
from .registry import ALL, format_named
from .word2vec import recognise as recognise_by_layout

TRANSFORMER, SAFETENSORS = "transformer", "safetensors"
DOUBLES = "glove-parameters"
WITH_PARAMETERS = ("text", "glove", DOUBLES)


def recognise(source):
    """The Format of a Source.

    Raises
    ------
    InputError   if it is none of ours, or has no parameters of GloVe, as it was said to have
    """
    format = _recognised(source)
    if source.glove_parameters is not None and format.name not in WITH_PARAMETERS:
        raise InputError(
            f"{source.name}: is {format.title}, and has not all parameters of GloVe; leave out "
            f"{field('glove_parameters')}"
        )
    if format.name != TRANSFORMER:
        _check_no_tokens(source, format)
    return format


def _check_no_tokens(source, format):
    """Refuse what is asked of the tokens of a transformer, of another file."""
    if source.tensor is not None or source.all_tokens:
        asked = field("all_tokens") if source.tensor is None else field("tensor")
        raise InputError(
            f"{source.name}: is {format.title}, and not the parameters of a transformer; leave out "
            f"{asked}"
        )


def _recognised(source):
    for format in ALL:
        if format.recognises(source.head):
            return _with_tensors(source, format)
    if not HEADER.match(source.head):
        from .foreign import check_not_foreign
        from .glove_parameters import holds_doubles, holds_gradients

        has_words = source.vocabulary is not None and not holds_gradients(source.head)
        if has_words and holds_doubles(source.head):
            return next(format for format in ALL if format.name == DOUBLES)
        check_not_foreign(source)
    return format_named(recognise_by_layout(source))


def _with_tensors(source, format):
    """The same Format, or that of a transformer: if its tensor is named, or it is known as one."""
    if format.name != SAFETENSORS:
        return format
    from .transformer.reader import is_of_transformer

    if source.tensor is None and not (source.is_named and is_of_transformer(source)):
        return format
    return next(format for format in ALL if format.name == TRANSFORMER)


def is_transformer(opened):
    """Whether an Opened file has the parameters of a transformer: by its bytes, or its folder."""
    from .transformer.reader import is_of_transformer

    format = next((format for format in ALL if format.recognises(opened.head)), None)
    name = None if format is None else format.name
    return name == TRANSFORMER or (name == SAFETENSORS and is_of_transformer(opened))


def looks_like_vectors(head, name):
    """Whether a file that begins with these bytes would be read as vectors."""
    if any(format.recognises(head) for format in ALL):
        return True
    try:
        detect(head, name)
    except InputError:
        return False
    return True
