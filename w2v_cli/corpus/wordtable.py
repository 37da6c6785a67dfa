"""The distinct words of a text and their counts, in a table that grows as they come."""

import os

import numpy as np

from ..compiling.cache import is_cached
from ..errors import InputError, field
from . import scan as loops
from .scan import ARENA_USED, COUNT, ID, N_ENTRIES, N_IDS, N_TOO_LONG, NEXT_ID, POSITION, SPAN

MAX_TOKEN_BYTES = 1000
FIRST_SLOTS = 1 << 12
FIRST_ENTRIES = 1 << 11
FIRST_ARENA = 1 << 14
GROWTH = 1.125
"""Entries and bytes grow by little: what they take beyond their content is memory lost."""
MAX_IDS = 2**31 - 1

SAME_BYTES = np.arange(256, dtype=np.uint8)


def is_compiled(is_plain=True):
    """Whether words can be counted without a wait for the compiler, in plain text or other."""
    if is_plain:
        return is_cached(loops.scan)
    # Through the module that keeps the compiled code in our own files.
    from .wordscanner import loops as written

    return is_cached(written.scan_words)


class WordTable:
    """Words as bytes with their counts. See `scan` for the arrays.

    A word takes 32 bytes, 12 to 24 in the table, its length beyond eight bytes, and an eighth of
    room to grow; while the table doubles, 12 more.

    Attributes
    ----------
    n_tokens : int      tokens counted
    n_too_long : int    of those, tokens that were cut
    """

    def __init__(self):
        self._slots = np.zeros(FIRST_SLOTS, dtype=np.uint64)
        self._entries = np.empty((FIRST_ENTRIES, 4), dtype=np.uint64)
        self._arena = np.empty(FIRST_ARENA, dtype=np.uint8)
        self._state = np.zeros(loops.STATE_SIZE, dtype=np.int64)
        self._state[loops.HASH_START] = int.from_bytes(os.urandom(8), "little", signed=True)
        self.n_tokens = 0

    def __len__(self):
        return int(self._state[N_ENTRIES])

    @property
    def next_id(self):
        """The number of ids given so far."""
        return int(self._state[NEXT_ID])

    @property
    def n_too_long(self):
        return int(self._state[N_TOO_LONG])

    @property
    def counts(self):
        """Occurrences of each entry: int64, shape (n_entries,), a copy."""
        return self._entries[: len(self), COUNT].astype(np.int64)

    @property
    def ids(self):
        """The id of each entry: int64, shape (n_entries,), rising; a copy."""
        return self._entries[: len(self), ID].astype(np.int64)

    def scan(self, data, byte_map, ids):
        """Count the tokens in bytes that are whole.

        Parameters
        ----------
        data : ndarray of uint8
        byte_map : ndarray of uint8, (256,)
        ids : ndarray of int32   *in place*; at least as long as ``data``

        Returns
        -------
        n_ids, position : int   numbers written, and where the last, unfinished token begins

        Raises
        ------
        InputError   if ids might no longer fit in 32 bits
        """
        arguments = data, len(data), byte_map, MAX_TOKEN_BYTES
        return self.fill(loops.scan, data, arguments, ids)

    def fill(self, loop, data, arguments, ids, *more):
        """Count with a loop: ``loop(*arguments, slots, entries, arena, ids, state, *more)``.

        Parameters and results are those of `scan`.
        """
        if self.next_id > MAX_IDS - len(data):
            raise InputError(
                f"the text has more than {self.next_id:,} different words, too many to number; "
                f"count it in parts with w2v vocab, and give the merged {field('vocab')}"
            )
        self._state[[POSITION, N_IDS]] = 0
        while not loop(*arguments, *self._arrays(), ids, self._state, *more):
            self._make_room()
        n_ids = int(self._state[N_IDS])
        self.n_tokens += n_ids - int(np.count_nonzero(ids[:n_ids] == loops.SENTENCE_END))
        return n_ids, int(self._state[POSITION])

    def merge(self, other):
        """Add the words and counts of another table, in its order.

        Returns
        -------
        ndarray of int64, (len(other),)   the entry here of each entry there
        """
        new = np.empty(len(other), dtype=np.int64)
        done = 0
        while True:
            done = loops.merge(
                done,
                other._entries,
                len(other),
                other._arena,
                SAME_BYTES,
                *self._arrays(),
                self._state,
                new,
            )
            if done == len(other):
                break
            self._make_room()
        self.n_tokens += other.n_tokens
        self._state[N_TOO_LONG] += other.n_too_long
        return new

    def enter(self, words):
        """Number words that have been counted elsewhere, so that their counts here mean nothing.

        Parameters
        ----------
        words : bytes   each with a newline behind it, as `words` gives them

        Returns
        -------
        ndarray of int32   the entry of each, which is its id where nothing was dropped
        """
        ids = np.empty(len(words), dtype=np.int32)
        n_ids, _ = self.scan(np.frombuffer(words, dtype=np.uint8), SAME_BYTES, ids)
        return ids[:n_ids:2]

    def forget_counts(self):
        """All words stay, each with the count 0."""
        self._entries[: len(self), COUNT] = 0
        self.n_tokens = 0

    def take_counts(self, other, entries):
        """Add the counts of another table (WordTable), whose words are these entries here."""
        self._entries[entries, COUNT] += other._entries[: len(other), COUNT]
        self.n_tokens += other.n_tokens
        self._state[N_TOO_LONG] += other.n_too_long

    def drop_rare(self, least):
        """Forget the words with a count below ``least``; their ids are not given again."""
        loops.drop_rare(least, self._entries, self._arena, self._state)
        self._resize_slots(FIRST_SLOTS)

    def find(self, words):
        """The entries of some words (list of bytes); -1 for those that are not here.

        Returns
        -------
        ndarray of int64, (len(words),)
        """
        data = np.frombuffer(b"".join(words) or b"\0", dtype=np.uint8)
        offsets = np.concatenate([[0], np.cumsum([len(word) for word in words], dtype=np.int64)])
        return loops.find_words(
            data, offsets.astype(np.int64), SAME_BYTES, *self._arrays(), self._state
        )

    def add(self, words):
        """The entries of some words (list of bytes), new ones with count 0 where need be."""
        entries = self.find(words)
        missing = WordTable()
        absent = [word for word, entry in zip(words, entries.tolist(), strict=True) if entry < 0]
        if absent:
            text = np.frombuffer(b"\n".join(absent) + b"\n", dtype=np.uint8)
            missing.scan(text, SAME_BYTES, np.empty(len(text), dtype=np.int32))
            missing._entries[:, COUNT] = 0
            missing.n_tokens = 0
            self.merge(missing)
            entries = self.find(words)
        return entries

    def words(self, chosen):
        """The bytes of some entries, as one text: each word with a newline behind it.

        Parameters
        ----------
        chosen : ndarray of int64

        Returns
        -------
        bytes
        """
        lengths = self._entries[chosen, SPAN] & loops.LENGTH_MASK
        text = np.empty(int(lengths.sum()) + len(chosen), dtype=np.uint8)
        loops.write_words(chosen, self._entries, self._arena, loops.NEWLINE, text)
        return text.tobytes()

    def unclean(self, upper_case):
        """Entries that are not UTF-8 or hold a character of ``upper_case``; see `find_unclean`."""
        return loops.find_unclean(self._entries, len(self), self._arena, upper_case)

    def _arrays(self):
        return self._slots, self._entries, self._arena

    def _make_room(self):
        """Grow what is full; called when there was no room for one more word."""
        if 3 * (len(self) + 1) > 2 * len(self._slots):
            self._resize_slots(2 * len(self._slots))
        if len(self) == len(self._entries):
            # In place, by realloc: two copies of a large table may not fit in memory.
            self._entries.resize((int(len(self) * GROWTH) + 1, 4), refcheck=False)
        if self._state[ARENA_USED] + MAX_TOKEN_BYTES > len(self._arena):
            size = int(len(self._arena) * GROWTH) + 2 * MAX_TOKEN_BYTES
            self._arena.resize(size, refcheck=False)

    def _resize_slots(self, least):
        size = least
        while 3 * (len(self) + 1) > 2 * size:
            size *= 2
        self._slots = np.zeros(0, dtype=np.uint64)
        self._slots = np.zeros(size, dtype=np.uint64)
        loops.fill_slots(self._slots, self._entries, self._arena, self._state)
