"""Questions from arguments, a pipe or a prompt, and their answers: of neighbors and translate."""

import click

from ..files.outputs import atomic_output
from .printing import columns, lines
from .standard_input import batches, is_terminal, piped_lines
from .warnings import warn

ANSWERS_HELD = 1 << 18
"""Neighbors held at a time, for all queries together."""
LARGEST_BATCH = 2048
"""Queries answered at a time: more are not faster, and the first answers would come later."""
SETS_NUMBER = (":n", ":k", ":topn")
"""The option has the two other names."""
HELP_TEXT = """king                  words near king
king - man + 2*woman  operators stand alone; a number and * is a weight
"new york" - city     quotes, or a backslash before each space, make one word
:n 20, :k 20          answer with 20 words
:help, :q             this text; end (as Ctrl-D)"""


def answer(mode, queries, form):
    """Write the answers to all queries, each batch as soon as it is there.

    Parameters
    ----------
    mode : Neighbors, Similarity, or another of `answers`
    queries : tuple of str   arguments of the command; if there are none, lines are read
    form : Form
    """
    with atomic_output(form.output) as stream:
        if form.has_rows:
            stream.write(form.head(columns(mode.kind, mode.has_counts)).encode())
        n_words = max(len(mode.asker.embeddings), 1)
        held = max(1, ANSWERS_HELD // min(getattr(mode, "k", 1), n_words))
        for texts in _questions(mode, queries, min(held, LARGEST_BATCH)):
            told = [line for answer in mode.answers(texts) for line in lines(form, *answer)]
            stream.write("".join(told).encode(errors="replace"))
            stream.flush()


def _questions(mode, queries, largest):
    """Batches of queries: texts, or lists of texts that belong together."""
    from .answers import Neighbors, Similarity

    if queries and isinstance(mode, Neighbors):
        yield from batches([queries], largest)
    elif queries and isinstance(mode, Similarity):
        yield [list(pair) for pair in zip(queries[::2], queries[1::2], strict=True)]
    elif queries:
        yield [list(queries)]
    elif is_terminal():
        yield from batches(_typed(mode), largest)
    else:
        yield from batches(piped_lines(), largest)


def _typed(mode):
    """Lines typed at the prompt, in lists of one; what begins with a colon is done at once."""
    from .prompt import prompted_lines

    index = mode.asker.embeddings.index
    for line in prompted_lines(mode.asker.embeddings.words):
        name, _, value = line.strip().partition(" ")
        if not name.startswith(":") or line.strip() in index:
            yield [line]
        elif name in (":q", ":quit"):
            return
        elif name in SETS_NUMBER and _is_number_of_answers(value) and hasattr(mode, "k"):
            mode.k = int(value)
        elif name in (":h", ":help"):
            click.echo(HELP_TEXT, err=True)
        else:
            warn(f"{line.strip()!r} is no command; there are :help, :n NUMBER and :q")


def _is_number_of_answers(text):
    # Python refuses to convert thousands of digits.
    return text.isdecimal() and len(text) < 10 and int(text) > 0
