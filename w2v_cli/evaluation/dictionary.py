"""Dictionaries of two languages: pairs of a word and one of its translations."""

from dataclasses import dataclass

from ..errors import InputError
from ..files.paths import display_name
from .dictd import is_dictd, read_dictd
from .textlines import lines_of

COMMENT = "#"
MARKS = "\t;,"
"""What separates words that may have blanks, in the order in which they are tried."""
JOINER = "_"
"""What stands for the blanks of a phrase in vectors."""


@dataclass(frozen=True)
class Dictionary:
    """Pairs of words, each of them once, in the order of the file.

    Attributes
    ----------
    name : str                 of the file
    pairs : list of (str, str)
    """

    name: str
    pairs: list

    def reversed(self):
        """The same from the target to the source."""
        return Dictionary(self.name, [(target, source) for source, target in self.pairs])

    @property
    def n_phrases(self):
        """How many pairs have several words on a side."""
        return sum(any(" " in word for word in pair) for pair in self.pairs)


def read_dictionary(path):
    """Read a dictionary: a word and a translation a line, or FreeDict's files.

    A line has two words with blanks between, as in the files of MUSE. Where that is not so of all
    lines, fields are separated by tabs, semicolons or commas: by the first of these that stands in
    half of the lines. Then they may have blanks; only the first two are read. A line that begins
    with # and has not two fields is a comment.

    Parameters
    ----------
    path : str or Path   plain or compressed, ``-`` is standard input; or the ``.index`` or
                         ``.dict.dz`` of a dictionary of dictd

    Returns
    -------
    Dictionary

    Raises
    ------
    InputError   if it cannot be read, a line has not two words, or there are none
    """
    name = display_name(path)
    found = read_dictd(path) if is_dictd(path) else _lines_as_pairs(lines_of(path), name)
    pairs = list(dict.fromkeys(found))
    if not pairs:
        raise InputError(
            f"{name}: holds no pairs of words; give a dictionary, a word and a translation a line"
        )
    return Dictionary(str(path), pairs)


def _lines_as_pairs(lines, name):
    mark = _mark_of([line for _, line in lines])
    pairs = []
    for number, line in lines:
        fields = [" ".join(field.split()) for field in line.split(mark)] if mark else line.split()
        if line.startswith(COMMENT) and len(fields) != 2:
            continue
        if len(fields) < 2 or (mark is None and len(fields) > 2) or not all(fields[:2]):
            raise InputError(
                f"{name}:{number}: is not a word and its translation: {line[:60]!r}; where words "
                "have blanks, a tab must stand between the two"
            )
        pairs.append((fields[0], fields[1]))
    return pairs


def _mark_of(lines):
    """The mark between the two words of a line; None for blanks."""
    told = [line for line in lines if not line.startswith(COMMENT)]
    if all(len(line.split()) == 2 for line in told):
        return None
    marks = (mark for mark in MARKS if 2 * sum(mark in line for line in told) >= len(told))
    return next(marks, None)
