"""Where the queries of ``w2v neighbors`` come from: arguments, a pipe, or a prompt."""

import codecs
import sys

from ..errors import InputError
from ..wording.marks import LONGEST_MARK, MARKS, encoding_of

PIPE_READ = 1 << 16


def batches(lines, largest):
    """Lists of lines, stripped and not blank, of at most ``largest`` each.

    Parameters
    ----------
    lines : iterable of lists of str   such as `piped_lines` yields
    largest : int
    """
    for some in lines:
        texts = [text.strip() for text in some if text.strip()]
        for start in range(0, len(texts), largest):
            yield texts[start : start + largest]


def is_terminal():
    """Whether queries can be typed at a prompt.

    Raises
    ------
    InputError   if standard input is closed
    """
    if sys.stdin is None:
        raise InputError("standard input is closed; give the queries as arguments")
    return sys.stdin.isatty()


def piped_lines():
    """Whole lines of standard input, as many as are there: a program may wait for each answer.

    Text is UTF-8, or what a byte-order mark says; the mark is no part of it.
    """
    data = _head()
    decoder = codecs.getincrementaldecoder(encoding_of(data))(errors="replace")
    unended = []
    while data:
        lines, newline, rest = decoder.decode(data).rpartition("\n")
        if newline:
            yield "".join([*unended, lines]).split("\n")
            unended = []
        unended.append(rest)
        data = _read_pipe()
    yield ["".join([*unended, decoder.decode(b"", final=True)])]


def _head():
    """What comes first: enough to tell a mark, of which a pipe may hand over a byte at a time."""
    data = _read_pipe()
    while data and len(data) < LONGEST_MARK and any(mark.startswith(data) for mark in MARKS):
        more = _read_pipe()
        if not more:
            break
        data += more
    return data


def _read_pipe():
    try:
        return sys.stdin.buffer.read1(PIPE_READ)
    except OSError as error:
        raise InputError(
            f"standard input: cannot be read: {error.strerror}; give the queries as arguments"
        ) from error
