"""Encodings of text: known by a byte-order mark or by name, and turned into UTF-8 on the way."""

import codecs
from collections import Counter

from ..config import canonical_encoding
from ..wording.marks import MARK

WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
BLANKS = " \n\r\t\u3000"
CONTROLS = bytes(range(1, 9)) + bytes(range(14, 27))
"""Characters that UTF-8 has none of, and half of the bytes of Cyrillic in UTF-16."""
LEAST_LENGTH, LEAST_SHARE, MOST_PAGES, MOST_NULS = 4, 0.95, 4, 0.4
"""Of text in a wide encoding: characters at least, the share of them that are readable and of a few
alphabets, how many these are; and the share of NUL bytes in other text."""
NEXT_LINE = "\x85"
UNKNOWN = "\ufffd"
"""What stands for bytes that mean nothing: the replacement character."""


def is_utf8(data, is_whole=True):
    """Whether bytes are UTF-8; unless they are whole, the last character may be cut."""
    try:
        codecs.utf_8_decode(data, "strict", is_whole)
    except UnicodeDecodeError:
        return False
    return True


def is_wide(encoding):
    """Whether each character takes two or four bytes there: digits and blanks are others too."""
    return encoding.startswith(("utf-16", "utf-32"))


def wide_encoding(head):
    """The encoding of text whose characters take two or four bytes each, without a mark.

    Such text is full of NUL bytes, as ASCII becomes characters with nothing but zeros in front.

    Parameters
    ----------
    head : bytes   the first of a file

    Returns
    -------
    str or None   None if it is none
    """
    if b"\0" not in head or _has_words(head):
        return None
    return next((name for name in WIDE if _is_text(head, name)), None)


def _has_words(head):
    """Whether it is UTF-8 with some NUL bytes between, as ``find -print0`` writes them."""
    words = head.replace(b"\0", b"")
    if len(head) - len(words) > MOST_NULS * len(head) or words.translate(None, CONTROLS) != words:
        return False
    return is_utf8(words, is_whole=False)


def _is_text(head, name):
    """Whether bytes make sense in an encoding: readable characters of few alphabets."""
    try:
        text = codecs.getincrementaldecoder(name)().decode(head).removeprefix(MARK)
    except UnicodeDecodeError:
        return False
    n_blanks = sum(map(text.count, BLANKS))
    if n_blanks == 0 or len(text) < LEAST_LENGTH:
        return False
    n_readable = n_blanks + sum(map(str.isprintable, text)) - text.count(" ")
    pages = Counter(map(_page, text))
    n_common = sum(count for _, count in pages.most_common(MOST_PAGES))
    return min(n_readable, n_common) >= LEAST_SHARE * len(text)


def _page(character):
    """Which 256 characters it is among; all of Chinese and of Korean are one each."""
    code = ord(character)
    if 0x4E00 <= code <= 0x9FFF:
        return 0x4E
    return 0xAC if 0xAC00 <= code <= 0xD7A3 else code >> 8


def _ends_lines_so(encoding):
    """Whether it is one of those of large computers (EBCDIC), which end lines in their own way."""
    try:
        return NEXT_LINE.encode(encoding) == b"\x15"
    except UnicodeError:
        return False


class ToUTF8:
    """A ``read1`` method that decodes what another one returns, and encodes it as UTF-8.

    A byte-order mark is no part of the text and is dropped.

    Parameters
    ----------
    read1 : callable   returns up to so many bytes, and none at the end
    encoding : str     of these; any text encoding that Python knows

    Attributes
    ----------
    n_unknown : int   characters U+FFFD so far: bytes that mean nothing in that encoding

    Raises
    ------
    ConfigError   if there is no such encoding
    """

    def __init__(self, read1, encoding):
        self.n_unknown = 0
        self._read1 = read1
        self._decoder = codecs.getincrementaldecoder(canonical_encoding(encoding))("replace")
        self._next_line = NEXT_LINE if _ends_lines_so(encoding) else "\n"
        self._at_start = True
        self._at_end = False
        self._ready = memoryview(b"")

    def read1(self, size):
        """Up to so many bytes of UTF-8; none at the end."""
        while not self._ready and not self._at_end:
            data = self._read1(size)
            self._at_end = not data
            self._ready = memoryview(self._encoded(self._decoder.decode(data, self._at_end)))
        data, self._ready = self._ready[:size], self._ready[size:]
        return data

    def _encoded(self, text):
        if self._at_start and text:
            self._at_start = False
            text = text.removeprefix(MARK)
        text = text.replace(self._next_line, "\n")
        try:
            data = text.encode()
        except UnicodeEncodeError:  # half of a character that UTF-16 writes in two parts
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            data = text.encode()
        self.n_unknown += text.count(UNKNOWN)
        return data
