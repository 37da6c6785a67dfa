"""Phrases as word2phrase.c finds them: its counts, its scores in float32, one pass.

As there, words and pairs are counted by how they are spelled: a token ``new_york`` of the text is
the pair *new york*. Unlike there, counts are exact however long the text and its words are, and
pairs do not lie across line ends unless that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np

from ..phrases.corpus import CorpusIds
from ..phrases.counting import count_pairs
from ..phrases.pairs import BLOCKED, UNIT
from ..phrases.scores import word2phrase
from ..phrases.table import Phrase, Phrases

if TYPE_CHECKING:
    from ..corpus.facts import CountedText
    from ..phrases.config import PhraseConfig

DELIMITER = "_"
FLOAT = np.float32
"""``real`` of word2phrase.c."""


def find_pairs(
    counted: CountedText,
    config: PhraseConfig,
    across: bool = False,
    threads: int = 1,
    progress: Callable[..., Any] | None = None,
) -> Phrases:
    """The pairs of words that word2phrase.c joins.

    Parameters
    ----------
    counted : CountedText         its spools are taken over
    config : PhraseConfig         ``min_count`` and the first threshold count
    across : bool                 count pairs across line ends, which word2phrase.c means not to do
    threads : int
    progress : callable or None   see `count_pairs`

    Source: word2phrase.c, LearnVocabFromTrainFile and TrainModel.
    """
    with closing(CorpusIds.of_text(counted, 1)) as corpus:
        words, counts = corpus.words, corpus.counts
        joined = [place for place, word in enumerate(words) if DELIMITER in word]
        # What is too rare by itself may be frequent together with what is spelled alike.
        least = 1 if joined else config.min_count
        kinds = np.where(counts >= least, UNIT, BLOCKED).astype(np.uint8)
        pairs = count_pairs(
            corpus.spool, kinds, least, across=across, threads=threads, progress=progress
        )
    n_pairs, n_words = pairs.n, counts
    if joined:
        n_words, n_pairs = _spelled_alike(words, counts, joined, pairs)
    n_left, n_right = n_words[pairs.left], n_words[pairs.right]
    score = word2phrase(n_pairs, n_left, n_right, int(counts.sum()), config.min_count, FLOAT)
    chosen = score > FLOAT(config.threshold_of_passes[0])
    for numbers in (n_pairs, n_left, n_right):
        chosen &= numbers >= config.min_count
    columns = (pairs.left, pairs.right, n_pairs, n_left, n_right, score)
    rows = zip(*(column[chosen].tolist() for column in columns), strict=True)
    return Phrases(
        Phrase((words[left],), (), (words[right],), n, n_a, n_b, value, 1)
        for left, right, n, n_a, n_b, value in rows
    )


def _spelled_alike(words, counts, joined, pairs):
    """(counts of words, counts of pairs) where all that are spelled alike are one.

    Only words with a delimiter make any: ``joined`` has their places.
    """
    is_joined = np.zeros(len(counts), dtype=bool)
    is_joined[joined] = True
    keys = pairs.left.astype(np.int64) << 32 | pairs.right
    concerned = is_joined[pairs.left] | is_joined[pairs.right]
    concerned |= np.isin(keys, _pairs_spelled_as_words(words, joined))
    places = np.flatnonzero(concerned)
    spelled = [
        words[left] + DELIMITER + words[right]
        for left, right in zip(pairs.left[places], pairs.right[places], strict=True)
    ]
    total = {words[place]: int(counts[place]) for place in joined}
    for name, n in zip(spelled, pairs.n[places].tolist(), strict=True):
        total[name] = total.get(name, 0) + n
    n_words, n_pairs = counts.copy(), pairs.n.copy()
    n_words[joined] = [total[words[place]] for place in joined]
    n_pairs[places] = [total[name] for name in spelled]
    return n_words, n_pairs


def _pairs_spelled_as_words(words, joined):
    """The keys of all pairs of words that are spelled as one word: ndarray of int64."""
    place_of = {word: place for place, word in enumerate(words)}
    keys = []
    for place in joined:
        parts = words[place].split(DELIMITER)
        for cut in range(1, len(parts)):
            left = place_of.get(DELIMITER.join(parts[:cut]))
            right = place_of.get(DELIMITER.join(parts[cut:]))
            if left is not None and right is not None:
                keys.append(left << 32 | right)
    return np.array(keys, dtype=np.int64)
