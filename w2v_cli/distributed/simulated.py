"""Ranks that are threads of one process: for tests, and for studies of accuracy without MPI."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from .communicator import Communicator, sum_in_order

Result = TypeVar("Result")


class EndedError(Exception):
    """Another rank has ended the work of all."""


class _Board:
    """Where threads lay down what others are to read."""

    def __init__(self, size: int) -> None:
        self.values: list[Any] = [None] * size
        self.barrier = threading.Barrier(size)


class SimulatedCommunicator(Communicator):
    """A rank of `simulate`."""

    def __init__(self, rank: int, size: int, board: _Board) -> None:
        super().__init__(rank, size)
        self._board = board

    def abort(self, status: int = 1) -> None:
        """Wake the others, whose calls raise `EndedError`."""
        self._board.barrier.abort()

    def _add_up(self, part: np.ndarray, share: int) -> None:
        parts = self._shared(part)
        start = min(self.rank * share, len(part))
        own = sum_in_order([each[start : start + share] for each in parts])
        sums = self._shared(own)
        part[:] = np.concatenate(sums)
        self._wait()

    def _gather(self, packed: bytes) -> list[bytes]:
        return self._shared(packed)

    def _exchange(self, parts: Sequence[bytes]) -> list[bytes]:
        return [sent[self.rank] for sent in self._shared(list(parts))]

    def _shared(self, value: Any) -> list[Any]:
        """What all ranks lay down."""
        self._board.values[self.rank] = value
        self._wait()
        values = list(self._board.values)
        self._wait()
        return values

    def _wait(self) -> None:
        try:
            self._board.barrier.wait()
        except threading.BrokenBarrierError:
            raise EndedError("another rank has ended the work of all") from None


def simulate(size: int, work: Callable[[Communicator], Result]) -> list[Result]:
    """Have ``size`` ranks do the same work in one process, each in a thread.

    Parameters
    ----------
    size : int
    work : callable   called with the `Communicator` of a rank

    Returns
    -------
    list   what it returned, in the order of ranks

    Raises
    ------
    whatever the first rank to fail has raised; the others end at their next call
    """
    board = _Board(size)
    results: list[Any] = [None] * size
    errors: list[BaseException] = []

    def run(rank: int) -> None:
        communicator = SimulatedCommunicator(rank, size, board)
        try:
            results[rank] = work(communicator)
        except EndedError:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again by the caller
            errors.append(error)
            board.barrier.abort()

    threads = [threading.Thread(target=run, args=(rank,), daemon=True) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results
