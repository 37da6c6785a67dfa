"""How tokens tell where words begin, and the word that a token is.

===================== ======================== ==================================
WordPiece             ``play`` ``##ing``       what goes on is marked
byte-level BPE        ``Ġplay`` ``ing``        what begins a word, each byte a character
SentencePiece         ``▁play`` ``ing``        likewise
BPE of GPT and CLIP   ``play</w>`` ``ing``     what ends a word
===================== ======================== ==================================
"""

import re
from functools import cache
from typing import NamedTuple

from ..wordrules import WHITE_SPACE

BLANK, CONTINUED, ENDED = "▁", "##", "</w>"
BYTE_BLANK = "Ġ"
"""The blank of byte-level BPE, and how it is found out that there is such a one."""
SPECIAL = re.compile(r"\[.+\]|<.+>", re.DOTALL)
"""``[CLS]``, ``[unused7]``, ``<pad>``, ``<0x0A>``, ``<|end|>``: tokens that are no text."""
PRINTABLE_RANGES = ((33, 126), (161, 172), (174, 255))
"""Bytes that stand for themselves in GPT-2's alphabet of 256 characters."""


class Marks(NamedTuple):
    """What is written around the text of tokens.

    Attributes
    ----------
    title : str       for messages
    before : str      stands before a token that begins a word; empty if nothing does
    inside : str      stands before a token that goes on
    after : str       stands behind a token that ends a word
    in_bytes : bool   characters stand for bytes
    """

    title: str
    before: str = ""
    inside: str = ""
    after: str = ""
    in_bytes: bool = False

    @property
    def tells(self):
        """Whether it can be told which tokens are whole words."""
        return bool(self.before or self.inside or self.after)


WORDPIECE = Marks("WordPiece", inside=CONTINUED)
BYTES = Marks("byte-level BPE", before=BYTE_BLANK, in_bytes=True)
SENTENCEPIECE = Marks("SentencePiece", before=BLANK)
WORD_ENDS = Marks("BPE", after=ENDED)
WORDS = Marks("words")


def marks_in(tokens):
    """The Marks that some tokens have, where nothing else tells: of text, an iterable of str."""
    tokens = list(tokens)
    for mark, found in ((CONTINUED, WORDPIECE), (BYTE_BLANK, BYTES), (BLANK, SENTENCEPIECE)):
        if any(token.startswith(mark) and len(token) > len(mark) for token in tokens):
            return found
    return WORD_ENDS if any(token.endswith(ENDED) for token in tokens) else WORDS


def word_of(token, marks):
    """The word that a token is by itself; None if it is a part of words, or no text."""
    if SPECIAL.fullmatch(token):
        return None
    if marks.inside and token.startswith(marks.inside) and len(token) > len(marks.inside):
        return None
    if not token.startswith(marks.before) or not token.endswith(marks.after):
        return None
    word = token[len(marks.before) : len(token) - len(marks.after)]
    if marks.before and marks.before in word:
        return None
    if marks.in_bytes:
        word = _decoded(word)
    return None if not word or WHITE_SPACE.search(word) else word


def _decoded(text):
    """The text whose bytes are written as characters; None if they are no UTF-8."""
    alphabet = byte_alphabet()
    try:
        return bytes(alphabet[character] for character in text).decode()
    except (KeyError, UnicodeDecodeError):
        return None


@cache
def byte_alphabet():
    """GPT-2's characters for bytes: dict of str to int, 256 of them.

    Source: bytes_to_unicode in encoder.py of openai/gpt-2.
    """
    themselves = [byte for low, high in PRINTABLE_RANGES for byte in range(low, high + 1)]
    found = {chr(byte): byte for byte in themselves}
    others = sorted(set(range(256)) - set(themselves))
    found |= {chr(256 + number): byte for number, byte in enumerate(others)}
    return found
