"""Files of word pairs that people scored for similarity, in the layouts such files come in."""

import re
from dataclasses import dataclass, field, replace
from math import fsum

from ..embeddings.joined import marked
from ..errors import InputError
from .cells import is_missing, is_number
from .columns import SHOWN_LENGTH, Choice, choose_columns, no_pair
from .tables import read_table

TAGGED = re.compile(r"(.+)(?:[-_/#][a-z]|[_/][A-Z]{1,4})")
"""A word with its part of speech: ``sun-n``, ``run_VB``."""


@dataclass(frozen=True)
class PairFile:
    """Pairs of words and the scores that people gave them.

    Attributes
    ----------
    name : str                           the path of the file
    pairs : list of (str, str)
    scores : list of float, as many      on any scale, all finite
    columns : Choice or None             where in the file they stood
    unscored : list of str               places of pairs without a score, which are left out
    """

    name: str
    pairs: list
    scores: list
    columns: Choice | None = field(default=None, compare=False)
    unscored: list = field(default_factory=list, compare=False)

    @property
    def is_tagged(self):
        """Whether each word has its part of speech behind it, such as ``sun-n``."""
        return all(TAGGED.fullmatch(word) for pair in self.pairs for word in pair)

    def of_spaces(self, first, second):
        """The same with the name of a space before each word: see `embeddings.joined`."""
        pairs = [(marked(first, one), marked(second, other)) for one, other in self.pairs]
        return replace(self, pairs=pairs)

    def without_tag(self, word):
        """A word of such a file without its part of speech."""
        return TAGGED.fullmatch(word)[1]

    def told(self):
        """What of the file was taken for what, in a line for the user."""
        tags = "; tags such as -n count only where the vectors have them" if self.is_tagged else ""
        return f"{self.name}: {self.columns.told()}{tags}"

    def warnings(self):
        """What the user must know, a message each."""
        if self.unscored:
            yield (
                f"{self.unscored[0]}: there is no number in the column of the score; "
                f"{len(self.unscored)} such pairs of {len(self.unscored) + len(self.pairs)} are "
                "left out"
            )


def read_pairs(path, word_columns=None, score_column=None):
    """Read pairs of words, one a line, with a score, from a table of any layout.

    Columns are separated by tabs, semicolons, commas, bars, colons or white space: by the first of
    these that makes a table of the lines. Fields may stand in double quotes. The first line is a
    header if it names words, or has no number where those below have one. Words and score are
    found by names (``word1``, ``Human (mean)``), and else by what the columns hold; the mean of
    the raters is the score where there is none. A score that is missing (NA) leaves its pair out.
    Lines that begin with ``#`` or ``%``, and blank ones, are nothing.

    Parameters
    ----------
    path : str or Path           plain or compressed; ``-`` is standard input
    word_columns : str, list or None   names or numbers from 1 of the columns of the words, such as
                                 ``1,3``; None to find them
    score_column : str, int, list or None   likewise of the score; of several the mean is taken

    Returns
    -------
    PairFile

    Raises
    ------
    ConfigError  if there is no such column
    InputError   if it cannot be read, it is not certain which columns are meant, a line has no
                 two words or its score is no number, or there is no pair
    """
    table = read_table(path)
    if not table.rows:
        raise _nothing(table)
    _check_lengths(table)
    choice = choose_columns(table, word_columns, score_column)
    pairs, scores, unscored = [], [], []
    for number in range(len(table.rows)):
        pair = tuple(column.cells[number] for column in choice.words)
        if not all(pair):
            raise no_pair(table, number)
        score = _score(table, choice.score, number)
        if score is None:
            unscored.append(table.place(number))
        else:
            pairs.append(pair)
            scores.append(score)
    if not pairs:
        raise _nothing(table)
    return PairFile(str(path), pairs, scores, choice, unscored)


def _nothing(table):
    return InputError(
        f"{table.name}: holds no pairs, lines of two words and a score; name a file that does"
    )


def _score(table, columns, row):
    """The number in the column of the score, or the mean of those in several; None if missing."""
    there = []
    for column in columns:
        number, cell = column.numbers[row], column.cells[row]
        if number is not None:
            there.append(number)
        elif not is_missing(cell):
            raise InputError(
                f"{table.place(row)}: the score, in column {column.number + 1}, is "
                f"{cell[:SHOWN_LENGTH]!r}, and must be a number"
            )
    return fsum(there) / len(there) if there else None


def _check_lengths(table):
    """Refuse lines in which another number may stand where the score should."""
    numeric = [any(map(is_number, table.column(i))) for i in range(table.n_columns)]
    for number, row in enumerate(table.rows):
        length = len(row)
        while length > table.n_columns and is_missing(row[length - 1]):
            length -= 1
        if length < min(3, table.n_columns) or table.n_columns < 3:
            raise no_pair(table, number)
        lacks_number = any(numeric[length:])
        has_number = any(map(is_number, row[table.n_columns : length]))
        if lacks_number or has_number or (table.by_blanks and length != table.n_columns):
            raise InputError(
                f"{table.place(number)}: has {length} columns, and most lines have "
                f"{table.n_columns}: a word or a number is missing, or one too many; correct the "
                "line"
            )
