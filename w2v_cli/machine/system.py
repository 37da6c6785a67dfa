"""What the machine gives this process: processors and memory."""

import math
import os
import re
import resource
import sys
from contextlib import suppress
from typing import NamedTuple

UNLIMITED = 1 << 60
"""What control groups of version 1 say for no limit is some number above this."""
THREAD_SPACE = 72 << 20
"""Address space of a thread: its stack, and a heap that the C library reserves for it."""


class MemoryLimit(NamedTuple):
    """A limit that the system sets to the memory of this process.

    Attributes
    ----------
    name : str    for messages
    limit : int   bytes
    used : int    bytes of it that are in use now, by others in the same control group too
    """

    name: str
    limit: int
    used: int

    @property
    def left(self):
        """Bytes that this process can still take."""
        return self.limit - self.used


def available_cpus():
    """The number of processors this process may use: its affinity mask and its control group."""
    if hasattr(os, "sched_getaffinity"):
        cpus = len(os.sched_getaffinity(0))
    else:
        cpus = os.cpu_count() or 1
    with suppress(OSError, ValueError), open("/sys/fs/cgroup/cpu.max") as file:
        quota, period = map(float, file.read().split())
        cpus = min(cpus, math.ceil(quota / period))
    return max(cpus, 1)


def peak_memory_bytes():
    """The largest resident memory of this process so far, in bytes."""
    # Not getrusage if it can be helped: on Linux that begins with the memory of the parent.
    return _kibibytes("/proc/self/status", "VmHWM") or _peak_of_rusage()


def memory_bytes():
    """The resident memory of this process now; where that cannot be told, the largest so far."""
    return _kibibytes("/proc/self/status", "VmRSS") or _peak_of_rusage()


def memory_limits(root="/", n_threads=0):
    """The limits that this process cannot exceed.

    Parameters
    ----------
    root : str        where the file system begins
    n_threads : int   threads that are yet to be started: they take address space

    Returns
    -------
    list of MemoryLimit   of the control groups (version 1 and 2) it is in, ``ulimit -v``, and the
                          machine, as far as the system tells
    """
    in_use = memory_bytes()
    limits = [
        MemoryLimit("the control group (cgroup)", limit, max(used, in_use))
        for limit, used in _group_limits(root)
    ]
    address_space, _ = resource.getrlimit(resource.RLIMIT_AS)
    if address_space != resource.RLIM_INFINITY:
        used = _kibibytes("/proc/self/status", "VmSize") or in_use
        used += n_threads * THREAD_SPACE
        limits.append(MemoryLimit("the limit of address space (ulimit -v)", address_space, used))
    meminfo = os.path.join(root, "proc/meminfo")
    total = _kibibytes(meminfo, "MemTotal")
    if total:
        total += _kibibytes(meminfo, "SwapTotal") or 0
        limits.append(MemoryLimit("the memory of this machine", total, in_use))
    return limits


def available_memory(root="/"):
    """Bytes that can be had now without swapping; None where the system does not tell."""
    return _kibibytes(os.path.join(root, "proc/meminfo"), "MemAvailable")


def _group_limits(root):
    """(limit, bytes in use) of control groups that this process is in, and of those around them."""
    found = []
    with suppress(OSError), open(os.path.join(root, "proc/self/cgroup")) as file:
        for line in file:
            _, controllers, group = line.rstrip("\n").split(":", 2)
            if not controllers:
                found += _limits_upwards(root, "sys/fs/cgroup", group, "memory.max")
            elif "memory" in controllers.split(","):
                folder = "sys/fs/cgroup/memory"
                found += _limits_upwards(root, folder, group, "memory.limit_in_bytes")
    return found


def _limits_upwards(root, folder, group, name):
    # In a container the path may be that of the host, and only the root can be seen.
    parts = [part for part in group.split("/") if part not in ("", "..")]
    for depth in range(len(parts), -1, -1):
        path = os.path.join(root, folder, *parts[:depth], name)
        with suppress(OSError, ValueError), open(path) as file:
            limit = int(file.read())  # "max" is no limit
            if 0 < limit < UNLIMITED:
                yield limit, _held(os.path.dirname(path))


def _held(folder):
    """Bytes that the processes of a control group have, less those that are copies of files."""
    with suppress(OSError), open(os.path.join(folder, "memory.stat"), "rb") as file:
        numbers = {name: int(value) for name, value in map(bytes.split, file)}
        version_1 = b"total_rss" in numbers
        names = (b"total_rss", b"total_shmem") if version_1 else (b"anon", b"shmem")
        return sum(numbers.get(name, 0) for name in names)
    return 0


def _kibibytes(path, name):
    """A number that a file tells in kB, as bytes; None where there is no such file or name."""
    with suppress(OSError), open(path, "rb") as file:
        found = re.search(rb"^%b:\s*(\d+) kB$" % name.encode(), file.read(), re.MULTILINE)
        return int(found[1]) * 1024 if found else None
    return None


def _peak_of_rusage():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
