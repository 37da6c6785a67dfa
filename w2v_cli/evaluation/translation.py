"""How well words of one language find their translations among the vectors of another.

A source word is right at k if any of its translations is among the k nearest words of the target,
all of which compete. Every source word counts once, however many translations it has. A word is
asked if it has a vector and one of its translations has one too. Those that cannot be asked are
left out, as MUSE and VecMap do, so that a smaller vocabulary seems better; so every figure is told
in another way, too: with all such words counted as wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..alignment.config import NEIGHBORS
from ..alignment.csls import Csls
from ..alignment.mapping import normalized
from ..embeddings.lookup import spelled_or_folded
from ..embeddings.table import Embeddings
from .bootstrap import interval, mean_interval, resampled_weights
from .dictionary import JOINER, Dictionary

DEPTHS = (1, 5, 10)
BLOCK_SCORES = 1 << 22
"""Scores of queries and all words that are computed at a time: 16 MB."""
NN, CSLS = "nn", "csls"


@dataclass(frozen=True)
class Share:
    """A figure between 0 and 1, of the words that were asked and of all.

    Attributes
    ----------
    value : float or None                 None if no word was asked
    interval : (float, float) or None     95 % bootstrap interval over source words
    of_all : float                        with words that could not be asked counted as wrong
    interval_of_all : (float, float)
    """

    value: float | None
    interval: tuple[float, float] | None
    of_all: float
    interval_of_all: tuple[float, float]

    def as_dict(self) -> dict[str, Any]:
        """The numbers by name, as they stand in JSON."""
        return {
            "value": self.value,
            "interval": None if self.interval is None else list(self.interval),
            "all": self.of_all,
            "all_interval": list(self.interval_of_all),
        }


@dataclass(frozen=True)
class Retrieval:
    """Figures of one way to find translations.

    Attributes
    ----------
    precision : dict of int to Share   of DEPTHS: a translation is among so many
    mrr : Share                        mean of 1 / rank of the best translation, among all words
    """

    precision: dict[int, Share]
    mrr: Share

    def as_dict(self) -> dict[str, Any]:
        """The figures by name, as they stand in JSON."""
        shares = {f"p{depth}": share.as_dict() for depth, share in self.precision.items()}
        return {**shares, "mrr": self.mrr.as_dict()}


@dataclass(frozen=True)
class TranslationScores:
    """Scores of a dictionary in one direction.

    Attributes
    ----------
    name : str              of the dictionary
    direction : str         ``forward``, from source to target, or ``backward``
    words : int             source words of the dictionary
    asked : int             of them, those that could be asked
    unknown_source : int    those that have no vector
    unknown_target : int    those that have one, and none of whose translations has
    phrases : int           pairs of the dictionary with several words on a side
    nn : Retrieval          nearest neighbors by cosine
    csls : Retrieval or None   by CSLS; None if that was not asked for
    """

    name: str
    direction: str
    words: int
    asked: int
    unknown_source: int
    unknown_target: int
    phrases: int
    nn: Retrieval
    csls: Retrieval | None

    @property
    def coverage(self) -> float:
        """Share of the source words that could be asked."""
        return self.asked / self.words

    @property
    def retrievals(self) -> dict[str, Retrieval]:
        """By name: ``nn``, and ``csls`` if it was asked for."""
        return {NN: self.nn} | ({} if self.csls is None else {CSLS: self.csls})

    def as_dict(self) -> dict[str, Any]:
        """The result as the command prints it in JSON."""
        counts = {name: value for name, value in vars(self).items() if name not in (NN, CSLS)}
        found = {name: retrieval.as_dict() for name, retrieval in self.retrievals.items()}
        return {**counts, "coverage": self.coverage, **found}


@dataclass(frozen=True)
class Asked:
    """What can be asked of a dictionary.

    Attributes
    ----------
    rows : ndarray of int64, shape (n_asked,)    of source words
    answers : list of ndarray of int64           rows of the translations of each, ascending
    words, unknown_source, unknown_target : int  see `TranslationScores`
    """

    rows: np.ndarray
    answers: list[np.ndarray]
    words: int
    unknown_source: int
    unknown_target: int

    @property
    def pairs(self) -> np.ndarray:
        """All pairs of rows: int64, shape (n_pairs, 2)."""
        parts = [
            np.column_stack([np.full(len(answers), row), answers])
            for row, answers in zip(self.rows, self.answers, strict=True)
        ]
        return np.concatenate([np.empty((0, 2), np.int64), *parts])

    def part(self, chosen: np.ndarray) -> Asked:
        """Of some source words alone: ndarray of bool, shape (n_asked,)."""
        answers = [each for each, is_in in zip(self.answers, chosen, strict=True) if is_in]
        return Asked(self.rows[chosen], answers, len(answers), 0, 0)


def ask(
    source: Embeddings, target: Embeddings, dictionary: Dictionary, ignore_case: bool = True
) -> Asked:
    """Find the words of a dictionary in two vocabularies.

    A word that is not there as it is spelled is the first that differs in case only, where case is
    ignored. A phrase may stand there with ``_`` for its blanks.

    Parameters
    ----------
    source, target : Embeddings
    dictionary : Dictionary
    ignore_case : bool

    Returns
    -------
    Asked   in the order of the dictionary
    """
    lookups = [spelled_or_folded(each, ignore_case) for each in (source, target)]

    def row_of(lookup, word):
        row = lookup.row(word)
        return lookup.row(word.replace(" ", JOINER)) if row is None and " " in word else row

    answers: dict[str, set[int]] = {}
    for word, translation in dictionary.pairs:
        row = row_of(lookups[1], translation)
        answers.setdefault(word, set()).update([] if row is None else [row])
    rows, found, unknown_source, unknown_target = [], [], 0, 0
    for word, known in answers.items():
        row = row_of(lookups[0], word)
        unknown_source += row is None
        unknown_target += row is not None and not known
        if row is not None and known:
            rows.append(row)
            found.append(np.array(sorted(known), np.int64))
    return Asked(
        np.array(rows, np.int64), found, len(answers), int(unknown_source), int(unknown_target)
    )


def evaluate_translation(
    source: Embeddings,
    target: Embeddings,
    dictionaries: list[Dictionary],
    k: int = NEIGHBORS,
    directions: tuple[str, ...] = ("forward",),
    ignore_case: bool = True,
    n_threads: int | None = None,
) -> list[TranslationScores]:
    """Score the vectors of two languages on dictionaries.

    Parameters
    ----------
    source, target : Embeddings   of the same dim, in one space
    dictionaries : list of Dictionary   from the source to the target
    k : int                       neighbors of CSLS; 0: nearest neighbors by cosine only
    directions : tuple of str     ``forward``, and ``backward`` from the target to the source
    ignore_case : bool            see `ask`
    n_threads : int or None       None: as many as there are processors

    Returns
    -------
    list of TranslationScores     of each dictionary in each direction
    """
    scores = {}
    for direction in directions:
        pair = (source, target) if direction == "forward" else (target, source)
        searched = Searched(*pair, k, n_threads)
        for number, dictionary in enumerate(dictionaries):
            turned = dictionary if direction == "forward" else dictionary.reversed()
            asked = ask(*pair, turned, ignore_case)
            scores[number, direction] = _score(searched, turned, asked, direction)
    return [scores[i, each] for i in range(len(dictionaries)) for each in directions]


class Searched:
    """Vectors of two languages, in which ranks of translations are looked for.

    Parameters
    ----------
    source, target, k, n_threads   see `evaluate_translation`
    """

    def __init__(
        self, source: Embeddings, target: Embeddings, k: int, n_threads: int | None = None
    ) -> None:
        self._source = source
        self._target = normalized(target.vectors, ["unit"])
        self._less = None
        if k and len(source) and len(target):
            self._less = Csls(source, target, k, n_threads).know_all().astype(np.float32)

    @property
    def names(self) -> list[str]:
        """The ways to find translations: ``nn``, and ``csls`` if it was asked for."""
        return [NN] if self._less is None else [NN, CSLS]

    def ranks(self, asked: Asked) -> dict[str, np.ndarray]:
        """The rank of the best translation of each word, from 1 on: int64, shape (n_asked,).

        Of words that score the same the one of the lower row comes first.
        """
        found = {name: np.empty(len(asked.rows), np.int64) for name in self.names}
        step = max(1, BLOCK_SCORES // max(1, len(self._target)))
        for start in range(0, len(asked.rows), step):
            some = slice(start, start + step)
            cosines = self._source.unit(asked.rows[some]).astype(np.float32) @ self._target.T
            answers = asked.answers[some]
            found[NN][some] = list(map(_rank, cosines, answers))
            if self._less is not None:
                found[CSLS][some] = list(map(_rank, 2 * cosines - self._less, answers))
        return found


def _rank(scores, answers):
    best = answers[scores[answers].argmax()]
    return (
        1
        + np.count_nonzero(scores > scores[best])
        + np.count_nonzero(scores[:best] == scores[best])
    )


def retrievals(searched: Searched, asked: Asked) -> dict[str, Retrieval]:
    """The figures of each way to find translations, by its name."""
    ranks = searched.ranks(asked)
    return {name: _retrieval(ranks[name], asked.words) for name in searched.names}


def _score(searched, dictionary, asked, direction):
    found = retrievals(searched, asked)
    return TranslationScores(
        name=dictionary.name,
        direction=direction,
        words=asked.words,
        asked=len(asked.rows),
        unknown_source=asked.unknown_source,
        unknown_target=asked.unknown_target,
        phrases=dictionary.n_phrases,
        nn=found[NN],
        csls=found.get(CSLS),
    )


def _retrieval(ranks, n_words):
    precision = {depth: _share((ranks <= depth).astype(float), n_words) for depth in DEPTHS}
    return Retrieval(precision, _share(1 / ranks, n_words))


def _share(values, n_words):
    """The mean of values of the words that were asked, and of all words, with 0 for the others."""
    every = np.concatenate([values, np.zeros(n_words - len(values))])
    value = float(values.mean()) if len(values) else None
    return Share(value, _interval(values), float(every.mean()), _interval(every))


def _interval(values):
    if len(values) == 0:
        return None
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) <= 2:
        return mean_interval(distinct, counts)
    means = [weights @ values / len(values) for weights in resampled_weights(len(values))]
    return interval(np.concatenate(means))
