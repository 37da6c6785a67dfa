"""Bytes to tokens to provisional ids, counted on the way.

The rules of text that is tokenised already, one for each kind of input:

* Tokens are split at ASCII white space: space, tab, newline, vertical tab, form feed, carriage
  return (so CR LF ends a line like LF). A NUL byte counts as white space too.
* A newline ends a sentence, and so does the end of a file.
* A token longer than ``MAX_TOKEN_BYTES`` is cut to that length, between two characters.
* Bytes that are not UTF-8 become U+FFFD, the replacement character.
* On request letters are lower-cased, and digits made zeros.
* Everything else, no-break spaces included, is part of its token.

Text as people write it has rules of its own, for words, punctuation and the ends of sentences:
see `characters` and `wordscan`. White space, letters, digits and bytes that are not UTF-8 are there
what they are here.

What a single byte stands for is a table. Whole characters (lower case beyond ASCII, bytes that are
not UTF-8) are looked at once for each distinct word, when all are counted: see `counting`.
"""

import numpy as np

from ..compiling.cache import compiled_code_cache
from ..config import TextConfig
from ..wording.marks import BYTE_ORDER_MARK
from .marks import SENTENCE_END

with compiled_code_cache():
    from .scan import BLANK
    from .wordtable import MAX_TOKEN_BYTES, WordTable

SPACES = b"\0\t\v\f\r "
TOKEN_END = b"\xff"
"""Between tokens that are given one by one: a byte that UTF-8 does not have."""
KEPT_SHARE = 0.75
"""Pruning goes on until the table is at most that full, so that it is rare."""

__all__ = ["MAX_TOKEN_BYTES", "SENTENCE_END", "TOKEN_END", "Tokenizer", "byte_map"]


def byte_map(text, spaces=SPACES):
    """What each byte stands for: ndarray of uint8, shape (256,).

    Parameters
    ----------
    text : TextConfig
    spaces : bytes   what ends a token, beside a newline
    """
    table = np.arange(256, dtype=np.uint8)
    table[list(spaces)] = BLANK
    if text.lowercase:
        table[ord("A") : ord("Z") + 1] = np.arange(ord("a"), ord("z") + 1)
    if text.digits == "zero":
        table[ord("0") : ord("9") + 1] = ord("0")
    return table


def _word_scanner(text, byte_map, only_newlines):
    # Plain text needs no table of all characters.
    from .wordscanner import WordScanner

    return WordScanner(text, byte_map, only_newlines)


class Tokenizer:
    """Turns blocks of bytes into provisional ids: numbers in order of first appearance.

    Blocks may end anywhere, even inside a character; the tokens do not depend on the borders.

    Parameters
    ----------
    text : TextConfig or None
    only_newlines : bool   lines end at newlines, and at nothing else that Unicode has for that
    in_tokens : bool       it is cut already, and TOKEN_END stands between tokens, which are taken
                           as they are, with blanks in them

    Attributes
    ----------
    table : WordTable   the distinct words so far; a new one may take its place between blocks
    pruned_below : int  words with lower counts were dropped at some time; 0 if none was
    irregular : dict of int   what was met of ``nul_bytes``, ``carriage_returns``,
                              ``byte_order_marks``, and files with ``no_final_newline``

    Example: ``feed(b"b a b\\n")`` returns [0, 1, 0, SENTENCE_END].
    """

    def __init__(self, text=None, only_newlines=False, in_tokens=False):
        text = text or TextConfig()
        self.table = WordTable()
        self.pruned_below = 0
        self._max_table = text.max_table
        self._byte_map = byte_map(text, TOKEN_END if in_tokens else SPACES)
        self._scanner = None
        if not (text.is_plain or in_tokens):
            self._scanner = _word_scanner(text, self._byte_map, only_newlines)
        self.irregular = dict.fromkeys(
            ["nul_bytes", "carriage_returns", "byte_order_marks", "no_final_newline"], 0
        )
        self._at_file_start = True
        self._last_byte = b"\n"
        self._rest = b""
        self._ids = np.empty(0, dtype=np.int32)

    def feed(self, block):
        """Tokenise a block (bytes).

        Returns
        -------
        ndarray of int32   provisional ids, with SENTENCE_END after each line; overwritten by the
                           next call
        """
        return self.scan(self._noted(block))

    def start_part(self, is_file_start):
        """Say that the next block is the first one of a file, or of a later part of it.

        The first block of a file should hold three bytes, to tell a byte-order mark.
        """
        self._at_file_start = is_file_start

    def end_file(self):
        """Finish the last token and sentence of a file; returns their ids as `feed` does."""
        self.irregular["no_final_newline"] += self._last_byte != b"\n"
        self._last_byte = b"\n"
        self._at_file_start = True
        return self.scan(b"\n")

    def end_part(self):
        """Finish the last token of a part of a file that goes on elsewhere."""
        self._last_byte = b"\n"
        return self.scan(b" ")

    def _noted(self, block):
        """The block without a byte-order mark; what is unusual in it is counted."""
        if self._at_file_start and block:
            self._at_file_start = False
            if block.startswith(BYTE_ORDER_MARK):
                self.irregular["byte_order_marks"] += 1
                block = block.removeprefix(BYTE_ORDER_MARK)
        self.irregular["nul_bytes"] += block.count(b"\0")
        self.irregular["carriage_returns"] += block.count(b"\r")
        self._last_byte = block[-1:] or self._last_byte
        return block

    def scan(self, block):
        """As `feed`, without a look for what is irregular, and for a byte-order mark."""
        data = np.frombuffer(self._rest + block, dtype=np.uint8)
        if len(self._ids) <= len(data):
            # A sentence that ended in another block may take one more than there are bytes.
            self._ids = np.empty(len(data) + 1, dtype=np.int32)
        if self._scanner is None:
            n_ids = self._scan_plain(data)
        else:
            n_ids, position = self._scanner.scan(self.table, data, self._ids)
            self._rest = data[position:].tobytes()
        self._prune()
        return self._ids[:n_ids]

    def _scan_plain(self, data):
        n_ids, position = self.table.scan(data, self._byte_map, self._ids)
        # One byte over the limit is enough to tell later that the token was too long; three more
        # tell where its last character ends.
        self._rest = data[position : position + MAX_TOKEN_BYTES + 4].tobytes()
        return n_ids

    def _prune(self):
        """Drop the rarest words, then rarer ones, as word2vec.c does (ReduceVocab)."""
        if self._max_table is None or len(self.table) <= self._max_table:
            return
        while len(self.table) > KEPT_SHARE * self._max_table:
            self.pruned_below = max(self.pruned_below + 1, 2)
            self.table.drop_rare(self.pruned_below)
