"""A file of counts of pairs in the place of a text, for models that train on such counts."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..config import COUNTED, ON_COUNTS, TextConfig, TrainConfig
from ..cooccurrence.countsfile import SUFFIX, open_counts
from ..cooccurrence.table import Cooccurrences, CountRule
from ..corpus.facts import TextFacts
from ..corpus.vocabulary import Vocabulary
from ..errors import ConfigError, field
from ..methods.oncounts import CountedPairs, check_pairs, rule_of

if TYPE_CHECKING:
    from .request import Request
    from .watch import Watch

CUTS = ("min_count", "max_vocab")


def are_counts(path: str) -> bool:
    """Whether a path is that of a file of counts: by its name."""
    try:
        return str(path).endswith(SUFFIX) and stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


def read_counts(request: Request, progress: Watch) -> tuple[CountedPairs, Vocabulary, TextFacts]:
    """The counts of a request, whose words are cut only if that is asked for.

    Raises
    ------
    ConfigError   if the model does not train on counts, or the text would have to be there
    InputError    if the file cannot be read, or holds no pair
    """
    [path] = map(str, request.paths)
    _check_asked(path, request)
    counted = open_counts(path, progress)
    _check_text(path, request.text, counted.facts)
    with_rule(request.config, counted.table.rule, request.chosen)
    table, known = counted.table, set(request.old.words if request.old else ())
    n_tokens = int(table.counts.sum())
    facts = counted.facts or TextFacts(n_tokens, {}, 0, False, TextConfig())
    words = list(table.words)
    if request.chosen.intersection(CUTS):
        config = request.config
        vocabulary = Vocabulary.from_counts(
            words, table.counts, config.min_count, config.max_vocab, known
        )
        if len(vocabulary) < len(words):
            progress.say(
                f"{len(words) - len(vocabulary):,} words are left out; words on either side of "
                "them are as far apart as they were when pairs were counted"
            )
        table = _selected(table, vocabulary)
    else:
        vocabulary = Vocabulary(words, table.counts)
    check_pairs(table)
    return CountedPairs(table, int(vocabulary.counts.sum()), 0), vocabulary, facts


def with_rule(config: TrainConfig, rule: CountRule, chosen: frozenset[str]) -> TrainConfig:
    """The TrainConfig with the rule by which pairs were counted.

    Raises
    ------
    ConfigError   if another one is asked for
    """
    found = {name: getattr(rule, name) for name in ("window", *COUNTED)}
    asked = rule_of(config)
    for name, value in found.items():
        if name in chosen and getattr(asked, name) != value:
            raise ConfigError(
                f"{field(name, getattr(config, name))} cannot change counts: those of the file are "
                f"of {field(name, value)}; count again, or leave it out"
            )
    return replace(config, **found)


def _check_asked(path: str, request: Request) -> None:
    if request.config.model not in ON_COUNTS:
        raise ConfigError(
            f"{path}: holds counts of pairs, which are for "
            f"{' and '.join(field('model', model) for model in ON_COUNTS)}; "
            f"{field('model', request.config.model)} needs the text"
        )
    for name, is_asked in (
        ("vocab", request.vocabulary is not None),
        ("phrases", request.phrases is not None),
    ):
        if is_asked:
            raise ConfigError(
                f"{path}: holds counts of pairs, whose words are given; {field(name)} needs the "
                "text, so leave it out or count again"
            )


def _check_text(path: str, asked: TextConfig, facts: TextFacts | None) -> None:
    name = asked.first_beyond(TextConfig() if facts is None else facts.text)
    if name:
        raise ConfigError(
            f"{field(name)} cannot change counts: {path} was counted without it; count again with "
            f"{field(name)}, or leave it out"
        )


def _selected(table: Cooccurrences, vocabulary: Vocabulary) -> Cooccurrences:
    """The counts of pairs of words that are in a vocabulary, in its order."""
    rows = vocabulary.ids(table.words).astype(np.int64)
    left = np.repeat(rows, np.diff(table.starts))
    right = rows[table.columns]
    kept = (left >= 0) & (right >= 0)
    left, right, sums = left[kept], right[kept], table.sums[kept]
    if table.rule.symmetric:
        left, right = np.minimum(left, right), np.maximum(left, right)
    order = np.lexsort((right, left))
    starts = np.searchsorted(left[order], np.arange(len(vocabulary) + 1))
    columns = right[order].astype(np.uint32)
    return Cooccurrences(
        vocabulary.words, vocabulary.counts, table.rule, starts, columns, sums[order]
    )
