"""Tables as text: what separates their columns, and what their first line is.

Nothing is decided by one line. A mark separates the columns if that makes a table of all lines,
one that has a column of numbers.
"""

import csv
import re
from collections import Counter
from dataclasses import dataclass

from ..errors import InputError
from ..files.paths import display_name
from .cells import is_missing, is_number, mostly_numbers
from .columnnames import duo, is_mean, is_score, name_words
from .textlines import BLANKS, lines_of

COMMENTS = ("#", "%")
MARKS = "\t;,|:"
"""Separators of columns, in the order in which they are tried; white space comes last."""
ARROW = re.compile(r"\s*(?:<?[-=]+>|[→↔⇒⟶])\s*")
WORDS = re.compile(r"""("(?:[^"]|"")*"|'[^']*'|“[^”]*”|«[^»]*»)(?![^ \t\f\v])|([^ \t\f\v]+)""")
QUOTES = {('"', '"'), ("'", "'"), ("“", "”"), ("«", "»")}
SPACED_NAMES = re.compile(r"(word|term).?1 .*\1.?2 ", re.IGNORECASE)
"""A header whose names have blanks, above columns between blanks."""
WIDE_BLANKS = re.compile(r"[ \t]{2,}")
LEAST_COLUMNS = 3
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")


@dataclass(frozen=True)
class Table:
    """The cells of a text file.

    Attributes
    ----------
    name : str                      of the file, for messages
    names : list of str or None     of the columns, from the header; None without one
    rows : list of list of str      below the header
    numbers : list of int, as many  of the lines
    n_columns : int                 that lines have
    by_blanks : bool                columns are what white space separates
    """

    name: str
    names: list | None
    rows: list
    numbers: list
    n_columns: int
    by_blanks: bool

    def column(self, number):
        """The cells of a column, empty where a line is shorter."""
        return [row[number] if number < len(row) else "" for row in self.rows]

    def place(self, row):
        """Where a row is, for messages."""
        return f"{self.name}:{self.numbers[row]}"


def read_table(path):
    """Read a table: of lines that have cells, and do not begin with ``#`` or ``%``.

    A comment right above the first line that has as many columns as the table is its header.

    Parameters
    ----------
    path : str or Path   plain or compressed; ``-`` is standard input

    Returns
    -------
    Table   without rows if there are none

    Raises
    ------
    InputError   if it cannot be read, or quotes of a line do not match
    """
    name = display_name(path)
    lines = lines_of(path)
    comments = [line for _, line in lines if line.startswith(COMMENTS)]
    above = comments[-1] if comments and not lines[0][1][:1].isalnum() else None
    lines = [(number, line) for number, line in lines if not _is_nothing(line)]
    if not lines:
        return Table(name, None, [], [], 0, False)
    texts = [line for _, line in lines]
    mark, rows = _split(texts)
    numbers = [number for number, _ in lines]
    _check_quotes(mark, _without_arrows(texts, mark or " "), rows, numbers, name)
    names, start = _names(rows, _names_above(above, mark, rows))
    rows, numbers = rows[start:], numbers[start:]
    n_columns = max(_usual_length(rows), len(names or ()))
    if names is not None:
        names = _fitted(names, rows, n_columns)
    return Table(name, names, rows, numbers, n_columns, mark is None)


def _is_nothing(line):
    """Whether a line is a comment, or one of those that spreadsheets add: ``;;;``, ``sep=;``."""
    is_mark = line[:4].lower() == "sep=" and len(line) == 5
    return line.startswith(COMMENTS) or is_mark or not line.strip(BLANKS + MARKS)


def _split(lines):
    """(the mark, or None for white space; rows) of what makes a table of the lines.

    A row is None if its quotes do not match.
    """
    for mark in _marks_of(lines):
        if sum(mark in line for line in lines) * 2 >= len(lines):
            rows = [_cells(line, mark) for line in _without_arrows(lines, mark)]
            if _is_table(rows):
                return mark, rows
    rows = [_cells(line, None) for line in _without_arrows(lines, " ")]
    wide = [WIDE_BLANKS.split(line) for line in lines]
    if not _is_even(rows) and _is_even(wide) and _is_table(wide):
        return None, wide
    if _is_table(rows):
        return None, rows
    return _for_the_message(lines, rows)


def _marks_of(lines):
    """The separators to try: none is a comma that stands between digits only, beside blanks."""
    has_blanks = all(len(line.split()) >= LEAST_COLUMNS for line in lines)
    is_other = any(mark in lines[-1] for mark in "\t;|")
    if (has_blanks or is_other) and not any("," in DECIMAL_COMMA.sub("", line) for line in lines):
        return MARKS.replace(",", "")
    return MARKS


def _without_arrows(lines, mark):
    """Lines with a mark in the place of an arrow between words, if all but the first have one."""
    if all(map(ARROW.search, lines[1:] or lines)):
        return [ARROW.sub(mark, line, count=1) for line in lines]
    return lines


def _for_the_message(lines, rows):
    """What is no table is shown by the first separator that is there."""
    mark = next((mark for mark in MARKS if mark in lines[0]), None)
    if mark is None or mark == ":":
        return None, rows
    return mark, [_cells(line, mark) for line in _without_arrows(lines, mark)]


