"""What a cell of a table holds: a number, nothing, or something else."""

import re

MISSING = {"", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "?", "."}
"""What spreadsheets, pandas, R and people write where there is no number; in small letters."""
WITH_POINT = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?", re.ASCII | re.IGNORECASE)
WITH_COMMA = re.compile(r"[-+]?\d*,\d+(?:e[-+]?\d+)?", re.ASCII | re.IGNORECASE)
LARGEST = 1e300
"""Sums of larger numbers, and numbers of very many digits, become infinite."""
MINUS = "\u2212"


def is_missing(cell):
    """Whether a cell says that there is nothing."""
    return cell.lower() in MISSING


def is_number(cell):
    """Whether a cell is a finite number, with a decimal point or a decimal comma."""
    return _with_point(cell, has_commas=True) is not None


def mostly_numbers(cells):
    """Whether at least half of the cells that are not missing are numbers."""
    there = [cell for cell in cells if not is_missing(cell)]
    return bool(there) and 2 * sum(map(is_number, there)) >= len(there)


def numbers_of(cells):
    """The number in each cell of a column; None where there is none.

    A comma is a decimal one unless the column has numbers with points too: then it may mean
    thousands, and such a cell is no number.
    """
    has_points = any("." in cell and _with_point(cell, has_commas=False) for cell in cells)
    numbers = [_with_point(cell, has_commas=not has_points) for cell in cells]
    return [None if number is None else float(number) for number in numbers]


def _with_point(cell, has_commas):
    """A number as Python reads it, or None."""
    cell = cell.replace(MINUS, "-")
    if has_commas and WITH_COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
    return cell if WITH_POINT.fullmatch(cell) and abs(float(cell)) <= LARGEST else None
