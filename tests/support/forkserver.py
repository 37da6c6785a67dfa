"""The command in real processes that need not import it: forks of one that has, and has compiled.

Start-up takes a second of processor time, nearly all of it Numba's, and the tests run the command
hundreds of times. A fork has its own pipes, folder, environment and exit code, as a process has
that is started anew. It shares what was decided at import: settings of Numba, the cache, the seed
of hashes; and it ends without the interpreter's own end. Where that matters, start a new one.

Whoever connects to the server's socket and sends a request gets a fork (see `forked_command`). Many
run at a time, so that a shell may join them by pipes.
"""

import fcntl
import gc
import importlib
import json
import os
import re
import resource
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from support.forked_command import answer, ask

import w2v_cli

N_STREAMS = 3
PACKAGE = Path(w2v_cli.__file__).parent
NOT_IMPORTED = re.compile(r"\.(__main__|documents|mpi)\b")
"""Modules for scikit-learn, and for MPI, which a process must start by itself."""
LIBRARIES = ("matplotlib.figure", "matplotlib.backends.backend_agg", "urllib.request", "sqlite3")
FILES = {
    "c.txt": "a b c\n" * 10,
    "l.txt": "__label__x a b\n__label__y b c\n" * 5,
    "q.txt": ": s\na b c a\n",
}
COMMANDS = """
train @c.txt -o @v.bin -d 4 -e 1 -j 1 -q --loss softmax
train @c.txt -o @v.bin -d 4 -e 1 -j 1 -q --tokenize words --sentences --lowercase
train @c.txt -o @v.bin -d 4 -e 1 -j 1 -q
neighbors @v.bin a
evaluate-analogies @v.bin @q.txt -q
embed @v.bin @c.txt -o @e.tsv -j 1 -q
encode @c.txt -o @c.w2vc --min-count 1 -q
cooccur @c.txt -o @c.w2vx --min-count 1 -j 1 -q
classify train @l.txt -o @m.bin -d 4 -e 1 -j 1 -q
classify test @m.bin @l.txt -j 1 -q
classify predict @m.bin @l.txt -o @a.txt -j 1 -q
"""
"""Commands after which what is compiled is in memory; @ is a folder with the files."""


class ForkServer:
    """The side of the tests: one process that forks, until `close`.

    Attributes
    ----------
    path : str   of the socket
    """

    def __init__(self, lock_file, env):
        """Start it; it compiles while it holds the lock, so that others find the code cached."""
        # Not below the folder of the tests: the path of a socket has 107 bytes at most.
        self._folder = tempfile.mkdtemp(prefix="w2v-fork-")
        self.path = os.path.join(self._folder, "socket")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.forkserver", self.path, str(lock_file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=env,
        )
        if self._process.stdout.readline() != b"ready\n":
            raise RuntimeError("the server that runs the command has ended")

    def run(self, args, stdin, env, cwd, timeout, limits=None):
        """Run the command as `subprocess.run` does; returns a CompletedProcess of bytes.

        ``limits`` are soft limits of resources: {"FSIZE": bytes}.
        """
        request = {"args": args, "env": dict(env), "cwd": str(cwd or os.getcwd())}
        request["limits"] = limits or {}
        with (
            _Pipes() as pipes,
            ThreadPoolExecutor(N_STREAMS) as pool,
            socket.socket(socket.AF_UNIX) as connection,
        ):
            connection.connect(self.path)
            theirs = [pipes.stdin[0], pipes.stdout[1], pipes.stderr[1]]
            pid = ask(connection, request, theirs)
            pipes.close(theirs)
            connection.settimeout(timeout)
            pool.submit(pipes.write, stdin)
            streams = [pool.submit(pipes.read, end[0]) for end in (pipes.stdout, pipes.stderr)]
            try:
                code = answer(connection)
            except TimeoutError:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                raise
            stdout, stderr = (stream.result() for stream in streams)
        return subprocess.CompletedProcess(args, code, stdout, stderr)

    def close(self):
        """End the server, which its standard input tells."""
        self._process.communicate()
        shutil.rmtree(self._folder)


