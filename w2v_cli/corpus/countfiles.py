"""Files of words: counts, one ``word count`` line a word, and plain lists, one word a line.

Count files are what word2vec.c, GloVe and gensim write and read. The line for ``</s>``, with which
word2vec.c counts newlines, is a word like any other; if its count is 0, it is left out.
"""

from collections import defaultdict

import numpy as np

from ..config import UTF_8
from ..errors import InputError
from ..files.encodings import wide_encoding
from ..files.inputs import READ_SIZE, open_text
from ..files.paths import display_name
from ..wording.marks import SENTENCE_END_WORD
from .marks import LARGEST_COUNT

_SENTENCE_END = SENTENCE_END_WORD.encode()
_SAFE_DIGITS = 18


def read_counts(paths, progress=None):
    """The words of count files in order of first appearance, their counts added up.

    Only the distinct words are held in memory, the files are not.

    Parameters
    ----------
    paths : list of str           ``-`` is standard input
    progress : callable or None   called as progress("merge", lines, None)

    Returns
    -------
    words : list of str                     distinct
    counts : ndarray of int64, (n_words,)   sums over the files, all > 0

    Raises
    ------
    InputError   naming the file and line: no count, a count below 1, a word twice in one file;
                 a file without words
    """
    table = _CountTable()
    for path in paths:
        name = display_name(path)
        n_before = table.n_entries
        table.start_file()
        for numbers, words, counts in _entries(path):
            fault = table.add(words, counts)
            if fault:
                index, message = fault
                raise InputError(f"{name}:{numbers[index]}: {words[index]!r} {message}")
            if progress:
                progress("merge", table.n_entries, None)
        if table.n_entries == n_before:
            raise InputError(f"{name}: there are no words in it; lines must read 'word count'")
    return table.words(), table.counts()


def read_word_list(path, spaces=False):
    """Read a list of words, one a line, without counts.

    White space around a word and blank lines are ignored; a word may be there twice.

    Parameters
    ----------
    path : str or Path   ``-`` is standard input
    spaces : bool        a line is one word with the spaces that are in it, instead of an error

    Returns
    -------
    list of str   distinct, in the order of the file

    Raises
    ------
    InputError   naming the file and line: more than one word, or not UTF-8; UTF-16 without mark
    """
    words = {}
    name = display_name(path)
    with open_text(path, look=lambda *found: _refuse_wide(*found, name)) as stream:
        for number, line in enumerate(_lines(stream), 1):
            # A NUL is white space in a corpus, so it cannot be part of a word here either.
            fields = line.replace(b"\0", b" ").split()
            place = f"{name}:{number}"
            if spaces and fields:
                fields = [line.strip()]
            if len(fields) > 1:
                found = line.strip().decode(errors="replace")
                raise InputError(
                    f"{place}: expected one word a line and no count, not {found!r}; "
                    "correct the line"
                )
            for field in fields:
                words[_decoded(field, place)] = None
    return list(words)


def _lines(stream):
    """Lines that end in LF, CR and LF, or CR."""
    for line in stream:
        yield from line.rstrip(b"\r\n").split(b"\r")


def _refuse_wide(head, encoding, name):
    """Refuse UTF-16 that no mark tells."""
    encoding = wide_encoding(head) if encoding == UTF_8 else None
    if encoding:
        raise InputError(
            f"{name}: looks like {encoding.upper()} without a byte-order mark; convert the file to "
            "UTF-8"
        )


