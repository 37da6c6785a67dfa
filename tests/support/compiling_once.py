"""Kernels that few tests need: only one of several workers compiles them, the others load them."""

import fcntl
from contextlib import contextmanager


@contextmanager
def one_at_a_time(tmp_path_factory, name):
    """A context that no other worker is in at the same time; ``name`` tells what it is for."""
    path = tmp_path_factory.getbasetemp().parent / f"w2v-compiling-{name}"
    with open(path, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
