"""word2vec binary: a header line ``rows dim``, then word, space, dim little-endian float32.

A newline follows each vector in files of word2vec.c and in ours; gensim and the GoogleNews vectors
have none. Both are read. Other types of numbers are known by the first rows.

A word ends at the first space. gensim writes words that hold spaces all the same: then letters are
taken for the first numbers of a row, and its last numbers for the beginning of the next word. Such
rows are known by what cannot be, and read with the word that leaves nothing odd.
"""

import re
from dataclasses import replace

import numpy as np

from ..errors import InputError
from ..files.encodings import is_utf8
from ..files.inputs import READ_SIZE
from .detect import CONTROL
from .header import LONGEST, SHORTEST
from .rows import largest_number, written_blocks

MAX_WORD = 1 << 16
FLOAT = np.dtype("<f4")
OTHER_TYPES = {
    ">f4": "big-endian float32",
    "<f8": "float64",
    "<f2": "float16",
    ">f8": "big-endian float64",
}
LOOKED_AT = 50
"""Rows by which the type of numbers is told."""
MIN_ROWS = 3
FEWEST_SIZES = 16
USUAL = (1e-6, 1e4)
"""Between these is the middle one of the sizes of numbers."""
MOST_NEXT = 1000
"""Bytes in which the word of the next row must end to be one."""
FIRST_NUMBERS = 8
"""Numbers in which a word that goes on would show."""
TEXT_AND_BLANK = re.compile(rb"[!-~\x80-\xff]* ")
LONGEST_REST = 200
"""Bytes of a word behind its first space."""
CONTROLS = bytes(byte for byte in (*range(32), 127) if byte not in b"\t\n\r")
"""What `CONTROL` matches."""


def read_blocks(rest, source):
    """Read rows, many at a time.

    Parameters
    ----------
    rest : bytes      read from the stream before, beginning with the first row
    source : Source   whose layout is known

    Yields
    ------
    list of bytes, ndarray of float32, shape (n, dim)   words and their vectors

    Raises
    ------
    InputError   if the file is cut short inside a row, or goes on with what is no row
    """
    layout, name = source.layout, source.name
    reader = _Reader(layout, name)
    n_read = 0
    while True:
        words, vectors, rest = reader.rows(rest, n_read)
        if words:
            _check_extra(words, layout, n_read, name)
            yield words, vectors
        n_read += len(words)
        _check_word(rest, n_read, name)
        if reader.at_end:
            break
        # At least as much again as is there: joining stays linear for rows of any length.
        data = source.stream.read(max(READ_SIZE, len(rest)))
        reader.at_end = not data
        rest += data
    if rest.strip():
        fault = _goes_on if n_read >= layout.n_rows else _cut_short
        raise fault(layout, n_read, name)


def known_type(layout, head, is_whole, name):
    """The layout with the type of its numbers, and a note if that is not the usual one.

    Parameters
    ----------
    layout : Layout    of a binary file
    head : bytes       its first bytes
    is_whole : bool    these are all
    name : str         for messages
    """
    rest = head[layout.start :]
    if _fits(layout, rest, is_whole, FLOAT, most=0.1):
        return layout
    for number_type, title in OTHER_TYPES.items():
        if _fits(layout, rest, is_whole, np.dtype(number_type)):
            note = f"{name}: its numbers are {title}, not little-endian float32; read as such"
            return replace(layout, number_type=number_type, notes=(*layout.notes, note))
    return layout


def _fits(layout, rest, is_whole, number_type, most=0.0):
    """Whether the first rows have words, and numbers as vectors have them.

    At ``most`` such a share of rows may have absurd numbers.
    """
    n_expected = min(LOOKED_AT, layout.n_rows)
    words, places, end = _first_rows(rest, number_type.itemsize * layout.dim, n_expected)
    if len(words) < min(MIN_ROWS, layout.n_rows) or _has_control(words):
        return False
    if is_whole and (len(words) < n_expected or (n_expected < LOOKED_AT and rest[end:].strip())):
        return False
    values = _values(rest, places, number_type, layout.dim)
    n_absurd = sum(not _is_sane(row) for row in values)
    return n_absurd <= most * len(values) and (number_type == FLOAT or _are_usual(values))


def _is_sane(row):
    """Whether the numbers of a row are such as training gives, or all 0."""
    largest = largest_number(row[np.newaxis])
    return largest == 0 or SHORTEST < largest < LONGEST


def _are_usual(values):
    """Whether numbers are as vectors have them; a few that are alike may look so by chance."""
    sizes = np.abs(values[values != 0].astype(np.float64))
    low, high = USUAL
    return len(np.unique(sizes)) >= FEWEST_SIZES and low < np.median(sizes) < high


def _are_absurd(numbers):
    """Which numbers are beyond measure, or all but 0: ndarray of bool."""
    with np.errstate(invalid="ignore"):
        sizes = np.abs(numbers.astype(np.float64))
        return ~(sizes < LONGEST) | ((sizes > 0) & (sizes < SHORTEST))


def _has_control(words):
    joined = b"".join(words)
    return len(joined.translate(None, CONTROLS)) != len(joined)


