"""How much each word of a document counts: mean, idf and smooth inverse frequency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..embeddings.frequency import smooth_inverse_frequencies
from ..errors import ConfigError, field

if TYPE_CHECKING:
    from ..embeddings.table import Embeddings


@dataclass(frozen=True)
class Frequencies:
    """In how many documents words are: what idf is made of.

    Attributes
    ----------
    n_documents : int
    by_word : dict of int   only words that are in one at least, and have a vector
    """

    n_documents: int
    by_word: Mapping[str, int]


@dataclass(frozen=True)
class Weighting:
    """The weights of words, and whether they are those of a mean.

    Attributes
    ----------
    weights : ndarray of float64, (n_rows,)   of the rows of the vectors
    is_of_mean : bool                         the sum is divided by that of the weights, and not by
                                              the number of words
    unseen : float                            of a word that is among neither these nor ``others``
    others : Mapping of str to float          of words without a row, but with a made vector
    """

    weights: npt.NDArray[np.float64]
    is_of_mean: bool
    unseen: float
    others: Mapping[str, float] = attribute(default_factory=dict)

    def of_others(self, words: Iterable[str]) -> npt.NDArray[np.float64]:
        """Weights of words that have no row: float64, shape (n,)."""
        found = [self.others.get(word, self.unseen) for word in words]
        return np.array(found, dtype=np.float64)


def equal(n_rows: int) -> Weighting:
    """The Weighting of plain means."""
    return Weighting(np.ones(n_rows), False, 1.0)


def smooth_inverse_frequency(counts: npt.NDArray[np.int64] | None, a: float) -> Weighting:
    """a / (a + p(w)), where p(w) is the share of a word (Arora, Liang and Ma 2017, algorithm 1).

    Parameters
    ----------
    counts : ndarray of int64, (n_rows,), or None   of the words of the vectors, in the text that
                                                    they were trained on
    a : float                                       above 0

    Raises
    ------
    ConfigError   if there are no counts
    """
    if counts is None or not counts.any():
        raise ConfigError(
            f"{field('weighting', 'sif')} needs counts, and these vectors come without; train "
            "gives them, files that are saved with a record keep them, and "
            f"{field('vocab', 'FILE')} takes them from a file of counts"
        )
    return Weighting(smooth_inverse_frequencies(counts, a), False, 1.0)


def inverse_document_frequency(embeddings: Embeddings, frequencies: Frequencies) -> Weighting:
    """ln((1 + n_documents) / (1 + those with the word)) + 1, as scikit-learn has it."""
    index = embeddings.index
    n_with = np.zeros(len(embeddings))
    others = {}
    for word, n in frequencies.by_word.items():
        row = index.get(word)
        if row is None:
            others[word] = float(_idf(frequencies.n_documents, n))
        else:
            n_with[row] = n
    weights = _idf(frequencies.n_documents, n_with)
    return Weighting(weights, True, float(_idf(frequencies.n_documents, 0)), others)


def _idf(n_documents, n_with):
    return np.log((1 + n_documents) / (1 + n_with)) + 1
