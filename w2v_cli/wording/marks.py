"""Marks in files of text and words."""

import codecs

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""What some programs put before UTF-8; it is no part of the text."""
SENTENCE_END_WORD = "</s>"
"""What word2vec.c calls the end of a line; it trains no vector for it, but writes one."""
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""What programs on Windows put before text that they call Unicode -> its encoding."""
LONGEST_MARK = 4


def encoding_of(head):
    """The encoding that the first bytes of a text tell, in which a mark is no letter: str."""
    found = (encoding for mark, encoding in MARKS.items() if head.startswith(mark))
    return next(found, "utf-8-sig")
