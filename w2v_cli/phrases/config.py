"""How phrases are found: every option with its default and range. This loads neither NumPy nor the
compiler.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..config import RANGES
from ..errors import ConfigError, field

SCORES = ("npmi", "word2phrase", "gensim")
DEFAULT_THRESHOLD = {"npmi": 0.5, "word2phrase": 100.0, "gensim": 10.0}
"""Each score with the threshold that its source has."""
LOWEST = {"npmi": -1.0, "word2phrase": 0.0, "gensim": 0.0}
HIGHEST = {"npmi": 1.0, "word2phrase": 1e30, "gensim": 1e30}
MEMBERS = ("words", "letters", "any")
LONG_SCORES = ("chain", "words")
PREFERENCES = ("first", "best")
MOST_PASSES = 20
DELIMITER = "_"
ENGLISH_CONNECTORS = (
    "a", "an", "the", "for", "of", "with", "without", "at", "from", "to", "in", "on", "by", "and",
    "or",
)  # fmt: skip
"""As in ENGLISH_CONNECTOR_WORDS of gensim."""


@dataclass(frozen=True)
class PhraseConfig:
    """How phrases are found; immutable, checked when made.

    Attributes
    ----------
    score : str               ``npmi``, ``word2phrase`` or ``gensim``: see `scores`
    thresholds : tuple of float   phrases have a higher score than this, one threshold a pass; the
                              last one holds for all further passes; empty: the score's default
    passes : int or None      each pass joins two units; None: one for each threshold
    min_count : int           what is rarer is no phrase; the scores but NPMI subtract it
    connectors : frozenset of str   words that may stand within a phrase, but not at its ends
    stop : frozenset of str   words that are never in a phrase
    members : str             what tokens may be in one: ``words`` with a letter or a digit;
                              ``letters``: no digits either; ``any``
    all_pairs : bool          later passes may also join two words, if their threshold is lower
    score_long : str          a phrase of more than two words has the score of its last join
                              (``chain``), or that of all its words at once (``words``)
    prefer : str              of phrases that overlap: the ``first``, or the ``best`` score
    delimiter : str           between the words of a phrase

    Raises
    ------
    ConfigError   if a value is out of range
    """

    score: str = "npmi"
    thresholds: tuple[float, ...] = ()
    passes: int | None = None
    min_count: int = 5
    connectors: frozenset[str] = frozenset()
    stop: frozenset[str] = frozenset()
    members: str = "words"
    all_pairs: bool = False
    score_long: str = "chain"
    prefer: str = "first"
    delimiter: str = DELIMITER

    def __post_init__(self) -> None:
        for name, choices in (
            ("score", SCORES),
            ("members", MEMBERS),
            ("score_long", LONG_SCORES),
            ("prefer", PREFERENCES),
        ):
            _check_choice(name, getattr(self, name), choices)
        low, high = RANGES["min_count"]
        _check_whole("min_count", self.min_count, low, high)
        if self.passes is not None:
            _check_whole("passes", self.passes, 1, MOST_PASSES)
        self._check_thresholds()
        check_delimiter(self.delimiter)

    def _check_thresholds(self) -> None:
        low, high = LOWEST[self.score], HIGHEST[self.score]
        for threshold in self.thresholds:
            # NaN is not between anything.
            if not low <= threshold <= high:
                raise ConfigError(
                    f"{field('threshold')} of the score {self.score} must be from {low:g} to "
                    f"{high:g}, not {threshold:g}"
                )
        if len(self.thresholds) > (self.passes or MOST_PASSES):
            raise ConfigError(
                f"{len(self.thresholds)} thresholds are more than "
                f"{self.passes or MOST_PASSES} passes; give one for each pass"
            )

    @property
    def threshold_of_passes(self) -> list[float]:
        """The threshold of each pass."""
        given = list(self.thresholds) or [DEFAULT_THRESHOLD[self.score]]
        n_passes = self.passes or len(given)
        return given + given[-1:] * (n_passes - len(given))


def check_delimiter(delimiter: str) -> None:
    """Raise ConfigError unless words can be joined by a delimiter and are one word then."""
    if not isinstance(delimiter, str) or not delimiter:
        raise ConfigError(f"{field('delimiter')} must be text, such as _, not {delimiter!r:.60}")
    if any(character.isspace() or character == "\0" for character in delimiter):
        raise ConfigError(
            f"{field('delimiter')} must be without white space, which would part the words again; "
            "give _"
        )


def _check_choice(name, value, choices):
    if value not in choices:
        raise ConfigError(f"{field(name)} must be {' or '.join(choices)}, not {value!r:.60}")


def _check_whole(name, value, low, high):
    if not isinstance(value, int) or isinstance(value, bool):
        raise ConfigError(f"{field(name)} must be a whole number, not {value!r:.60}")
    if not low <= value <= high:
        raise ConfigError(f"{field(name)} must be from {low} to {high}, not {value}")


def parse_thresholds(text: str) -> tuple[float, ...]:
    """Thresholds (tuple of float) that a user writes as ``.5`` or ``.5,.5,.4``.

    Raises
    ------
    ConfigError   if they are no numbers
    """
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError:
        found = (math.nan,)
    if not all(map(math.isfinite, found)):
        raise ConfigError(
            f"{field('threshold')} must be a number, or one for each pass such as .5,.4, not "
            f"{text!r:.60}"
        )
    return found


def config_of_spec(text: str) -> PhraseConfig | None:
    """What a score with its thresholds stands for, such as ``npmi=.5,.4`` or ``npmi``.

    None if the text begins with no score, so that it names a file.

    Raises
    ------
    ConfigError   if the thresholds cannot be
    """
    score, sign, thresholds = text.partition("=")
    if score not in SCORES:
        return None
    return PhraseConfig(score=score, thresholds=parse_thresholds(thresholds) if sign else ())


def phrase_files(asked: str | None) -> list[str]:
    """The files that are read for what is asked for as phrases: one, or none."""
    return [] if asked is None or config_of_spec(asked) else [asked]
