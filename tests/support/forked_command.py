"""The command `w2v` for shells in tests: stands on their PATH and runs in a fork of the server.

Needs nothing but Python's own library, so that it starts in a fraction of the command's own time.
Usage: forked_command.py SOCKET [ARGUMENT...]
"""

import json
import os
import signal
import socket
import sys

READ_AT_IMPORT = ("MPL", "NUMBA_", "OPENBLAS_", "PYTHON", "W2V_KERNELS", "XDG_")
"""Beginnings of environment variables that have no effect on a process that is forked."""
FORWARDED = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)


def ask(connection, request, streams):
    """Have the command run with three open files as its streams; returns its process id.

    ``request`` has ``args``, ``env``, ``cwd`` and ``limits``. The next `answer` is the exit code.
    """
    message = json.dumps(request).encode() + b"\n"
    # What does not fit the buffer of the socket is sent after the files.
    sent = socket.send_fds(connection, [message], streams)
    connection.sendall(message[sent:])
    return answer(connection)


def answer(connection):
    """The next number that the server sends."""
    line = b""
    while not line.endswith(b"\n"):
        byte = connection.recv(1)
        if not byte:
            raise RuntimeError("the server that runs the command has ended")
        line += byte
    return int(line)


def settings(environment):
    """The variables that a fork would not notice."""
    return {name: value for name, value in environment.items() if name.startswith(READ_AT_IMPORT)}


def main(path, *args):
    """Run the command and end as it does, by a signal too."""
    if settings(os.environ) != json.loads(os.environ["FORKED_COMMAND_SETTINGS"]):
        os.execv(sys.executable, [sys.executable, "-m", "w2v_cli", *args])
    request = {
        "args": args,
        "env": dict(os.environ),
        "cwd": os.getcwd(),
        "limits": {},
    }
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        pid = ask(connection, request, [0, 1, 2])
        for number in FORWARDED:
            signal.signal(number, lambda number, _: os.kill(pid, number))
        # The command has them: were they open here too, nobody would notice when it closes them.
        for stream in (0, 1, 2):
            os.close(stream)
        code = answer(connection)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    main(*sys.argv[1:])
