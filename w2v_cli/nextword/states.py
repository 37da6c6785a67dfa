"""The hidden layer: what of the words before the next one is known of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..languagemodels.model import NNLM, SIGMOID, LanguageModel

ROWS = 1024
"""States that are computed at a time."""
LINES = 128
"""Lines that an ``rnnlm`` reads side by side."""


def states_of(model: LanguageModel) -> FeedForward | Recurrent:
    """What computes the states of a model."""
    return FeedForward(model) if model.kind == NNLM else Recurrent(model)


class FeedForward:
    """States of an ``nnlm``: h = f(W [e(w[t-N]); ...; e(w[t-1])] + b1).

    Source: Bengio et al. 2003 (JMLR 3), section 2, without direct connections.
    """

    def __init__(self, model: LanguageModel) -> None:
        self._embeddings, self._weights = model.embeddings, model.hidden_weights.T
        self._bias, self._activate = model.hidden_bias, _activation(model)
        self._history, self._end = model.history, model.sentence_end

    def parts(self, symbols: np.ndarray) -> list[Any]:
        """Parts of some lines that can be worked on side by side; see `hidden`."""
        stops = np.flatnonzero(symbols == self._end) + 1
        sizes = np.diff(stops, prepend=0)
        starts = np.repeat(stops - sizes, sizes)  # where the line of each symbol begins
        slices = (slice(first, first + ROWS) for first in range(0, len(symbols), ROWS))
        return [(part, starts[part]) for part in slices]

    def hidden(self, symbols: np.ndarray, part: Any) -> Iterator[tuple[np.ndarray, Any]]:
        """(states before some symbols, float32, (n, H); their places), for those of a part.

        Parameters
        ----------
        symbols : ndarray of int32   of lines, one behind the other, each with its ``</s>``
        part : one of `parts`
        """
        some, starts = part
        places = some.start + np.arange(len(starts))
        contexts = np.full((len(starts), self._history), self._end, dtype=np.int32)
        for back in range(1, self._history + 1):
            before = places - back
            inside = before >= starts
            contexts[inside, self._history - back] = symbols[before[inside]]
        yield self._of(contexts), some

    def begin(self) -> np.ndarray:
        """What is known at the start of a line."""
        return np.full(self._history, self._end, dtype=np.int32)

    def step(self, known: np.ndarray, symbol: int) -> np.ndarray:
        """What is known one symbol later."""
        return np.append(known[1:], np.int32(symbol))

    def state(self, known: np.ndarray) -> np.ndarray:
        """The state that tells the next symbol: float32, (H,)."""
        return self._of(known[np.newaxis])[0]

    def _of(self, contexts):
        rows = self._embeddings[contexts].reshape(len(contexts), -1)
        sums = rows @ self._weights
        if self._bias is not None:
            sums += self._bias
        return self._activate(sums)


class Recurrent:
    """States of an ``rnnlm``: h[t] = f(e(w[t-1]) + R h[t-1]), anew in each line.

    A line begins with the state that is there when ``</s>`` was read first of all.

    Source: Mikolov et al. 2010 (Interspeech), section 2.
    """

    def __init__(self, model: LanguageModel) -> None:
        self._embeddings, self._weights = model.embeddings, model.hidden_weights.T
        self._bias, self._activate = model.hidden_bias, _activation(model)
        self._start, self._end = model.start_state, model.sentence_end

    def parts(self, symbols: np.ndarray) -> list[Any]:
        """Parts of some lines that can be worked on side by side; see `hidden`.

        Lines of like length are in one part: (starts, numbers of symbols), longest first.
        """
        stops = np.flatnonzero(symbols == self._end) + 1
        sizes = np.diff(stops, prepend=0)
        order = np.argsort(-sizes, kind="stable")
        groups = [order[first : first + LINES] for first in range(0, len(order), LINES)]
        return [((stops - sizes)[group], sizes[group]) for group in groups]

    def hidden(self, symbols: np.ndarray, part: Any) -> Iterator[tuple[np.ndarray, Any]]:
        """As `FeedForward.hidden`; some steps of all lines of the part at a time."""
        starts, sizes = part
        state, first = np.tile(self._start, (len(starts), 1)), 0
        # In how many lines there is a symbol at each step; fewer and fewer.
        active = np.searchsorted(-sizes, -np.arange(sizes[0]), side="left")
        offsets = np.concatenate([[0], np.cumsum(active)])
        while first < len(active):
            stop = int(np.searchsorted(offsets, offsets[first] + ROWS))
            stop = min(max(stop, first + 1), len(active))
            places = np.concatenate([starts[: active[step]] + step for step in range(first, stop)])
            before = symbols[np.maximum(places - 1, 0)]
            if first == 0:
                before[: active[0]] = self._end
            hidden = np.ascontiguousarray(self._embeddings[before])
            if self._bias is not None:
                hidden += self._bias
            for step in range(first, stop):
                rows = hidden[offsets[step] - offsets[first] : offsets[step + 1] - offsets[first]]
                rows += state[: len(rows)] @ self._weights
                state = self._activate(rows)
            state, first = state.copy(), stop
            yield hidden, places

    def begin(self) -> np.ndarray:
        """What is known at the start of a line."""
        return self.step(self._start, self._end)

    def step(self, known: np.ndarray, symbol: int) -> np.ndarray:
        """What is known one symbol later."""
        sums = self._embeddings[symbol] + known @ self._weights
        return self._activate(sums if self._bias is None else sums + self._bias)

    def state(self, known: np.ndarray) -> np.ndarray:
        """The state that tells the next symbol: float32, (H,)."""
        return known


def _activation(model):
    return _sigmoid if model.activation == SIGMOID else _tanh


def _tanh(sums):
    """*in place*"""
    return np.tanh(sums, out=sums)


def _sigmoid(sums):
    """1 / (1 + exp(-x)), which overflows nowhere; *in place*."""
    sums *= 0.5
    np.tanh(sums, out=sums)
    sums *= 0.5
    sums += 0.5
    return sums
