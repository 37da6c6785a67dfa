"""What is known of words and labels before documents are read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Known:
    """Words and labels of a model, or vectors, that a classifier starts from.

    Attributes
    ----------
    name : str                     of their file, for messages
    words : collection of str      taken wherever they occur, however rare
    labels : collection of str     likewise, as they stand in text
    may_be_taken : callable or None   called with a list of str, other words; gives an ndarray of
                                   bool: those that may be taken at all. None: all of them
    """

    name: str
    words: Collection[str]
    labels: Collection[str] = ()
    may_be_taken: Callable[[list[str]], np.ndarray] | None = None


NOTHING = Known("", frozenset())
