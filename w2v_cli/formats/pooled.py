"""How words are to become the vector of a text, for formats in which that is settled."""

from dataclasses import dataclass

import numpy as np

from ..config import DIGITS, SIF_A, TOKENIZE, TextConfig
from ..errors import ConfigError, field
from .registry import ROW_WEIGHTS

OF_TEXT = {
    "tokenize": TOKENIZE.__contains__,
    "lowercase": lambda value: isinstance(value, bool),
    "digits": DIGITS.__contains__,
}
"""What must be known of the text of vectors -> whether a value can be: records are anybody's."""


@dataclass(frozen=True)
class Pooled:
    """What a user chooses of that.

    Attributes
    ----------
    weighting : str or None   of ROW_WEIGHTS; None: ``sif`` where counts are known
    a : float                 the parameter of ``sif``, above 0
    tokenize : str or None    how text becomes words, as in `TextConfig`; None: as the text of the
                              vectors did, where that is known
    lowercase : bool or None  likewise
    digits : str or None      likewise

    Raises
    ------
    ConfigError   if a value cannot be
    """

    weighting: str | None = None
    a: float = SIF_A
    tokenize: str | None = None
    lowercase: bool | None = None
    digits: str | None = None

    def __post_init__(self):
        if self.weighting not in (None, *ROW_WEIGHTS):
            raise ConfigError(
                f"{field('weighting')} must be {' or '.join(ROW_WEIGHTS)}, not {self.weighting!r}"
            )
        if not 0 < self.a < float("inf"):
            raise ConfigError(f"a must be a number above 0, not {self.a!r}")

    def is_weighted(self, counts):
        """Whether words count by how frequent they are.

        Parameters
        ----------
        counts : ndarray of int64, shape (n_words,), or None

        Raises
        ------
        ConfigError   if they are to, and there are no counts
        """
        is_known = counts is not None and bool(np.any(counts))
        if self.weighting == "sif" and not is_known:
            raise ConfigError(
                f"{field('weighting', 'sif')} needs counts, and these vectors come without; "
                f"{field('vocab', 'FILE')} takes them from a file of counts"
            )
        return is_known and self.weighting != "mean"

    def text(self, settings):
        """How a text becomes words: a TextConfig.

        Parameters
        ----------
        settings : dict   of training, see `provenance.settings_of`
        """
        trained = {
            name: settings[name]
            for name, is_one in OF_TEXT.items()
            if name in settings and is_one(settings[name])
        }
        given = {name: getattr(self, name) for name in OF_TEXT if getattr(self, name) is not None}
        return TextConfig(**{**trained, **given})


def unweighted_note():
    """Why words count all the same although nobody asked for that."""
    return (
        "words count all the same, since nobody knows how frequent they are: "
        f"{field('vocab')} takes counts from a file of 'word count' lines, and then frequent words "
        "count less"
    )
