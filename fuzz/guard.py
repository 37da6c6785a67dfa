"""What no reader may do, whatever the bytes: run code, write a file, take long, take much memory.

Python tells an audit hook of what a process does (PEP 578). While a reader is watched, the hook
turns what it must not do into a `Violation`, which no ``except Exception`` swallows.
"""

import os
import pkgutil  # noqa: F401 - imported where an encoding is looked up, which is no misdeed
import resource
import sys
from contextlib import contextmanager

from w2v_cli.machine.system import peak_memory_bytes

FORBIDDEN = {
    "code.__new__", "compile", "exec", "import", "marshal.load", "marshal.loads",
    "pickle.find_class", "ctypes.dlopen", "ctypes.dlsym", "ctypes.call_function", "os.exec",
    "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "os.startfile",
    "pty.spawn", "subprocess.Popen", "os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove",
    "os.rename", "os.rmdir", "os.symlink", "os.truncate", "os.putenv", "os.setxattr", "os.utime",
    "shutil.copyfile", "shutil.move", "shutil.rmtree", "shutil.unpack_archive",
    "tempfile.mkdtemp", "tempfile.mkstemp", "socket.bind", "socket.connect", "socket.getaddrinfo",
    "urllib.Request", "webbrowser.open",
}  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
MOST_GROWTH = 192 << 20
"""Bytes of memory that reading a small file may take: buffers, and the window of a decompressor."""


class Violation(BaseException):
    """A reader did what none may do."""


class _Hook:
    active = False
    installed = False

    def __call__(self, event, args):
        if not self.active:
            return
        if event in FORBIDDEN:
            raise Violation(f"{event} {args!r:.200}")
        if event == "open" and isinstance(args[2], int) and args[2] & WRITING:
            raise Violation(f"open for writing {args!r:.200}")


_HOOK = _Hook()


@contextmanager
def watched():
    """Raise `Violation` where the code inside does what no reader may do."""
    if not _HOOK.installed:
        sys.addaudithook(_HOOK)
        _HOOK.installed = True
    _HOOK.active = True
    try:
        yield
    finally:
        _HOOK.active = False


def peak_memory():
    """The most memory that this process ever had, in bytes."""
    return peak_memory_bytes()


def limit_memory(more):
    """Let allocations fail that would take so many bytes beyond what the process has now."""
    with open("/proc/self/statm", "rb") as file:
        now = int(file.read().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (now + more, hard))
