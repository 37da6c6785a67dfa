"""Two machines with a wire between them: namespaces of Linux's network, for root.

Each has an ``eth0`` of its own, with a rate that is limited, so that what a job sends from one to
the other can be counted, takes its time, and can be lost.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

ADDRESSES = ("198.51.100.1", "198.51.100.2")
"""For documentation and examples (RFC 5737): no machine has them."""
NOBODY = "02:00:00:00:00:01"
QUEUE = "16mb"
"""What may wait before the limited link: more than a job sends at once, so that nothing is lost."""


class TwoHosts:
    """Two namespaces; made by `two_hosts`.

    Attributes
    ----------
    names : list of str
    """

    def __init__(self, folder: Path) -> None:
        self.names = [f"w2v-test-{os.getpid()}-{host}" for host in "ab"]
        self._shell = folder / "shell"
        # What a launcher calls in the place of ssh: [OPTIONS] ADDRESS WORDS OF A COMMAND.
        self._shell.write_text(
            "#!/bin/sh\n"
            'while [ "${1#-}" != "$1" ]; do shift; done\n'
            f"case $1 in {ADDRESSES[0]}) host={self.names[0]};; *) host={self.names[1]};; esac\n"
            'shift\nexec ip netns exec "$host" sh -c "$*"\n'
        )
        self._shell.chmod(0o755)

    def make(self, rate: str) -> None:
        """Make them, with a link of a rate in the words of tc."""
        first, second = self.names
        for name in self.names:
            _run("ip", "netns", "add", name)
        link = ("type", "veth", "peer", "name", "eth0", "netns", second)
        _run("ip", "-n", first, "link", "add", "eth0", *link)
        for name, address in zip(self.names, ADDRESSES, strict=True):
            _run("ip", "-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                _run("ip", "-n", name, "link", "set", device, "up")
            limit = ("tbf", "rate", rate, "burst", "64kb", "limit", QUEUE)
            _run("tc", "-n", name, "qdisc", "add", "dev", "eth0", "root", *limit)
        for host in range(2):
            while self._told(host, "operstate") != "up":  # before, UCX would not see it
                time.sleep(0.01)

    def launcher(self, mpirun: str) -> list[str]:
        """The words that start a command by MPICH: one process on each, and no memory shared."""
        return [
            "ip", "netns", "exec", self.names[0], mpirun, "-n", "2", "-hosts", ",".join(ADDRESSES),
            "-localhost", ADDRESSES[0], "-iface", "eth0", "-launcher", "ssh",
            "-launcher-exec", str(self._shell), "-genv", "UCX_TLS", "tcp,self",
        ]  # fmt: skip

    def sent(self, host: int) -> int:
        """Bytes that have left a host."""
        return int(self._told(host, "statistics/tx_bytes"))

    def lose_all(self) -> None:
        """Lose all that is sent from now on, which nobody is told of."""
        for name, other in zip(self.names, reversed(ADDRESSES), strict=True):
            nobody = (other, "lladdr", NOBODY, "dev", "eth0", "nud", "permanent")
            _run("ip", "-n", name, "neigh", "replace", *nobody)

    def processes(self, host: int) -> list[int]:
        """Those that run on a host."""
        return [int(word) for word in _run("ip", "netns", "pids", self.names[host]).split()]

    def remove(self) -> None:
        """End what still runs there, and remove both."""
        for host, name in enumerate(self.names):
            with suppress(subprocess.CalledProcessError):
                for pid in self.processes(host):
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                _run("ip", "netns", "delete", name)

    def _told(self, host: int, what: str) -> str:
        path = f"/sys/class/net/eth0/{what}"
        return _run("ip", "netns", "exec", self.names[host], "cat", path).strip()


def _run(*words: str) -> str:
    return subprocess.run(words, capture_output=True, check=True, text=True).stdout


def why_there_are_none() -> str | None:
    """Why there can be no two hosts here; None if there can."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "namespaces of the network take root and Linux"
    missing = [name for name in ("ip", "tc") if shutil.which(name) is None]
    if missing:
        return f"there is no {' and no '.join(missing)} (Debian: iproute2)"
    return None


@contextmanager
def two_hosts(folder: Path, rate: str):
    """Two of them while the context lasts; CalledProcessError where the kernel has none."""
    hosts = TwoHosts(folder)
    try:
        hosts.make(rate)
        yield hosts
    finally:
        hosts.remove()
