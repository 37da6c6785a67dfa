"""The options of commands that ask a language model."""

from dataclasses import replace

from ..warnings import warn

CUT = ("tokenize", "lowercase", "digits")


def opened_model(path):
    """The `Opened` of a file; what its reader noticed becomes warnings."""
    from ...nextword.opening import open_language_model

    opened = open_language_model(path)
    for note in opened.notes:
        warn(note)
    return opened


def text_of_model(model, options):
    """How text becomes words, TextConfig: as in training, but for what the options (dict) say."""
    given = {name: options[name] for name in CUT if options[name] is not None}
    return replace(model.text, **given, encoding=options["encoding"])
