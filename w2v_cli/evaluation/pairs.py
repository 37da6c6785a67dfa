"""Files of word pairs that people scored for similarity, in the layouts such files come in."""

import csv
import math
from dataclasses import dataclass

from ..errors import InputError
from ..files.inputs import open_input
from ..files.paths import display_name
from .textlines import decode, lines_with_places

COMMENT = b"#"
SHOWN_LENGTH = 60


@dataclass(frozen=True)
class PairFile:
    """Pairs of words and the scores that people gave them.

    Attributes
    ----------
    name : str                           the path of the file
    pairs : list of (str, str)
    scores : list of float, as many      on any scale, all finite
    """

    name: str
    pairs: list
    scores: list


def read_pairs(path):
    """Read pairs of words, one a line: two words, and a score in one of the columns after them.

    Columns are separated by tabs, else by semicolons, else by commas, else by white space: by what
    is found first, in this order, in the first line. With semicolons and commas, fields may stand
    in double quotes. The score is the first column after the two words that is a number in the
    first line that has one; a first line without one is a header. Lines that begin with ``#``, and
    blank ones, are nothing.

    Parameters
    ----------
    path : str or Path   plain or compressed; ``-`` is standard input

    Returns
    -------
    PairFile

    Raises
    ------
    InputError   if it cannot be read, a line has no two words or no score, or there is no pair
    """
    name = display_name(path)
    layout = None
    pairs, scores = [], []
    with open_input(path) as stream:
        lines = (line for line in lines_with_places(stream, name) if line[1][:1] != COMMENT)
        for number, (where, line) in enumerate(lines):
            text = decode(line, where)
            layout = layout or _Layout(text)
            fields = layout.fields(text, where)
            if layout.column is None:
                layout.find_column(fields)
                if layout.column is None and number == 0 and len(fields) > 2:
                    continue
            pair, score = layout.entry(fields, where)
            pairs.append(pair)
            scores.append(score)
    if not pairs:
        raise InputError(
            f"{name}: holds no pairs, lines of two words and a score; name a file that does"
        )
    return PairFile(str(path), pairs, scores)


class _Layout:
    """How the lines of a file are to be taken apart."""

    def __init__(self, first_line):
        self.delimiter = next((mark for mark in "\t;," if mark in first_line), None)
        self.column = None

    def fields(self, line, where):
        if self.delimiter not in (";", ","):
            return [field.strip() for field in line.split(self.delimiter)]
        try:
            [fields] = csv.reader([line], delimiter=self.delimiter, skipinitialspace=True)
        except csv.Error as error:
            raise InputError(f"{where}: cannot be split into columns: {error}") from error
        return [field.strip() for field in fields]

    def find_column(self, fields):
        numbers = [i for i, field in enumerate(fields) if i > 1 and _number(field) is not None]
        self.column = numbers[0] if numbers else None

    def entry(self, fields, where):
        """((word, word), score) of the fields of a line."""
        if len(fields) < 3 or not fields[0] or not fields[1]:
            shown = " ".join(fields)[:SHOWN_LENGTH]
            raise InputError(
                f"{where}: expected two words and a score, not {shown!r}; correct the line"
            )
        if self.column is None:
            shown = " ".join(fields[2:])[:SHOWN_LENGTH]
            raise InputError(
                f"{where}: there is no score after the two words, but {shown!r}; correct the line"
            )
        field = fields[self.column] if self.column < len(fields) else ""
        score = _number(field)
        if score is None:
            raise InputError(
                f"{where}: the score, in column {self.column + 1}, is {field[:SHOWN_LENGTH]!r}, "
                "and must be a number"
            )
        return (fields[0], fields[1]), score


def _number(field):
    """The finite number that a field is, or None."""
    try:
        number = float(field)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
