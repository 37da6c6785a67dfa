"""Several tokenizers at work on one text, which together are as one.

A thread reads the text and cuts it into pieces, some others tokenise them, each with a table of its
own, and whoever asks for the tokens gets them in the order of the text: the words that are new in
a piece are entered into one table then, and the ids become those of that table. So words, counts
and ids are those of a single tokenizer, whatever the number of threads.
"""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, NamedTuple

import numpy as np

from ..compiling.cache import compiled_code_cache
from ..machine.threads import BLOCKS_AHEAD, read_ahead
from .pieces import AT_BORDER, AT_FILE_END
from .tokenizer import Tokenizer
from .wordtable import WordTable

with compiled_code_cache():
    from .mapping import renumber

PIECES_AHEAD = 2
"""For each thread: the one it is at, and one more."""
FIRST_IDS = 1 << 12


class Tokens(NamedTuple):
    """What a piece of text has become.

    Attributes
    ----------
    data : bytes              the piece
    ids : ndarray of int32    of its tokens, and SENTENCE_END
    last : ndarray of int32   those that its end finishes
    """

    data: bytes
    ids: Any
    last: Any


class Team:
    """Tokenizers for one text, each with a thread, started when there is work for it.

    Parameters
    ----------
    text : TextConfig   without ``max_table``: tables that forget words cannot be put together

    Attributes
    ----------
    table : WordTable        the words so far; their counts are there once all is tokenised
    n_tokens : int           of the pieces that were yielded
    pruned_below : int       0: no words were dropped
    irregular : dict of int  see `Tokenizer`
    """

    pruned_below = 0

    def __init__(self, text):
        self.table = WordTable()
        self.n_tokens = 0
        self._text = text
        self._members = []

    @property
    def irregular(self):
        """What was met of what is unusual: see `Tokenizer`."""
        found = [member.tokenizer.irregular for member in self._members]
        names = Tokenizer(self._text).irregular
        return {name: sum(each[name] for each in found) for name in names}

    def tokenise(self, pieces, wants_ids=True):
        """Yield the Tokens of all pieces of a text, in its order. To be called once.

        A few pieces are in memory at a time. If one fails, or the caller stops early (Ctrl-C), the
        threads end with the piece that they are at; one that reads may hang in a pipe, alone.

        Parameters
        ----------
        pieces : iterable of Piece   taken by a thread
        wants_ids : bool             False: of the ids only SENTENCE_END is right, and only in
                                     pieces that a `Glimpse` sees

        Raises
        ------
        InputError    if there are too many words, and what ``pieces`` raises
        MemoryError   if the system has no room for one more thread
        """
        ahead = max(BLOCKS_AHEAD, PIECES_AHEAD * self._text.threads)
        try:
            handed_out = (self._hand_out(piece, wants_ids) for piece in pieces)
            with closing(read_ahead(handed_out, ahead)) as calls:
                for member, call in calls:
                    tokens, new_words, n_tokens = call.result()
                    member.enter(new_words, self.table)
                    if wants_ids:
                        member.translate(tokens.ids)
                        member.translate(tokens.last)
                    self.n_tokens += n_tokens
                    yield tokens
        finally:
            for member in self._members:
                member.close()
        self.table.forget_counts()
        for member in self._members:
            self.table.take_counts(member.tokenizer.table, member.number_of)

    def _hand_out(self, piece, wants_ids):
        """(member, its call) for a piece: the member that is at it already, or has least to do."""
        if piece.goes_on:
            member = self._last
        else:
            waiting = [member.n_waiting() for member in self._members]
            if all(waiting) and len(waiting) < self._text.threads:
                self._members.append(_Member(self._text))
                waiting.append(0)
            member = self._members[waiting.index(min(waiting))]
        self._last = member
        return member, member.hand(piece, wants_ids)


class _Member:
    """A tokenizer with a thread, which takes pieces in the order in which they are handed to it.

    Attributes
    ----------
    tokenizer : Tokenizer
    number_of : ndarray of int32   the team's id of each of its own
    """

    def __init__(self, text):
        self.tokenizer = Tokenizer(text)
        self._numbers = np.empty(FIRST_IDS, dtype=np.int32)
        self._n_known = 0
        self._thread = ThreadPoolExecutor(1)
        self._calls = deque()

    @property
    def number_of(self):
        return self._numbers[: self._n_known]

    def n_waiting(self):
        """How many pieces it has not finished."""
        while self._calls and self._calls[0].done():
            self._calls.popleft()
        return len(self._calls)

    def hand(self, piece, wants_ids):
        """The Future of (Tokens with ids of its own, bytes of words that are new, tokens)."""
        try:
            call = self._thread.submit(self._tokenise, piece, wants_ids)
        except RuntimeError as error:
            raise MemoryError(f"{error}; fewer threads need less") from error
        self._calls.append(call)
        return call

    def enter(self, words, table):
        """Number words that are new to it by the table of the team."""
        numbers = table.enter(words)
        n_known = self._n_known + len(numbers)
        if n_known > len(self._numbers):
            self._numbers.resize(max(n_known, 2 * len(self._numbers)), refcheck=False)
        self._numbers[self._n_known : n_known] = numbers
        self._n_known = n_known

    def translate(self, ids):
        """Make its ids those of the team; *in place:* ``ids`` (ndarray of int32)."""
        renumber(ids, self._numbers)

    def close(self):
        """Wait for the piece that it is at; leave the others out."""
        self._thread.shutdown(cancel_futures=True)

    def _tokenise(self, piece, wants_ids):
        tokenizer, table = self.tokenizer, self.tokenizer.table
        n_words, n_tokens = len(table), table.n_tokens
        if not piece.goes_on:
            tokenizer.start_part(piece.is_file_start)
        ids = tokenizer.feed(piece.data)
        ids = ids.copy() if wants_ids or piece.is_seen else ids[:0]
        if piece.end == AT_FILE_END:
            last = tokenizer.end_file().copy()
        else:
            last = tokenizer.end_part().copy() if piece.end == AT_BORDER else ids[:0]
        new_words = table.words(np.arange(n_words, len(table)))
        return Tokens(piece.data, ids, last), new_words, table.n_tokens - n_tokens
