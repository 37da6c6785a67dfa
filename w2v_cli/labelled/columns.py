"""Documents in tables: columns of TSV and CSV, and objects of JSON, one a line."""

import csv
import io
import json
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass

from ..errors import ConfigError, InputError, field
from ..files.inputs import open_text
from ..files.paths import STDIO, display_name, split_compression
from ..wording.amounts import counted
from ..wording.nearnames import did_you_mean

TSV, CSV, JSONL = "tsv", "csv", "jsonl"
ENDINGS = {".tsv": TSV, ".tab": TSV, ".csv": CSV, ".jsonl": JSONL, ".ndjson": JSONL, ".json": JSONL}
ROWS_AT_ONCE = 1000
BREAKS = str.maketrans("\n\r\0", "   ")


@dataclass(frozen=True)
class Columns:
    """Which columns hold what: names, or numbers from 1 on of a table without a header.

    Attributes
    ----------
    text : tuple of str     one or more; a document is what they hold, one behind the other
    label : tuple of str    each cell is a label; in JSON it may be a list of labels. Empty: labels
                            are not wanted
    weight : str or None    what the learning rate of a document is multiplied by
    """

    text: tuple[str, ...]
    label: tuple[str, ...]
    weight: str | None = None

    @property
    def names(self):
        """All of them."""
        return [*self.text, *self.label, *([self.weight] if self.weight else [])]


def labelled_rows(path, columns, encoding):
    """Yield the rows of a table in blocks, as `separation` hands over text with labels.

    Parameters
    ----------
    path : str           ``-`` is standard input
    columns : Columns
    encoding : str       of text without a byte-order mark

    Yields
    ------
    text : bytes               a line a row
    labels : bytes             each with a NUL behind it; a line a row
    weights : list of float    of each row; empty where no column has them

    Raises
    ------
    InputError    if it cannot be read, has no such columns, or a row is damaged
    """
    name = display_name(path)
    texts, labels, weights = [], [], []
    with open_text(path, encoding, keep_in_memory=False) as stream:
        lines = io.TextIOWrapper(stream, "utf-8", errors="surrogateescape", newline="")
        for row in _rows(lines, path, name, columns):
            texts.append(row[0].translate(BREAKS))
            labels.append("".join(f"{label.translate(BREAKS)}\0" for label in row[1]))
            if columns.weight:
                weights.append(row[2])
            if len(texts) == ROWS_AT_ONCE:
                yield _block(texts), _block(labels), weights
                texts, labels, weights = [], [], []
        if texts:
            yield _block(texts), _block(labels), weights


def _block(lines):
    """Lines as bytes: those that are not UTF-8 as they were, for whoever repairs words."""
    text = "".join(f"{line}\n" for line in lines)
    try:
        return text.encode(errors="surrogateescape")
    except UnicodeEncodeError:  # half a character that JSON spells out
        return text.encode(errors="replace")


def _rows(lines, path, name, columns):
    """(text, labels, weight) of each row."""
    first = lines.readline()
    kind = _kind_of(path, first)
    if kind == JSONL:
        return _objects(first, lines, name, columns)
    return _cells(_chained(first, lines), kind, name, columns)


def _kind_of(path, first):
    ending = os.path.splitext(split_compression(str(path))[0])[1].lower() if path != STDIO else ""
    if ending in ENDINGS:
        return ENDINGS[ending]
    if first.lstrip().startswith("{"):
        return JSONL
    return TSV if "\t" in first else CSV


def _chained(first, lines):
    if first:
        yield first
    yield from lines


def _cells(lines, kind, name, columns):
    with _long_fields():
        if kind == TSV:
            rows = ((n, line.rstrip("\r\n").split("\t")) for n, line in enumerate(lines, 1))
        else:
            reader = csv.reader(lines, strict=True)
            rows = ((reader.line_num, row) for row in _checked(reader, name))
        places = None
        for number, row in rows:
            if not row or row == [""]:
                continue
            if places is None:
                places, is_header = _places(row, columns, name)
                if is_header:
                    continue
            if len(row) <= max(places.values()):
                raise InputError(
                    f"{name}:{number}: has {counted(len(row), 'column')}, and column "
                    f"{max(places.values()) + 1} is wanted; correct that line"
                )
            yield _row({each: row[place] for each, place in places.items()}, columns,
                       f"{name}:{number}")  # fmt: skip


def _checked(reader, name):
    try:
        yield from reader
    except csv.Error as error:
        raise InputError(
            f"{name}:{reader.line_num}: is no CSV: {error}; correct its quotes"
        ) from error


def _places(row, columns, name):
    """(which columns names stand for, whether the row is a header)."""
    names = [cell.strip() for cell in row]
    if not all(each in names for each in columns.names) and all(
        each.isdecimal() and int(each) > 0 for each in columns.names
    ):
        return {each: int(each) - 1 for each in columns.names}, False
    for each in columns.names:
        if each not in names:
            hint = did_you_mean(each, names) or f"there are: {', '.join(names)[:200]}"
            raise InputError(
                f"{name}: has no column {each!r:.60}; {hint}; a table without a header has columns "
                "by number, from 1 on"
            )
    return {each: names.index(each) for each in columns.names}, True


def _objects(first, lines, name, columns):
    for number, line in enumerate(_chained(first, lines), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{name}:{number}: is no JSON: {error}; correct that line") from error
        if not isinstance(row, dict):
            raise InputError(
                f"{name}:{number}: is no JSON object, such as "
                '{"text": "...", "label": "..."}; give one a line'
            )
        for each in columns.names:
            if each not in row:
                hint = did_you_mean(each, row) or f"there are: {', '.join(row)[:200]}"
                raise InputError(f"{name}:{number}: has no {each!r:.60}; {hint}")
        yield _row(row, columns, f"{name}:{number}")


def _row(row, columns, place):
    """(text, labels, weight) of a row: dict of cells."""
    text = " ".join(_text(row[each]) for each in columns.text)
    labels = [label for each in columns.label for label in _labels(row[each])]
    return text, labels, _weight(row[columns.weight], place) if columns.weight else 1.0


def _text(cell):
    return "" if cell is None else cell if isinstance(cell, str) else json.dumps(cell)


def _labels(cell):
    cells = cell if isinstance(cell, list) else [cell]
    found = [_text(each).strip() for each in cells]
    return [label for label in found if label]


def _weight(cell, place):
    try:
        weight = float(cell)
    except (TypeError, ValueError):
        weight = -1.0
    if not 0 <= weight < float("inf"):
        raise InputError(
            f"{place}: {cell!r:.40} is no weight: a number from 0 on; correct that line"
        )
    return weight


@contextmanager
def _long_fields():
    """Let cells of CSV have any length; the limit is one of the whole program."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def columns_of(text, label, weight=None, has_labels=True):
    """The `Columns` of names that a user gives; None where there are none.

    Parameters
    ----------
    text, label : sequence of str
    weight : str or None
    has_labels : bool   labels are wanted

    Raises
    ------
    ConfigError   if one is given without the other
    """
    if not text and not label and weight is None:
        return None
    if not has_labels:
        return Columns(tuple(text), ())
    if not text or not label:
        missing, given = ("text", "label") if not text else ("label", "text")
        raise ConfigError(
            f"{field(given)} names a column, and {field(missing)} none; give both, or none where "
            "labels stand in the text"
        )
    return Columns(tuple(text), tuple(label), weight)
