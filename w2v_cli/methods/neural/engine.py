"""The engine of language models: threads, each with one of BLAS; and text that is held out."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from ...machine.threads import in_threads, one_blas_thread
from ..engine import ThreadEngine
from .text import HeldOutText
from .worker import NeuralWorker

EVALUATED_AT_ONCE = 1 << 18
"""Words whose likelihood a thread computes at a time."""


class NeuralEngine(ThreadEngine):
    """See `base.Engine`, and `base.Validating`."""

    def __init__(
        self, corpus: HeldOutText, parameters: Any, workers: Sequence[NeuralWorker], validates: bool
    ) -> None:
        super().__init__(corpus, parameters, workers)
        self._validates = validates

    def working(self) -> AbstractContextManager[None]:
        """Products are in the threads that ask for them."""
        return one_blas_thread()

    def held_out_loss(self) -> float | None:
        """The mean loss of a word of the part that is held out; None if there is none."""
        start, stop = self._corpus.held_out
        if start == stop or not self._validates:
            return None
        firsts = range(start, stop, EVALUATED_AT_ONCE)
        losses = dict.fromkeys(firsts, (0, 0.0))

        def evaluate(first: int) -> int:
            worker = self._idle.get()
            try:
                ids = self._corpus.window(first, min(first + EVALUATED_AT_ONCE, stop))
                losses[first] = worker.evaluate(ids)
            finally:
                self._idle.put(worker)
            return first

        for _ in in_threads(evaluate, firsts, self.n_threads):
            pass
        n_words = sum(n for n, _ in losses.values())
        return sum(loss for _, loss in losses.values()) / n_words
