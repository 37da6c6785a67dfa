"""The n-grams of vectors that training goes on from: how they go with what was asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..config import AUTO, TrainConfig
from ..errors import ConfigError, field

if TYPE_CHECKING:
    from ..embeddings.subwords import Subwords


def config_with_ngrams(
    config: TrainConfig, subwords: Subwords | None, chosen: frozenset[str], name: str
) -> TrainConfig:
    """The TrainConfig with the n-grams of old vectors.

    Parameters
    ----------
    config : TrainConfig
    subwords : Subwords or None   of the old vectors
    chosen : frozenset of str     fields of ``config`` that were asked for
    name : str                    of the old vectors

    Raises
    ------
    ConfigError   if they do not go with what was asked for
    """
    if not subwords:
        if config.has_ngrams and not config.has_own_rows:
            raise ConfigError(
                f"{field('subword_hash', 'murmur')} cannot go on from {name}, which has no "
                f"n-grams: words are made of nothing else; leave out {field('subword_hash')}"
            )
        return config
    if config.max_n == 0:
        return config
    if subwords.is_pruned:
        raise ConfigError(
            f"{name} was pruned: n-grams that it lacks cannot be trained on; "
            f"{field('max_n', 0)} goes on from its vectors alone"
        )
    found = _settings(subwords)
    for option, value in found.items():
        asked = getattr(config, option)
        if option in chosen and asked not in (value, AUTO, None):
            raise ConfigError(
                f"{field(option, asked)} does not fit {field('init')} {name}, whose n-grams have "
                f"{field(option, value)}; leave it out"
            )
    return replace(config, **found)


def _settings(subwords: Subwords) -> dict[str, Any]:
    ngrams = subwords.ngrams
    return {
        "min_n": max(ngrams.min_n, 1),
        "max_n": ngrams.max_n,
        "buckets": ngrams.n_buckets,
        "subword_hash": ngrams.hash,
        "hash_count": ngrams.n_hashes,
    }
