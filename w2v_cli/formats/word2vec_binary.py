"""word2vec binary: a header line ``rows dim``, then word, space, dim little-endian float32.

A newline follows each vector in files of word2vec.c and in ours; gensim and the GoogleNews vectors
have none. Both are read.
"""

import numpy as np

from ..errors import InputError
from ..files.inputs import READ_SIZE
from .detect import CONTROL
from .rows import written_blocks

MAX_WORD = 1 << 16
FLOAT = np.dtype("<f4")


def read_blocks(rest, stream, layout, name, notes):
    """Read rows, many at a time.

    Parameters
    ----------
    rest : bytes           read from the stream before, beginning with the first row
    stream : binary stream
    layout : Layout
    name : str             for messages
    notes : list of str    unused: what there is to note of the rows, their reader counts

    Yields
    ------
    list of bytes, ndarray of float32, shape (n, dim)   words and their vectors

    Raises
    ------
    InputError   if the file is cut short inside a row, or goes on with what is no row
    """
    n_read = 0
    while True:
        words, vectors, rest = _whole_rows(rest, layout.dim)
        if words:
            _check_extra(words, layout, n_read, name)
            yield words, vectors
        n_read += len(words)
        _check_word(rest, n_read, name)
        # At least as much again as is there: joining stays linear for rows of any length.
        data = stream.read(max(READ_SIZE, len(rest)))
        if not data:
            break
        rest += data
    if rest.strip():
        fault = _goes_on if n_read >= layout.n_rows else _cut_short
        raise fault(layout, n_read, name)


def _cut_short(layout, n_read, name):
    return InputError(
        f"{name}: is cut short in row {n_read + 1} of {layout.n_rows}, or its header is wrong; "
        "get or make the file again"
    )


def _goes_on(layout, _n_read, name):
    return InputError(
        f"{name}: goes on after the {layout.n_rows} vectors of {layout.dim} numbers "
        "that its header says; correct the header"
    )


def _check_extra(words, layout, n_read, name):
    """Take rows that the header does not count only if they begin with what can be a word."""
    for word in words[max(0, layout.n_rows - n_read) :]:
        if not word or CONTROL.search(word):
            raise _goes_on(layout, n_read, name)


def write(stream, words, vectors):
    """Write all rows, the header first.

    Parameters
    ----------
    stream : binary stream
    words : list of str, length n_words
    vectors : ndarray of float32, shape (n_words, dim)

    Raises
    ------
    OutputError   if a word cannot stand in such a file
    """
    stream.write(b"%d %d\n" % vectors.shape)
    for raw_words, rows in written_blocks(words, vectors):
        pairs = zip(raw_words, np.ascontiguousarray(rows, dtype=FLOAT), strict=True)
        stream.write(b"".join([b"%b %b\n" % (raw, row.tobytes()) for raw, row in pairs]))


def _whole_rows(data, dim):
    """The rows that are there whole: words, their vectors, and what is left."""
    size = FLOAT.itemsize * dim
    words, places = [], []
    start, last = 0, len(data) - size
    while True:
        place = data.find(b" ", start) + 1
        if not 0 < place <= last:
            break
        words.append(data[start : place - 1].lstrip(b"\n"))
        places.append(place)
        start = place + size
    if not words:
        return words, None, data
    # An element at every byte, of which those at the places are taken in one go.
    elements = np.ndarray(last + 1, dtype=f"V{size}", buffer=data, strides=(1,))
    return words, elements[places].view(FLOAT).reshape(-1, dim), data[start:]


def _check_word(data, n_read, name):
    """Stop where no word can be: the rest of a file that is none would be read into memory."""
    if len(data) > MAX_WORD and data.find(b" ", 0, MAX_WORD) < 0:
        raise InputError(
            f"{name}: no word in row {n_read + 1}; the file is damaged, or its header is wrong; "
            "get or make the file again"
        )
