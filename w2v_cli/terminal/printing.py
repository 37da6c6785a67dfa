"""How answers of ``w2v neighbors`` are printed: tables, tab-separated rows, JSON.

An answer is (kind, words, rows): what was asked and [(word, score), ...], the best first.
"""

import os
import sys

import click

from ..wording.plaintext import one_field, printable
from .tables import aligned_lines, json_text

NEIGHBORS = "neighbors"
SIMILARITY = "similarity"
ODD_ONE_OUT = "odd"


def form_for_output(tsv, json):
    """The function that turns an answer into lines of output."""
    if json:
        return json_lines
    if tsv or sys.stdout is None or not sys.stdout.isatty():
        return tsv_lines
    return table_lines


def json_lines(kind, asked, found):
    """One object."""
    if kind == NEIGHBORS:
        rows = [{"word": word, "score": round(score, 6)} for word, score in found]
        answer = {"query": asked, "neighbors": rows}
    elif kind == SIMILARITY:
        answer = {"words": asked, "similarity": round(found[0][1], 6)}
    else:
        scores = {word: round(score, 6) for word, score in found}
        answer = {"words": asked, "odd": found[0][0], "scores": [scores[word] for word in asked]}
    yield json_text(answer) + "\n"


def tsv_lines(kind, asked, found):
    """Query, rank, word, score; or word, word, cosine; or words, odd word, score."""
    if kind == NEIGHBORS:
        asked = one_field(asked)
        for rank, (word, score) in enumerate(found, 1):
            yield f"{asked}\t{rank}\t{one_field(word)}\t{score:.6f}\n"
        return
    if kind == SIMILARITY:
        fields = asked
    else:
        fields = [" ".join(asked), found[0][0]]
    yield "\t".join([*map(one_field, fields), f"{found[0][1]:.6f}"]) + "\n"


def table_lines(kind, asked, found):
    """For people: a table below what was asked."""
    if kind == SIMILARITY:
        yield from _table([[f"{found[0][1]:.4f}", *asked]], "><", least=(7,))
        return
    yield _bold(printable(asked if kind == NEIGHBORS else " ".join(asked))) + "\n"
    rows = [[str(rank), f"{score:.4f}", word] for rank, (word, score) in enumerate(found, 1)]
    yield from _table(rows, ">><", least=(6, 7))


def _table(rows, align, least):
    for line in aligned_lines(rows, align, least):
        yield line + "\n"


def _bold(text):
    return text if "NO_COLOR" in os.environ else click.style(text, bold=True)
