"""What ranks say to one another: one protocol, for processes on MPI and for a simulation of them.

A rank is one of the processes that work together. Every call is collective: all ranks make it, in
the same order, and it returns when all have. Sums are made in the order of ranks, number by number,
so that they are the same bytes on every rank, in every run, and in the simulation.
"""

from __future__ import annotations

import pickle
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

SUM_BYTES = 16 << 20
"""Of an array that is summed at a time, at most: more takes memory, less takes time."""
MESSAGE_BYTES = 1 << 20
"""Of what two ranks send each other at a time: so much stays in the nearest caches."""


class Communicator(ABC):
    """How a rank talks to the others.

    Attributes
    ----------
    rank, size : int     which one this is, from 0 on, and how many there are
    bytes_sent : int     to other ranks, by this one
    seconds : float      that it spent on talking, waits for slower ranks included
    is_watched : bool    whether a long wait for others means that one is gone: in rounds, which
                         take all about as long, not while shares are read
    """

    def __init__(self, rank: int, size: int) -> None:
        self.rank, self.size = rank, size
        self.bytes_sent = 0
        self.seconds = 0.0
        self.is_watched = False

    @property
    def is_first(self) -> bool:
        """Whether this is the rank that tells and writes for all."""
        return self.rank == 0

    @property
    def bytes_at_once(self) -> int:
        """Of an array that is summed at a time."""
        return min(SUM_BYTES, self.size * MESSAGE_BYTES)

    def add_up(self, array: np.ndarray) -> None:
        """Make an array the sum over those of all ranks; *in place*, contiguous.

        Each rank adds up a part of it, and sends the sums to all: 2 (size - 1) / size of its bytes
        are sent by each rank on average, the least that a sum takes (Patarasuk and Yuan 2009,
        "Bandwidth optimal all-reduce algorithms for clusters of workstations").
        """
        if self.size == 1:
            return
        flat = array.reshape(-1)
        if not array.flags.c_contiguous:
            raise ValueError("an array that is not contiguous cannot be added up in place")
        step = max(self.bytes_at_once // flat.itemsize, 1)
        with self._timed():
            for start in range(0, len(flat), step):
                part = flat[start : start + step]
                share = -(-len(part) // self.size)
                n_own = max(min(share, len(part) - self.rank * share), 0)
                n_sent = len(part) - n_own + (self.size - 1) * n_own
                self.bytes_sent += n_sent * flat.itemsize
                self._add_up(part, share)

    def gather(self, value: Any) -> list[Any]:
        """The values of all ranks, in their order, on every one; small ones.

        Each rank gets values of its own, those of this one included.
        """
        with self._timed():
            packed = pickle.dumps(value)
            self.bytes_sent += (self.size - 1) * len(packed)
            return [pickle.loads(each) for each in self._gather(packed)]

    def exchange(self, parts: Sequence[bytes]) -> list[bytes]:
        """Send ``parts[i]`` to rank i; returns what each rank sent here, in their order."""
        self.bytes_sent += sum(map(len, parts)) - len(parts[self.rank])
        with self._timed():
            return self._exchange(parts)

    def first_of(self, value: Any) -> Any:
        """The value of rank 0, on every one; what the others give does not matter."""
        return self.gather(value if self.is_first else None)[0]

    def any_of(self, flag: bool) -> bool:
        """Whether the flag of any rank is set."""
        return any(self.gather(bool(flag)))

    @abstractmethod
    def abort(self, status: int = 1) -> None:
        """End the work of all ranks, now: for errors that the others know nothing of."""

    @abstractmethod
    def _add_up(self, part: np.ndarray, share: int) -> None:
        """As `add_up`, for what is sent at once; ``share`` numbers of it are added up by a rank.

        The last ranks may have fewer, or none.
        """

    @abstractmethod
    def _gather(self, packed: bytes) -> list[bytes]: ...

    @abstractmethod
    def _exchange(self, parts: Sequence[bytes]) -> list[bytes]: ...

    @contextmanager
    def _timed(self) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - started


def sum_in_order(arrays: Sequence[np.ndarray], total: np.ndarray | None = None) -> np.ndarray:
    """The sum of arrays of one shape, added up in their order; in ``total``, which is none of them.

    There are at least two.
    """
    total = np.add(arrays[0], arrays[1], out=total)
    for array in arrays[2:]:
        total += array
    return total


class Alone(Communicator):
    """One rank that is all there is."""

    def __init__(self) -> None:
        super().__init__(0, 1)

    def abort(self, status: int = 1) -> None:
        """Nobody else is there."""

    def _add_up(self, part: np.ndarray, share: int) -> None:
        """It is its own sum."""

    def _gather(self, packed: bytes) -> list[bytes]:
        return [packed]

    def _exchange(self, parts: Sequence[bytes]) -> list[bytes]:
        return list(parts)
