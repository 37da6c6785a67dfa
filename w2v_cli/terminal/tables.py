"""Results as lines: columns that stand in line, and rows with tabs between."""

from ..wording.plaintext import one_field, printable

NOTHING = "-"
"""Stands for a number that is not defined."""


def aligned_lines(rows):
    """Lines of a table whose first column is left-aligned and the others right-aligned.

    Parameters
    ----------
    rows : list of lists of str, all of one length
    """
    rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells]).rstrip()


def tsv_line(fields):
    """Fields, of which those that are None become ``-``, with tabs between."""
    return "\t".join(NOTHING if field is None else one_field(str(field)) for field in fields)


def formatted(number, form):
    """A number in a format, such as ``.2%``; ``-`` for None."""
    return NOTHING if number is None else format(number, form)


def formatted_interval(ends, form):
    """Both ends of an interval in a format; ``-`` for None."""
    return NOTHING if ends is None else f"{ends[0]:{form}} to {ends[1]:{form}}"
