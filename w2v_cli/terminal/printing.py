"""How answers of neighbors and translate are printed: tables, rows, JSON.

An answer is (kind, words, rows, made): what was asked, [(word, score), ...], the best first, and
of how many n-grams words of the question were made. Rows of neighbors may have the count of the
word too.
"""

import os
import sys

import click

from ..wording.plaintext import printable
from .forms import JSON, SOLR, TABLE, TSV
from .tables import aligned_lines, json_text

NEIGHBORS = "neighbors"
TRANSLATIONS = "translations"
SIMILARITY = "similarity"
ODD_ONE_OUT = "odd"
COLUMNS = {
    NEIGHBORS: ("query", "rank", "word", "score"),
    TRANSLATIONS: ("query", "rank", "word", "score"),
    SIMILARITY: ("word", "other", "cosine"),
    ODD_ONE_OUT: ("words", "odd", "score"),
}
COUNT = "count"
LISTS = (NEIGHBORS, TRANSLATIONS)
"""What is a list of words for each query."""


def form_of_output(output):
    """The form of answers if none is asked for: a table where people read it."""
    is_read = output == "-" and sys.stdout is not None and sys.stdout.isatty()
    return TABLE if is_read else TSV


def columns(kind, has_counts):
    """The names of the columns of rows."""
    return (*COLUMNS[kind], COUNT) if has_counts else COLUMNS[kind]


def lines(form, kind, asked, found, made=()):
    """Lines of output, with their ends, for an answer in a Form."""
    if form.name == SOLR:
        return [f"{line}\n" for line in found]
    if form.name == JSON:
        answer = _object(kind, asked, found)
        if made:
            answer["composed"] = [composed_object(*facts) for facts in made]
        return [json_text(answer) + "\n"]
    if form.name == TABLE:
        return table_lines(kind, asked, found)
    return map(form.line, _rows(kind, asked, found))


def composed_object(word, n_ngrams, n_trained):
    """Of how many n-grams a word was made, as it stands in JSON."""
    return {"word": word, "ngrams": n_ngrams, "trained": n_trained}


def _object(kind, asked, found):
    """An answer as it stands in JSON."""
    if kind in LISTS:
        names = ("word", "score", COUNT)
        rows = [
            dict(zip(names, (word, round(score, 6), *count), strict=False))
            for word, score, *count in found
        ]
        return {"query": asked, kind: rows}
    if kind == SIMILARITY:
        return {"words": asked, "similarity": round(found[0][1], 6)}
    scores = {word: round(score, 6) for word, score in found}
    return {"words": asked, "odd": found[0][0], "scores": [scores[word] for word in asked]}


def _rows(kind, asked, found):
    """An answer as rows of fields."""
    if kind in LISTS:
        for rank, (word, score, *count) in enumerate(found, 1):
            yield (asked, rank, word, f"{score:.6f}", *count)
        return
    fields = asked if kind == SIMILARITY else [" ".join(asked), found[0][0]]
    yield (*fields, f"{found[0][1]:.6f}")


def table_lines(kind, asked, found):
    """For people: a table below what was asked."""
    if kind == SIMILARITY:
        yield from _table([[f"{found[0][1]:.4f}", *asked]], "><", least=(7,))
        return
    yield _bold(printable(asked if kind in LISTS else " ".join(asked))) + "\n"
    rows = [
        [str(rank), f"{score:.4f}", *(f"{number:,}" for number in count), word]
        for rank, (word, score, *count) in enumerate(found, 1)
    ]
    n_numbers = len(rows[0]) - 1 if rows else 0
    yield from _table(rows, ">" * n_numbers + "<", least=(6, 7))


def _table(rows, align, least):
    for line in aligned_lines(rows, align, least):
        yield line + "\n"


def _bold(text):
    return text if "NO_COLOR" in os.environ else click.style(text, bold=True)
