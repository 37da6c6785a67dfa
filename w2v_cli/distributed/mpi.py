"""Ranks that are processes on MPI, by mpi4py: on one machine or on many."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..errors import MissingLibraryError, field
from ..machine.libraries import require
from .communicator import Communicator, sum_in_order

UNREACHABLE = 75
"""The exit code of a process that has waited too long for another: EX_TEMPFAIL of sysexits.h."""
LOOK_SECONDS = 0.5
MEETING_SECONDS = 20.0
"""A process that has failed waits so long for others that do not come to be ended."""


def meet() -> bool:
    """Begin MPI, as the others do, for which each waits; returns whether that can be.

    An error that comes before a `MpiCommunicator` is made would leave the others waiting for ever.
    """
    try:
        importlib.import_module("mpi4py.MPI")
    except (ImportError, RuntimeError):  # the second where the library of MPI is not found
        return False
    return True


def end_all(status: int) -> None:
    """End the job, whether its processes have met or not."""
    guard = threading.Timer(MEETING_SECONDS, os._exit, (status,))
    guard.daemon = True
    guard.start()
    if meet():
        from mpi4py import MPI

        _abort(MPI.COMM_WORLD, status)
    # Launchers end the others of a process that a signal has ended, not of one that has failed.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTERM)


def _abort(world: Any, status: int) -> None:
    """End the job; what was to be said was said, so that MPI need say nothing."""
    sys.stdout.flush()
    sys.stderr.flush()
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.__stderr__.fileno() if sys.__stderr__ else 2)
    world.Abort(status)


def silence_note(rank: int, seconds: float) -> str:
    """What is said when another process does not answer."""
    return (
        f"process {rank} has waited {seconds:g} s for another one, which has ended or cannot be "
        f"reached; where there are checkpoints, the same again with {field('resume')} goes on"
    )


class MpiCommunicator(Communicator):
    """A process of an MPI job, among all of it.

    Parameters
    ----------
    timeout : float         seconds that it waits for others in a round of training; 0: for ever
    on_silence : callable   told, in words, that one cannot be reached, before this process ends

    Raises
    ------
    MissingLibraryError   if there is no mpi4py, or no MPI for it
    """

    def __init__(self, timeout: float, on_silence: Callable[[str], None]) -> None:
        try:
            mpi = require("mpi4py.MPI", field("distributed"))
        except RuntimeError as error:
            raise MissingLibraryError(
                f"{field('distributed')} needs a library of MPI, which mpi4py does not find "
                f"({error}); load the MPI module of the cluster, or pip install mpich"
            ) from error
        self._world = mpi.COMM_WORLD
        self._wait_for_all = mpi.Request.Waitall
        super().__init__(self._world.Get_rank(), self._world.Get_size())
        self._timeout, self._on_silence = timeout, on_silence
        self._received = np.empty(0, dtype=np.uint8)
        self._waiting_since: float | None = None
        if timeout and self.size > 1:
            threading.Thread(target=self._watch, daemon=True).start()

    def abort(self, status: int = 1) -> None:
        """End the job."""
        _abort(self._world, status)

    def _add_up(self, part: np.ndarray, share: int) -> None:
        """By messages from each to each: MPI's own, for all at once, took five times as long."""
        if self.size == 2:  # as many bytes, in one step
            [other] = self._memory(1, part)
            self._to_others([part, part], [other, other])
            part += other  # a sum of two is the same in either order
            return
        shares = [part[rank * share : (rank + 1) * share] for rank in range(self.size)]
        own = shares[self.rank]
        received = self._memory(self.size, own)
        received[self.rank][:] = own
        self._to_others(shares, received)
        sum_in_order(received, own)
        self._to_others([own] * self.size, shares)

    def _memory(self, n_arrays: int, like: np.ndarray) -> list[np.ndarray]:
        """Arrays to receive in, the same each time: new pages would take as long as the sums."""
        n_bytes = n_arrays * like.nbytes
        if len(self._received) < n_bytes:
            self._received = np.empty(n_bytes, dtype=np.uint8)
        return list(self._received[:n_bytes].view(like.dtype).reshape(n_arrays, len(like)))

    def _to_others(self, sent: Sequence[np.ndarray], received: Sequence[np.ndarray]) -> None:
        """Send ``sent[i]`` to rank i, and *in place* receive from it; what is empty is not sent."""
        requests = []
        for step in range(1, self.size):
            before, behind = (self.rank - step) % self.size, (self.rank + step) % self.size
            if len(received[before]):
                requests.append(self._world.Irecv(received[before], before))
            if len(sent[behind]):
                requests.append(self._world.Isend(sent[behind], behind))
        self._wait_for_all(requests)

    def _gather(self, packed: bytes) -> list[bytes]:
        return list(self._world.allgather(packed))

    def _exchange(self, parts: Sequence[bytes]) -> list[bytes]:
        return list(self._world.alltoall(list(parts)))

    @contextmanager
    def _timed(self) -> Iterator[None]:
        with super()._timed():
            self._waiting_since = time.monotonic() if self.is_watched else None
            try:
                yield
            finally:
                self._waiting_since = None

    def _watch(self) -> None:
        """End this process when another cannot be reached: MPI may not notice, and wait for ever.

        Only this process, as the others cannot be told. Each of them sees it likewise.
        """
        while True:
            time.sleep(LOOK_SECONDS)
            since = self._waiting_since
            if since is not None and time.monotonic() - since > self._timeout:
                self._on_silence(silence_note(self.rank, self._timeout))
                os._exit(UNREACHABLE)
