"""Checks limits of memory before anything is allocated.

The limit that a user sets belongs to the process, as those of the system do, so it is set once
around the work and not handed through every function that takes memory.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from ..errors import MemoryShortageError, field
from ..wording.amounts import shown_bytes
from .system import MemoryLimit, available_memory, memory_bytes, memory_limits

FEWER_WORDS = "fewer words need less: w2v convert --limit N takes the first N rows of a file"
"""What somebody can do who has vectors and not enough memory."""

_max_memory = ContextVar("max_memory", default=None)


@contextmanager
def max_memory(n_bytes):
    """Within the block this process is to take no more memory; None sets no limit."""
    token = _max_memory.set(n_bytes)
    try:
        yield
    finally:
        _max_memory.reset(token)


def asked_limit():
    """The limit that the user has set, in bytes; None without one."""
    return _max_memory.get()


def limits(n_threads=0):
    """All limits of memory that hold now: list of MemoryLimit, that of the user first."""
    asked = asked_limit()
    of_user = [] if asked is None else [MemoryLimit(field("max_memory"), asked, memory_bytes())]
    return of_user + memory_limits(n_threads=n_threads)


def require_memory(needed, what, advice=None, n_threads=0):
    """Find out whether so much memory can be taken.

    Parameters
    ----------
    needed : int                bytes, beyond what is in use; 0 asks about that alone
    what : str                  that needs it, for messages
    advice : callable or None   advice(bytes that can be had) -> what to do, in words
    n_threads : int             threads that are to be started

    Returns
    -------
    str or None   a warning, if it can be had only by swapping or from other programs

    Raises
    ------
    MemoryShortageError   with the figures and the advice, if it cannot fit
    """
    tightest = min(limits(n_threads), key=lambda limit: limit.left, default=None)
    if tightest is not None and needed > tightest.left:
        much = f"about {shown_bytes(needed)} of" if needed else "more"
        told = (
            f"{what} needs {much} memory; {tightest.name} is {shown_bytes(tightest.limit)}, and "
            f"{shown_bytes(tightest.used)} are in use"
        )
        raise MemoryShortageError(f"{told}; {advice(tightest.left)}" if advice else told)
    available = available_memory()
    if available is not None and needed > available:
        return (
            f"{what} needs about {shown_bytes(needed)} of memory, and only "
            f"{shown_bytes(available)} are free now; the system may swap, or end the process"
        )
    return None
