"""Which columns of a table hold the two words and the score: by their names and all their cells.

Where that is not certain it is an error, with the columns that may be meant: a wrong column gives a
score like any other.
"""

import csv
import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..errors import ConfigError, InputError, field
from .cells import is_missing, mostly_numbers, numbers_of
from .columnnames import (
    duo,
    is_mean,
    is_no_word,
    is_other_number,
    is_row_number,
    is_score,
    rater_groups,
    twins,
)
from .correlation import spearman

TAGS = {"noun", "verb", "adjective", "adverb", "adj", "adv", "nn", "vb", "jj", "rb"}
LEAST_TEXT = 4
"""Words in a cell, in the middle of a column, that make it a sentence and no word."""
MOST_CATEGORIES, LEAST_REPEATED = 6, 3
"""A column of so few values, each there so often, names a relation or the like."""
MEAN_TOLERANCE = 0.02
"""A mean is rounded, and may leave out raters."""
FEW, MANY = 3, 8
"""Rows in which numbers may be alike by chance, and in which their order is not."""
WHOLE_TOLERANCE = 0.0051
"""Means have two digits and more."""
YEARS = 1800, 2100
LEAST_COUNT = 20
"""Times the largest score, from which on whole numbers count something."""
SMALLEST_DEVIATION, LARGEST_DEVIATION = 0.05, 0.5
"""Parts of the largest score which the largest standard deviation may have."""
SHOWN_LENGTH = 60
SHOWN_NAME = 40


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    number : int        from 0
    name : str          from the header; empty without one
    cells : list of str
    """

    number: int
    name: str
    cells: list

    def shown(self):
        """Its number from 1 and its name, as messages have them."""
        return f"{self.number + 1} ({self.name})" if self.name else str(self.number + 1)

    @cached_property
    def is_numeric(self):
        """Whether it holds numbers, mostly."""
        return mostly_numbers(self.cells)

    @cached_property
    def numbers(self):
        """list of float or None."""
        return numbers_of(self.cells)

    @cached_property
    def is_empty(self):
        """Whether there is nothing in it."""
        return all(map(is_missing, self.cells))

    @cached_property
    def has_gaps(self):
        """Whether some cells have nothing at all."""
        return "" in self.cells

    @cached_property
    def counts_up(self):
        """Whether each number in it is one more than that before, maybe behind the same letters."""
        found = [re.fullmatch(r"(\D*)(\d{1,9})(?:\.0*)?", cell) for cell in self.cells]
        if len(found) < 2 or None in found or len({match[1] for match in found}) > 1:
            return False
        numbers = [int(match[2]) for match in found]
        return numbers == list(range(numbers[0], numbers[0] + len(numbers)))

    @cached_property
    def is_one_letter(self):
        """Whether it is the same letter of an alphabet in all lines."""
        return len(set(self.cells)) == 1 and self.has_letters

    @cached_property
    def has_letters(self):
        """Whether all cells are one letter of an alphabet, or a sign."""
        return all(
            len(cell) == 1 and (cell.lower() != cell.upper() or not cell.isalnum())
            for cell in self.cells
        )

    @cached_property
    def has_tags(self):
        """Whether it holds letters, signs or parts of speech, and nothing else."""
        return self.has_letters or all(cell.lower() in TAGS for cell in self.cells)

    @cached_property
    def has_sentences(self):
        """Whether cells are long texts, mostly."""
        lengths = sorted(len(cell.split()) for cell in self.cells)
        return lengths[len(lengths) // 2] >= LEAST_TEXT

    @cached_property
    def has_categories(self):
        """Whether it holds few values, each of them often."""
        n_values = len(set(self.cells))
        return n_values <= MOST_CATEGORIES and LEAST_REPEATED * n_values <= len(self.cells)


@dataclass(frozen=True)
class Choice:
    """The columns that were taken.

    Attributes
    ----------
    words : list of two Column
    score : list of Column       one, or those of raters whose mean is the score
    n_columns : int              of the table
    """

    words: list
    score: list
    n_columns: int

    def told(self):
        """What is taken for what, in a line for the user."""
        words = " and ".join(column.shown() for column in self.words)
        return f"words from columns {words}, score from {self._score_told()} of {self.n_columns}"

    def _score_told(self):
        shown = [column.shown() for column in self.score]
        if len(shown) == 1:
            return f"column {shown[0]}"
        return f"the mean of {len(shown)} columns, {shown[0]} to {shown[-1]},"

    def as_dict(self):
        """``word_columns`` and ``score_column``: names, or numbers from 1 where there are none."""
        names = [column.name or column.number + 1 for column in self.words]
        score = [column.name or column.number + 1 for column in self.score]
        told = score[0] if len(score) == 1 else f"mean of {', '.join(map(str, score))}"
        return {"word_columns": names, "score_column": told}


def choose_columns(table, word_columns=None, score_column=None):
    """The columns of the words and of the score.

    Parameters
    ----------
    table : Table                  with rows
    word_columns : str, list or None        names or numbers of two columns, a comma between them
    score_column : str, int, list or None   name or number of one, or of several, whose mean is the
                                            score

    Returns
    -------
    Choice

    Raises
    ------
    ConfigError   if there are no such columns
    InputError    if it is not certain which columns are meant
    """
    names = table.names or [""] * table.n_columns
    columns = [Column(i, names[i], table.column(i)) for i in range(table.n_columns)]
    finder = _Finder(table, columns)
    if word_columns is None:
        words = finder.words()
    else:
        words = finder.named("word_columns", word_columns)
        if len(words) != 2:
            raise ConfigError(f"{field('word_columns', word_columns)} must name two columns")
    if score_column is None:
        return Choice(words, finder.score(words), len(columns))
    return Choice(words, finder.named("score_column", score_column), len(columns))


class _Finder:
    """Finds columns of one table."""

    def __init__(self, table, columns):
        self._table, self._columns = table, columns
        self._has_names = table.names is not None

    def named(self, option, value):
        """The columns that an option names."""
        found = [self._column(part) for part in self._named_parts(option, value)]
        if None in found or not found:
            raise ConfigError(
                f"{field(option, value)}: {self._table.name} has no such column; there are "
                f"{_listed(self._columns)}"
            )
        return found

    def _named_parts(self, option, value):
        """Names and numbers, as text, of one column or several."""
        if isinstance(value, str):
            if self._column(value) is not None:
                return [value]
            rows = csv.reader(value.splitlines(), skipinitialspace=True)
            return [part.strip() for row in rows for part in row]
        parts = value if isinstance(value, list | tuple) else [value]
        if any(isinstance(part, bool) or not isinstance(part, str | int) for part in parts):
            raise ConfigError(
                f"{field(option, value)} must be the name of a column, its number from 1, or a "
                "list of them"
            )
        return [str(part) for part in parts]

    def _column(self, text):
        """A column by its name, whatever its case, or by its number; a name comes first."""
        for same in (str, str.casefold):
            for column in self._columns:
                if column.name and same(column.name) == same(text):
                    return column
        number = int(text) if re.fullmatch(r"\d{1,9}", text) else 0
        return self._columns[number - 1] if 1 <= number <= len(self._columns) else None

    def words(self):
        """The two columns of words."""
        found = self._words_by_name() or self._words_by_cells()
        for column, other in (found, found[::-1]):
            if column.counts_up and not other.counts_up:
                raise self._uncertain_words(f"column {column.shown()} counts up and is no word")
            if column.is_one_letter and not other.has_letters:
                raise self._uncertain_words(
                    f"column {column.shown()} holds the letter {column.cells[0]!r} throughout and "
                    "is no word"
                )
        return found

    def _words_by_name(self):
        if not self._has_names:
            return None
        pairs = [
            [self._columns[number] for number in pair]
            for pair in twins([column.name for column in self._columns]).values()
        ]
        pairs = [
            pair
            for pair in pairs
            if not any(is_no_word(column.name) or column.is_empty for column in pair)
            and not all(column.is_numeric for column in pair)
        ]
        if len(pairs) > 1:
            shown = ", ".join(" and ".join(column.shown() for column in pair) for pair in pairs)
            raise self._uncertain_words(f"columns {shown} may all hold the words")
        return pairs[0] if pairs else self._duo_by_name()

    def _duo_by_name(self):
        found = [self._columns[number] for number in duo([c.name for c in self._columns])]
        if all(column.is_numeric for column in found) or any(c.is_empty for c in found):
            return None
        return found

    def _words_by_cells(self):
        texts = [
            column
            for column in self._columns
            if not (column.is_numeric or column.is_empty or is_no_word(column.name))
        ]
        for kind in ("has_gaps", "counts_up", "has_tags", "has_sentences", "has_categories"):
            others = [column for column in texts if not getattr(column, kind)]
            if len(texts) > 2 and len(others) > 1:
                texts = others
        if len(texts) > 2:
            texts = self._before_numbers(texts)
        if len(texts) == 2:
            return texts
        if len(texts) > 2 and not any(column.is_numeric for column in self._columns):
            raise self._no_score(texts[:2], [])
        if len(texts) > 2:
            raise self._uncertain_words(f"columns {_listed(texts)} may all hold the words")
        return self._first_two(texts)

    def _before_numbers(self, texts):
        """Of columns of text, those that stand together before the first number behind them."""
        behind = [c.number for c in self._columns if c.is_numeric and c.number > texts[0].number]
        first = [column for column in texts if not behind or column.number < behind[0]]
        return first if len(first) > 1 else texts

    def _first_two(self, texts):
        """Words may be numbers, such as years, where there is nothing else that they could be."""
        if len(self._columns) < 3 or any(column.is_empty for column in self._columns[:2]):
            raise no_pair(self._table, 0)
        others = [column for column in self._columns[2:] if column.is_numeric]
        is_named_otherwise = any(is_other_number(column.name) for column in self._columns[:2])
        is_one = texts and not (self._columns[0].counts_up or self._columns[1].is_numeric)
        if len(others) > 1 or is_one or is_named_otherwise:
            raise self._uncertain_words("there are no two columns of words")
        return self._columns[:2]

    def _uncertain_words(self, why):
        return InputError(
            f"{self._table.name}: {why}; name the columns of the words with "
            f"{field('word_columns')}, such as {field('word_columns', '1,2')}: there are "
            f"{_listed(self._columns)}"
        )

    def score(self, words):
        """The column of the score, or those of the raters."""
        numeric = [column for column in self._columns if column.is_numeric and column not in words]
        first = words[0].number
        found = [
            column
            for column in numeric
            if not (self._has_names and self._numbers_lines(column, first))
            and not (column.counts_up and column.number < first and _is_long(column))
        ]
        if not found:
            raise self._no_score(words, numeric)
        if self._has_names:
            return self._score_by_name(found)
        return self._score_by_cells(found, max(word.number for word in words))

    def _numbers_lines(self, column, first_word):
        """Whether its name says so; before the words none does, too."""
        return is_row_number(column.name) and (column.name or column.number < first_word)

    def _score_by_name(self, columns):
        found = [column for column in columns if not is_other_number(column.name)] or columns
        groups = rater_groups([column.name for column in found])
        raters = {number for group in groups for number in group}
        for is_meant in (is_mean, is_score):
            meant = [
                column
                for number, column in enumerate(found)
                if is_meant(column.name) and (is_meant is is_mean or number not in raters)
            ]
            if meant:
                return [self._only(meant)]
        if len(groups) == 1:
            return self._of_raters([found[number] for number in groups[0]], found)
        return [self._only(found)]

    def _of_raters(self, raters, columns):
        """The raters, or their mean if one of the columns beside them is that."""
        others = [column for column in columns if column not in raters]
        means = [column for column in others if _is_mean_of(column, raters)]
        if others and not means:
            raise self._uncertain_score(columns)
        return means[:1] or raters

    def _only(self, columns):
        """The first of columns that all rank the pairs alike; else it is not certain."""
        if all(_ranks_alike(columns[0], other) for other in columns[1:]):
            return columns[0]
        raise self._uncertain_score(columns)

    def _score_by_cells(self, columns, last_word):
        """One column, or the mean of others, or the first if those behind it are plainly no scores.

        Where a column stands tells nothing of two raters, of similarity and relatedness.
        """
        behind = [column for column in columns if column.number > last_word]
        for column in (behind or columns)[:1] + behind[-1:]:
            if _is_mean_of(column, [other for other in columns if other is not column]):
                return [column]
        first, others = columns[0], columns[1:]
        is_usual = len(columns) == len(behind) and len(first.cells) > FEW
        if not others or (is_usual and _are_beside(first, others)):
            return [first]
        raise self._uncertain_score(columns)

    def _uncertain_score(self, columns):
        some = f"{columns[0].number + 1},{columns[1].number + 1}"
        return InputError(
            f"{self._table.name}: columns {_listed(columns)} may all hold the score; name it with "
            f"{field('score_column')}; {field('score_column', some)} takes the mean of these two"
        )

    def _no_score(self, words, numeric):
        if numeric:
            return InputError(
                f"{self._table.name}: there is no score: column {numeric[0].shown()} numbers the "
                f"lines; if that is the score, name it with {field('score_column')}"
            )
        if len(self._columns) < 3:
            return no_pair(self._table, 0)
        others = [column for column in self._columns if column not in words]
        shown = " ".join(column.cells[0] for column in others)[:SHOWN_LENGTH]
        return InputError(
            f"{self._table.place(0)}: there is no score after the two words, but {shown!r}; "
            "correct the line"
        )


def no_pair(table, row):
    """An error for a line that has no two words and a score."""
    shown = " ".join(table.rows[row])[:SHOWN_LENGTH]
    return InputError(
        f"{table.place(row)}: expected two words and a score, not {shown!r}; correct the line; "
        "scores in a file of their own are put beside the words with paste WORDS SCORES"
    )


def _is_long(column):
    """Whether a column does not count up by chance: few lines do where a name says otherwise."""
    return not column.name or len(column.cells) > FEW


def _listed(columns):
    shown = [column.shown()[:SHOWN_NAME] for column in columns]
    return ", ".join(shown if len(shown) < 8 else [*shown[:6], "...", shown[-1]])


def _values(column):
    return np.array([np.nan if number is None else number for number in column.numbers])


def _ranks_alike(column, other):
    values, others = _values(column), _values(other)
    both = ~(np.isnan(values) | np.isnan(others))
    correlation = spearman(values[both], others[both])
    return correlation is not None and correlation > 1 - 1e-9


def _is_mean_of(column, others):
    """Whether a column is the mean of others, nearly and mostly; if of whole numbers, exactly."""
    if len(others) < 2:
        return False
    values = _values(column)
    rated = np.array([_values(other) for other in others])
    n_rated = (~np.isnan(rated)).sum(axis=0)
    means = np.where(n_rated > 0, np.nansum(rated, axis=0) / np.maximum(n_rated, 1), np.nan)
    there = ~(np.isnan(values) | np.isnan(means))
    off = np.abs(values - means)[there]
    if not off.size:
        return False
    if len(values) <= MANY or _is_whole(values):
        return bool(off.max() < WHOLE_TOLERANCE)
    scale = np.nanmax(rated) - np.nanmin(rated)
    return bool(np.sum(off <= MEAN_TOLERANCE * scale) > 0.5 * len(values))


def _is_whole(values):
    return bool(np.all(values[~np.isnan(values)] % 1 == 0))


def _are_beside(first, others):
    """Whether columns behind the score are plainly other numbers than scores.

    These are one number throughout, years, counts, the score on another scale, and one deviation.
    """
    scores = _values(first)
    if len(np.unique(scores[~np.isnan(scores)])) < 2:
        return False
    unknown = [other for other in others if not _is_other_number(first, other)]
    return not unknown or (len(unknown) == 1 and _is_deviation(_values(unknown[0]), scores))


def _is_other_number(first, other):
    values, scores = _values(other), _values(first)
    values = values[~np.isnan(values)]
    if values.min() == values.max():
        return True
    if len(values) > MANY and _ranks_alike(first, other):
        return True
    if not _is_whole(values):
        return False
    is_year = values.min() >= YEARS[0] and values.max() <= YEARS[1]
    return is_year or np.median(np.abs(values)) >= LEAST_COUNT * np.nanmax(np.abs(scores))


def _is_deviation(values, scores):
    """Whether numbers may be the standard deviations of scores, which are means then."""
    top = np.nanmax(np.abs(scores))
    largest = np.nanmax(values)
    is_of_scale = SMALLEST_DEVIATION * top <= largest <= LARGEST_DEVIATION * top
    return bool(is_of_scale and np.nanmin(values) >= 0 and not _is_whole(scores))
