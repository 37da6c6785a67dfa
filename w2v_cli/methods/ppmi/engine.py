"""The engine of PPMI: threads multiply columns, and one at a time ends a pass."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ...config import TrainConfig
from ...machine.threads import one_blas_thread
from ..base import Matrices, Progress
from . import svd
from .matrix import PPMI, WIDTH, get_ready, is_ready
from .parameters import LEFT, RIGHT, FactorParameters
from .schedule import N_PASSES, PassChunk


class PassEngine:
    """See `base.Engine`.

    Parameters
    ----------
    matrix_of : callable   returns the `PPMI`, when it is first needed
    parameters : FactorParameters
    config : TrainConfig
    """

    def __init__(
        self, matrix_of: Callable[[], PPMI], parameters: FactorParameters, config: TrainConfig
    ) -> None:
        self.parameters: Matrices = parameters
        self._matrix_of, self._config = matrix_of, config
        self._lock = threading.Lock()
        self._left, self._right = parameters.rows(LEFT), parameters.rows(RIGHT)
        self.n_threads = min(config.threads, self._left.shape[1] // WIDTH)

    def prepare(self, progress: Progress | None) -> float:
        """Have the loops compiled, or loaded; returns the seconds it took."""
        if progress and not is_ready():
            progress("compile", 0, None)
        started = time.perf_counter()
        get_ready()
        return time.perf_counter() - started

    def working(self) -> AbstractContextManager[None]:
        """A context that changes nothing."""
        return nullcontext()

    def train(self, chunk: Any) -> tuple[int, int, float]:
        """A piece of a pass; the loss, told in the end, is the share of squares that is lost."""
        assert isinstance(chunk, PassChunk)
        transposed = bool(chunk.number % 2)
        source, target = (self._left, self._right)[:: 1 if transposed else -1]
        with self._lock:  # all but one thread wait for the first, which makes it
            matrix = self._matrix_of()
        if chunk.block is not None:
            matrix.multiply(source, target, chunk.block, transposed)
            return chunk.tokens, 0, 0.0
        config, threads = self._config, self._config.threads
        with one_blas_thread():
            if chunk.number < N_PASSES - 1:
                # What is orthonormal but for rounding is so exactly after the second time.
                for _ in range(1 + (chunk.number == N_PASSES - 2)):
                    svd.orthonormalise(target, threads)
                return chunk.tokens, 0, 0.0
            squares = matrix.squares
            lost = max(squares - svd.captured(target, threads), 0.0) / squares
            svd.decompose(source, target, config.dim, config.eigenvalue_weight, threads)
        return chunk.tokens, len(matrix), lost * len(matrix)

    def synchronise(self) -> None:
        """Nobody has anything of his own."""
