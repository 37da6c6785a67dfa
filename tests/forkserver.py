"""The command in real processes that need not import it: forks of one that has, and has compiled.

Start-up takes a second of processor time, nearly all of it Numba's, and the tests run the command
hundreds of times. A fork has its own pipes, folder, environment, exit code and end of the
interpreter, as a process has that is started anew. It shares what was decided at import: settings
of Numba, the cache, the seed of hashes. Where that matters, start a new interpreter.
"""

import fcntl
import gc
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

N_STREAMS = 3


class ForkServer:
    """The side of the tests: one process that forks, until `close`."""

    def __init__(self, lock_file, env):
        """Start it; it compiles while it holds the lock, so that others find the code cached."""
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno()), str(lock_file)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=env,
                pass_fds=[theirs.fileno()],
            )
        self._answer()

    def run(self, args, stdin, env, cwd, timeout, limits=None):
        """Run the command as `subprocess.run` does; returns a CompletedProcess of bytes.

        ``limits`` are soft limits of resources: {"FSIZE": bytes}.
        """
        request = {"args": args, "env": dict(env), "cwd": str(cwd or os.getcwd())}
        request["limits"] = limits or {}
        with _Pipes() as pipes, ThreadPoolExecutor(N_STREAMS) as pool:
            message = json.dumps(request).encode() + b"\n"
            theirs = [pipes.stdin[0], pipes.stdout[1], pipes.stderr[1]]
            socket.send_fds(self._socket, [message], theirs)
            pipes.close(theirs)
            pid = int(self._answer())
            self._socket.settimeout(timeout)
            pool.submit(pipes.write, stdin)
            streams = [pool.submit(pipes.read, end[0]) for end in (pipes.stdout, pipes.stderr)]
            try:
                code = int(self._answer())
            except TimeoutError:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                self._socket.settimeout(None)
                self._answer()
                raise
            self._socket.settimeout(None)
            stdout, stderr = (stream.result() for stream in streams)
        return subprocess.CompletedProcess(args, code, stdout, stderr)

    def _answer(self):
        line = b""
        while not line.endswith(b"\n"):
            byte = self._socket.recv(1)
            if not byte:
                raise RuntimeError("the server that runs the command has ended")
            line += byte
        return line

    def close(self):
        self._socket.close()
        self._process.wait()


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


def serve(sock):
    """Fork for each request; returns in the child, with what to run, and None at the end."""
    while True:
        message, ends, *_ = socket.recv_fds(sock, 1 << 16, N_STREAMS)
        while message and not message.endswith(b"\n"):
            message += sock.recv(1 << 16)
        if not message:
            return None
        pid = os.fork()
        if pid == 0:
            sock.close()
            return _become(json.loads(message), ends)
        for end in ends:
            os.close(end)
        sock.sendall(b"%d\n" % pid)
        _, status = os.waitpid(pid, 0)
        sock.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _become(request, ends):
    """Take the place that a process with these arguments would have; returns the arguments."""
    for number, end in enumerate(ends):
        os.dup2(end, number)
        os.close(end)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    for name, value in request["limits"].items():
        number = getattr(resource, f"RLIMIT_{name}")
        resource.setrlimit(number, (value, resource.getrlimit(number)[1]))
    return request["args"]


def compile_all(lock_file):
    """Compile what nearly all runs need, or load it if another process has compiled it."""
    from w2v_cli.cli import cli

    with open(lock_file, "w") as lock, tempfile.TemporaryDirectory() as folder:
        fcntl.flock(lock, fcntl.LOCK_EX)
        corpus, vectors = Path(folder, "corpus.txt"), Path(folder, "vectors.bin")
        corpus.write_text("a b c\n" * 10)
        for loss in ("ns", "softmax"):
            args = ["train", corpus, "-o", vectors, "-d", 4, "-e", 1, "-j", 1, "-q", "--loss", loss]
            cli.main([*map(str, args)], standalone_mode=False)
        cli.main(["neighbors", str(vectors), "a"], standalone_mode=False)
    sys.stdout.flush()


if __name__ == "__main__":
    connection = socket.socket(fileno=int(sys.argv[1]))
    compile_all(sys.argv[2])
    gc.freeze()  # as before any fork: memory is shared as long as nobody looks through it
    connection.sendall(b"ready\n")
    todo = serve(connection)
    if todo is not None:
        from w2v_cli.cli import main

        sys.argv[1:] = todo
        main()
