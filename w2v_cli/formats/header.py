"""What to make of a file that is not as it says, or as it should be: say so, or refuse it."""

import math

from ..errors import InputError
from ..wording.marks import UNKNOWN_WORD


class BadRowError(InputError):
    """A row that is damaged; whoever reads may leave it out."""


LONGEST, SHORTEST = 1e15, 1e-15
"""Lengths that no training gives."""
MIN_LINES = 3
"""Lines that must agree on another number of columns than the header says."""


class Unended(str):
    """The note on a text file whose last line is not ended."""


def unended_note(name):
    """`Unended` of a file."""
    return Unended(f"{name}: the last line has no newline; the file may be cut short")


def check_count(layout, n_read, source, last_word=None):
    """Note a header whose number of rows is wrong; all whole rows were read.

    GloVe's header does not count the vector of unknown words, which it writes last.

    Raises
    ------
    InputError   if there are none, or too few and the last line is not ended: its last number
                 may be cut too
    """
    if n_read == 0:
        raise InputError(
            f"{source.name}: is cut short in row 1 of {layout.n_rows}; get or make the file again"
        )
    is_unended = any(isinstance(note, Unended) for note in source.notes)
    if (layout.n_rows or 0) > n_read and is_unended:
        raise InputError(
            f"{source.name}: is cut short in row {n_read} of {layout.n_rows}; "
            "get or make the file again"
        )
    n_uncounted = int(last_word == UNKNOWN_WORD)
    if layout.n_rows not in (None, n_read, n_read - n_uncounted):
        more = "more" if n_read > layout.n_rows else "the file may be cut short"
        source.notes.append(
            f"{source.name}: line 1 says {layout.n_rows} vectors, but {n_read} are there "
            f"({more}); all of them were read"
        )


def columns(lines, n_numbers, dim, name):
    """How many numbers a row has, and a note if that is not what the header says.

    Parameters
    ----------
    lines : list of bytes       the first lines, whole; a single one may be cut
    n_numbers : list of int     how many numbers end each line
    dim : int                   what the header says
    name : str                  for messages

    Returns
    -------
    dim : int
    notes : list of str

    Raises
    ------
    InputError   if lines have more numbers than that, and leave open how many: the rest would
                 pass for words with spaces
    """
    if min(n_numbers) <= dim <= max(n_numbers):
        return dim, []
    found = n_numbers[0]
    firsts = [line.split(None, 1)[0] for line in lines]
    agree = len(lines) >= MIN_LINES and set(n_numbers) == {found} and found > 1
    if agree and len(set(firsts)) == len(firsts):
        note = f"{name}: line 1 says {dim} numbers a row, but {found} follow each word"
        return found, [f"{note}; these were read"]
    if min(n_numbers) > dim:
        raise InputError(
            f"{name}: line 1: says {dim} numbers a row, but {min(n_numbers)} follow each word; "
            "correct the line"
        )
    return dim, []


def parameters_note(name, dim):
    """What is noted of the vectors that GloVe writes with ``-model 0``."""
    return (
        f"{name}: line 1 says {dim} numbers a row, and {2 * (dim + 1)} are there: those of a word "
        "and of a context with a bias behind each, as glove -model 0 writes; their sums were "
        "read, without biases, as glove -model 2 has them"
    )


def summary_notes(source, dim):
    """Yield what is to be said of a whole file: rows left out, and numbers beyond all measure."""
    name = source.name
    if source.n_bad_rows:
        first, _, _ = source.first_bad_row.removeprefix(f"{name}: ").rpartition("; correct")
        yield f"{name}: damaged rows left out: {source.n_bad_rows}; the first is {first}"
    if source.largest is None or source.largest == 0:
        return
    if source.largest > LONGEST / math.sqrt(dim):
        yield (
            f"{name}: has vectors longer than {LONGEST:g}: it may be damaged, or its header or its "
            "words are not what they seem; compare it with where it comes from"
        )
    elif source.largest < SHORTEST:
        yield (
            f"{name}: all vectors are shorter than {SHORTEST:g}: it may be damaged, or its header "
            "is wrong; compare it with where it comes from"
        )
