"""Two languages of a program: its dictionaries, and what is asked of two sets of vectors."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

from ..alignment.config import DIRECTIONS, MOST_NEIGHBORS, AlignConfig
from ..alignment.csls import Csls
from ..embeddings.restriction import Searcher
from ..embeddings.table import Embeddings
from ..errors import ConfigError, InputError, field
from ..evaluation.dictionary import Dictionary, read_dictionary
from ..evaluation.translation import TranslationScores, evaluate_translation
from ..wording.plaintext import shown
from .aligning import Aligned, align_embeddings, identical_words

GIVEN = "the pairs given"


def dictionary_of(given: Any) -> Dictionary:
    """A dictionary from the path of one, or from pairs of words.

    Raises
    ------
    InputError   if it is neither, cannot be read, or there are no pairs
    """
    if isinstance(given, (str, os.PathLike)):
        return read_dictionary(given)
    pairs = list(given) if isinstance(given, Iterable) else None
    if not pairs or not all(map(_is_pair, pairs)):
        raise InputError(
            f"a dictionary is a path, or pairs of words such as [('dog', 'Hund')], not "
            f"{shown(given)}"
        )
    return Dictionary(GIVEN, list(dict.fromkeys(map(tuple, pairs))))


def _is_pair(given: Any) -> bool:
    is_sequence = isinstance(given, Sequence) and not isinstance(given, str)
    return is_sequence and len(given) == 2 and all(isinstance(word, str) for word in given)


def align_with(
    source: Embeddings,
    target: Embeddings,
    dictionary: Any,
    config: AlignConfig,
    moves_target: bool,
    ignore_case: bool,
    n_threads: int | None,
) -> Aligned:
    """What `align_embeddings` makes of two languages, by a dictionary that a program gave."""
    known = identical_words(source, target) if dictionary is None else dictionary_of(dictionary)
    return align_embeddings(source, target, known, config, moves_target, ignore_case, n_threads)


def searcher_of(source: Embeddings, target: Embeddings, k: int) -> Searcher:
    """What finds words of the target, by CSLS or with 0 by cosine."""
    _check(source, target, k)
    return Csls(source, target, k) if k else target


def scores_of(
    source: Embeddings,
    target: Embeddings,
    dictionaries: Sequence[Any],
    k: int,
    direction: str,
    ignore_case: bool,
    n_threads: int | None,
) -> list[TranslationScores]:
    """What `evaluate_translation` makes of dictionaries that a program gave."""
    _check(source, target, k)
    if not dictionaries:
        raise ConfigError("there is no dictionary to score by; give one or more")
    known = [dictionary_of(each) for each in dictionaries]
    return evaluate_translation(
        source, target, known, k, DIRECTIONS[direction], ignore_case, n_threads
    )


def _check(source, target, k):
    if k > MOST_NEIGHBORS:
        raise ConfigError(f"{field('csls')} must be from 0 to {MOST_NEIGHBORS}, not {k}")
    if source.dim != target.dim:
        raise ConfigError(
            f"the source has vectors of length {source.dim}, and the target of length "
            f"{target.dim}, so that they are in no common space; align brings them into one"
        )
