"""One pass over the text: its words counted, and its ids spooled if they are wanted.

Of plain files several threads take parts that follow one another, each with a table of its own. The
tables are merged in the order of the text, so that words, counts and ids do not depend on the
number of threads. Text that can only be read from its start, compressed or a pipe, is for a `Team`.
"""

import sys
import threading
from contextlib import closing
from dataclasses import replace
from functools import lru_cache
from itertools import compress

import numpy as np

from ..files.encodings import is_utf8
from ..machine.threads import in_threads
from .facts import TextFacts
from .glimpse import Glimpse
from .marks import SENTENCE_END
from .pieces import pieces_of
from .reader import divide, read_blocks
from .repeats import drop_repeats
from .sources import Source, examine
from .spool import ID_BYTES, NOT_A_WORD, Spool, check_free_space
from .team import Team
from .tokenizer import Tokenizer
from .wordtable import WordTable, is_compiled

PATIENCE_SECONDS = 1
"""How long threads are waited for that may be reading a pipe, once counting is interrupted."""


class TextCounts:
    """The words of a text with their counts, and what is known of its ids.

    Attributes
    ----------
    facts : TextFacts
    spools : list of Spool   provisional ids of the text, in order; empty if they were not wanted
    glimpses : list of Glimpse   what some places of the text look like
    """

    def __init__(self, tokenizers, spools, text, glimpses=()):
        self.spools = spools
        self.glimpses = glimpses
        self._table = WordTable()
        self._ids = [self._merged(tokenizer.table) for tokenizer in tokenizers]
        self._word_of, n_not_utf8 = self._repair(text)
        irregular = {"not_utf8": n_not_utf8, "too_long": self._table.n_too_long}
        for name in tokenizers[0].irregular:
            irregular[name] = sum(each.irregular[name] for each in tokenizers)
        if n_undecodable := sum(each.n_undecodable for each in glimpses):
            irregular["undecodable"] = n_undecodable
        pruned_below = max(tokenizer.pruned_below for tokenizer in tokenizers)
        self.facts = TextFacts(self._table.n_tokens, irregular, pruned_below, False, text)

    def highest(self):
        """The highest count of a word; 0 in an empty text."""
        return int(self._counts.max(initial=0))

    def select(self, min_count=1, keep=()):
        """The words that occur often enough, in order of first appearance.

        Parameters
        ----------
        min_count : int
        keep : iterable of str   words to take whatever their count

        Returns
        -------
        words : list of str                      distinct
        counts : ndarray of int64, (n_words,)    all > 0
        """
        wanted = self._counts >= max(min_count, 1)
        kept = self._find(keep)
        wanted[kept[self._counts[kept] > 0]] = True
        chosen = np.flatnonzero(wanted)
        chosen = chosen[np.argsort(self._first_seen[chosen], kind="stable")]
        words = self._table.words(chosen).decode().split("\n")[:-1]
        return words, self._counts[chosen]

    def end_sentences_at(self, word):
        """Take a token for the end of a sentence, as word2vec.c does; it is no word any more.

        The facts have its count as ``sentence_ends``.
        """
        [entry] = self._find([word], missing=-1)
        count = int(self._counts[entry]) if entry >= 0 else 0
        if count == 0:
            return
        self._counts[entry] = 0
        for spool, (_, ids, entry_of) in zip(self.spools, self._ids, strict=False):
            ends = ids[self._word_of[entry_of] == entry]
            spool.rewrite(lambda block, ends=ends: _with_ends(block, ends))
        self.facts = replace(
            self.facts,
            tokens_read=self.facts.tokens_read - count,
            irregular={**self.facts.irregular, "sentence_ends": count},
        )

    def drop_repeats(self, folder, progress=None):
        """Drop the sentences that were there before, and what they count for.

        Words that were dropped while counting (``max_table``) are other words where they come
        again, so that sentences with them may stay.

        Parameters
        ----------
        folder : str                  for temporary files
        progress : callable or None   see `repeats.drop_repeats`
        """
        numbers, unknown = [], len(self._table)
        for next_id, ids, entry_of in self._ids:
            of_spool = np.arange(unknown, unknown + next_id)
            unknown += next_id
            of_spool[ids] = self._word_of[entry_of]
            numbers.append(of_spool)
        dropped = drop_repeats(self.spools, numbers, folder, progress)
        n_tokens = 0
        for (_, ids, entry_of), counts in zip(self._ids, dropped.counts, strict=True):
            np.subtract.at(self._counts, self._word_of[entry_of], counts[ids])
            n_tokens += int(counts.sum())
        self.facts = replace(
            self.facts, sentences_dropped=dropped.n_sentences, tokens_dropped=n_tokens
        )

    def id_maps(self, words):
        """For each spool the position in ``words`` of each of its ids, or NOT_A_WORD.

        Returns
        -------
        list of ndarray of int32
        """
        entries = self._find(words, missing=len(self._table))
        position = np.full(len(self._table) + 1, NOT_A_WORD, dtype=np.int32)
        position[entries] = np.arange(len(words), dtype=np.int32)
        position[-1] = NOT_A_WORD
        maps = []
        for next_id, ids, entry_of in self._ids:
            id_map = np.full(next_id, NOT_A_WORD, dtype=np.int32)
            id_map[ids] = position[self._word_of[entry_of]]
            maps.append(id_map)
        return maps

    def close(self):
        """Give the disk space of the spools back."""
        for spool in self.spools:
            spool.close()

    def _merged(self, table):
        """(number of ids, ids of the entries there, entries here) of another table."""
        if len(self._table) == 0 and self._table.n_tokens == 0:
            self._table = table
            return table.next_id, table.ids, np.arange(len(table))
        return table.next_id, table.ids, self._table.merge(table)

    def _repair(self, text):
        """Make words that differ only in what is repaired one; (word of each entry, tokens)."""
        unclean = self._table.unclean(_changed_characters(text.lowercase, text.in_words))
        found = self._table.words(unclean).split(b"\n")[:-1]
        clean = [cleaned(word, text) for word in found]
        # A character that is in question may be in a word that is as it should be.
        changed = [old != new for old, new in zip(found, clean, strict=True)]
        unclean = unclean[np.array(changed, dtype=bool)]
        found, clean = list(compress(found, changed)), list(compress(clean, changed))
        words = self._table.add(clean)
        counts = self._table.counts
        damaged = np.array([not is_utf8(word) for word in found], dtype=bool)
        n_not_utf8 = int(counts[unclean[damaged]].sum())
        np.add.at(counts, words, counts[unclean])
        counts[unclean] = 0
        word_of = np.arange(len(self._table))
        word_of[unclean] = words
        first_seen = self._table.ids
        np.minimum.at(first_seen, words, first_seen[unclean])
        self._counts, self._first_seen = counts, first_seen
        return word_of, n_not_utf8

    def _find(self, words, missing=None):
        entries = self._table.find([word.encode(errors="replace") for word in words])
        return entries[entries >= 0] if missing is None else np.where(entries < 0, missing, entries)


