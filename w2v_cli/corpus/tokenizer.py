"""Bytes to tokens to provisional ids, counted on the way.

The rules, one for each kind of input:

* Tokens are split at ASCII white space: space, tab, newline, vertical tab, form feed, carriage
  return (so CR LF ends a line like LF). A NUL byte counts as white space too.
* A newline ends a sentence, and so does the end of a file.
* A token longer than ``MAX_TOKEN_BYTES`` is cut to that length, between two characters.
* Bytes that are not UTF-8 become U+FFFD, the replacement character.
* Everything else, no-break spaces included, is part of its token.

The last three rules look at each distinct token once, in :meth:`Tokenizer.words`.
"""

import numpy as np

MAX_TOKEN_BYTES = 1000
SENTENCE_END = -1
"""The id that stands for the end of a sentence."""

_WHITE_SPACE = (b" ", b"\n", b"\t", b"\r", b"\v", b"\f")
# NUL never reaches the split as text, so it can mark the ends of lines there.
_END_TOKEN = b"\0"


class Tokenizer:
    """Turns blocks of bytes into provisional ids: numbers in order of first appearance.

    Blocks may end anywhere, even inside a character; the tokens do not depend on the borders.

    Example: ``feed(b"b a b\\n")`` returns [0, 1, 0, SENTENCE_END].
    """

    def __init__(self):
        self._ids = _IdTable()
        self._counts = np.zeros(0, dtype=np.int64)
        self._rest = b""
        self.n_tokens = 0

    def feed(self, block):
        """Tokenise a block.

        Parameters
        ----------
        block : bytes

        Returns
        -------
        ndarray of int32   provisional ids, with SENTENCE_END after each line
        """
        data = self._rest + block.replace(b"\0", b" ")
        cut = 1 + max(data.rfind(space) for space in _WHITE_SPACE)
        # One byte over the limit is enough to tell later that the token was too long.
        self._rest = data[cut:][: MAX_TOKEN_BYTES + 1]
        return self._encode(data[:cut])

    def end_file(self):
        """Finish the last token and sentence of a file; returns their ids as `feed` does."""
        data, self._rest = self._rest + b"\n", b""
        return self._encode(data)

    def words(self):
        """The distinct words, repaired where they need it.

        Returns
        -------
        words : list of str                     distinct
        counts : ndarray of int64, (n_words,)   occurrences of each
        word_of : ndarray of int32, (n_ids,)    provisional id -> position in ``words``
        repaired : dict of int                  tokens ``not_utf8`` and ``too_long``
        """
        repaired = {"not_utf8": 0, "too_long": 0}
        positions = {}
        word_of = np.empty(len(self._ids) - 1, dtype=np.int32)
        tokens = (token for token in self._ids if token != _END_TOKEN)
        for id_, token in enumerate(tokens):
            word, fault = _repaired(token)
            if fault:
                repaired[fault] += int(self._counts[id_])
            word_of[id_] = positions.setdefault(word, len(positions))
        counts = np.zeros(len(positions), dtype=np.int64)
        np.add.at(counts, word_of, self._counts)
        return list(positions), counts, word_of, repaired

    def _encode(self, data):
        tokens = data.replace(b"\n", b" \0 ").split()
        ids = np.fromiter(map(self._ids.__getitem__, tokens), np.int32, len(tokens))
        counts = np.bincount(ids[ids != SENTENCE_END], minlength=len(self._ids) - 1)
        counts[: len(self._counts)] += self._counts
        self._counts = counts
        self.n_tokens = int(counts.sum())
        return ids


class _IdTable(dict):
    """Token -> provisional id; a token not seen before gets the next id."""

    def __init__(self):
        super().__init__({_END_TOKEN: SENTENCE_END})

    def __missing__(self, token):
        if len(token) > MAX_TOKEN_BYTES + 1:
            return self[token[: MAX_TOKEN_BYTES + 1]]
        self[token] = id_ = len(self) - 1
        return id_


def _repaired(token):
    """A token as text, and the fault that was mended or None."""
    fault = None
    if len(token) > MAX_TOKEN_BYTES:
        fault = "too_long"
        token = _cut_between_characters(token, MAX_TOKEN_BYTES)
    try:
        return token.decode(), fault
    except UnicodeDecodeError:
        return token.decode(errors="replace"), fault or "not_utf8"


def _cut_between_characters(token, size):
    # Continuation bytes are 10xxxxxx; a character has at most three of them.
    for end in range(size, size - 4, -1):
        if token[end] & 0xC0 != 0x80:
            return token[:end]
    return token[:size]
