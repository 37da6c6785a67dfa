"""In which form results are written, and where: a table for people, tab-separated, CSV or JSON."""

import os
from typing import NamedTuple

import click

from ..errors import ConfigError
from ..files.outputs import atomic_output
from ..files.paths import COMPRESSIONS, STDIO
from ..wording.marks import MARK
from .help.completion import FILE
from .help.headings import Heading, add_options, option
from .tables import csv_line, tsv_line

TABLE, TSV, CSV, JSON, SOLR = "table", "tsv", "csv", "json", "solr"
EXTENSIONS = {".tsv": TSV, ".csv": CSV, ".json": JSON, ".jsonl": JSON}
"""What the name of an output says of its form, unless an option says otherwise."""
WORKBOOKS = (".xlsx", ".xls", ".ods")
"""Formats of spreadsheets, which open CSV but not what is none of theirs under such a name."""


def csv_options(command):
    """Add --csv and --bom to a command."""
    options = [
        option(
            "--csv",
            heading=Heading.OUTPUT,
            is_flag=True,
            help="Print CSV (RFC 4180) with a header row, for spreadsheets.",
        ),
        option(
            "--bom",
            heading=Heading.OUTPUT,
            is_flag=True,
            help="Begin the CSV with a byte-order mark: Excel then shows letters such as ä right.",
        ),
    ]
    return add_options(command, options)


def form_options(command):
    """Add --output, --csv, --bom and --header to a command that has --tsv and --json."""
    options = [
        option(
            "-o",
            "--output",
            heading=Heading.OUTPUT,
            default=STDIO,
            type=FILE,
            help="Where the results go; a name in .csv, .tsv or .json says in which form.  "
            "[default: standard output]",
        ),
        csv_options,
        option(
            "--header",
            heading=Heading.OUTPUT,
            is_flag=True,
            help="Begin tab-separated rows with the names of the columns.",
        ),
    ]
    return add_options(command, options)


class Form(NamedTuple):
    """How results are written.

    Attributes
    ----------
    name : str          TABLE, TSV, CSV, JSON, or SOLR: synonyms for search
    output : str        a path; ``-`` is standard output
    has_header : bool   whether rows begin with the names of their columns
    has_mark : bool     whether a byte-order mark comes first
    """

    name: str
    output: str = STDIO
    has_header: bool = False
    has_mark: bool = False

    @property
    def has_rows(self):
        """Whether results are rows of fields, of which `line` makes lines."""
        return self.name in (TSV, CSV)

    def line(self, fields):
        """A row as a line; a field that is None is not defined."""
        return csv_line(fields) + "\r\n" if self.name == CSV else tsv_line(fields) + "\n"

    def head(self, columns):
        """What stands before the first row: text, which may be empty."""
        mark = MARK if self.has_mark else ""
        return mark + (self.line(columns) if self.has_header else "")

    def write_rows(self, columns, rows):
        """Write all rows, whole or not at all."""
        self.write([self.head(columns), *map(self.line, rows)])

    def write_lines(self, lines):
        """Write lines that have no ends yet, whole or not at all."""
        self.write(f"{line}\n" for line in lines)

    def write(self, texts):
        """Write texts one after the other, whole or not at all."""
        with atomic_output(self.output) as stream:
            stream.write("".join(texts).encode(errors="replace"))


def form_asked(options, default):
    """The Form that a command's options (dict) ask for; else the name of the output, or a default.

    Parameters
    ----------
    options : dict    ``output`` and ``bom``; ``tsv``, ``csv``, ``json``, ``solr`` and ``header`` if
                      there are
    default : str     TABLE, TSV, CSV or JSON

    Raises
    ------
    click.UsageError   if --bom or --header does not go with the form
    ConfigError        if the name says that the output is compressed, or a workbook
    """
    output = options["output"] or STDIO
    extension = os.path.splitext(output)[1].lower()
    named = [form for form in (TSV, CSV, JSON, SOLR) if options.get(form)]
    name = [*named, EXTENSIONS.get(extension, default)][0]
    if options["bom"] and name != CSV:
        raise click.UsageError("--bom is for CSV; give --csv too")
    if options.get("header") and name not in (TSV, CSV):
        raise click.UsageError("--header is for rows; give --tsv or --csv too")
    if extension in COMPRESSIONS:
        raise ConfigError(
            f"{output}: results are not compressed; name a file without {extension}, or pipe them "
            "to a program that compresses"
        )
    if extension in WORKBOOKS:
        stem = os.path.splitext(output)[0]
        raise ConfigError(
            f"{output}: {extension} is not written; name it {stem}.csv for a spreadsheet"
        )
    has_header = name == CSV or bool(options.get("header"))
    return Form(name, output, has_header, options["bom"])
