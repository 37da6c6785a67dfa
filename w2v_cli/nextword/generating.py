"""New lines, word by word: each drawn by its probability, given those before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..languagemodels.model import LanguageModel
from .outputs import outputs_of
from .settings import Sampling
from .states import states_of


class Generator:
    """Makes lines.

    Parameters
    ----------
    model : LanguageModel
    sampling : Sampling
    """

    def __init__(self, model: LanguageModel, sampling: Sampling) -> None:
        self._states, self._outputs = states_of(model), outputs_of(model)
        self._sampling, self._end = sampling, model.sentence_end

    def distribution(self, before: Sequence[int]) -> np.ndarray:
        """The logarithms of the probabilities of all symbols behind some: float64, (V + 1,)."""
        return self._log_probabilities(self._known(before))

    def line(self, before: Sequence[int], *numbers: int) -> Iterator[int]:
        """The symbols that go on with a line, one after the other; ``</s>`` if it ended.

        Parameters
        ----------
        before : sequence of int   symbols the line begins with
        *numbers : int             of the line, among those of one seed: what is drawn for one does
                                   not depend on how many others there are
        """
        rng = np.random.default_rng([self._sampling.seed, *numbers])
        known = self._known(before)
        for _ in range(self._sampling.max_words):
            symbol = self._next(known, rng)
            yield symbol
            if symbol == self._end:
                return
            known = self._states.step(known, symbol)

    def _known(self, before):
        known = self._states.begin()
        for symbol in before:
            known = self._states.step(known, symbol)
        return known

    def _log_probabilities(self, known):
        return self._outputs.log_distribution(self._states.state(known)[np.newaxis])[0]

    def _next(self, known, rng):
        if self._sampling.is_plain:
            return self._outputs.draw(self._states.state(known), rng)
        return chosen(self._log_probabilities(known), self._sampling, rng)


def chosen(log_probabilities: np.ndarray, sampling: Sampling, rng: np.random.Generator) -> int:
    """A symbol, drawn as a Sampling says.

    Parameters
    ----------
    log_probabilities : ndarray of float64, (n_symbols,)
    sampling : Sampling
    rng : numpy.random.Generator

    Source: Holtzman et al. 2020 (arXiv:1904.09751), section 3.1, for the fewest words that have a
    probability together.
    """
    if sampling.temperature == 0:
        return int(log_probabilities.argmax())
    with np.errstate(over="ignore"):  # near temperature 0 all but the first are infinitely far
        shares = np.exp((log_probabilities - log_probabilities.max()) / sampling.temperature)
    symbols = None
    if sampling.top_k is not None or sampling.top_p < 1:
        symbols = most_probable(shares, sampling.top_k or len(shares), sampling.top_p)
        shares = shares[symbols]
    ends = np.cumsum(shares)
    place = np.searchsorted(ends, rng.random() * ends[-1], side="right")
    place = int(min(place, len(ends) - 1))
    return place if symbols is None else int(symbols[place])


def most_probable(shares: np.ndarray, k: int, p: float = 1.0) -> np.ndarray:
    """The symbols that words are drawn from, the most probable first; equal ones in their order.

    Parameters
    ----------
    shares : ndarray of float64, (n_symbols,)   in proportion to probabilities
    k : int      at most so many
    p : float    as few as have this share together, of that of the ``k``
    """
    k = min(k, len(shares))
    least = np.partition(shares, len(shares) - k)[len(shares) - k]
    among = np.flatnonzero(shares >= least)
    symbols = among[np.argsort(-shares[among], kind="stable")][:k]
    ends = np.cumsum(shares[symbols])
    return symbols[: int(np.searchsorted(ends, p * ends[-1])) + 1] if p < 1 else symbols
