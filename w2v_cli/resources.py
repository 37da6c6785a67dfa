"""What the machine gives this process: processors and memory."""

import math
import os
import resource
import sys
from contextlib import suppress


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
    with suppress(OSError), open("/proc/self/status") as file:
        for line in file:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
