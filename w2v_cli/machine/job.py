"""What a process does about others of the same job when it fails.

MPI by itself waits for a process that has ended with an error, for ever. So whoever joins a job
says here how all of it is ended, and the command ends it with every error.
"""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_SECONDS = 3.0
"""Errors that all processes meet are told by the first alone: the others wait so long for it."""


class _Job:
    """This process among others.

    Attributes
    ----------
    rank : int
    end : callable or None   ends all of them; None: there are no others
    """

    rank = 0
    end: Callable[[int], None] | None = None


_job = _Job()


def join(rank: int, end: Callable[[int], None]) -> None:
    """Say that this is one of several processes, and how all of them are ended: end(status)."""
    _job.rank, _job.end = rank, end


def before_error() -> str:
    """To be called before an error is told; returns how its line begins."""
    if _job.end is None or _job.rank == 0:
        return ""
    time.sleep(PATIENCE_SECONDS)
    return f"process {_job.rank}: "


def end_all(status: int) -> None:
    """End all processes, if there are others."""
    if _job.end is not None:
        _job.end(status)
