"""Sentences that a program has as lists of tokens: counted and encoded like text, in one pass.

Tokens are taken as they are, so that they may hold spaces. What could never be told from others
once it is written is refused: an empty token, and a newline in one.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..errors import InputError
from ..wording.plaintext import is_missing, shown
from .facts import TextFacts
from .marks import SENTENCE_END
from .repeats import drop_repeats
from .spool import BLOCK_IDS, NOT_A_WORD, Spool


class TokenCounts:
    """The words of sentences with their counts; what `counting.TextCounts` is for text.

    Attributes
    ----------
    facts : TextFacts        nothing is irregular, nor dropped: tokens are taken as they are
    spools : list of Spool   one, of provisional ids
    """

    def __init__(self, table, counts, spool, text):
        self._table = table
        self._counts = counts
        self.facts = TextFacts(int(counts.sum()), {}, 0, False, text)
        self.spools = [spool]

    def highest(self):
        """The highest count of a word; 0 if there is none."""
        return int(self._counts.max(initial=0))

    def select(self, min_count=1, keep=()):
        """The words that occur often enough, in order of first appearance.

        Parameters
        ----------
        min_count : int
        keep : collection of str   words to take whatever their count

        Returns
        -------
        words : list of str                      distinct
        counts : ndarray of int64, (n_words,)    all > 0
        """
        all_words = self._table.words
        keep = frozenset(keep)
        wanted = [
            place
            for place, count in enumerate(self._counts.tolist())
            if count >= min_count or all_words[place] in keep
        ]
        return [all_words[place] for place in wanted], self._counts[wanted]

    def drop_repeats(self, folder, progress=None):
        """Drop the sentences that were there before; see `counting.TextCounts.drop_repeats`."""
        numbers = [np.arange(len(self._table.words))]
        dropped = drop_repeats(self.spools, numbers, folder, progress)
        [counts] = dropped.counts
        self._counts -= counts
        self.facts = replace(
            self.facts,
            sentences_dropped=dropped.n_sentences,
            tokens_dropped=int(counts.sum()),
        )

    def id_maps(self, words):
        """For the spool, the position in ``words`` of each of its ids, or NOT_A_WORD.

        Returns
        -------
        list of one ndarray of int32
        """
        position = {word: place for place, word in enumerate(words)}
        find = position.get
        ids = (find(word, NOT_A_WORD) for word in self._table.words)
        return [np.fromiter(ids, np.int32, len(self._table.words))]

    def close(self):
        """Give the disk space of the spool back."""
        for spool in self.spools:
            spool.close()


def count_tokens(sentences, text, folder, progress=None):
    """Go through sentences once: count their words and keep their ids.

    Parameters
    ----------
    sentences : iterable of sequence of str   may be a generator
    text : TextConfig             ``lowercase`` and ``digits`` hold for tokens too
    folder : str                  where the ids are written
    progress : callable or None   called as progress("read", tokens, None)

    Returns
    -------
    TokenCounts

    Raises
    ------
    InputError    if a sentence is no list of tokens, or a token is empty or holds a newline
    OutputError   if the ids cannot be written
    """
    table = _Table(text)
    spool = Spool(folder)
    counts = np.zeros(0, dtype=np.int64)
    n_tokens = 0
    try:
        for ids, sentence_ends in _blocks(sentences, table):
            counts = _added(counts, np.bincount(ids[ids >= 0], minlength=len(table.words)))
            spool.append(ids)
            n_tokens += len(ids) - sentence_ends
            if progress:
                progress("read", n_tokens, None)
    except BaseException:
        spool.close()
        raise
    return TokenCounts(table, counts, spool, text)


class _Table(dict):
    """Token -> provisional id; a token that is new gets the next one.

    Attributes
    ----------
    words : list of str   by id, as the text options have them
    """

    def __init__(self, text):
        super().__init__()
        self.words = []
        self._text = text
        self._ids = {}

    def __missing__(self, token):
        if not isinstance(token, str):
            raise InputError(f"is no text but {shown(token)}; {_remedy(token)}")
        if fault := _fault(token):
            raise InputError(f"{shown(token)} {fault}; leave such tokens out")
        word = self._text.apply(str(token))
        id_ = self[token] = self._ids.setdefault(word, len(self.words))
        if id_ == len(self.words):
            self.words.append(word)
        return id_


def _remedy(token):
    """What to give in place of a token that is no text."""
    if is_missing(token):
        return "leave it out"
    if isinstance(token, bytes):
        return "give token.decode()"
    return "give token.text" if hasattr(token, "text") else "give str(token)"


def _fault(token):
    """Why a text can be no word; None if it can."""
    if not token:
        return "is empty"
    if "\n" in token:
        return "holds a newline"
    try:
        token.encode()
    except UnicodeEncodeError:
        return "cannot be written as UTF-8"
    return None


def _blocks(sentences, table):
    """(ids of some sentences with their ends, how many ends), block by block."""
    ids, ends = [], 0
    for number, sentence in enumerate(sentences, 1):
        if isinstance(sentence, (str, bytes, Mapping)):
            raise InputError(
                f"sentence {number} is {shown(sentence)}: a sentence is a list of tokens, such as "
                "text.split()"
            )
        try:
            ids += map(table.__getitem__, sentence)
        except InputError as error:
            raise InputError(f"sentence {number}: a token {error.message}") from None
        except TypeError as error:
            raise _no_list(number, sentence) from error
        ids.append(SENTENCE_END)
        ends += 1
        if len(ids) >= BLOCK_IDS:
            yield np.array(ids, dtype=np.int32), ends
            ids, ends = [], 0
    if ids:
        yield np.array(ids, dtype=np.int32), ends


def _no_list(number, sentence):
    """The error of something that cannot be gone through as a list of tokens."""
    if is_missing(sentence):
        return InputError(f"sentence {number} is missing ({sentence}); leave it out")
    return InputError(
        f"sentence {number} is no list of tokens but {shown(sentence)}; a sentence is a list of "
        "words, such as text.split()"
    )


def _added(counts, more):
    more[: len(counts)] += counts
    return more
