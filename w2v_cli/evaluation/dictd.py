"""Dictionaries of the DICT protocol (dictd), as FreeDict's are: an index, and articles.

``freedict-ita-eng.index`` has a line for each headword: the word, where its article begins, and how
long it is, in numbers to the base of 64 with the digits A to Z, a to z, 0 to 9, + and /. The
articles are text, in ``freedict-ita-eng.dict.dz``, which gzip reads, or plain in ``.dict``. What
FreeDict's program makes of an entry is

    cattivo /kattivo/ <adj>
    1. bad, miserable, nasty
    2. airy-fairy
       Synonym: {malvagio}
     see: {cattiveria}

so the first line is the word with how it is spoken, and of the others those that are not indented
are its translations, between commas.
"""

import os
import re
import string

from ..errors import InputError
from ..files.inputs import open_input
from ..files.paths import display_name

INDEX = ".index"
ARTICLES = (".dict.dz", ".dict")
OF_ITSELF = "00"
"""How the headwords begin that tell of the dictionary: ``00databaseinfo``."""
DIGITS = {
    digit: value
    for value, digit in enumerate(string.ascii_uppercase + string.ascii_lowercase + "0123456789+/")
}
# Grammar, subjects, explanations, references, and how a word is spoken.
REMARKS = re.compile(r"<[^>]*>|\[[^\]]*\]|\([^)]*\)|\{[^}]*\}|(?<!\S)/[^/]+/(?!\S)")
BEHIND_HEADWORD = re.compile(r"\s+(?:/|<|\[|\().*")
NUMBER = re.compile(r"(?:\d+\.|[a-z]\))\s+")
HYPHEN = "\u2010"


def is_dictd(path):
    """Whether a path is that of such a dictionary, by its name.

    Other dictionaries may end in ``.dict`` too, and have no index beside them.
    """
    path = str(path)
    stem = _stem(path)
    return stem is not None and (not path.endswith(".dict") or os.path.exists(stem + INDEX))


def read_dictd(path):
    """The pairs of words of a dictionary.

    Parameters
    ----------
    path : str or Path   of the index or of the articles; the other file lies beside it

    Returns
    -------
    list of (str, str)   headword and translation, in the order of the articles

    Raises
    ------
    InputError   if a file is missing or is none of these, or an article is not within the file
    """
    stem = _stem(str(path))
    index = stem + INDEX
    articles = next((stem + end for end in ARTICLES if os.path.exists(stem + end)), None)
    if articles is None:
        raise InputError(
            f"{display_name(path)}: its articles must lie beside the index, in {stem}{ARTICLES[0]} "
            f"or {stem}{ARTICLES[1]}; copy both files"
        )
    with open_input(articles) as stream:
        data = stream.read()
    pairs = []
    for start, stop in _places(index):
        if stop > len(data):
            raise InputError(
                f"{articles}: is shorter than {index} says; get both files again, from one place"
            )
        pairs += _pairs(data[start:stop].decode(errors="replace"))
    return pairs


def _stem(path):
    ends = (INDEX, *ARTICLES)
    return next((path.removesuffix(end) for end in ends if path.endswith(end)), None)


def _places(index):
    """(start, stop) of each article, in their order; several words may lead to one."""
    places = set()
    with open_input(index) as stream:
        for number, line in enumerate(stream, 1):
            fields = line.decode(errors="replace").rstrip("\r\n").split("\t")
            try:
                word, start, length = fields[0], _number(fields[1]), _number(fields[2])
            except (IndexError, KeyError):
                raise InputError(
                    f"{index}:{number}: is no line of an index of dictd: a word, and two numbers "
                    "of its digits, between tabs"
                ) from None
            if not word.startswith(OF_ITSELF):
                places.add((start, start + length))
    return sorted(places)


def _number(digits):
    value = 0
    for digit in digits or (None,):  # no digit is no number
        value = value * len(DIGITS) + DIGITS[digit]
    return value


def _pairs(article):
    """(headword, translation) of an article."""
    head, *lines = article.strip("\n").split("\n")
    word = BEHIND_HEADWORD.sub("", head).strip().replace(HYPHEN, "-")
    for line in lines:
        if not line or line[0].isspace():
            continue
        plain = REMARKS.sub("", NUMBER.sub("", line, count=1)).replace(HYPHEN, "-")
        for part in re.split("[,;]", plain):
            translation = " ".join(part.split())
            if word and translation:
                yield word, translation
