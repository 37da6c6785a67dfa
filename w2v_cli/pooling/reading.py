"""Documents in text, one a line, as rows of words: block by block, each as soon as it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ..corpus.badbytes import find_bad_bytes
from ..corpus.counting import cleaned
from ..corpus.facts import TextFacts
from ..corpus.glimpse import Glimpse
from ..corpus.remarks import not_utf8, undecodable
from ..corpus.textblocks import text_blocks
from ..corpus.tokenizer import Tokenizer
from ..corpus.wordtable import WordTable
from ..files.encodings import is_utf8
from .marks import END, UNKNOWN

if TYPE_CHECKING:
    from ..config import TextConfig
    from ..corpus.sources import Sources
    from .unknown import Unknown

MOST_WORDS = 1 << 20
"""Distinct words that are known at a time; beyond that all are looked up anew."""


class Finder(Protocol):
    """What finds the rows of words: a `Lexicon`, or what has rows of its own.

    Attributes
    ----------
    rows : anything     what the rows that were found so far stand for
    is_full : bool      whether it is time for ``forget_made``
    """

    @property
    def rows(self) -> Any:
        """What the rows that were found so far stand for."""

    @property
    def is_full(self) -> bool:
        """Whether it is time to forget words."""

    def find(self, words: list[str]) -> np.ndarray:
        """The rows of words: int32, shape (n,), UNKNOWN for those without."""

    def forget_made(self) -> None:
        """Begin anew with words that were made; the rows of earlier ones mean nothing now."""


class DocumentReader:
    """Reads text as rows of words, with END for each newline.

    Parameters
    ----------
    lexicon : Lexicon, or another Finder
    sources : Sources
    text : TextConfig
    unknown : Unknown   is told of words without a vector
    keeps_all : bool    rows keep their meaning to the end, and so memory grows with the words

    Attributes
    ----------
    n_words : int   read so far
    """

    def __init__(
        self,
        lexicon: Finder,
        sources: Sources,
        text: TextConfig,
        unknown: Unknown,
        keeps_all: bool = False,
    ) -> None:
        self.n_words = 0
        self._lexicon = lexicon
        self._sources = sources
        self._text = text
        self._unknown = unknown
        self._keeps_all = keeps_all
        self._tokenizer = Tokenizer(text, only_newlines=True)
        self._row_of_id = np.array([END], dtype=np.int32)
        self._damaged: list[int] = []
        self._n_not_utf8 = 0
        self._glimpse = Glimpse(text.encoding)

    def blocks(self):
        """Yields the rows of some words after others, and what they stand for.

        Yields
        ------
        rows : ndarray of int32
        meaning : Rows
        """
        irregular = self._tokenizer.irregular
        for source in self._sources.files:
            for block in text_blocks(source, self._text.encoding, self._glimpse.end):
                yield self._rows(self._tokenizer.feed(block), block)
            n_open = irregular["no_final_newline"]
            ids = self._tokenizer.end_file()
            # What comes last is the newline that was put behind: no line, unless one was open.
            yield self._rows(ids if irregular["no_final_newline"] > n_open else ids[:-1])
        self._forget_words()

    def notes(self) -> list[str]:
        """What a user should know of the text, when all of it was read."""
        irregular = {**self._tokenizer.irregular, "not_utf8": self._n_not_utf8}
        irregular["undecodable"] = self._glimpse.n_undecodable
        facts = TextFacts(self.n_words, irregular, 0, False, self._text)
        files, marked = self._sources.files, self._glimpse.marked
        notes = [undecodable(facts, marked)]
        if self._n_not_utf8:
            notes.append(not_utf8(facts, find_bad_bytes(files, [self._glimpse]), len(files)))
        return [note for note in notes if note]

    def _rows(self, ids, block=b""):
        n_ends = int(np.count_nonzero(ids == END))
        self.n_words += len(ids) - n_ends
        table = self._tokenizer.table
        n_seen = len(self._row_of_id) - 1
        if len(table) > n_seen:
            words = self._words(np.arange(n_seen, len(table)))
            new = self._lexicon.find(words)
            self._row_of_id = np.concatenate([self._row_of_id[:-1], new, self._row_of_id[-1:]])
        rows, meaning = self._row_of_id[ids], self._lexicon.rows  # END is -1: the last one
        self._glimpse.take(block, rows)
        is_full = len(table) > MOST_WORDS or self._lexicon.is_full
        if is_full and not self._keeps_all:
            self._forget_words()
        return rows, meaning

    def _words(self, entries):
        """The words of new entries as they are looked up: list of str."""
        raw = self._tokenizer.table.words(entries)
        if raw.isascii():
            # Bytes were lower-cased, and nothing else is repaired in ASCII.
            return raw.decode("ascii").split("\n")[:-1]
        found = raw.split(b"\n")[:-1]
        damaged = (entry for entry, word in zip(entries.tolist(), found, strict=True)
                   if not word.isascii() and not is_utf8(word))  # fmt: skip
        self._damaged += damaged
        return [(word if word.isascii() else cleaned(word, self._text)).decode() for word in found]

    def _forget_words(self):
        """Tell of the words so far, and begin anew; the tokenizer keeps what it has in hand."""
        counts = self._tokenizer.table.counts
        self._n_not_utf8 += int(counts[self._damaged].sum())
        self._damaged = []
        entries = np.flatnonzero(self._row_of_id[:-1] == UNKNOWN)
        unknown = zip(self._words(entries), counts[entries].tolist(), strict=True)
        self._unknown.add_words(dict(unknown))
        self._damaged = []
        if not self._keeps_all:
            self._tokenizer.table = WordTable()
            self._row_of_id = self._row_of_id[-1:]
            self._lexicon.forget_made()