class _Reader:
    """Finds rows in bytes, of which there are always more until ``at_end``."""

    def __init__(self, layout, name):
        self.at_end = False
        self._dim = layout.dim
        self._type = np.dtype(layout.number_type)
        self._size = self._type.itemsize * layout.dim
        self._name = name

    def rows(self, data, n_before):
        """The rows that are there whole: words, their vectors as float32, and what is left."""
        words, places, end = _first_rows(data, self._size)
        # Whether a row is sound, the word of the next one tells.
        while places and places[-1] > self._last_place(data):
            words.pop()
            places.pop()
            end = places[-1] + self._size if places else 0
        if not words:
            return words, None, data
        values = _values(data, places, self._type, self._dim)
        odd = self._first_odd(data, words, places, values, n_before)
        if odd is not None:
            del words[odd:], places[odd:]
            end = places[-1] + self._size if places else 0
            end = self._go_on(data, end, words, places, n_before)
            if not words:
                return words, None, data
            values = _values(data, places, self._type, self._dim)
        return words, np.asarray(values, np.float32), data[end:]

    def _last_place(self, data):
        """Where the numbers of a row must begin at the latest, so that all that follows is seen."""
        if self.at_end:
            return len(data)
        return len(data) - 2 * self._size - LONGEST_REST - MOST_NEXT

    def _first_odd(self, data, words, places, values, n_before):
        """The first row whose word goes on behind its first space, or None.

        Raises
        ------
        InputError   if a word and its numbers are none, and there is no telling where it ends
        """
        for row in self._suspects(words, values):
            start = places[row - 1] + self._size if row else 0
            if self._word_end(data, start) != places[row] - 1:
                return row
            self._check_row(data, words[: row + 1], places[: row + 1], n_before)
        return None

    def _suspects(self, words, values):
        """Rows that may be odd, in order: list of int."""
        is_absurd = _are_absurd(values[:, :FIRST_NUMBERS]).any(axis=1)
        found = set(np.flatnonzero(is_absurd).tolist())
        if _has_control(words) or not is_utf8(b" ".join(words)):
            odd = [row for row, word in enumerate(words) if not _is_utf8_word(word) and word]
            found.update(odd, (row - 1 for row in odd if row))
        return sorted(found)

    def _check_row(self, data, words, places, n_before):
        """Refuse the last row if it has no word, and it or the one before absurd numbers."""
        if not CONTROL.search(words[-1]):
            return
        for place in places[-2:]:
            if _are_absurd(np.frombuffer(data, self._type, self._dim, place)).any():
                raise InputError(
                    f"{self._name}: row {n_before + len(words)} is damaged, or the one before: "
                    f"{words[-1][:60]!r} is no word, and numbers are absurd; a word with a "
                    "space may be in the file, or its header is wrong; get or make the file again"
                )

    def _go_on(self, data, start, words, places, n_before):
        """Add rows from a place on, one by one; returns where the last one ends."""
        while (end := self._word_end(data, start)) is not None:
            stop = end + 1 + self._size
            if stop > len(data) or end + 1 > self._last_place(data):
                break
            words.append(data[start:end].lstrip(b"\r\n"))
            places.append(end + 1)
            self._check_row(data, words, places, n_before)
            start = stop
        return start

    def _word_end(self, data, start):
        """Where the word ends that begins at a place: the space that leaves nothing odd behind it.

        The first one if none does; None if there is none.
        """
        first = data.find(b" ", start)
        if first < 0:
            return None
        ends = [first]
        while match := TEXT_AND_BLANK.match(data, ends[-1] + 1, first + LONGEST_REST):
            ends.append(match.end() - 1)
        if len(ends) == 1:
            return first
        for end in ends:
            if self._leaves_nothing_odd(data, start, end, _is_utf8_word):
                return end
        # Odd numbers between two words are likelier than a word of which one half is no text.
        if self._stands_between_words(data, start, first, _is_utf8_word):
            return first
        for end in ends:
            if self._leaves_nothing_odd(data, start, end, _is_word):
                return end
        return first

    def _leaves_nothing_odd(self, data, start, end, is_word):
        """Whether a word that ends there, its numbers, and the word behind them can all be."""
        return (
            self._stands_between_words(data, start, end, is_word)
            and not _are_absurd(np.frombuffer(data, self._type, self._dim, end + 1)).any()
        )

    def _stands_between_words(self, data, start, end, is_word):
        """Whether numbers that begin behind ``end`` have a word before them, and one behind."""
        stop = end + 1 + self._size
        if stop > len(data) or not is_word(data[start:end].lstrip(b"\r\n")):
            return False
        if self.at_end and not data[stop:].strip():
            return True
        following = data.find(b" ", stop, stop + MOST_NEXT)
        return following > 0 and is_word(data[stop:following].lstrip(b"\r\n"))


def _is_word(raw):
    return bool(raw) and not CONTROL.search(raw) and b"\n" not in raw


def _is_utf8_word(raw):
    return is_utf8(raw) and _is_word(raw)


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


def _first_rows(data, size, most=None):
    """Rows of ``size`` bytes of numbers, each word up to the first space.

    Returns
    -------
    words : list of bytes
    places : list of int   where the numbers of each begin
    end : int              where the last one ends
    """
    words, places = [], []
    start, last = 0, len(data) - size
    while len(words) != most:
        place = data.find(b" ", start) + 1
        if not 0 < place <= last:
            break
        words.append(data[start : place - 1].lstrip(b"\r\n"))
        places.append(place)
        start = place + size
    return words, places, start


def _values(data, places, number_type, dim):
    """The numbers at some places: ndarray, shape (n, dim)."""
    if not places:
        return np.empty((0, dim), number_type)
    size = number_type.itemsize * dim
    # An element at every byte, of which those at the places are taken in one go.
    elements = np.ndarray(places[-1] + 1, dtype=f"V{size}", buffer=data, strides=(1,))
    return elements[places].view(number_type).reshape(-1, dim)


def _check_word(data, n_read, name):
    """Stop where no word can be: the rest of a file that is none would be read into memory."""
    if len(data) > MAX_WORD and data.find(b" ", 0, MAX_WORD) < 0:
        raise InputError(
            f"{name}: no word in row {n_read + 1}; the file is damaged, or its header is wrong; "
            "get or make the file again"
        )
