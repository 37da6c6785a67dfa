"""What a process does about others of the same job when it fails.

MPI by itself waits for a process that has ended with an error, for ever. So whoever joins a job
says here how all of it is ended, and the command ends it with every error.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping

SIZES = ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_SIZE", "MPI_LOCALNRANKS")
"""Variables by which a process sees that a launcher of MPI has started it, with how many others."""
RANKS = ("OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "MPI_LOCALRANKID", "SLURM_PROCID")
"""Those by which it sees which of them it is."""
PMIX, SLURM_SIZE = "PMIX_RANK", "SLURM_STEP_NUM_TASKS"
"""Slurm with PMIx says by the first that a process has a rank, and by the second among how many."""
PATIENCE_SECONDS = 3.0
"""Errors that all processes meet are told by the first alone: the others wait so long for it."""


def launched_processes(environment: Mapping[str, str] = os.environ) -> int:
    """How many processes a launcher of MPI has started together: 1 if none did."""
    names = (*SIZES, SLURM_SIZE) if PMIX in environment else SIZES
    return max(_first_number(names, environment), 1)


def started_processes(environment: Mapping[str, str] = os.environ) -> int:
    """Likewise, those included that Slurm has started without telling them of MPI."""
    return max(_first_number((*SIZES, SLURM_SIZE), environment), 1)


def launched_rank(environment: Mapping[str, str] = os.environ) -> int:
    """Which of them this one is: 0 if there are no others."""
    return _first_number(RANKS, environment)


def _first_number(names, environment):
    values = (environment.get(name, "") for name in names)
    return next((int(value) for value in values if value.isdecimal()), 0)


class _Job:
    """This process among others.

    Attributes
    ----------
    rank : int
    end : callable or None   ends all of them; None: there are no others
    meet : callable or None  what must be called before any of them can end all
    """

    rank = 0
    end: Callable[[int], None] | None = None
    meet: Callable[[], object] | None = None


_job = _Job()


def join(rank: int, end: Callable[[int], None], meet: Callable[[], object] | None = None) -> None:
    """Say that this is one of several processes, and how all of them are ended.

    Parameters
    ----------
    rank : int
    end : callable            end(status) ends all of them
    meet : callable or None   called at an error, before it is told: none can end all before all
                              have done so
    """
    _job.rank, _job.end, _job.meet = rank, end, meet


def before_error() -> str:
    """To be called before an error is told; returns how its line begins."""
    if _job.end is None or _job.rank == 0:
        return ""
    if _job.meet is not None:
        _job.meet()
    time.sleep(PATIENCE_SECONDS)
    return f"process {_job.rank}: "


def end_all(status: int) -> None:
    """End all processes, if there are others."""
    if _job.end is not None:
        _job.end(status)
