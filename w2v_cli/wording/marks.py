"""Marks in files of text and words."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""What some programs put before UTF-8; it is no part of the text."""
SENTENCE_END_WORD = "</s>"
"""What word2vec.c calls the end of a line; it trains no vector for it, but writes one."""
