"""Published vectors by their names: exact ones, parts of them, and what was nearly meant."""

from ..errors import ConfigError
from ..wording.nearnames import closest, did_you_mean
from .published import SEPARATOR, collections


def names():
    """The names of the collections."""
    return [collection.name for collection in collections()]


def find(name):
    """The Corpus of published vectors that a name means; None if it names no collection.

    A language may be given by its code or its English name, in any case.

    Raises
    ------
    ConfigError   if the collection has no such file, or several
    """
    of_collection, _, variant = name.partition(SEPARATOR)
    collection = next((each for each in collections() if each.name == of_collection), None)
    if collection is None:
        return None
    if not variant:
        if len(collection.files) == 1:
            return collection.files[0]
        raise ConfigError(
            f"{name} has {len(collection.files)} {collection.of}: name one, as "
            f"{collection.files[0].name}; 'w2v fetch --list {of_collection}' tells which"
        )
    for file in collection.files:
        if _form(variant) in _forms(collection, file):
            return file
    hint = _hint(collection, variant) or f"'w2v fetch --list {of_collection}' tells what there is"
    raise ConfigError(f"{of_collection} has no {variant!r}; {hint}")


def matching(text):
    """The files that a text selects: of a collection, of a language, or with it in their names.

    Parameters
    ----------
    text : str   a name of a collection or of a file, a code or name of a language, or part of one

    Returns
    -------
    list of Corpus   those that match best; empty if none does
    """
    form = _form(text)
    files = [(each, file) for each in collections() for file in each.files]
    rules = (
        lambda each, file: form in (_form(file.name), _form(each.name)),
        lambda each, file: form in (_form(each.variant(file)), _form(file.language)),
        lambda each, file: form in _form(file.name) or form in _form(file.language),
    )
    for rule in rules:
        found = [file for each, file in files if rule(each, file)]
        if found:
            return found
    return []


def called_elsewhere(text):
    """The names of the files that their authors call so, as ``glove.6B.50d.txt``."""
    form = text.casefold()
    return [
        file.name
        for collection in collections()
        for file in collection.files
        if form in _published_names(file)
    ]


def _published_names(file):
    for name in (file.file_name, file.url.rpartition("/")[2]):
        known = name.casefold()
        yield known
        for end in (".gz", ".zip", ".txt", ".vec", ".bin"):
            known = known.removesuffix(end)
            yield known


def _form(text):
    return text.casefold().replace("-", "_").replace(" ", "_")


def _forms(collection, file):
    """What may stand behind the colon for a file."""
    forms = [_form(collection.variant(file))]
    return [*forms, _form(file.language)] if collection.is_by_language else forms


def _hint(collection, variant):
    """Where else there is such a file, or what may have been meant; empty if neither is known."""
    if not collection.is_by_language:
        known = [collection.variant(file) for file in collection.files]
        return did_you_mean(variant, known) or f"there are {', '.join(known)}"
    having = [
        each.name
        for each in collections()
        if each.is_by_language and any(_form(variant) in _forms(each, file) for file in each.files)
    ]
    if having:
        *others, last = having
        return f"{', '.join(others)} and {last} have it" if others else f"{last} has it"
    by_name = {file.language: file for file in collection.files}
    near = [by_name[language] for language in closest(variant, list(by_name))]
    shown = " or ".join(f"{file.name} ({file.language})" for file in near)
    return f"did you mean {shown}?" if shown else ""