def count_text(files, text, spool_folder=None, progress=None):
    """Read text once and count its words.

    Parameters
    ----------
    files : sequence of Source or str   what is no `sources.Source` yet is looked at first
    text : TextConfig
    spool_folder : str or None    where the ids are written; None if they are not wanted
    progress : callable or None   called as progress("read", tokens, None, share=), where ``share``
                                  is that of all bytes and is left out if nobody knows it; and as
                                  progress("compile", 0, None) before a wait for the compiler

    Returns
    -------
    TextCounts

    Raises
    ------
    InputError    if a file cannot be read
    OutputError   if the ids cannot be written
    """
    announce_compiling(text, progress)
    sources = [file if isinstance(file, Source) else examine(file, text.encoding) for file in files]
    runs = [divide(sources, 1)[0]]
    is_stream = any(source.n_bytes is None for source in sources)
    # Tables that forget words cannot be put together: a stream is for one thread then.
    in_team = is_stream and text.threads > 1 and text.max_table is None
    if not in_team:
        runs = divide(sources, text.threads, text.sentences)
    spools = []
    try:
        if spool_folder is not None:
            spools += [Spool(spool_folder) for _ in runs]
        reading = _Reading(sources, spool_folder, progress)
        count = _count_in_team if in_team else _count_in_runs
        tokenizers, glimpses = count(runs, text, spools, reading)
    except BaseException:
        for spool in spools:
            spool.close()
        raise
    return TextCounts(tokenizers, spools, text, glimpses)


