"""A whole corpus as ids, in which phrases are found, or those of a table are joined."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from ..corpus.encoded import encode
from ..corpus.spool import NOT_A_WORD, Spool
from ..errors import field
from .applying import TableJoiner
from .config import PhraseConfig
from .finding import Finder, Found, kinds_of
from .pairs import BLOCKED
from .table import Phrase, Phrases

if TYPE_CHECKING:
    from ..corpus.archive import Archive
    from ..corpus.facts import CountedText

Progress = Callable[..., Any] | None


class CorpusIds:
    """A corpus as ids in a spool: its words, one id for all words that are rarer, and phrases.

    Attributes
    ----------
    spool : Spool                       ids, and SENTENCE_END between sentences
    words : list of str                 by id; the next id is that of all words that are rarer
    counts : ndarray of int64, (n,)     how often each id occurs
    """

    def __init__(self, spool: Spool, words: list[str], counts: np.ndarray) -> None:
        """``counts`` has a last one: that of all words that are rarer."""
        self.spool, self.counts = spool, counts
        self.words, self._n_words = words, len(words) + 1
        self._names: list[str] = []

    @classmethod
    def of_text(cls, counted: CountedText, least: int, keep: Collection[str] = ()) -> CorpusIds:
        """A text that was counted; its spools are taken over.

        Parameters
        ----------
        counted : CountedText
        least : int                  words that occur less often are told no more
        keep : collection of str     but for these
        """
        words, counts = counted.select(least, keep)
        id_maps = counted.id_maps(words)
        for id_map in id_maps:
            id_map[id_map == NOT_A_WORD] = len(words)
        corpus = encode(counted.spools, id_maps)
        return cls(corpus.ids, words, np.append(counts, corpus.n_tokens - counts.sum()))

    @classmethod
    def of_archive(cls, archive: Archive, folder: str, progress: Progress = None) -> CorpusIds:
        """An encoded corpus; its ids are checked and copied to a spool, and it is closed.

        Raises
        ------
        InputError    if it is damaged
        OutputError   if the ids cannot be written
        """
        spool = Spool(folder)
        try:
            for ids in archive.corpus.ids.checked_blocks(len(archive.words), progress):
                spool.append(ids)
        except BaseException:
            spool.close()
            raise
        archive.corpus.close()
        return cls(spool, archive.words, np.append(archive.counts, 0))

    def find(
        self,
        config: PhraseConfig,
        threads: int = 1,
        progress: Progress = None,
        joins: bool = True,
    ) -> Phrases:
        """Find phrases, and join them here.

        Parameters
        ----------
        config : PhraseConfig
        threads : int
        progress : callable or None   see `count_pairs`
        joins : bool                  False: nobody wants the corpus any more
        """
        kinds = np.append(kinds_of(self.words, self.counts[:-1], config), np.uint8(BLOCKED))
        finder = Finder(self.spool, self.counts, kinds, config, threads, progress)
        rows: list[Phrase] = []
        for found in finder.passes(joins_last=joins):
            rows += [self._phrase(each, finder) for each in found]
        if joins:
            self._take(finder.counts, finder.words_of, config.delimiter)
        return Phrases(rows, config.delimiter, config.prefer)

    def join(self, phrases: Phrases) -> None:
        """Join the phrases of a table."""
        index = {word: id_ for id_, word in enumerate(self.words)}
        table = TableJoiner(phrases, index, self._n_words)
        for joiner in table.joiners:
            self.spool.rewrite(joiner.feed)
            self.spool.append(joiner.finish())
            self.counts = joiner.counts
        self._take(self.counts, table.words_of, phrases.delimiter)

    def named(self) -> tuple[list[str], np.ndarray, np.ndarray, list[str]]:
        """The words and phrases that occur.

        Returns
        -------
        words : list of str                     distinct, phrases behind words
        counts : ndarray of int64, (n_words,)
        id_map : ndarray of int32, (n,)         the place of each id in ``words``, or NOT_A_WORD
        doubled : list of str                   phrases that are spelled like a word of the text,
                                                and one with it now
        """
        place_of: dict[str, int] = {}
        doubled = []
        places = np.full(len(self.counts), NOT_A_WORD, dtype=np.int32)
        for id_, name in enumerate([*self.words, None, *self._names]):
            if name is None or self.counts[id_] == 0:
                continue
            if name in place_of and id_ >= self._n_words and place_of[name] < self._n_words:
                doubled.append(name)
            places[id_] = place_of.setdefault(name, len(place_of))
        named = places >= 0
        counts = np.zeros(len(place_of), dtype=np.int64)
        np.add.at(counts, places[named], self.counts[named])
        return list(place_of), counts, places, doubled

    @property
    def n_joined(self) -> int:
        """How many phrases there are in the text now."""
        return int(self.counts[self._n_words :].sum())

    @property
    def n_phrases(self) -> int:
        """How many different ones."""
        return int(np.count_nonzero(self.counts[self._n_words :]))

    def close(self) -> None:
        """Give the disk space of the spool back."""
        self.spool.close()

    def _take(self, counts, words_of, delimiter):
        """Take the counts after joining, and the names of new phrases."""
        self.counts = counts
        self._names = [delimiter.join(self.words[id_] for id_ in ids) for ids in words_of]

    def _phrase(self, found: Found, finder: Finder) -> Phrase:
        left, between, right = (
            tuple(self.words[id_] for id_ in ids)
            for ids in (finder.words(found.left), found.between, finder.words(found.right))
        )
        numbers = found.count, found.left_count, found.right_count, found.score, found.number
        return Phrase(left, between, right, *numbers)


def gaps_note(tokens_read: int, n_tokens: int) -> str | None:
    """What the user should know if an encoded corpus has not all words of its text; None if so."""
    if n_tokens == tokens_read:
        return None
    return (
        f"{tokens_read - n_tokens:,} of {tokens_read:,} words were left out when the corpus was "
        "encoded, and their neighbors stand side by side now, as if they were phrases; encode it "
        f"with {field('min_count', 1)}"
    )


def doubled_note(names: list[str]) -> str | None:
    """What the user should know of phrases that are spelled as words of the text are; or None."""
    if not names:
        return None
    return (
        f"{len(names):,} phrases are spelled as words of the text are, such as {names[0]!r:.60}, "
        f"and each is one word with it now; another {field('delimiter')} keeps them apart"
    )
