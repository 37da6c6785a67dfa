"""What somebody who wrote a name a little wrong may have meant: options, commands, files.

For words of a vocabulary, which are many, see `embeddings.suggestions`.
"""

import os

MOST = 2
CUTOFF, FILE_CUTOFF = 0.6, 0.75
"""How much alike names must be: there are many files, and few options."""
MOST_FILES = 10_000
"""In a folder with more files none is suggested: it would take long to look at all names."""


def closest(word, choices, cutoff=CUTOFF):
    """The choice that is equal but for case and dashes, or else at most MOST of them: first those
    that begin with the word, then those that look alike.
    """
    from difflib import get_close_matches

    by_form = {_form(choice): choice for choice in choices}
    form = _form(word)
    if form in by_form:
        return [by_form[form]]
    found = [other for other in by_form if len(form) > 1 and other.startswith(form)]
    found += get_close_matches(form, by_form, MOST, cutoff)
    return [by_form[name] for name in dict.fromkeys(found)][:MOST]


def did_you_mean(word, choices):
    """``did you mean A or B?``, to follow a message; empty if nothing is near."""
    found = closest(word, choices)
    return f"did you mean {' or '.join(found)}?" if found else ""


def missing_file(path):
    """What to say of a file that is not there: the folder that is missing, or files of near names.

    Returns
    -------
    str   empty if there is nothing to say
    """
    folder, name = os.path.split(path.rstrip(os.sep))
    if folder and not os.path.isdir(folder):
        return f"there is no folder {folder}; make it, or correct the name"
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return ""
    found = closest(name, names, FILE_CUTOFF) if name and len(names) <= MOST_FILES else []
    paths = [os.path.join(folder, each) for each in found]
    return f"did you mean {' or '.join(paths)}?" if paths else ""


def _form(word):
    return word.lower().replace("_", "-")