class _Reading:
    """How much of a text was read, which is told, and whether the disk has room for what comes.

    Parameters
    ----------
    sources : list of Source
    folder, progress           as for `count_text`
    """

    def __init__(self, sources, folder, progress):
        sizes = [source.n_bytes for source in sources]
        self._is_known = None not in sizes
        self._n_bytes = sum(size or 0 for size in sizes)
        self._folder = folder
        self._progress = progress

    def check_room(self, spool, block_size):
        """Raise OutputError if there is no room for all, by what the first block has become."""
        # Compressed text and pipes have no size: this is what is known before.
        ids_a_byte = spool.length / block_size
        check_free_space(self._folder, self._n_bytes * ids_a_byte * ID_BYTES)

    def tell(self, n_tokens, n_bytes):
        """Say that so much was read."""
        if self._progress:
            share = {"share": n_bytes / max(self._n_bytes, 1)} if self._is_known else {}
            self._progress("read", n_tokens, None, **share)


def _count_in_runs(runs, text, spools, reading):
    """Count the words of parts of a text, a thread for each run; (tokenizers, glimpses)."""
    tokenizers = [Tokenizer(text) for _ in runs]
    glimpses = [Glimpse(text.encoding) for _ in runs]
    bytes_read = [0] * len(runs)
    stop = threading.Event()

    def count_run(number):
        spool = spools[number] if spools else None
        is_first = number == 0
        run = runs[number], tokenizers[number], spool, glimpses[number]
        for block_size in _tokens_of(*run):
            if stop.is_set():
                return
            if is_first and spool:
                reading.check_room(spool, block_size)
                is_first = False
            bytes_read[number] += block_size
            reading.tell(sum(each.table.n_tokens for each in tokenizers), sum(bytes_read))

    for _ in in_threads(count_run, range(len(runs)), len(runs), stop, PATIENCE_SECONDS):
        pass
    return tokenizers, glimpses


def _count_in_team(runs, text, spools, reading):
    """Count the words of a text that comes as a stream, in several threads; likewise."""
    team, glimpse = Team(text), Glimpse(text.encoding)
    pieces = pieces_of(runs[0], text.encoding, glimpse.end, text.sentences)
    n_bytes = 0
    with closing(team.tokenise(pieces, wants_ids=bool(spools))) as tokens:
        for data, ids, last in tokens:
            glimpse.take(data, ids)
            for spool in spools:
                spool.append(ids)
                if n_bytes == 0 and data:
                    reading.check_room(spool, len(data))
                spool.append(last)
            n_bytes += len(data)
            reading.tell(team.n_tokens, n_bytes)
    return [team], [glimpse]


def cleaned(word, text):
    """The bytes of a word of a table as they are to be, given the TextConfig."""
    found = word.decode(errors="replace")
    if text.lowercase:
        found = found.lower()
    if text.in_words:
        found = _characters().tidy(found)
    return found.encode()


def announce_compiling(text, progress):
    """Tell ``progress`` of a wait for the compiler, if there is one before text is read."""
    if progress and not is_compiled(text.is_plain):
        progress("compile", 0, None)


def _tokens_of(parts, tokenizer, spool, glimpse):
    """Feed parts of the text to a tokenizer; yields the size of each block after it."""
    for part in parts:
        tokenizer.start_part(is_file_start=part.start == 0)
        for block in read_blocks(part, glimpse.encoding, glimpse.end):
            ids = tokenizer.feed(block)
            glimpse.take(block, ids)
            if spool:
                spool.append(ids)
            yield len(block)
        ids = tokenizer.end_file() if part.stop is None else tokenizer.end_part()
        if spool:
            spool.append(ids)


def _with_ends(block, ends):
    block[np.isin(block, ends)] = SENTENCE_END
    return block


@lru_cache(maxsize=4)
def _changed_characters(lowercase, in_words):
    """By code point, whether a word with that character may change: bool, empty if none does."""
    changed = [_upper_case()] if lowercase else []
    if in_words:
        changed.append(_characters().untidy())
    return np.logical_or.reduce(changed) if changed else np.zeros(0, dtype=bool)


def _characters():
    # Plain text needs no tables of all characters.
    from . import characters

    return characters


@lru_cache(maxsize=1)
def _upper_case():
    """By code point, whether lower-casing changes the character: ndarray of bool."""
    table = np.zeros(sys.maxunicode + 1, dtype=bool)
    for code in range(0x80, sys.maxunicode + 1):
        character = chr(code)
        table[code] = character.lower() != character
    return table
