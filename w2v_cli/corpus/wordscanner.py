"""Text as people write it, scanned with a `WordTable`: what `wordscan` needs to know of it."""

import numpy as np

from ..compiling.cache import compiled_code_cache
from .characters import ABBREVIATIONS, DIGIT, LETTER, classes

with compiled_code_cache():
    from . import wordscan as loops
    from .wordtable import MAX_TOKEN_BYTES

N_ASCII = 0x80
FULL_SIZE = 256


class WordScanner:
    """Scans one text, block by block.

    Parameters
    ----------
    text : TextConfig
    byte_map : ndarray of uint8, (256,)   as `tokenizer.byte_map` makes it
    only_newlines : bool                  nothing else ends a line
    """

    def __init__(self, text, byte_map, only_newlines=False):
        self._memory = np.zeros(loops.MEMORY_SIZE, dtype=np.int64)
        mode = loops.KEEP_SYMBOLS if text.tokenize == "words+punctuation" else 0
        mode |= loops.SENTENCES if text.sentences else 0
        mode |= 0 if text.in_words else loops.AT_BLANKS
        # White space is no byte of a token, so it need not be told apart there.
        in_token = np.where(byte_map == 0, np.arange(FULL_SIZE, dtype=np.uint8), byte_map)
        self._constants = (
            mode,
            in_token,
            _word_bytes(text.in_words, byte_map),
            _byte_classes(text.in_words),
            *classes(text.in_words, only_newlines),
            loops.packed(ABBREVIATIONS),
            MAX_TOKEN_BYTES,
        )

    def scan(self, table, data, ids):
        """Count the words in bytes that are whole; see `WordTable.scan`, but for one more id."""
        arguments = data, len(data), *self._constants
        return table.fill(loops.scan_words, data, arguments, ids, self._memory)


def _byte_classes(in_words):
    """The class of each ASCII character, and NOT_ASCII: ndarray of uint8, shape (256,)."""
    page_of, pages = classes(in_words)
    table = np.full(FULL_SIZE, loops.NOT_ASCII, dtype=np.uint8)
    table[:N_ASCII] = pages[page_of[0], :N_ASCII]
    return table


def _word_bytes(in_words, byte_map):
    """What bytes become that are letters or digits by themselves; 0 for others."""
    low = _byte_classes(in_words) & loops.LOW_MASK
    are_plain = (low == LETTER) | (low == DIGIT)
    if not in_words:
        are_plain[N_ASCII:] = True
    return np.where(are_plain, byte_map, np.uint8(0))
