"""Phrases that a training is to join: a table, or how to find them in its own text."""

from __future__ import annotations

import os
from typing import NamedTuple

from ..errors import ConfigError, field
from ..files.paths import STDIO, Path
from .config import PhraseConfig, config_of_spec
from .table import Phrases


class WantedPhrases(NamedTuple):
    """Phrases to be joined.

    Attributes
    ----------
    name : str                        for messages and records
    source : Phrases or PhraseConfig  what they are, or how they are found
    """

    name: str
    source: Phrases | PhraseConfig


def phrases_wanted(text: Path) -> WantedPhrases:
    """What a user names: a file of phrases, or a score with its thresholds such as ``npmi=.5,.4``.

    Each threshold is for a pass of its own; without any it is the default of the score.

    Raises
    ------
    ConfigError   if it is neither
    InputError    if the file is no file of phrases
    """
    config = config_of_spec(str(text))
    if config:
        return WantedPhrases(str(text), config)
    path = os.fspath(text)
    if path != STDIO and not os.path.exists(path):
        raise ConfigError(
            f"{field('phrases', path)} is neither a file that is there nor a score with its "
            "threshold, such as npmi=.5; make the file with w2v phrases"
        )
    return WantedPhrases(os.path.basename(path), Phrases.load(path))
