"""Phrases joined in text as it comes by, byte for byte as it was but for what is between words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from ..compiling.cache import compiled_code_cache, is_cached
from ..config import TextConfig
from ..corpus.tokenizer import byte_map
from ..machine.threads import read_ahead
from ..wording.marks import BYTE_ORDER_MARK
from .applying import TableJoiner
from .pairs import SENTENCE_END
from .table import Phrases

with compiled_code_cache():
    from . import textloops as loops

LAST_UPPER_CASE = 0x20000
"""No character from here on has another case."""
MOST_HELD = 256 << 20
"""Bytes of nothing but words of phrases that are held back, until it is seen how they end."""


def is_compiled():
    """Whether text can be joined without a wait for the compiler."""
    return is_cached(loops.find_tokens)


class TextJoiner:
    """Joins phrases in text.

    Tokens lie between ASCII white space, and lines are sentences.

    Parameters
    ----------
    phrases : Phrases
    text : TextConfig or None   with ``lowercase`` or ``digits`` words are compared as they would be
                                then; what comes out stays as it is

    Attributes
    ----------
    n_joined : int   phrases that were joined so far; one in another counts for itself
    n_tokens : int   words that were read

    Example: with the phrase New York, ``b"in New  York\\n"`` becomes ``b"in New_York\\n"``.
    """

    def __init__(self, phrases: Phrases, text: TextConfig | None = None) -> None:
        text = text or TextConfig()
        self._apply = text.apply
        self._index = _index_of(phrases)
        self._other = len(self._index)
        self._table = TableJoiner(phrases, self._index, self._other + 1)
        lengths = [1] * self._table.n_words + [len(words) for words in self._table.words_of]
        self._n_words_of = np.array(lengths, dtype=np.int32)
        self._delimiter = np.frombuffer(phrases.delimiter.encode(), dtype=np.uint8)
        self._byte_map = byte_map(text)
        self._lower = _lower_case() if text.lowercase else np.zeros(0, dtype=np.int32)
        self._words = _word_table(list(self._index))
        self._asked: dict[bytes, int] = {}
        self.n_joined = self.n_tokens = 0

    def join(self, blocks: Iterable[bytes]) -> Iterator[bytes | memoryview]:
        """Yield the text with its phrases joined, in blocks that may end elsewhere."""
        # Words are told in a thread, and phrases joined in this one.
        for part in read_ahead(self._parts(blocks)):
            yield self._joined(part)

    def _parts(self, blocks):
        """Parts of the text such that no phrase lies in two of them."""
        held, mark = b"", None
        for block, is_whole in _with_last(blocks):
            data = held + block
            if mark is None:
                mark = BYTE_ORDER_MARK if data.startswith(BYTE_ORDER_MARK) else b""
                data = data[len(mark) :]
                yield _Part(mark)
            ids, starts, ends = self._tokens(data, is_whole)
            n_certain, stop = len(ids), len(data)
            if not is_whole:
                # Nothing is joined over a word that is in no phrase, or the end of a line.
                borders = np.flatnonzero((ids == self._other) | (ids == SENTENCE_END))
                n_certain = int(borders[-1]) + 1 if len(borders) else 0
                if n_certain == 0 and len(data) > MOST_HELD:
                    n_certain = len(ids)
                stop = int(ends[n_certain - 1]) if n_certain else 0
            held = data[stop:]
            yield _Part(data, stop, ids[:n_certain], starts, ends)

    def _tokens(self, data, is_whole):
        """(ids, starts, ends) of the tokens and lines in bytes."""
        size = len(data) // 2 + 2 + data.count(b"\n")
        arrays = tuple(np.empty(size, dtype=np.int32) for _ in range(3))
        n_found = loops.find_tokens(
            np.frombuffer(data, dtype=np.uint8),
            is_whole,
            self._byte_map,
            self._lower,
            self._other,
            *self._words,
            *arrays,
        )
        ids, starts, ends = (array[:n_found] for array in arrays)
        for place in np.flatnonzero(ids == loops.ASK).tolist():
            ids[place] = self._ask(data[starts[place] : ends[place]])
        return ids, starts, ends

    def _ask(self, token):
        """The id of a word with a character whose lower case is a matter of the whole word."""
        if token not in self._asked:
            word = self._apply(token.decode(errors="replace"))
            self._asked[token] = self._index.get(word, self._other)
        return self._asked[token]

    def _joined(self, part):
        if part.ids is None:
            return part.data
        units = self._table.join(part.ids)
        n_words = int(np.count_nonzero(part.ids != SENTENCE_END))
        self.n_tokens += n_words
        self.n_joined += int(np.count_nonzero(units >= self._table.n_words))
        out = np.empty(part.stop + n_words * len(self._delimiter), dtype=np.uint8)
        n_written = loops.write_joined(
            np.frombuffer(part.data, dtype=np.uint8),
            part.stop,
            units,
            self._n_words_of,
            part.starts,
            part.ends,
            self._delimiter,
            out,
        )
        return memoryview(out[:n_written])


class _Part(NamedTuple):
    """The bytes of ``data`` up to ``stop`` with their tokens; without those they are no text."""

    data: bytes
    stop: int = 0
    ids: np.ndarray | None = None
    starts: np.ndarray | None = None
    ends: np.ndarray | None = None


def _with_last(blocks):
    """(block, False) of each, and an empty one with True at the end."""
    for block in blocks:
        yield block, False
    yield b"", True


def _index_of(phrases):
    """The words of phrases, numbered."""
    index = {}
    for row in phrases:
        for word in row.words:
            index.setdefault(word, len(index))
    return index


def _word_table(words):
    """The arrays of `textloops` for words."""
    encoded = [word.encode(errors="replace") for word in words]
    offsets = np.concatenate([[0], np.cumsum([len(word) for word in encoded], dtype=np.int64)])
    letters = np.frombuffer(b"".join(encoded) or b"\0", dtype=np.uint8)
    size = 1 << max(2 * len(words), 2).bit_length()
    slots = np.zeros(size, dtype=np.uint64)
    offsets, heads = offsets.astype(np.int64), np.zeros(len(words), dtype=np.uint64)
    loops.enter_words(offsets, letters, heads, slots)
    return slots, heads, letters, offsets


def _lower_case():
    """By code point what lower-casing makes of a character; ASK where that is not one by itself."""
    table = np.arange(LAST_UPPER_CASE, dtype=np.int32)
    for code in range(LAST_UPPER_CASE):
        lower = chr(code).lower()
        table[code] = ord(lower) if len(lower) == 1 else loops.ASK
    table[ord("Σ")] = loops.ASK  # which is another letter at the end of a word
    return table