def _cells(line, mark):
    """The cells of a line; None if its quotes do not match."""
    if mark is None:
        return [_bare(quoted or word) for quoted, word in WORDS.findall(line)]
    try:
        cells = _unquoted(line, mark)
    except csv.Error:
        # In tables with tabs a quote often is just a quote.
        cells = line.split(mark) if mark == "\t" else None
    return cells and [_bare(cell.strip(BLANKS)) for cell in cells]


def _bare(cell):
    """A cell without the quotes around it."""
    if len(cell) > 1 and (cell[0], cell[-1]) in QUOTES:
        return cell[1:-1].replace('""', '"').strip(BLANKS)
    return cell


def _unquoted(line, mark):
    [cells] = csv.reader([line], delimiter=mark, skipinitialspace=mark != "\t", strict=True)
    return cells


def _check_quotes(mark, lines, rows, numbers, name):
    for number, line, row in zip(numbers, lines, rows, strict=True):
        if row is None:
            try:
                _unquoted(line, mark)
            except csv.Error as error:
                raise InputError(
                    f"{name}:{number}: cannot be split into columns: {error}; correct its quotes"
                ) from error


def _is_table(rows):
    """Whether most rows have as many columns, three at least, and one of these has numbers."""
    rows = [row for row in rows if row is not None]
    length = _usual_length(rows)
    alike = [row for row in rows if len(row) == length]
    if length < LEAST_COLUMNS or 2 * len(alike) < len(rows):
        return False
    return any(map(mostly_numbers, zip(*alike, strict=True)))


def _is_even(rows):
    return len(set(map(len, rows))) == 1


def _usual_length(rows):
    """The number of columns that most rows have; of numbers as frequent, the largest."""
    counts = Counter(len(row) for row in rows if row is not None)
    return max(counts, key=lambda length: (counts[length], length), default=0)


def _names(rows, above):
    """(names of the columns or None, number of rows that they take)."""
    header = _header(rows)
    if header is None:
        spaced = len(rows[0]) > _usual_length(rows[1:]) > 0 and SPACED_NAMES.match(
            " ".join(rows[0])
        )
        return above, 1 if spaced else 0
    return None if _only_count(header) else header, 1


def _only_count(names):
    """Whether names are those that pandas and R give where there are none: 0, 1, 2; V1, V2, V3."""
    found = [
        re.fullmatch(r"(v|x|col|column)?[ _]?(\d{1,4})", name.lower()) for name in names if name
    ]
    if None in found or len({match[1] for match in found}) > 1:
        return False
    numbers = [int(match[2]) for match in found]
    return numbers[:1] in ([0], [1]) and numbers == list(
        range(numbers[0], numbers[0] + len(numbers))
    )


def _header(rows):
    """The cells of the first row if it is a header, else None."""
    first, rest = rows[0], rows[1:]
    if name_words(first) or (_only_count(first) and len(first) > 2 and _has_words(rest)):
        return first
    has_numbers = any(map(is_number, first[2:]))
    if not rest:
        return None if has_numbers or len(first) < LEAST_COLUMNS else first
    if has_numbers and len(first) != _usual_length(rest):
        return None
    if _number_raters(first, 2 if duo(first) else 4, {0, 1}):
        return first
    numeric = {
        number: cell
        for number, cell in enumerate(first)
        if mostly_numbers([row[number] for row in rest if number < len(row)])
    }
    # What stands before the words may number the lines.
    numeric = [cell for number, cell in numeric.items() if number > 1] or [*numeric.values()]
    names = [cell for cell in numeric if not (is_number(cell) or is_missing(cell))]
    return first if names and (names[0] == numeric[0] or _number_raters(numeric, 2)) else None


def _has_words(rows):
    """Whether two columns are no numbers."""
    columns = zip(*(row for row in rows if len(row) == _usual_length(rows)), strict=True)
    return sum(not mostly_numbers(column) for column in columns) > 1


def _number_raters(cells, least, starts=None):
    """Whether there are so many whole numbers among cells, each one more than that before."""
    found = [int(cell) for cell in cells if re.fullmatch(r"\d{1,4}", cell)]
    if len(found) < least or len(found) < sum(map(is_number, cells)):
        return False
    counted = list(range(found[0], found[0] + len(found)))
    return found == counted and (starts is None or found[0] in starts)


def _names_above(comment, mark, rows):
    """The cells of a comment if it is a header, else None."""
    if comment is None:
        return None
    cells = _cells(comment.lstrip("#% "), mark) or []
    if len(cells) == _usual_length(rows) - 1:
        cells = ["#", *cells]
    has_names = (
        name_words(cells) or duo(cells) or (mark and any(is_mean(c) or is_score(c) for c in cells))
    )
    fits = len(cells) == _usual_length(rows) and not any(map(is_number, cells[:LEAST_COLUMNS]))
    return cells if fits and has_names else None


def _fitted(names, rows, n_columns):
    """As many names as columns: what R writes has none for the column of row names."""
    lacking = n_columns - len(names)
    if lacking == 1 and all(is_number(row[0]) for row in rows):
        return ["", *names]
    return [*names, *[""] * lacking]