class _Pipes:
    """Three pipes as (end to read, end to write); what is still open at the end is closed."""

    def __enter__(self):
        self.stdin, self.stdout, self.stderr = (os.pipe() for _ in range(N_STREAMS))
        self._open = {*self.stdin, *self.stdout, *self.stderr}
        return self

    def __exit__(self, *_):
        self.close(list(self._open))

    def close(self, ends):
        for end in ends:
            self._open.remove(end)
            os.close(end)

    def write(self, data):
        end = self.stdin[1]
        self._open.remove(end)
        with suppress(BrokenPipeError), open(end, "wb") as stream:
            stream.write(data)

    def read(self, end):
        self._open.remove(end)
        with open(end, "rb") as stream:
            return stream.read()


def serve(listener):
    """Fork for each request; returns in the child, with what to run, and None at the end."""
    running = {}
    woken, waker = socket.socketpair()
    for end in (woken, waker):
        end.setblocking(False)
    signal.set_wakeup_fd(waker.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    with selectors.DefaultSelector() as selector:
        for file in (listener, woken, sys.stdin):
            selector.register(file, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in selector.select()}
            if sys.stdin in ready:
                return None
            if woken in ready:
                woken.recv(1 << 16)
                _report_ended(running)
            if listener in ready:
                request, ends, connection = _accepted(listener)
                pid = os.fork()
                if pid == 0:
                    break
                for end in ends:
                    os.close(end)
                running[pid] = connection
                connection.sendall(b"%d\n" % pid)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for own in (listener, connection, woken, waker, *running.values()):
        own.close()
    _become(request, ends)
    return request


def _accepted(listener):
    """The next request, its open files and where it came from."""
    connection, _ = listener.accept()
    message, ends, *_ = socket.recv_fds(connection, 1 << 16, N_STREAMS)
    while not message.endswith(b"\n"):
        message += connection.recv(1 << 16)
    return json.loads(message), ends, connection


def _report_ended(running):
    """Tell those who wait of processes that have ended; *in place:* ``running``."""
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        with running.pop(pid) as connection, suppress(OSError):
            connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _become(request, ends):
    """Take the place that a process with this request would have."""
    for number, end in enumerate(ends):
        os.dup2(end, number)
        os.close(end)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    for name, value in request["limits"].items():
        number = getattr(resource, f"RLIMIT_{name}")
        resource.setrlimit(number, (value, resource.getrlimit(number)[1]))


def import_all():
    """Import what commands import when they run; libraries that may be missing are left to them."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        # Compiled code is imported by those that tell Numba where to keep it.
        if not NOT_IMPORTED.search(name) and b"numba" not in path.read_bytes():
            importlib.import_module(name.removesuffix(".__init__"))
    for name in LIBRARIES:
        importlib.import_module(name)


def compile_all(lock_file):
    """Compile what many runs need, or load it if another process has compiled it."""
    from w2v_cli.cli import cli

    with open(lock_file, "w") as lock, tempfile.TemporaryDirectory() as folder:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name, text in FILES.items():
            Path(folder, name).write_text(text)
        for line in COMMANDS.strip().splitlines():
            args = [arg.replace("@", f"{folder}/") for arg in line.split()]
            cli.main(args, standalone_mode=False)
    sys.stdout.flush()


def main(path, lock_file):
    """Serve; in a fork, run the command."""
    # What the command prints while it compiles is for nobody.
    ready, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    import_all()
    compile_all(lock_file)
    gc.freeze()  # as before any fork: memory is shared as long as nobody looks through it
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        os.write(ready, b"ready\n")
        os.close(ready)
        request = serve(listener)
    if request is not None:
        run_command(request)


def run_command(request):
    """Run the command in this process, or another program that is asked for; ends it."""
    from w2v_cli.cli import main as command

    if request.get("program") == "session":
        from support.docs_session import main as command
    sys.argv[1:] = request["args"]
    try:
        command()
        code = 0
    except SystemExit as end:
        code = end.code or 0
    # Python would look at every object, each of which would then be copied for this process.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main(*sys.argv[1:])
