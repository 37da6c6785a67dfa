"""Results as lines: columns that stand in line, rows with tabs between, and JSON."""

from ..wording.plaintext import one_field, printable

NOTHING = "-"
"""Stands for a number that is not defined."""


def aligned_lines(rows, align="<>", least=()):
    """Lines of a table whose columns stand in line, however wide letters are.

    Parameters
    ----------
    rows : list of lists of str, all of one length
    align : str                      ``<`` or ``>`` for each column; the last is that of the rest
    least : sequence of int          the first columns are at least so wide
    """
    rows = [[printable(cell) for cell in row] for row in rows]
    for number, column in enumerate(zip(*rows, strict=True)):
        width = max(map(cells_of, column))
        if number < len(least):
            width = max(width, least[number])
        is_left = align[min(number, len(align) - 1)] == "<"
        for row in rows:
            gap = " " * (width - cells_of(row[number]))
            row[number] = row[number] + gap if is_left else gap + row[number]
    for row in rows:
        yield "  ".join(row).rstrip()


def cells_of(text):
    """How many columns of a terminal a text takes: two for a Chinese letter, none for an accent."""
    if text.isascii():  # so that help, which has tables too, needs no library
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def tsv_line(fields):
    """Fields, of which those that are None become ``-``, with tabs between."""
    return "\t".join(NOTHING if field is None else one_field(str(field)) for field in fields)


def csv_line(fields):
    """Fields as a row of RFC 4180, without its end; those that are None are empty."""
    return ",".join("" if field is None else _quoted(str(field)) for field in fields)


def _quoted(text):
    """A field in quotes if it would be read as something else without, or as nothing."""
    if text and text == text.strip() and not any(letter in text for letter in ',"\r\n'):
        return text
    return '"' + text.replace('"', '""') + '"'


def json_text(value, indent=None):
    """A value as JSON, in one line or indented; letters of all languages are as they are."""
    from json import dumps  # by few commands, and not for help

    return dumps(value, ensure_ascii=False, indent=indent)


def formatted(number, form):
    """A number in a format, such as ``.2%``; ``-`` for None."""
    return NOTHING if number is None else format(number, form)


def field_of(number, form=".6f"):
    """A number as a field of a row; None stays that."""
    return None if number is None else format(number, form)


def formatted_interval(ends, form):
    """Both ends of an interval in a format; ``-`` for None."""
    return NOTHING if ends is None else f"{ends[0]:{form}} to {ends[1]:{form}}"
