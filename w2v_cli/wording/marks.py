"""Marks in files of text and words."""

import codecs

MARK = "\ufeff"
"""What some programs put before text; it is no part of it."""
BYTE_ORDER_MARK = MARK.encode()
"""How it stands before UTF-8."""
SENTENCE_END_WORD = "</s>"
"""What word2vec.c calls the end of a line; it trains no vector for it, but writes one."""
UNKNOWN_WORD = "<unk>"
"""What GloVe calls its last row, the mean of those of rare words, for words that have none."""
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    BYTE_ORDER_MARK: "utf-8",
}
"""Byte-order marks, which programs on Windows put before text, and its encoding; the longer ones
come first, as those of UTF-16 begin them."""
LONGEST_MARK = 4


def marked_encoding(head):
    """The encoding that the first bytes of a file name by a byte-order mark; None without one."""
    return next((name for mark, name in MARKS.items() if head.startswith(mark)), None)


def encoding_of(head):
    """The encoding that the first bytes of a text tell, in which a mark is no letter: str."""
    name = marked_encoding(head)
    return "utf-8-sig" if name in (None, "utf-8") else name.removesuffix("-le").removesuffix("-be")