class _CountTable:
    """Word -> position, and by position the sum of counts and where the word was seen last.

    Entries are numbered through all files, so that one number tells whether a word was seen
    before in the same file.
    """

    def __init__(self):
        self._positions = defaultdict()
        self._positions.default_factory = self._positions.__len__
        self._sums = np.zeros(1024, dtype=np.int64)
        self._seen_last = np.full(1024, -1, dtype=np.int64)
        self._file_start = 0
        self.n_entries = 0

    def start_file(self):
        self._file_start = self.n_entries

    def add(self, words, counts):
        """Add entries of the present file; (index, what is wrong) of the first bad one, or None."""
        if not words:
            return None
        ids = np.fromiter(map(self._positions.__getitem__, words), np.int64, len(words))
        self._make_room()
        entries = np.arange(self.n_entries, self.n_entries + len(words))
        again = self._seen_last[ids] >= self._file_start
        # Written backwards, so that of equal words the first stays, and the others find its number.
        self._seen_last[ids[::-1]] = entries[::-1]
        again |= self._seen_last[ids] != entries
        if again.any():
            return int(np.argmax(again)), "is in the file twice"
        sums = self._sums[ids] + counts
        if sums.max() >= LARGEST_COUNT:
            return int(np.argmax(sums)), f"has counts that are too large: {sums.max()} in sum"
        self._sums[ids] = sums
        self.n_entries += len(words)
        return None

    def words(self):
        return list(self._positions)

    def counts(self):
        return self._sums[: len(self._positions)]

    def _make_room(self):
        if len(self._positions) > len(self._sums):
            size = max(len(self._positions), len(self._sums) * 3 // 2)
            self._sums = np.append(self._sums, np.zeros(size - len(self._sums), dtype=np.int64))
            more = np.full(size - len(self._seen_last), -1, dtype=np.int64)
            self._seen_last = np.append(self._seen_last, more)


def _entries(path):
    """(line numbers, words, counts as ndarray), block by block, of a count file."""
    name = display_name(path)
    number = 1
    with open_text(path) as stream:
        while lines := stream.read(READ_SIZE) + stream.readline():
            yield _plain_entries(lines, number) or _odd_entries(lines, number, name)
            number += lines.count(b"\n")


def _plain_entries(lines, number):
    """The entries of lines that hold a word, a space and a count each; None of any others.

    This is how all tools write counts, and several times as fast as looking at every line.
    """
    fields = lines.split()
    words, digits = fields[::2], fields[1::2]
    plain = b"\n".join(map(b" ".join, zip(words, digits, strict=False))) + b"\n" == lines
    if not plain or not b"".join(digits).isdigit() or max(map(len, digits)) > _SAFE_DIGITS:
        return None
    counts = np.fromiter(map(int, digits), np.int64, len(digits))
    try:
        text = b"\n".join(words).decode()
    except UnicodeDecodeError:
        return None
    return (range(number, number + len(words)), text.split("\n"), counts) if counts.all() else None


def _odd_entries(lines, number, name):
    """The entries line by line: any white space, words with spaces in them, and errors."""
    numbers, words, counts = [], [], []
    for place, line in enumerate(lines.split(b"\n"), number):
        entry = _parsed(line, f"{name}:{place}") if line.strip() else None
        if entry:
            numbers.append(place)
            words.append(entry[0])
            counts.append(entry[1])
    return numbers, words, np.array(counts, dtype=np.int64)


def _parsed(line, place):
    """(word, count), or None for a sentence end that never occurred."""
    parts = line.rsplit(None, 1)
    if len(parts) == 1 and b"," in line:
        raise InputError(
            f"{place}: expected 'word count', and this is CSV, which is for spreadsheets; name a "
            "file of 'word count' lines"
        )
    if len(parts) != 2 or not parts[1].isdigit():
        raise InputError(f"{place}: expected 'word count' with a count of at least 1")
    word, digits = parts[0], parts[1].lstrip(b"0")
    if not digits:
        if word == _SENTENCE_END:
            return None
        raise InputError(f"{place}: expected 'word count' with a count of at least 1, not 0")
    # The length comes first: Python refuses to convert thousands of digits.
    if len(digits) > _SAFE_DIGITS + 1 or int(digits) >= LARGEST_COUNT:
        raise InputError(f"{place}: the count {digits[:30].decode()} is too large")
    return _decoded(word, place), int(digits)


def _decoded(word, place):
    try:
        return word.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"{place}: the word is not UTF-8 ({error.reason}); convert the file to UTF-8"
        ) from error
