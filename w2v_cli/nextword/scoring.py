"""Probabilities of lines: symbol by symbol, many lines at a time."""

from __future__ import annotations

import math

import numpy as np

from ..errors import InputError
from ..languagemodels.model import LanguageModel
from ..machine.threads import in_order, one_blas_thread
from .outputs import outputs_of
from .states import states_of


def perplexity_of(log_probability: float, n_symbols: int) -> float:
    """exp of the mean negative log-probability a symbol: inf if that is too large a number."""
    try:
        return math.exp(-log_probability / n_symbols)
    except OverflowError:
        return math.inf


class Scorer:
    """Tells how probable lines are.

    Parameters
    ----------
    model : LanguageModel
    n_threads : int        results are the same
    name : str             of the model, for messages
    """

    def __init__(self, model: LanguageModel, n_threads: int = 1, name: str = "the model") -> None:
        self._states, self._outputs = states_of(model), outputs_of(model)
        self._n_threads, self._name = n_threads, name
        self._end = model.sentence_end

    def log_probabilities(self, symbols: np.ndarray) -> np.ndarray:
        """The natural logarithm of the probability of each symbol, given those before in its line.

        Parameters
        ----------
        symbols : ndarray of int32, (n,)   of whole lines, one behind the other, each with ``</s>``
                                           at its end

        Returns
        -------
        ndarray of float64, (n,)

        Raises
        ------
        InputError   if the model holds numbers that are not finite
        """
        found = np.empty(len(symbols))

        def work(part):
            for hidden, places in self._states.hidden(symbols, part):
                found[places] = self._outputs.log_probabilities(hidden, symbols[places])

        parts = self._states.parts(symbols)
        with one_blas_thread():
            if self._n_threads > 1 and len(parts) > 1:
                for _ in in_order(work, parts, self._n_threads):
                    pass
            else:
                for part in parts:
                    work(part)
        if not np.isfinite(found).all():
            raise InputError(
                f"{self._name}: its language model gives no probabilities: it holds NaN or "
                "infinity; train it again with a lower learning rate"
            )
        return found
